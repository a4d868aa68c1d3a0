"""Notices of illegal content, and trusted flaggers."""

import datetime as dt
from typing import Any

import msgspec
import sqlalchemy as sa

from belowline.model.notice import Flagger, Manifest, Notice, Outcome
from belowline.store.tables_duties import notice, trusted_flagger

_c = notice.c
_COLUMNS = [notice.c[name] for name in Notice.__struct_fields__]
_ALL = sa.select(*_COLUMNS)
_f = trusted_flagger.c
_FLAGGERS = sa.select(*(trusted_flagger.c[name] for name in Flagger.__struct_fields__))


def _of_row(row: Any) -> Notice:
    found = Notice(*row)
    outcome = None if found.outcome is None else Outcome(found.outcome)
    return msgspec.structs.replace(found, outcome=outcome, manifest=Manifest(found.manifest))


def _all(conn: sa.Connection, chosen: sa.Select[Any]) -> list[Notice]:
    return [_of_row(row) for row in conn.execute(chosen)]


def add(conn: sa.Connection, **values: Any) -> Notice:
    return _of_row(conn.execute(sa.insert(notice).values(**values).returning(*_COLUMNS)).one())


def get(conn: sa.Connection, notice_id: int) -> Notice | None:
    row = conn.execute(_ALL.where(_c.id == notice_id)).first()
    return None if row is None else _of_row(row)


def change(conn: sa.Connection, notice_id: int, **values: Any) -> None:
    conn.execute(sa.update(notice).where(_c.id == notice_id).values(**values))


def answer(conn: sa.Connection, notice_id: int, **values: Any) -> bool:
    """False where somebody has answered it meanwhile."""
    return bool(
        conn.execute(sa.update(notice).where(_c.id == notice_id, _c.outcome.is_(None)).values(**values)).rowcount
    )


def count_waiting(conn: sa.Connection, site_id: int) -> int:
    """How many wait; by the index that holds those alone."""
    waits = sa.select(sa.func.count()).where(_c.outcome.is_(None), _c.site_id == site_id)
    return int(conn.execute(waits).scalar_one())


def waiting(conn: sa.Connection, site_ids: list[int], limit: int) -> list[Notice]:
    """Those of trusted flaggers first, then the oldest."""
    waits = _ALL.where(_c.outcome.is_(None), _c.site_id.in_(site_ids))
    return _all(conn, waits.order_by(_c.flagger_id.is_(None), _c.made_at, _c.id).limit(limit))


def answered(conn: sa.Connection, site_ids: list[int], limit: int) -> list[Notice]:
    """Newest first."""
    done = _ALL.where(_c.outcome.is_not(None), _c.site_id.in_(site_ids))
    return _all(conn, done.order_by(_c.decided_at.desc()).limit(limit))


def of_comment(conn: sa.Connection, comment_id: int) -> list[Notice]:
    return _all(conn, _ALL.where(_c.comment_id == comment_id).order_by(_c.id))


def made_between(conn: sa.Connection, site_id: int, since: dt.datetime, until: dt.datetime) -> list[Notice]:
    return _all(conn, _ALL.where(_c.site_id == site_id, _c.made_at >= since, _c.made_at < until).order_by(_c.id))


def flagger_of(conn: sa.Connection, decision_id: int) -> int | None:
    """The trusted flagger whose notice led to a decision."""
    led = sa.select(_c.flagger_id).where(_c.decision_id == decision_id, _c.flagger_id.is_not(None))
    return conn.execute(led).scalars().first()


# --- trusted flaggers -----------------------------------------------------------------------------


def _flagger(row: Any) -> Flagger:
    return Flagger(*row)


def add_flagger(conn: sa.Connection, **values: Any) -> int:
    made = sa.insert(trusted_flagger).values(**values).returning(trusted_flagger.c.id)
    return int(conn.execute(made).scalar_one())


def end_flagger(conn: sa.Connection, flagger_id: int, now: dt.datetime) -> bool:
    ended = sa.update(trusted_flagger).where(_f.id == flagger_id, _f.ended_at.is_(None)).values(ended_at=now)
    return bool(conn.execute(ended).rowcount)


def flaggers(conn: sa.Connection) -> list[Flagger]:
    """Those that count, and those that did."""
    return [_flagger(row) for row in conn.execute(_FLAGGERS.order_by(_f.id))]


def flagger_for(conn: sa.Connection, site_id: int, person_id: int, email: str | None) -> Flagger | None:
    """Whom a signed-in person speaks for."""
    who = sa.or_(_f.person_id == person_id, _f.email == email) if email else _f.person_id == person_id
    here = sa.or_(_f.site_id == site_id, _f.site_id.is_(None))
    row = conn.execute(_FLAGGERS.where(who, here, _f.ended_at.is_(None)).order_by(_f.id)).first()
    return None if row is None else _flagger(row)
