"""Appeals, and who is there to decide them."""

import datetime as dt
from typing import Any

import msgspec
import sqlalchemy as sa

from belowline.model.appeal import Appeal, Outcome
from belowline.store.tables_duties import appeal
from belowline.store.tables_people import person, role

_c = appeal.c
_COLUMNS = [appeal.c[name] for name in Appeal.__struct_fields__]
_ALL = sa.select(*_COLUMNS)


def _of_row(row: Any) -> Appeal | None:
    if row is None:
        return None
    found = Appeal(*row)
    return msgspec.structs.replace(found, outcome=None if found.outcome is None else Outcome(found.outcome))


def _all(conn: sa.Connection, chosen: sa.Select[Any]) -> list[Appeal]:
    return [one for row in conn.execute(chosen) if (one := _of_row(row))]


def get(conn: sa.Connection, appeal_id: int) -> Appeal | None:
    return _of_row(conn.execute(_ALL.where(_c.id == appeal_id)).first())


def of_decision(conn: sa.Connection, decision_id: int) -> Appeal | None:
    return _of_row(conn.execute(_ALL.where(_c.decision_id == decision_id)).first())


def of_decisions(conn: sa.Connection, decision_ids: list[int]) -> dict[int, Appeal]:
    return {one.decision_id: one for one in _all(conn, _ALL.where(_c.decision_id.in_(decision_ids)))}


def add(
    conn: sa.Connection, site_id: int, decision_id: int, person_id: int | None, text: str, now: dt.datetime
) -> Appeal:
    values = {"site_id": site_id, "decision_id": decision_id, "person_id": person_id, "text": text, "made_at": now}
    made = _of_row(conn.execute(sa.insert(appeal).values(**values).returning(*_COLUMNS)).one())
    assert made is not None
    return made


def decide(
    conn: sa.Connection,
    appeal_id: int,
    outcome: Outcome,
    answer: str,
    by: int | None,
    alone: bool,
    now: dt.datetime,
) -> bool:
    """False where somebody has decided it meanwhile."""
    values = {"outcome": str(outcome), "answer": answer, "decided_by": by, "alone": alone, "decided_at": now}
    return bool(
        conn.execute(sa.update(appeal).where(_c.id == appeal_id, _c.outcome.is_(None)).values(**values)).rowcount
    )


def told(conn: sa.Connection, appeal_id: int, now: dt.datetime) -> None:
    conn.execute(sa.update(appeal).where(_c.id == appeal_id).values(told_at=now))


def count_waiting(conn: sa.Connection, site_id: int) -> int:
    """How many wait; by the index that holds those alone."""
    waits = sa.select(sa.func.count()).where(_c.outcome.is_(None), _c.site_id == site_id)
    return int(conn.execute(waits).scalar_one())


def waiting(conn: sa.Connection, site_ids: list[int], limit: int) -> list[Appeal]:
    """Oldest first."""
    waits = _ALL.where(_c.outcome.is_(None), _c.site_id.in_(site_ids)).order_by(_c.made_at, _c.id).limit(limit)
    return _all(conn, waits)


def decided(conn: sa.Connection, site_ids: list[int], limit: int) -> list[Appeal]:
    """Newest first."""
    done = _ALL.where(_c.outcome.is_not(None), _c.site_id.in_(site_ids)).order_by(_c.decided_at.desc()).limit(limit)
    return _all(conn, done)


def made_between(conn: sa.Connection, site_id: int, since: dt.datetime, until: dt.datetime) -> list[Appeal]:
    return _all(conn, _ALL.where(_c.site_id == site_id, _c.made_at >= since, _c.made_at < until).order_by(_c.id))


def moderators(conn: sa.Connection, site_id: int) -> list[int]:
    """Who may decide on a site."""
    may = role.c.role.in_(("moderator", "editor", "admin"))
    found = sa.select(person.c.id).join(role, role.c.person_id == person.c.id)
    return list(conn.execute(found.where(role.c.site_id == site_id, may, person.c.deleted_at.is_(None))).scalars())
