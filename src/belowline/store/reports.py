"""Reports by readers: one a reader a comment; those that wait are counted on the comment."""

import datetime as dt

import msgspec
import sqlalchemy as sa

from belowline.store.tables import comment
from belowline.store.tables_taking_part import report


class Report(msgspec.Struct, frozen=True):
    id: int
    comment_id: int
    reader: str
    reason: str
    text: str
    created_at: dt.datetime
    outcome: str | None
    """The state that a moderator gave the comment; None: it waits."""
    settled_at: dt.datetime | None


_COLUMNS = [report.c[name] for name in Report.__struct_fields__]
_ALL = sa.select(*_COLUMNS)
_BY_ID = _ALL.where(report.c.id == sa.bindparam("id"))
_OWN = _ALL.where(report.c.comment_id == sa.bindparam("comment_id"), report.c.reader == sa.bindparam("reader"))


def get(conn: sa.Connection, report_id: int) -> Report | None:
    row = conn.execute(_BY_ID, {"id": report_id}).first()
    return None if row is None else Report(*row)


def own(conn: sa.Connection, comment_id: int, reader: str) -> Report | None:
    """What this reader reported about the comment before."""
    row = conn.execute(_OWN, {"comment_id": comment_id, "reader": reader}).first()
    return None if row is None else Report(*row)


def add(conn: sa.Connection, comment_id: int, reader: str, reason: str, text: str, now: dt.datetime) -> tuple[int, int]:
    """The new report's id, and how many reports of this comment wait now."""
    values = {"comment_id": comment_id, "reader": reader, "reason": reason, "text": text, "created_at": now}
    made = conn.execute(sa.insert(report).values(**values).returning(report.c.id)).scalar_one()
    counted = sa.update(comment).where(comment.c.id == comment_id).values(report_count=comment.c.report_count + 1)
    return int(made), int(conn.execute(counted.returning(comment.c.report_count)).scalar_one())


def settle(conn: sa.Connection, comment_id: int, outcome: str, now: dt.datetime) -> None:
    """A moderator has decided on the comment: every report that waited is answered."""
    waiting = sa.and_(report.c.comment_id == comment_id, report.c.outcome.is_(None))
    conn.execute(sa.update(report).where(waiting).values(outcome=outcome, settled_at=now))
    conn.execute(sa.update(comment).where(comment.c.id == comment_id).values(report_count=0))


def reopen(conn: sa.Connection, comment_id: int, settled_at: dt.datetime) -> None:
    """What a decision had settled waits again: it was undone."""
    settled = sa.and_(report.c.comment_id == comment_id, report.c.settled_at == settled_at)
    waits = conn.execute(sa.update(report).where(settled).values(outcome=None, settled_at=None)).rowcount
    counted = sa.update(comment).where(comment.c.id == comment_id)
    conn.execute(counted.values(report_count=comment.c.report_count + waits))


def waiting(conn: sa.Connection, limit: int) -> list[Report]:
    """Reports that no moderator has answered, oldest first."""
    statement = _ALL.where(report.c.outcome.is_(None)).order_by(report.c.created_at, report.c.id).limit(limit)
    return [Report(*row) for row in conn.execute(statement)]


def of_comment(conn: sa.Connection, comment_id: int) -> list[Report]:
    """Every report of a comment, oldest first."""
    found = conn.execute(_ALL.where(report.c.comment_id == comment_id).order_by(report.c.id))
    return [Report(*row) for row in found]
