"""Corrections that readers ask for, and the newsroom's answers."""

import datetime as dt
from typing import Any

import msgspec
import sqlalchemy as sa

from belowline.model.correction import Became, Correction
from belowline.store.prepared import Prepared
from belowline.store.tables import story
from belowline.store.tables_corrections import correction

_c = correction.c
_COLUMNS = [_c[name] for name in Correction.__struct_fields__]
_BECAME = Correction.__struct_fields__.index("became")
_WAITS = _c.became == sa.literal_column("'waits'")
_PUBLIC = _c.became.in_([sa.literal_column("'accepted'"), sa.literal_column("'declined'")])
_OF_STORY = Prepared(
    sa.select(*_COLUMNS).where(_c.story_id == sa.bindparam("story_id"), _PUBLIC).order_by(_c.answered_at, _c.id)
)


def _of_row(row: Any) -> Correction:
    values = list(row)
    values[_BECAME] = Became(values[_BECAME])
    return Correction(*values)


def add(conn: sa.Connection, **values: Any) -> Correction:
    statement = sa.insert(correction).values(**values, became=str(Became.WAITS)).returning(*_COLUMNS)
    return _of_row(conn.execute(statement).one())


def get(conn: sa.Connection, correction_id: int) -> Correction | None:
    row = conn.execute(sa.select(*_COLUMNS).where(_c.id == correction_id)).first()
    return None if row is None else _of_row(row)


def answer(
    conn: sa.Connection, of: Correction, became: Became, said: str, by: int | None, now: dt.datetime
) -> Correction | None:
    """None where somebody has answered it meanwhile."""
    changed = msgspec.structs.replace(of, became=became, answer=said, answered_by=by, answered_at=now)
    values = {"became": str(became), "answer": said, "answered_by": by, "answered_at": now}
    done = conn.execute(sa.update(correction).where(_c.id == of.id, _WAITS).values(**values)).rowcount
    return changed if done else None


def answered(conn: sa.Connection, story_id: int) -> list[Correction]:
    """Those of a story that were answered in public, in the order of the answers."""
    return [_of_row(row) for row in _OF_STORY.all(conn, {"story_id": story_id})]


def asked_by(conn: sa.Connection, story_id: int, reader: str) -> list[Correction]:
    """What this reader has asked for under a story, and is not answered."""
    found = sa.select(*_COLUMNS).where(_c.story_id == story_id, _c.reader == reader, _WAITS).order_by(_c.id)
    return [_of_row(row) for row in conn.execute(found)]


def waiting(conn: sa.Connection, site_id: int, after: int = 0, limit: int = 50) -> list[Correction]:
    """What waits for an answer on a site, the oldest first, after the correction `after`."""
    found = sa.select(*_COLUMNS).join(story, story.c.id == _c.story_id).where(_WAITS, _c.id > after)
    return [_of_row(row) for row in conn.execute(found.where(story.c.site_id == site_id).order_by(_c.id).limit(limit))]


def count_waiting(conn: sa.Connection, site_id: int) -> int:
    """How many wait; counted in the index of those that do."""
    found = sa.select(sa.func.count()).select_from(correction).join(story, story.c.id == _c.story_id)
    return int(conn.execute(found.where(_WAITS, story.c.site_id == site_id)).scalar_one())
