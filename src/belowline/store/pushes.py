"""Browsers that are told by web push, and how far each has been told."""

import datetime as dt

import msgspec
import sqlalchemy as sa

from belowline.model.follow import Notice
from belowline.store import notifications
from belowline.store.tables_jobs import notification
from belowline.store.tables_push import push

_p = push.c


class Push(msgspec.Struct, frozen=True):
    id: int
    follower_id: int
    session_id: int
    endpoint: str
    p256dh: str
    auth: str
    told: int
    telling: int
    job_id: int | None


_COLUMNS = [_p[name] for name in Push.__struct_fields__]
_OF_FOLLOWER = sa.select(_p.id).where(_p.follower_id == sa.bindparam("follower"))


def get(conn: sa.Connection, push_id: int) -> Push | None:
    row = conn.execute(sa.select(*_COLUMNS).where(_p.id == push_id)).first()
    return None if row is None else Push(*row)


def of_follower(conn: sa.Connection, follower_id: int) -> list[int]:
    return list(conn.execute(_OF_FOLLOWER, {"follower": follower_id}).scalars())


def of_session(conn: sa.Connection, session_id: int) -> int | None:
    found = conn.execute(sa.select(_p.id).where(_p.session_id == session_id)).scalar()
    return None if found is None else int(found)


def add(
    conn: sa.Connection, follower_id: int, session_id: int, endpoint: str, p256dh: str, auth: str, now: dt.datetime
) -> None:
    """One a session, and one an endpoint: the newest. It is told of what comes from now on."""
    conn.execute(sa.delete(push).where(sa.or_(_p.session_id == session_id, _p.endpoint == endpoint)))
    last = conn.execute(sa.select(sa.func.coalesce(sa.func.max(notification.c.id), 0))).scalar_one()
    values = {"follower_id": follower_id, "session_id": session_id, "endpoint": endpoint, "p256dh": p256dh}
    conn.execute(sa.insert(push).values(**values, auth=auth, created_at=now, told=last, telling=last))


def remove(conn: sa.Connection, push_id: int) -> None:
    conn.execute(sa.delete(push).where(_p.id == push_id))


def remove_of_session(conn: sa.Connection, session_id: int) -> None:
    conn.execute(sa.delete(push).where(_p.session_id == session_id))


def take(conn: sa.Connection, of: Push, job_id: int) -> list[Notice]:
    """What this job's message tells, the newest last: decided by its first try."""
    until = of.telling
    if of.job_id != job_id:
        unread = sa.select(sa.func.coalesce(sa.func.max(notification.c.id), of.told)).where(
            notification.c.follower_id == of.follower_id,
            notification.c.id > of.told,
            notification.c.read_at.is_(None),
        )
        until = int(conn.execute(unread).scalar_one())
        conn.execute(sa.update(push).where(_p.id == of.id).values(telling=until, job_id=job_id))
    return notifications.between(conn, of.follower_id, of.told, until)


def told(conn: sa.Connection, push_id: int, job_id: int) -> None:
    """It has been told of all that this job's message said; one that was begun meanwhile says that too, and more."""
    conn.execute(sa.update(push).where(_p.id == push_id, _p.job_id == job_id).values(told=_p.telling, job_id=None))
