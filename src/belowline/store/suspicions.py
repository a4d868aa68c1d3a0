"""Suspicions of serious crime that were recorded, and whether the authority was informed."""

import datetime as dt

import msgspec
import sqlalchemy as sa

from belowline.store.tables_duties import suspicion

_c = suspicion.c


class Suspicion(msgspec.Struct, frozen=True):
    id: int
    site_id: int
    comment_id: int
    text: str
    made_by: int | None
    made_at: dt.datetime
    notified_at: dt.datetime | None
    notified: str
    """Which authority, when, under which number: in words of whoever informed it."""


_ALL = sa.select(*(suspicion.c[name] for name in Suspicion.__struct_fields__))


def add(conn: sa.Connection, site_id: int, comment_id: int, text: str, by: int, now: dt.datetime) -> int:
    values = {"site_id": site_id, "comment_id": comment_id, "text": text, "made_by": by, "made_at": now}
    return int(conn.execute(sa.insert(suspicion).values(**values).returning(_c.id)).scalar_one())


def of_comment(conn: sa.Connection, comment_id: int) -> Suspicion | None:
    """The newest."""
    row = conn.execute(_ALL.where(_c.comment_id == comment_id).order_by(_c.id.desc())).first()
    return None if row is None else Suspicion(*row)


def of_site(conn: sa.Connection, site_id: int, limit: int) -> list[Suspicion]:
    """Newest first."""
    return [
        Suspicion(*row) for row in conn.execute(_ALL.where(_c.site_id == site_id).order_by(_c.id.desc()).limit(limit))
    ]


def set_notified(conn: sa.Connection, suspicion_id: int, words: str, now: dt.datetime) -> None:
    conn.execute(sa.update(suspicion).where(_c.id == suspicion_id).values(notified=words, notified_at=now))
