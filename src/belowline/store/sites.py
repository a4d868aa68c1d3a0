"""Sites, secrets and access keys."""

import datetime as dt
import functools
import hashlib
import secrets
from collections.abc import Callable
from typing import Any

import msgspec
import sqlalchemy as sa

from belowline.model.site import Policy, Site
from belowline.store.prepared import Prepared, Row
from belowline.store.tables import access_key, secret, site


@functools.lru_cache(maxsize=64)
def _decoded(row: Row) -> Site:
    """Keyed by all that the row holds, so that nothing stale can come out of it."""
    values = dict(zip(Site.__struct_fields__, row, strict=True))
    values |= {name: msgspec.json.decode(values[name]) for name in _JSON}
    return msgspec.convert(values, Site, strict=False)


def of_row(row: Row) -> Site:
    """A row of SELECTED."""
    return _decoded(row)


def _site(row: Row | None) -> Site | None:
    return None if row is None else _decoded(row)


_JSON = ("origins", "policy")
SELECTED: list[sa.ColumnElement[Any]] = [
    sa.cast(site.c[name], sa.Text) if name in _JSON else site.c[name] for name in Site.__struct_fields__
]
_ALL = sa.select(*SELECTED)
_BY_ID = Prepared(_ALL.where(site.c.id == sa.bindparam("id")))
_BY_KEY = Prepared(_ALL.where(site.c.key == sa.bindparam("key")))
_IN_ORDER = Prepared(_ALL.order_by(site.c.id))


def get(conn: sa.Connection, site_id: int) -> Site:
    found = _site(_BY_ID.first(conn, {"id": site_id}))
    if found is None:
        raise LookupError(f"site {site_id}")
    return found


def by_key(conn: sa.Connection, key: str) -> Site | None:
    return _site(_BY_KEY.first(conn, {"key": key}))


def first(conn: sa.Connection) -> Site | None:
    """The oldest site: the one at /."""
    return _site(_IN_ORDER.first(conn, {}))


def all_sites(conn: sa.Connection) -> list[Site]:
    return [found for row in _IN_ORDER.all(conn, {}) if (found := _site(row))]


def add(conn: sa.Connection, key: str, name: str, lang: str, origins: tuple[str, ...], policy: Policy) -> int:
    statement = sa.insert(site).values(
        key=key, name=name, lang=lang, origins=list(origins), policy=msgspec.to_builtins(policy)
    )
    return int(conn.execute(statement.returning(site.c.id)).scalar_one())


def change(conn: sa.Connection, changed: Site) -> None:
    values = msgspec.to_builtins(changed)
    conn.execute(sa.update(site).where(site.c.id == changed.id).values(**values))


def signing_secret(conn: sa.Connection) -> str:
    """The installation's key for tokens."""
    return kept_secret(conn, "signing", lambda: secrets.token_urlsafe(32))


def kept_secret(conn: sa.Connection, name: str, make: Callable[[], str]) -> str:
    """A secret of the installation, made on first use."""
    found = conn.execute(sa.select(secret.c.value).where(secret.c.name == name)).scalar()
    if found is None:
        found = make()
        conn.execute(sa.insert(secret).values(name=name, value=found))
    return str(found)


def webhook_secret(conn: sa.Connection, site_key: str) -> str:
    """By which a site's own systems know that a message is from us; made on first use."""
    return kept_secret(conn, f"webhook:{site_key}", lambda: secrets.token_urlsafe(32))


def add_key(conn: sa.Connection, kind: str, now: dt.datetime, expires_at: dt.datetime | None) -> str:
    """A new access key; only its hash is kept."""
    key = secrets.token_urlsafe(24)
    conn.execute(sa.insert(access_key).values(hash=_hash(key), kind=kind, created_at=now, expires_at=expires_at))
    return key


def key_holds(conn: sa.Connection, key: str, kind: str, now: dt.datetime) -> bool:
    expires = access_key.c.expires_at
    statement = sa.select(access_key.c.hash).where(
        access_key.c.hash == _hash(key), access_key.c.kind == kind, sa.or_(expires.is_(None), expires > now)
    )
    return conn.execute(statement).first() is not None


def use_key(conn: sa.Connection, key: str, kind: str, now: dt.datetime) -> bool:
    """Takes a one-time key out of the world; False if it was not good."""
    good = key_holds(conn, key, kind, now)
    if good:
        conn.execute(sa.delete(access_key).where(access_key.c.hash == _hash(key)))
    return good


def drop_keys(conn: sa.Connection, kind: str) -> None:
    conn.execute(sa.delete(access_key).where(access_key.c.kind == kind))


def _hash(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()
