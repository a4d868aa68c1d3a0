"""The log of the newsroom: every decision, change of policy and staff sign-in, each tied to the one before.

A row's hash is taken over the hash before it and all that the row says, so that whoever changes, removes or inserts a
row must rewrite every later one; and the head, published daily, would no longer match.
"""

import datetime as dt
import hashlib
from collections.abc import Iterator
from typing import Any

import msgspec
import sqlalchemy as sa

from belowline.store.prepared import Prepared
from belowline.store.tables import secret, to_us
from belowline.store.tables_moderation import log

FIRST = "0" * 64
"""What stands before the first row."""


class Entry(msgspec.Struct, frozen=True):
    id: int
    at: dt.datetime
    site_id: int | None
    actor_id: int | None
    what: str
    details: str
    """JSON, exactly as it was hashed."""
    hash: str


_COLUMNS = [log.c[name] for name in Entry.__struct_fields__]
_LAST = Prepared(sa.select(log.c.id, log.c.hash).order_by(log.c.id.desc()).limit(sa.literal_column("1")))
_ADD = Prepared(sa.insert(log), columns=Entry.__struct_fields__)


def append(
    conn: sa.Connection, at: dt.datetime, what: str, details: dict[str, Any], actor_id: int | None, site_id: int | None
) -> int:
    """Adds a row at the end; inside the writer's transaction, so that no two rows follow the same one."""
    last = _LAST.first(conn, {})
    before_id, before = (0, FIRST) if last is None else tuple(last)
    said = msgspec.json.encode(details, order="deterministic").decode()
    entry = Entry(before_id + 1, at, site_id, actor_id, what, said, "")
    values = msgspec.structs.asdict(entry) | {"hash": hash_of(before, entry)}
    _ADD.run(conn, values)
    return entry.id


def hash_of(before: str, entry: Entry) -> str:
    """SHA-256 over the hash before and the row, each field on a line of its own."""
    fields = (before, entry.id, to_us(entry.at), entry.site_id, entry.actor_id, entry.what, entry.details)
    return hashlib.sha256("\n".join("" if one is None else str(one) for one in fields).encode()).hexdigest()


def first_wrong(conn: sa.Connection) -> tuple[int, str] | None:
    """The first row that does not follow from the one before, and why; None where all do."""
    before = Entry(0, dt.datetime.min, None, None, "", "", FIRST)
    for entry in entries(conn):
        if entry.id != before.id + 1:
            return before.id + 1, "is missing"
        if entry.hash != hash_of(before.hash, entry):
            return entry.id, "does not follow from the one before: it, or the one before, was changed"
        before = entry
    return None


def entries(conn: sa.Connection, after: int = 0) -> Iterator[Entry]:
    """In their order."""
    found = conn.execute(sa.select(*_COLUMNS).where(log.c.id > after).order_by(log.c.id))
    return (Entry(*row) for row in found)


def latest(conn: sa.Connection, site_id: int, before: int | None, limit: int) -> list[Entry]:
    """Newest first, of one site and of all sites together."""
    found = sa.select(*_COLUMNS).where(sa.or_(log.c.site_id == site_id, log.c.site_id.is_(None)))
    if before is not None:
        found = found.where(log.c.id < before)
    return [Entry(*row) for row in conn.execute(found.order_by(log.c.id.desc()).limit(limit))]


def head(conn: sa.Connection) -> Entry | None:
    """The newest row."""
    row = conn.execute(sa.select(*_COLUMNS).order_by(log.c.id.desc()).limit(1)).first()
    return None if row is None else Entry(*row)


def get(conn: sa.Connection, row_id: int) -> Entry | None:
    row = conn.execute(sa.select(*_COLUMNS).where(log.c.id == row_id)).first()
    return None if row is None else Entry(*row)


def key(conn: sa.Connection) -> str | None:
    """The private key that signs heads (rules.heads)."""
    found = conn.execute(sa.select(secret.c.value).where(secret.c.name == "log")).scalar()
    return None if found is None else str(found)


def set_key(conn: sa.Connection, private: str) -> None:
    conn.execute(sa.insert(secret).values(name="log", value=private))
