"""Whose hands an item of the desk is in: a comment, an appeal, a notice, a request for a correction.

Opening an item takes it in hand for a while, renewed while the page stands open, so that two moderators never work on
the same; deciding lays it down.
"""

import datetime as dt

import msgspec
import sqlalchemy as sa

from belowline.actions.desk import Desk
from belowline.errors import Conflict
from belowline.store import claims
from belowline.store.claims import Claim

LEASE = dt.timedelta(minutes=3)


class Hand(msgspec.Struct, frozen=True):
    """An item with who has it."""

    claim: Claim | None
    mine: bool = False

    @property
    def taken(self) -> bool:
        """Somebody else has it."""
        return self.claim is not None and not self.mine


def named(kind: str, number: int) -> str:
    """An item's name among the claims."""
    return f"{kind}:{number}"


def look(conn: sa.Connection, desk: Desk, item: str, now: dt.datetime) -> Hand:
    held = claims.of_items(conn, [item], now).get(item)
    return Hand(held, held is not None and held.person_id == desk.person.id)


def take(conn: sa.Connection, desk: Desk, item: str, now: dt.datetime) -> Hand:
    """Takes an item in hand, or renews that; where somebody else has it, says who."""
    if not look(conn, desk, item, now).taken:
        claims.keep(conn, item, desk.person.id, now, now + LEASE)
    return look(conn, desk, item, now)


def lay_down(conn: sa.Connection, desk: Desk, item: str) -> None:
    claims.drop(conn, item, desk.person.id)


def must_be_free(conn: sa.Connection, item: str, by: int | None, what: str, now: dt.datetime) -> None:
    """`by` None: the operator's key, which waits for nobody. Raises Conflict."""
    held = claims.of_items(conn, [item], now).get(item)
    if held and by is not None and held.person_id != by:
        raise Conflict(f"{held.name} has this {what} in hand until {held.until:%H:%M} UTC.", code="claimed")


def others(conn: sa.Connection, desk: Desk, kind: str, numbers: list[int], now: dt.datetime) -> dict[int, Claim]:
    """What of a list somebody else has in hand, by number."""
    by_name = {named(kind, one): one for one in numbers}
    held = claims.of_items(conn, list(by_name), now)
    return {by_name[name]: claim for name, claim in held.items() if claim.person_id != desk.person.id}
