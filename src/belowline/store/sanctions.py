"""Sanctions: kept for ever, also when they are over; what counts is what still lasts."""

import datetime as dt
from typing import Any

import msgspec
import sqlalchemy as sa

from belowline.model.sanction import Kind, Sanction
from belowline.store.tables_moderation import sanction
from belowline.store.tables_people import login

_COLUMNS = [sanction.c[name] for name in Sanction.__struct_fields__]
_c = sanction.c


def _of_row(row: Any) -> Sanction:
    return msgspec.structs.replace(Sanction(*row), kind=Kind(row.kind))


def _whose(person_id: int | None, guest: str | None, email_hash: str | None) -> sa.ColumnElement[bool]:
    """A person's, with those on an address alone by which they sign in; or those of a guest by any of their marks.

    One on a guest by browser and address stays the guest's: anybody could have typed the address.
    """
    if person_id is not None:
        proved = sa.select(login.c.subject).where(login.c.person_id == person_id, login.c.method == "email")
        return sa.or_(_c.person_id == person_id, sa.and_(_c.email_hash.in_(proved), _c.guest.is_(None)))
    marks = [column == value for column, value in ((_c.guest, guest), (_c.email_hash, email_hash)) if value]
    return sa.or_(sa.false(), *marks)


def add(conn: sa.Connection, **values: Any) -> Sanction:
    return _of_row(conn.execute(sa.insert(sanction).values(**values).returning(*_COLUMNS)).one())


def get(conn: sa.Connection, sanction_id: int) -> Sanction | None:
    row = conn.execute(sa.select(*_COLUMNS).where(_c.id == sanction_id)).first()
    return None if row is None else _of_row(row)


def must(conn: sa.Connection, sanction_id: int) -> Sanction:
    found = get(conn, sanction_id)
    if found is None:
        raise LookupError(f"sanction {sanction_id}")
    return found


def lift(conn: sa.Connection, sanction_id: int, by: int | None, now: dt.datetime) -> None:
    conn.execute(sa.update(sanction).where(_c.id == sanction_id).values(lifted_at=now, lifted_by=by))


def of(
    conn: sa.Connection, site_id: int, person_id: int | None, guest: str | None = None, email_hash: str | None = None
) -> list[Sanction]:
    """Everything ever imposed on somebody that counts, or counted, on a site; the newest first."""
    here = sa.or_(_c.site_id == site_id, _c.site_id.is_(None))
    found = sa.select(*_COLUMNS).where(_whose(person_id, guest, email_hash), here).order_by(_c.id.desc())
    return [_of_row(row) for row in conn.execute(found)]
