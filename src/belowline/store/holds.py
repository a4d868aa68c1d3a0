"""Legal holds: what is under one is kept, whatever its term."""

import datetime as dt
import enum

import msgspec
import sqlalchemy as sa

from belowline.store.tables import comment
from belowline.store.tables_duties import legal_hold

_c = legal_hold.c


class What(enum.StrEnum):
    COMMENT = "comment"
    PERSON = "person"
    STORY = "story"


class Hold(msgspec.Struct, frozen=True):
    id: int
    what: str
    subject_id: int
    reason: str
    made_by: int | None
    made_at: dt.datetime
    lifted_at: dt.datetime | None
    lifted_by: int | None


_ALL = sa.select(*(legal_hold.c[name] for name in Hold.__struct_fields__))


def add(conn: sa.Connection, what: What, subject_id: int, reason: str, by: int | None, now: dt.datetime) -> int:
    values = {"what": str(what), "subject_id": subject_id, "reason": reason, "made_by": by, "made_at": now}
    return int(conn.execute(sa.insert(legal_hold).values(**values).returning(_c.id)).scalar_one())


def lift(conn: sa.Connection, hold_id: int, by: int | None, now: dt.datetime) -> bool:
    ended = sa.update(legal_hold).where(_c.id == hold_id, _c.lifted_at.is_(None))
    return bool(conn.execute(ended.values(lifted_at=now, lifted_by=by)).rowcount)


def standing(conn: sa.Connection) -> list[Hold]:
    """Those that last, newest first."""
    return [Hold(*row) for row in conn.execute(_ALL.where(_c.lifted_at.is_(None)).order_by(_c.id.desc()))]


def on(conn: sa.Connection, what: What, subject_id: int) -> list[Hold]:
    """The holds on one thing itself that last."""
    its = _ALL.where(_c.what == str(what), _c.subject_id == subject_id, _c.lifted_at.is_(None))
    return [Hold(*row) for row in conn.execute(its)]


def free() -> sa.ColumnElement[bool]:
    """That no hold keeps a row of the table comment: on itself, on its writer or on its story."""
    kept = sa.or_(
        sa.and_(_c.what == "comment", _c.subject_id == comment.c.id),
        sa.and_(_c.what == "person", _c.subject_id == comment.c.person_id),
        sa.and_(_c.what == "story", _c.subject_id == comment.c.story_id),
    )
    return ~sa.exists().where(kept, _c.lifted_at.is_(None)).correlate(comment)
