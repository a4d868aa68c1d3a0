"""The newsroom's log, proved: is every row as it was written, and does it hold what an earlier head says."""

import datetime as dt
from typing import Any

import msgspec
import sqlalchemy as sa

from belowline.errors import NotFound
from belowline.store import log


class SignedHead(msgspec.Struct, frozen=True):
    row: int
    hash: str
    at: dt.datetime
    signed: str
    """The same, as a JSON Web Signature."""
    key: dict[str, Any]
    """The public key that checks it."""


def head(conn: sa.Connection, now: dt.datetime) -> SignedHead:
    """The newest row, signed now. Raises NotFound while the log is empty, or nobody has made the key."""
    from belowline.rules import heads  # noqa: PLC0415

    newest, key = log.head(conn), log.key(conn)
    if newest is None or key is None:
        raise NotFound("The log is empty.", code="empty-log")
    said = heads.Head(newest.id, newest.hash, now.replace(microsecond=0))
    return SignedHead(said.row, said.hash, said.at, heads.sign(said, key), heads.public_key(key))


def has_no_key(conn: sa.Connection) -> bool:
    return log.key(conn) is None


def make_key(conn: sa.Connection) -> None:
    """The key that signs heads, made on first use."""
    from belowline.rules import heads  # noqa: PLC0415

    if log.key(conn) is None:
        log.set_key(conn, heads.new_key())


def fault(conn: sa.Connection, earlier: str | None = None) -> str | None:
    """What is wrong with the log, in a sentence; None if nothing is. `earlier`: a signed head that it must hold."""
    from belowline.rules import heads  # noqa: PLC0415

    wrong = log.first_wrong(conn)
    if wrong is not None:
        return f"Row {wrong[0]} {wrong[1]}."
    if earlier is None:
        return None
    key = log.key(conn)
    if key is None:
        return "There is no key here that could have signed this head."
    said = heads.check(earlier, heads.public_key(key))
    row = log.get(conn, said.row)
    if row is None:
        return f"Row {said.row} is missing: the head of {said.at:%Y-%m-%d} names it. The log was cut."
    if row.hash != said.hash:
        return f"Row {said.row} is not what the head of {said.at:%Y-%m-%d} says: the log was written anew."
    return None
