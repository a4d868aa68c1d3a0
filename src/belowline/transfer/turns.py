"""One transaction after the other."""

import contextlib
from types import TracebackType

import sqlalchemy as sa

from belowline.store import imports
from belowline.store.db import Database

CHUNK = 5_000
"""Comments in one transaction: other writers wait for it, about a third of a second."""


class Turns:
    """`done` ends a transaction that is full and begins the next; with `single` all is one."""

    conn: sa.Connection
    next_id: int
    """The first comment id that is free; whoever uses some raises it."""

    def __init__(self, db: Database, single: bool) -> None:
        self._db, self._single, self._count = db, single, 0
        self._stack = contextlib.ExitStack()

    def __enter__(self) -> "Turns":
        self.conn = self._stack.enter_context(self._db.transaction())
        self.next_id = imports.next_id(self.conn)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.__exit__(kind, error, trace)

    def done(self, comments: int) -> None:
        self._count += comments
        if self._count >= CHUNK and not self._single:
            self._stack.close()
            self._count = 0
            self.__enter__()
