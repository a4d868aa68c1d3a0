"""Jobs: rows that are added in the transaction of what they follow from, claimed and done later.

A claim is a lease: who dies with it loses it, and the job runs again. So every job must bear being run twice.
"""

import datetime as dt
from typing import Any

import msgspec
import sqlalchemy as sa

from belowline.store.tables_jobs import job

_j = job.c


class Job(msgspec.Struct, frozen=True):
    id: int
    kind: str
    payload: dict[str, Any]
    attempts: int
    """This one included."""
    error: str | None = None
    """Of the attempt before."""


_DAILY = "daily:"
_KNOWN = sa.select(_j.id).where(_j.key == sa.bindparam("key"))
_free = sa.or_(_j.claimed_until.is_(None), _j.claimed_until <= sa.bindparam("now", type_=_j.run_at.type))
_DUE = (
    sa.select(_j.id)
    .where(_j.run_at <= sa.bindparam("now", type_=_j.run_at.type), _free)
    .order_by(_j.run_at, _j.id)
    .limit(sa.bindparam("limit", type_=sa.Integer))
)
_JOB = [_j.id, _j.kind, _j.payload, _j.attempts, _j.error]


def add(conn: sa.Connection, kind: str, payload: dict[str, Any], run_at: dt.datetime, key: str | None = None) -> None:
    """Adds a job; with a `key` only where none waits under it."""
    if key is None or conn.execute(_KNOWN, {"key": key}).first() is None:
        conn.execute(sa.insert(job), {"kind": kind, "payload": payload, "run_at": run_at, "key": key})


def add_alone(conn: sa.Connection, kind: str, payload: dict[str, Any], run_at: dt.datetime, key: str) -> None:
    """Adds a job instead of the one that waits, or is being done, under its key."""
    conn.execute(sa.delete(job).where(_j.key == key))
    add(conn, kind, payload, run_at, key)


def again(conn: sa.Connection, of: Job, run_at: dt.datetime, key: str) -> None:
    """It is being done, and the next of its kind waits. A second try of the same job adds no second one."""
    release_key(conn, of.id)
    add(conn, of.kind, of.payload, run_at, key)


def add_daily(conn: sa.Connection, kind: str, run_at: dt.datetime) -> None:
    """A standing duty: one of its kind waits, always."""
    add(conn, kind, {}, run_at, key=f"{_DAILY}{kind}")


def again_daily(conn: sa.Connection, of: Job, run_at: dt.datetime) -> None:
    again(conn, of, run_at, key=f"{_DAILY}{of.kind}")


def due(conn: sa.Connection, now: dt.datetime, limit: int) -> list[int]:
    return list(conn.execute(_DUE, {"now": now, "limit": limit}).scalars())


def claim(conn: sa.Connection, now: dt.datetime, lease: dt.timedelta, limit: int) -> list[Job]:
    """Takes jobs whose time has come; nobody else gets them until the lease is over."""
    ids = due(conn, now, limit)
    if not ids:
        return []
    claimed = sa.update(job).where(_j.id.in_(ids), _free).values(claimed_until=now + lease, attempts=_j.attempts + 1)
    return [Job(*row) for row in conn.execute(claimed.returning(*_JOB), {"now": now})]


def release_key(conn: sa.Connection, job_id: int) -> None:
    """From now on another job may wait under this one's key."""
    conn.execute(sa.update(job).where(_j.id == job_id).values(key=None))


def done(conn: sa.Connection, job_id: int) -> None:
    conn.execute(sa.delete(job).where(_j.id == job_id))


def failed(conn: sa.Connection, job_id: int, error: str, again_at: dt.datetime | None) -> None:
    """Keeps the error; runs again then, or is buried."""
    conn.execute(
        sa.update(job).where(_j.id == job_id).values(error=error, run_at=again_at, claimed_until=None, key=None)
    )


def buried(conn: sa.Connection) -> list[Job]:
    """What was given up, newest last."""
    return [Job(*row) for row in conn.execute(sa.select(*_JOB).where(_j.run_at.is_(None)).order_by(_j.id))]


def waiting(conn: sa.Connection) -> int:
    """How many, without the standing duties, of which one always waits."""
    once = sa.or_(_j.key.is_(None), _j.key.not_like(f"{_DAILY}%"))
    return int(conn.execute(sa.select(sa.func.count()).where(_j.run_at.is_not(None), once)).scalar_one())


def revive(conn: sa.Connection, job_id: int, now: dt.datetime) -> bool:
    """Lets a buried job try again; False where there is none of this number."""
    values = {"run_at": now, "attempts": 0}
    changed = sa.update(job).where(_j.id == job_id, _j.run_at.is_(None)).values(**values)
    return bool(conn.execute(changed).rowcount)


def all_waiting(conn: sa.Connection) -> list[Job]:
    """What waits, claimed or not."""
    return [Job(*row) for row in conn.execute(sa.select(*_JOB).where(_j.run_at.is_not(None)).order_by(_j.id))]


def end_leases(conn: sa.Connection) -> None:
    """For when nobody works: what a dead worker had claimed need not wait for its lease to end."""
    conn.execute(sa.update(job).values(claimed_until=None))
