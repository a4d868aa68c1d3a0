"""Forgetting what has had its time: each function forgets at most `limit` rows that were over before a moment.

They say how many they forgot: fewer than `limit` means that nothing is left. Bounded, so that no other write waits.
"""

import datetime as dt
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa

from belowline.store.tables import access_key
from belowline.store.tables_jobs import follow, follower, notification
from belowline.store.tables_people import mail_code, session, spent
from belowline.store.tables_taking_part import visit

Forget = Callable[[sa.Connection, dt.datetime, int], int]
"""(conn, before, limit) → how many."""


def dropping(table: sa.Table, over: sa.ColumnElement[Any], *where: sa.ColumnElement[bool]) -> Forget:
    """Deletes rows whose moment `over` lies before the one that is asked for."""
    key = sa.tuple_(*table.primary_key.columns)

    def forget(conn: sa.Connection, before: dt.datetime, limit: int) -> int:
        old = sa.select(*table.primary_key.columns).where(over < before, *where).limit(limit)
        return int(conn.execute(sa.delete(table).where(key.in_(old))).rowcount)

    return forget


mail_codes = dropping(mail_code, mail_code.c.expires_at)
spent_once = dropping(spent, spent.c.expires_at)
sessions = dropping(session, session.c.expires_at)
access_keys = dropping(access_key, access_key.c.expires_at)
visits = dropping(visit, visit.c.seen_at)
read_notices = dropping(notification, notification.c.read_at)
notices = dropping(notification, notification.c.created_at)
unanswered = dropping(follow, follow.c.created_at, sa.not_(follow.c.confirmed))


def guests_addresses(conn: sa.Connection, before: dt.datetime, limit: int) -> int:
    """Addresses of guests who follow nothing any more: their mails have stopped, and there is nothing to stop."""
    follows_something = sa.exists().where(follow.c.follower_id == follower.c.id)
    idle = sa.select(follower.c.id).where(
        follower.c.person_id.is_(None), follower.c.created_at < before, sa.not_(follows_something)
    )
    ids = list(conn.execute(idle.limit(limit)).scalars())
    if ids:
        conn.execute(sa.delete(notification).where(notification.c.follower_id.in_(ids)))
        conn.execute(sa.delete(follower).where(follower.c.id.in_(ids)))
    return len(ids)
