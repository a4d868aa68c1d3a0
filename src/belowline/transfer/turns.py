"""Transactions, one after the other, and what waits to be written in the next."""

import contextlib
import time
from types import TracebackType
from typing import Any

import sqlalchemy as sa

from belowline.store import imports
from belowline.store.db import Database

CHUNK = 5_000
"""Comments in one transaction: other writers wait for it, about a third of a second."""
REST_S = 0.12
"""SQLite's waiting writers look every tenth of a second whether the lock is free; who never lets go of it for as long
starves them until they give up."""


class Turns:
    """`done` ends a transaction that is full and begins the next; with `single` all is one, with `reading` (a preview)
    all is one snapshot, for which nobody waits; `polite` lets others write in between.

    Rows wait in lists, so that a thousand small stories are written with a few statements.
    """

    conn: sa.Connection

    def __init__(self, db: Database, single: bool, reading: bool = False, polite: bool = False) -> None:
        self._db, self._single, self._reading, self._polite = db, single or reading, reading, polite
        self._count = 0
        self._stack = contextlib.ExitStack()
        self.stories: list[dict[str, Any]] = []
        self.comments: list[dict[str, Any]] = []
        self.pingbacks: list[dict[str, Any]] = []
        self.votes: list[dict[str, Any]] = []
        self.revisions: list[dict[str, Any]] = []
        self.aliases: list[dict[str, Any]] = []
        self.corrections: list[dict[str, Any]] = []

    def __enter__(self) -> "Turns":
        begun = self._db.snapshot() if self._reading else self._db.transaction()
        self.conn = self._stack.enter_context(begun)
        self.next_comment, self.next_story = imports.next_ids(self.conn)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._stack:
            if kind is None:
                self.flush()
            else:
                self._stack.__exit__(kind, error, trace)

    def comment_id(self) -> int:
        self.next_comment += 1
        return self.next_comment - 1

    def story_id(self) -> int:
        self.next_story += 1
        return self.next_story - 1

    def done(self, comments: int) -> None:
        self._count += comments
        if self._count < CHUNK:
            return
        self.flush()
        if not self._single:
            self._stack.close()
            if self._polite:
                time.sleep(REST_S)
            self.__enter__()

    def flush(self) -> None:
        """Writes what waits: before it is read again, and at the end of a transaction."""
        imports.add_stories(self.conn, self.stories)
        imports.add_comments(self.conn, self.comments)
        imports.add_pingbacks(self.conn, self.pingbacks)
        imports.add_votes(self.conn, self.votes)
        imports.add_revisions(self.conn, self.revisions)
        imports.add_aliases(self.conn, self.aliases)
        imports.add_corrections(self.conn, self.corrections)
        self.aliases, self.corrections = [], []
        self.stories, self.comments, self.pingbacks, self.votes, self.revisions = [], [], [], [], []
        self._count = 0
