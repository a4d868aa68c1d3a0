"""When readers last saw a discussion, what is new since, and what of theirs waits there."""

import datetime as dt
from typing import Any

import sqlalchemy as sa

from belowline.model.comment import Comment
from belowline.model.reader import Reader
from belowline.store import comments
from belowline.store.tables import comment
from belowline.store.tables_taking_part import visit

_c = comment.c
_PUBLISHED = _c.state == sa.literal_column("'published'")
_GUEST, _PERSON = sa.bindparam("guest", type_=sa.Text), sa.bindparam("person_id", type_=_c.person_id.type)
_new = sa.and_(
    _c.story_id == sa.bindparam("story_id"),
    _PUBLISHED,
    _c.created_at > sa.bindparam("since"),
    sa.or_(_c.guest.is_(None), _c.guest != _GUEST),
    sa.or_(_c.person_id.is_(None), _c.person_id != _PERSON),
)
_newest = sa.select(sa.cast(_c.id, sa.Text).label("id")).where(_new).order_by(_c.created_at.desc())
_newest_few = _newest.limit(sa.bindparam("limit", type_=sa.Integer)).subquery()
_NEW = sa.select(sa.func.aggregate_strings(_newest_few.c.id, " "))  # one row: a quarter of the time of hundreds
_COUNT_NEW = sa.select(sa.func.count()).select_from(comment).where(_new)
_HELD = (
    sa.select(*comments.COLUMNS)
    .where(_c.story_id == sa.bindparam("story_id"), _c.state == sa.literal_column("'held'"))
    .order_by(_c.id)
    .limit(sa.bindparam("limit", type_=sa.Integer))
)
_HELD_OF_PERSON, _HELD_OF_GUEST = _HELD.where(_c.person_id == _PERSON), _HELD.where(_c.guest == _GUEST)
_OWN = sa.select(_c.id).where(_c.person_id == sa.bindparam("person_id"), _c.story_id == sa.bindparam("story_id"))
_LAST = sa.select(visit.c.seen_at).where(
    visit.c.person_id == sa.bindparam("person_id"), visit.c.story_id == sa.bindparam("story_id")
)


def new_since(
    conn: sa.Connection, story_id: int, since: dt.datetime, reader: Reader | None, limit: int
) -> tuple[list[int], int]:
    """Published comments of others, the newest `limit` of them, and how many there are."""
    who = {"guest": (reader and reader.guest) or "", "person_id": (reader and reader.person_id) or 0}
    values = {"story_id": story_id, "since": since, **who}
    found = conn.execute(_NEW, {**values, "limit": limit}).scalar_one()
    newest = sorted(map(int, (found or "").split()), reverse=True)
    return newest, int(conn.execute(_COUNT_NEW, values).scalar_one()) if len(newest) == limit else len(newest)


def held(conn: sa.Connection, story_id: int, reader: Reader, limit: int) -> list[Comment]:
    """The reader's own comments under a story that wait for a moderator."""
    values = {"story_id": story_id, "limit": limit}
    if reader.person_id is not None:
        rows = conn.execute(_HELD_OF_PERSON, {**values, "person_id": reader.person_id})
    else:
        rows = conn.execute(_HELD_OF_GUEST, {**values, "guest": reader.guest})
    return [comments.of_row(row) for row in rows]


def own(conn: sa.Connection, person_id: int, story_id: int) -> list[int]:
    """A person's comments under a story."""
    return list(conn.execute(_OWN, {"person_id": person_id, "story_id": story_id}).scalars())


def last(conn: sa.Connection, person_id: int, story_id: int) -> dt.datetime | None:
    """Up to when the person has seen the discussion."""
    found: dt.datetime | None = conn.execute(_LAST, {"person_id": person_id, "story_id": story_id}).scalar()
    return found


def note(conn: sa.Connection, person_id: int, story_id: int, seen_at: dt.datetime) -> None:
    values: dict[str, Any] = {"person_id": person_id, "story_id": story_id}
    where = [visit.c[name] == value for name, value in values.items()]
    if conn.execute(sa.update(visit).where(*where).values(seen_at=seen_at)).rowcount == 0:
        conn.execute(sa.insert(visit).values(**values, seen_at=seen_at))
