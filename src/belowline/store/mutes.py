"""Whom a person does not want to read."""

import datetime as dt

import sqlalchemy as sa

from belowline.store.tables_people import person
from belowline.store.tables_taking_part import mute

_OF = (
    sa.select(mute.c.muted_id, person.c.name)
    .join(person, person.c.id == mute.c.muted_id)
    .where(mute.c.person_id == sa.bindparam("person_id"))
    .order_by(mute.c.muted_at)
)


def of(conn: sa.Connection, person_id: int) -> list[tuple[int, str]]:
    """(id, name) of everybody whom this person muted, oldest first."""
    return [(one, name) for one, name in conn.execute(_OF, {"person_id": person_id})]


def count(conn: sa.Connection, person_id: int) -> int:
    statement = sa.select(sa.func.count()).select_from(mute).where(mute.c.person_id == person_id)
    return int(conn.execute(statement).scalar_one())


def add(conn: sa.Connection, person_id: int, muted_id: int, now: dt.datetime) -> None:
    known = sa.select(mute.c.muted_id).where(mute.c.person_id == person_id, mute.c.muted_id == muted_id)
    if conn.execute(known).first() is None:
        conn.execute(sa.insert(mute).values(person_id=person_id, muted_id=muted_id, muted_at=now))


def remove(conn: sa.Connection, person_id: int, muted_id: int) -> None:
    conn.execute(sa.delete(mute).where(mute.c.person_id == person_id, mute.c.muted_id == muted_id))
