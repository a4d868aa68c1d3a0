"""Votes of an import: those of single readers one by one, and numbers of which only the source knew whose they were.

A reader of the source is known again by the source and their id in it, so that the same vote comes once.
"""

import functools
import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any

from belowline.store import imports, votes
from belowline.store.staging import Staging
from belowline.store.tables import to_us
from belowline.transfer.context import Context
from belowline.transfer.receipt import Receipt
from belowline.transfer.records import CommentRecord
from belowline.transfer.turns import Turns

NO_VOTES = {**votes.counted(0, 0), "respect_imported": 0, "down_imported": 0}
MOST = 2**31 - 1
"""What a source says beyond it is no number of votes."""


@functools.lru_cache(maxsize=10_000)
def reader_key(source: str, person: str) -> str:
    """`model.reader.Reader.key` of somebody whom only the source knows."""
    return "i" + hashlib.sha256(f"{source}\0{person}".encode("utf-8", "replace")).hexdigest()[:24]


class Ballots:
    """Counts the votes of one piece after the other into the receipt, the rows and the store."""

    def __init__(self, turns: Turns, staging: Staging, receipt: Receipt, context: Context) -> None:
        self._turns, self._staging, self._receipt, self._context = turns, staging, receipt, context
        self._any = staging.has_votes()

    def count(self, num: int, story_id: int | None, ids: dict[str, int], rows: dict[int, dict[str, Any]]) -> None:
        """`ids`: of a story's comments by their keys in the files; `rows`: the new ones of them, that wait."""
        if not self._any:
            return
        known = [id_ for id_ in ids.values() if id_ not in rows]
        there = imports.votes_there(self._turns.conn, story_id, known) if story_id and known else {}
        tally: defaultdict[int, Counter[int]] = defaultdict(Counter)
        for key, person, value in self._staging.votes(num, list(ids)):
            comment_id, reader = ids[key], reader_key(self._context.source, person)
            if (reader, comment_id) in there:
                self._there(there[reader, comment_id])
                continue
            self._receipt.votes.stored += 1
            tally[comment_id][value] += 1
            self._keep(story_id, comment_id, reader, value)
        for comment_id, cast in tally.items():
            if comment_id in rows:
                row = rows[comment_id]
                row.update(votes.counted(row["respect_count"] + cast[1], row["down_count"] + cast[-1]))
            elif not self._context.dry_run:
                votes.add_counts(self._turns.conn, comment_id, cast[1], cast[-1])

    def _there(self, run_id: int | None) -> None:
        if run_id is not None and run_id == self._context.run_id:  # before an interruption
            self._receipt.votes.stored += 1
        else:
            self._receipt.votes.already_there += 1

    def _keep(self, story_id: int | None, comment_id: int, reader: str, value: int) -> None:
        if story_id is None or self._context.dry_run:
            return
        vote = {"reader": reader, "story_id": story_id, "comment_id": comment_id, "value": value}
        now = to_us(self._context.now)
        self._turns.votes.append(vote | {"cast_at": now, "import_run_id": self._context.run_id})


def numbers(record: CommentRecord) -> dict[str, Any]:
    """The columns that follow from the numbers of likes and dislikes that a source gives."""
    if not record.likes and not record.dislikes:
        return NO_VOTES
    respect, down = (min(MOST, max(0, number)) for number in (record.likes, record.dislikes))
    return {**votes.counted(respect, down), "respect_imported": respect, "down_imported": down}


def recount(conn: Any, cast: Iterable[tuple[int, int]]) -> None:
    """Takes votes (comment, value) of a run that is taken back out of what their comments count."""
    tally: defaultdict[int, Counter[int]] = defaultdict(Counter)
    for comment_id, value in cast:
        tally[comment_id][value] += 1
    for comment_id, taken in tally.items():
        votes.add_counts(conn, comment_id, -taken[1], -taken[-1])
