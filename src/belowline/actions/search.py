"""A moderator's search: conditions read by rules/search.py, looked for among the newest comments first, so many at a
time that an answer never takes long; what lies further back is a click away."""

import datetime as dt

import msgspec
import sqlalchemy as sa

from belowline.actions import queues
from belowline.actions.desk import Desk
from belowline.rules import search as rule
from belowline.rules.search import Term
from belowline.store import search

LOOK = 5_000  # comments looked at for one page, about 20 ms
AT_A_TIME = 500


class Found(msgspec.Struct, frozen=True):
    rows: list[queues.Row]
    looked: int
    """How many comments were looked at."""
    before: int | None
    """Where to look further; None: there is nothing more."""


def find(conn: sa.Connection, desk: Desk, source: str, before: int | None, now: dt.datetime) -> Found:
    """Comments of the desk's site that fit, newest first. Raises Invalid (field "q")."""
    terms = rule.parse(source)
    named = {str(one.value) for one in terms if one.kind == "story"}
    stories = {one: search.story_ids(conn, desk.site.id, one) for one in named}
    ids: list[int] = []
    looked = 0
    at_a_time = LOOK if stories else AT_A_TIME  # a story's comments are put in order for each lot
    while looked < LOOK:
        lot = search.candidates(conn, desk.site.id, terms, stories, before, at_a_time)
        fitting = _fitting(conn, lot, terms, stories)
        room = queues.PAGE - len(ids)
        ids += fitting[:room]
        looked += len(lot)
        if len(fitting) > room:
            before = ids[-1]
            break
        before = lot[-1].id if len(lot) == at_a_time else None
        if before is None or len(ids) == queues.PAGE:
            break
    return Found(queues.rows(conn, desk, search.whole(conn, ids), now), looked, before)


def _fitting(
    conn: sa.Connection, lot: list[rule.Candidate], terms: list[Term], stories: dict[str, set[int]]
) -> list[int]:
    ids = [one.id for one in lot if rule.fits(one, terms, stories)]
    if not any(one.kind == "score" for one in terms):
        return ids
    found = search.scores(conn, ids)
    return [one for one in ids if rule.scores_fit(found.get(one, []), terms)]
