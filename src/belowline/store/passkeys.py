"""Passkeys: public keys of people's devices."""

import datetime as dt

import msgspec
import sqlalchemy as sa

from belowline.store.tables_people import passkey as table


class Passkey(msgspec.Struct, frozen=True):
    id: int
    person_id: int
    credential: str
    """Its id, base64url."""
    public_key: bytes
    sign_count: int
    name: str
    created_at: dt.datetime
    used_at: dt.datetime | None


_COLUMNS = [table.c[name] for name in Passkey.__struct_fields__]


def add(
    conn: sa.Connection, person_id: int, credential: str, public_key: bytes, count: int, name: str, now: dt.datetime
) -> None:
    values = {"person_id": person_id, "credential": credential, "public_key": public_key, "sign_count": count}
    conn.execute(sa.insert(table).values(**values, name=name, created_at=now))


def by_credential(conn: sa.Connection, credential: str) -> Passkey | None:
    row = conn.execute(sa.select(*_COLUMNS).where(table.c.credential == credential)).first()
    return None if row is None else Passkey(*row)


def of_person(conn: sa.Connection, person_id: int) -> list[Passkey]:
    found = sa.select(*_COLUMNS).where(table.c.person_id == person_id).order_by(table.c.id)
    return [Passkey(*row) for row in conn.execute(found)]


def used(conn: sa.Connection, passkey_id: int, count: int, now: dt.datetime) -> None:
    conn.execute(sa.update(table).where(table.c.id == passkey_id).values(sign_count=count, used_at=now))


def remove(conn: sa.Connection, person_id: int, passkey_id: int) -> bool:
    """False if it is none of theirs."""
    return conn.execute(sa.delete(table).where(table.c.id == passkey_id, table.c.person_id == person_id)).rowcount > 0
