"""Votes of an import: those of single readers one by one, and numbers of which only the source knew whose they were.

A reader of the source is known again by the source and their id in it, so that the same vote comes once. Belowline's
own lines name the readers of some of the votes that a comment's numbers hold: those count as theirs, no vote twice.
"""

import functools
import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any

from belowline.store import imports, votes
from belowline.store.staging import Staging
from belowline.store.tables import to_us
from belowline.transfer.belowline import own_person
from belowline.transfer.belowline_lines import IMPORTED
from belowline.transfer.context import Context
from belowline.transfer.receipt import Receipt
from belowline.transfer.records import CommentRecord
from belowline.transfer.rows import line
from belowline.transfer.turns import Turns

NO_VOTES = {**votes.counted(0, 0), "respect_imported": 0, "down_imported": 0}
MOST = 2**31 - 1
"""What a source says beyond it is no number of votes."""


_NOBODY = -1
"""Instead of a run: no such vote is there."""


@functools.lru_cache(maxsize=10_000)
def reader_key(source: str, person: str) -> str:
    """`model.reader.Reader.key` of somebody whom only the source knows."""
    return "i" + hashlib.sha256(f"{source}\0{person}".encode("utf-8", "replace")).hexdigest()[:24]


class Ballots:
    """Counts the votes of one piece after the other into the receipt, the rows and the store."""

    def __init__(self, turns: Turns, staging: Staging, receipt: Receipt, context: Context) -> None:
        self._turns, self._staging, self._receipt, self._context = turns, staging, receipt, context
        self._any = staging.has_votes()
        self._whole = context.source == "belowline"
        self._home = own_person(imports.installation(turns.conn), "") if self._any and self._whole else ""
        """What stands before the ids of this installation's own persons."""

    def count(
        self,
        num: int,
        story_id: int | None,
        ids: dict[str, int],
        rows: dict[int, dict[str, Any]],
        totals: dict[int, tuple[int, int]],
    ) -> None:
        """`ids`: of a story's comments by their keys in the files; `rows`: the new ones of them, that wait; `totals`:
        of the others the numbers of votes in the files."""
        if not self._any:
            return
        known = [id_ for id_ in ids.values() if id_ not in rows]
        there = self._votes_there(story_id, known) if story_id and known else {}
        cast = list(self._staging.votes(num, list(ids)))
        spare = self._spare(known, totals, Counter((ids[key], value) for key, _, value, _, _ in cast))
        tally: defaultdict[int, Counter[int]] = defaultdict(Counter)
        for key, person, value, reason, at in cast:
            comment_id, reader = ids[key], self._reader(person)
            run_id = there.get((reader, comment_id), _NOBODY)
            if run_id != _NOBODY:
                self._there(run_id)
            elif comment_id not in rows and (spare[comment_id, value] > 0 or self._is_from_here(person)):
                spare[comment_id, value] -= 1
                self._receipt.votes.already_there += 1
            else:
                self._receipt.votes.stored += 1
                tally[comment_id][value] += 1
                self._keep(story_id, comment_id, person, {"value": value, "reason": reason, "cast_at": at})
        for comment_id, new in tally.items():
            if comment_id in rows:
                self._into(rows[comment_id], new)
            elif not self._context.dry_run:
                votes.add_counts(self._turns.conn, comment_id, new[1], new[-1])

    def _into(self, row: dict[str, Any], new: Counter[int]) -> None:
        if not self._whole:
            row.update(votes.counted(row["respect_count"] + new[1], row["down_count"] + new[-1]))
            return
        respect, down = max(row["respect_count"], new[1]), max(row["down_count"], new[-1])
        row.update(votes.counted(respect, down))
        row.update(respect_imported=respect - new[1], down_imported=down - new[-1])

    def _spare(
        self, known: list[int], totals: dict[int, tuple[int, int]], named: Counter[tuple[int, int]]
    ) -> Counter[tuple[int, int]]:
        """How many of the votes on each comment came as numbers before, in a file that did not say whose they are."""
        spare: Counter[tuple[int, int]] = Counter()
        if not self._whole or not known:
            return spare
        for id_, came in imports.numbers_there(self._turns.conn, known).items():
            for value, number, total in zip((1, -1), came, totals.get(id_, came), strict=True):
                spare[id_, value] = number - max(0, total - named[id_, value])
        return spare

    def _votes_there(self, story_id: int, known: list[int]) -> dict[tuple[str, int], int | None]:
        """With this installation's persons under the keys by which other installations know them as well."""
        there = imports.votes_there(self._turns.conn, story_id, known)
        ours = [(reader, id_) for reader, id_ in there if self._home and reader.startswith("p")]
        return there | {(self._reader(self._home + reader[1:]), id_): there[reader, id_] for reader, id_ in ours}

    def _is_from_here(self, person: str) -> bool:
        """They took their vote back since, or it is still there."""
        return bool(self._home) and person.startswith(self._home) and person[len(self._home) :].isdecimal()

    def _reader(self, person: str) -> str:
        return person if self._whole and IMPORTED.fullmatch(person) else reader_key(self._context.source, person)

    def _there(self, run_id: int | None) -> None:
        if run_id is not None and run_id == self._context.run_id:  # before an interruption
            self._receipt.votes.stored += 1
        else:
            self._receipt.votes.already_there += 1

    def _keep(self, story_id: int | None, comment_id: int, person: str, vote: dict[str, Any]) -> None:
        if story_id is None or self._context.dry_run:
            return
        reader = f"p{person.removeprefix(self._home)}" if self._is_from_here(person) else self._reader(person)
        if vote["cast_at"] is None:
            vote["cast_at"] = to_us(self._context.now)
        vote["reason"] = line(vote["reason"])
        where = {"reader": reader, "story_id": story_id, "comment_id": comment_id}
        self._turns.votes.append(where | vote | {"import_run_id": self._context.run_id})


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
