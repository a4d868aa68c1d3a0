"""What the desk's charts are made of: rows of a period, found without reading what is older.

Verdicts and decisions are only ever added, so their ids rise with time: where a period begins is found by halving.
"""

import datetime as dt
from typing import Any, NamedTuple

import sqlalchemy as sa

from belowline.store.tables import comment, story, to_us, verdict
from belowline.store.tables_duties import appeal
from belowline.store.tables_moderation import decision

DAY_US = 86_400_000_000


class DayCount(NamedTuple):
    day: int
    """Days since 1970, UTC."""
    outcome: str
    many: int


class Waited(NamedTuple):
    """A comment that was held, and decided in the period."""

    decided_at: int
    """Microseconds since 1970."""
    held_at: int
    state_after: str
    evidence: list[dict[str, Any]]
    """Of the verdict that held it."""


def _us(column: sa.ColumnElement[Any]) -> sa.ColumnElement[int]:
    return sa.type_coerce(column, sa.BigInteger)


def _first_verdict(conn: sa.Connection, since: dt.datetime) -> int:
    """The id from which verdicts are not older."""
    low, high = 0, int(conn.execute(sa.select(sa.func.max(verdict.c.id))).scalar() or 0) + 1
    after = sa.select(verdict.c.id, verdict.c.decided_at).where(verdict.c.id > sa.bindparam("id"))
    after = after.order_by(verdict.c.id).limit(1)
    while low < high:
        middle = (low + high) // 2
        found = conn.execute(after, {"id": middle}).first()
        if found is None or found.decided_at >= since:
            high = middle
        else:
            low = max(middle + 1, int(found.id))
    return low


def judged_by_day(conn: sa.Connection, site_id: int, since: dt.datetime) -> list[DayCount]:
    """What the pipeline made of what was sent: comments and edits, by day and outcome."""
    day = (_us(verdict.c.decided_at) // DAY_US).label("day")
    found = (
        sa.select(day, verdict.c.outcome, sa.func.count())
        .join(comment, comment.c.id == verdict.c.comment_id)
        .join(story, story.c.id == comment.c.story_id)
        .where(verdict.c.id > _first_verdict(conn, since), verdict.c.decided_at >= since, story.c.site_id == site_id)
        .group_by(day, verdict.c.outcome)
    )
    return [DayCount(int(when), outcome, int(many)) for when, outcome, many in conn.execute(found)]


_d = decision.c


def _of_period(site_id: int, since: dt.datetime) -> sa.ColumnElement[bool]:
    return sa.and_(_d.site_id == site_id, _d.decided_at >= since)


def decided_by_day(conn: sa.Connection, site_id: int, since: dt.datetime) -> list[tuple[int, int, int, int]]:
    """(day, decisions by people, how many people, how many of them undone), all together: nobody is named."""
    day = (_us(_d.decided_at) // DAY_US).label("day")
    undone = sa.func.count(_d.undone_at)
    found = sa.select(day, sa.func.count(), sa.func.count(sa.distinct(_d.decided_by)), undone)
    found = found.where(_of_period(site_id, since), _d.by_machine == sa.false()).group_by(day)
    return [(int(when), int(many), int(people), int(taken)) for when, many, people, taken in conn.execute(found)]


def waited(conn: sa.Connection, site_id: int, since: dt.datetime) -> list[Waited]:
    """Held comments that people decided, with the verdict that had held them."""
    earlier = verdict.alias()
    before = (
        sa.select(sa.func.max(earlier.c.id))
        .where(earlier.c.comment_id == _d.comment_id, earlier.c.outcome == "hold")
        .where(earlier.c.decided_at <= _d.decided_at)
        .scalar_subquery()
    )
    found = (
        sa.select(_us(_d.decided_at), _us(verdict.c.decided_at), _d.state_after, verdict.c.evidence)
        .select_from(decision)
        .join(verdict, verdict.c.id == before)
        .where(_of_period(site_id, since), _d.state_before == "held", _d.undone_at.is_(None))
    )
    return [Waited(int(at), int(held), state, evidence) for at, held, state, evidence in conn.execute(found)]


def appeals(conn: sa.Connection, site_id: int, since: dt.datetime) -> list[str]:
    """What became of the appeals that were decided in the period."""
    c = appeal.c
    found = sa.select(c.outcome).where(c.site_id == site_id, c.decided_at >= since, c.outcome.is_not(None))
    return list(conn.execute(found).scalars())


def days_between(since: dt.datetime, now: dt.datetime) -> range:
    """Days since 1970 from `since` to `now`, both in."""
    return range(to_us(since) // DAY_US, to_us(now) // DAY_US + 1)
