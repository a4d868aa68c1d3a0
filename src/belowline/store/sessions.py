"""Sessions: only hashes of their tokens are kept, so that a stolen database signs nobody in."""

import datetime as dt
import hashlib
import secrets
from typing import Any

import sqlalchemy as sa

from belowline.model.person import Person, Session, SignedIn
from belowline.store.people import COLUMNS as PERSON
from belowline.store.tables_people import person, session, spent

_COLUMNS = [session.c[name] for name in Session.__struct_fields__]
_BOTH = (
    sa.select(*_COLUMNS, *PERSON)
    .join(person, person.c.id == session.c.person_id)
    .where(session.c.expires_at > sa.bindparam("now"), person.c.deleted_at.is_(None))
)
_BY_HASH = _BOTH.where(session.c.hash == sa.bindparam("hash"))
_BY_ACCESS = _BOTH.where(session.c.access_hash == sa.bindparam("hash"), session.c.access_until > sa.bindparam("now"))
_BY_EARLIER = _BOTH.where(session.c.earlier_hash == sa.bindparam("hash"))


def new_token() -> str:
    """256 random bits for a URL, a cookie or a header."""
    return secrets.token_urlsafe(32)


def digest(token: str) -> str:
    """Tokens are random, so a plain hash is enough to keep them by."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def add(
    conn: sa.Connection,
    person_id: int,
    kind: str,
    site_id: int | None,
    agent: str,
    now: dt.datetime,
    until: dt.datetime,
) -> tuple[int, str]:
    """(id, token): the token is known here for the only time."""
    token = new_token()
    statement = sa.insert(session).values(
        hash=digest(token),
        person_id=person_id,
        kind=kind,
        site_id=site_id,
        agent=agent,
        created_at=now,
        seen_at=now,
        expires_at=until,
    )
    return int(conn.execute(statement.returning(session.c.id)).scalar_one()), token


def _signed_in(conn: sa.Connection, statement: sa.Select[Any], token: str, now: dt.datetime) -> SignedIn | None:
    row = conn.execute(statement, {"hash": digest(token), "now": now}).first()
    if row is None:
        return None
    cut = len(_COLUMNS)
    return SignedIn(Person(*row[cut:]), Session(*row[:cut]))


def by_token(conn: sa.Connection, token: str, kind: str, now: dt.datetime) -> SignedIn | None:
    """By the cookie's token (kind page) or a refresh token (kind embed)."""
    found = _signed_in(conn, _BY_HASH, token, now)
    return found if found and found.session.kind == kind else None


def by_access(conn: sa.Connection, token: str, now: dt.datetime) -> SignedIn | None:
    return _signed_in(conn, _BY_ACCESS, token, now)


def by_earlier(conn: sa.Connection, token: str, now: dt.datetime) -> SignedIn | None:
    """By a refresh token that has been exchanged already."""
    return _signed_in(conn, _BY_EARLIER, token, now)


def set_access(conn: sa.Connection, session_id: int, token: str, until: dt.datetime) -> None:
    """The access token that is good from now on, in place of the last."""
    values = {"access_hash": digest(token), "access_until": until}
    conn.execute(sa.update(session).where(session.c.id == session_id).values(**values))


def rotate(conn: sa.Connection, session_id: int, token: str, now: dt.datetime, until: dt.datetime) -> None:
    """The next refresh token; the one before is remembered, to notice who shows it again."""
    values = {"earlier_hash": session.c.hash, "hash": digest(token), "seen_at": now, "expires_at": until}
    conn.execute(sa.update(session).where(session.c.id == session_id).values(**values))


def saw(conn: sa.Connection, session_id: int, now: dt.datetime, until: dt.datetime) -> None:
    conn.execute(sa.update(session).where(session.c.id == session_id).values(seen_at=now, expires_at=until))


def of_person(conn: sa.Connection, person_id: int, now: dt.datetime) -> list[Session]:
    """Where a person is signed in, the last seen first."""
    c = session.c
    found = sa.select(*_COLUMNS).where(c.person_id == person_id, c.expires_at > now).order_by(c.seen_at.desc())
    return [Session(*row) for row in conn.execute(found)]


def end(conn: sa.Connection, person_id: int, session_id: int) -> bool:
    """Ends one of a person's sessions; False if it is none of theirs."""
    c = session.c
    return conn.execute(sa.delete(session).where(c.id == session_id, c.person_id == person_id)).rowcount > 0


def end_all(conn: sa.Connection, person_id: int) -> int:
    return conn.execute(sa.delete(session).where(session.c.person_id == person_id)).rowcount


def drop_old(conn: sa.Connection, now: dt.datetime) -> None:
    conn.execute(sa.delete(session).where(session.c.expires_at <= now))


def spend(conn: sa.Connection, what: str, until: dt.datetime, now: dt.datetime) -> bool:
    """Takes a one-time thing; False if it was taken before. It is forgotten after `until`, when it is void anyway."""
    conn.execute(sa.delete(spent).where(spent.c.expires_at <= now))
    hash_ = digest(what)
    if conn.execute(sa.select(spent.c.hash).where(spent.c.hash == hash_)).first():
        return False
    conn.execute(sa.insert(spent).values(hash=hash_, expires_at=until))
    return True
