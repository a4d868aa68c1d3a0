"""Claims: who has an item of a queue in hand, for a while."""

import datetime as dt

import msgspec
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from belowline.store.tables_moderation import claim
from belowline.store.tables_people import person


class Claim(msgspec.Struct, frozen=True):
    item: str
    """comment:12, appeal:3, …"""
    person_id: int
    name: str
    until: dt.datetime


_COLUMNS = (claim.c.item, claim.c.person_id, person.c.name, claim.c.until)
_LIVE = sa.select(*_COLUMNS).join(person, person.c.id == claim.c.person_id).where(claim.c.until > sa.bindparam("now"))
_OF = _LIVE.where(claim.c.item.in_(sa.bindparam("items", expanding=True)))


def of_items(conn: sa.Connection, items: list[str], now: dt.datetime) -> dict[str, Claim]:
    """The claims that still hold."""
    found = conn.execute(_OF, {"items": items, "now": now}) if items else ()
    return {row[0]: Claim(*row) for row in found}


def keep(conn: sa.Connection, item: str, person_id: int, now: dt.datetime, until: dt.datetime) -> None:
    """The item is this person's until then, unless it is somebody else's by now; what is over goes. Of two who come at
    the same moment one keeps it, in whichever process they are."""
    conn.execute(sa.delete(claim).where(claim.c.until <= now))
    insert = postgresql.insert if conn.dialect.name == "postgresql" else sqlite.insert
    made = insert(claim).values(item=item, person_id=person_id, until=until)
    mine = claim.c.person_id == person_id
    conn.execute(made.on_conflict_do_update(index_elements=[claim.c.item], set_={"until": until}, where=mine))


def drop(conn: sa.Connection, item: str, person_id: int | None = None) -> None:
    """Gives the item free; with `person_id` only if it is theirs."""
    gone = sa.delete(claim).where(claim.c.item == item)
    conn.execute(gone if person_id is None else gone.where(claim.c.person_id == person_id))
