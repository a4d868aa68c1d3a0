"""Warnings to those whose notices were manifestly unfounded again and again, and times without their notices."""

import datetime as dt
from typing import Any

import msgspec
import sqlalchemy as sa

from belowline.model.notice import Against, Measure
from belowline.store.tables_duties import notifier_measure

_c = notifier_measure.c
_COLUMNS = [notifier_measure.c[name] for name in Measure.__struct_fields__]
_ALL = sa.select(*_COLUMNS)


def _of_row(row: Any) -> Measure:
    return msgspec.structs.replace(Measure(*row), kind=Against(row.kind))


def add(conn: sa.Connection, **values: Any) -> Measure:
    return _of_row(conn.execute(sa.insert(notifier_measure).values(**values).returning(*_COLUMNS)).one())


def get(conn: sa.Connection, measure_id: int) -> Measure | None:
    row = conn.execute(_ALL.where(_c.id == measure_id)).first()
    return None if row is None else _of_row(row)


def change(conn: sa.Connection, measure_id: int, **values: Any) -> None:
    conn.execute(sa.update(notifier_measure).where(_c.id == measure_id).values(**values))


def of(conn: sa.Connection, site_id: int, email: str) -> list[Measure]:
    """Newest first."""
    theirs = _ALL.where(_c.site_id == site_id, _c.email == email).order_by(_c.id.desc())
    return [_of_row(row) for row in conn.execute(theirs)]


def made_between(conn: sa.Connection, site_id: int, since: dt.datetime, until: dt.datetime) -> list[Measure]:
    when = sa.and_(_c.site_id == site_id, _c.made_at >= since, _c.made_at < until)
    return [_of_row(row) for row in conn.execute(_ALL.where(when).order_by(_c.id))]
