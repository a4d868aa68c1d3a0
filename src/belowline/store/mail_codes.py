"""Sign-in by mail: links and codes that are good once, for a quarter of an hour."""

import datetime as dt
import secrets

import msgspec
import sqlalchemy as sa

from belowline.store.sessions import digest, new_token
from belowline.store.tables_people import mail_code as table

TRIES = 5  # of a code; then only the link is good


class MailCode(msgspec.Struct, frozen=True):
    hash: str
    code_hash: str
    tries: int
    email: str
    email_hash: str
    next: str
    expires_at: dt.datetime
    used_at: dt.datetime | None


class Asked(msgspec.Struct, frozen=True):
    """What was made, known here for the only time."""

    link: str
    browser: str
    """For the asking browser: the code is good only together with it."""
    code: str
    """Six digits."""


_COLUMNS = [table.c[name] for name in MailCode.__struct_fields__]


def add(conn: sa.Connection, email: str, email_hash: str, place: str, now: dt.datetime, until: dt.datetime) -> Asked:
    asked = Asked(new_token(), new_token(), f"{secrets.randbelow(10**6):06}")
    values = {"email": email, "email_hash": email_hash, "next": place, "created_at": now, "expires_at": until}
    hashes = {
        "hash": digest(asked.link),
        "browser_hash": digest(asked.browser),
        "code_hash": digest(asked.browser + asked.code),
    }
    conn.execute(sa.insert(table).values(tries=0, **values, **hashes))
    return asked


def lately(conn: sa.Connection, email_hash: str, since: dt.datetime) -> int:
    """How many were asked for, for this address."""
    found = sa.select(sa.func.count()).where(table.c.email_hash == email_hash, table.c.created_at > since)
    return int(conn.execute(found).scalar_one())


def by_link(conn: sa.Connection, link: str) -> MailCode | None:
    row = conn.execute(sa.select(*_COLUMNS).where(table.c.hash == digest(link))).first()
    return None if row is None else MailCode(*row)


def by_code(conn: sa.Connection, browser: str, code: str) -> MailCode | None:
    """The one that this browser asked for, if the code is right. Every look counts as a try."""
    row = conn.execute(sa.select(*_COLUMNS).where(table.c.browser_hash == digest(browser))).first()
    if row is None:
        return None
    found = MailCode(*row)
    conn.execute(sa.update(table).where(table.c.hash == found.hash).values(tries=found.tries + 1))
    right = secrets.compare_digest(found.code_hash, digest(browser + code))
    return found if right and found.tries < TRIES else None


def use(conn: sa.Connection, found: MailCode, now: dt.datetime) -> None:
    """It was good once; the address goes."""
    conn.execute(sa.update(table).where(table.c.hash == found.hash).values(used_at=now, email=""))


def drop_old(conn: sa.Connection, before: dt.datetime) -> None:
    conn.execute(sa.delete(table).where(table.c.expires_at < before))
