"""A person does not want to read somebody. Nobody else learns of it."""

import datetime as dt

import sqlalchemy as sa

from belowline.actions.people import access_person
from belowline.errors import Conflict, Invalid
from belowline.store import mutes

MOST = 500


def mute(conn: sa.Connection, person_id: int, muted_id: int, now: dt.datetime) -> None:
    """Raises NotFound (no such person), Invalid (oneself), Conflict (MOST reached)."""
    if muted_id == person_id:
        raise Invalid("You cannot mute yourself.", code="own-person")
    access_person(conn, muted_id)
    if mutes.count(conn, person_id) >= MOST:
        raise Conflict(f"At most {MOST} readers can be muted.", code="too-many-mutes")
    mutes.add(conn, person_id, muted_id, now)


def unmute(conn: sa.Connection, person_id: int, muted_id: int) -> None:
    mutes.remove(conn, person_id, muted_id)
