"""Decisions of the newsroom: what was decided about a comment or a person, and what was undone of it."""

import datetime as dt
from typing import Any

import sqlalchemy as sa

from belowline.model.decision import Action, Decision, FoundBy, Ground
from belowline.store.prepared import Prepared
from belowline.store.tables_moderation import decision

_COLUMNS = [decision.c[name] for name in Decision.__struct_fields__]
_ALL = sa.select(*_COLUMNS)
_NOTHING: dict[str, Any] = {
    "comment_id": None, "person_id": None, "state_before": None, "state_after": None, "reason": "", "explanation": "",
    "note": "", "by_machine": False, "decided_by": None, "batch": None,
}  # fmt: skip
_GIVEN = (*_NOTHING, "site_id", "action", "ground", "found_by", "decided_at")
_ADD = Prepared(sa.insert(decision).returning(*_COLUMNS), columns=_GIVEN)
_LAST_IDS = (
    sa.select(decision.c.comment_id, sa.func.max(decision.c.id))
    .where(decision.c.comment_id.in_(sa.bindparam("ids", expanding=True)))
    .group_by(decision.c.comment_id)
)
_LAST_ID = Prepared(sa.select(sa.func.max(decision.c.id)).where(decision.c.comment_id == sa.bindparam("id")))
_ENUMS: dict[str, Any] = {"action": Action, "ground": Ground, "found_by": FoundBy}


def _decision(row: Any) -> Decision:
    values = dict(zip(Decision.__struct_fields__, row, strict=True))
    return Decision(**{name: _ENUMS[name](value) if name in _ENUMS else value for name, value in values.items()})


def add(conn: sa.Connection, values: dict[str, Any]) -> Decision:
    """`values` by the columns' names."""
    row = _ADD.first(conn, {**_NOTHING, **values})
    if row is None:
        raise LookupError("the decision that was just added")
    return _decision(row)


def get(conn: sa.Connection, decision_id: int) -> Decision | None:
    row = conn.execute(_ALL.where(decision.c.id == decision_id)).first()
    return None if row is None else _decision(row)


def of_comment(conn: sa.Connection, comment_id: int) -> list[Decision]:
    """Oldest first, with those that were undone."""
    found = conn.execute(_ALL.where(decision.c.comment_id == comment_id).order_by(decision.c.id))
    return [_decision(row) for row in found]


def of_batch(conn: sa.Connection, batch: str) -> list[Decision]:
    """What was decided together, the last first: so it is undone."""
    found = conn.execute(_ALL.where(decision.c.batch == batch).order_by(decision.c.id.desc()))
    return [_decision(row) for row in found]


def of_person(conn: sa.Connection, site_id: int, person_id: int, limit: int) -> list[Decision]:
    """What was decided about a person and their comments on a site, the newest first."""
    found = _ALL.where(decision.c.person_id == person_id, decision.c.site_id == site_id)
    return [_decision(row) for row in conn.execute(found.order_by(decision.c.id.desc()).limit(limit))]


def last_ids(conn: sa.Connection, comment_ids: list[int]) -> dict[int, int]:
    """The newest decision of each comment that has one, undone ones too."""
    if not comment_ids:
        return {}
    return {row.comment_id: row[1] for row in conn.execute(_LAST_IDS, {"ids": comment_ids})}


def last_id(conn: sa.Connection, comment_id: int) -> int | None:
    """The newest decision on a comment, an undone one too."""
    row = _LAST_ID.first(conn, {"id": comment_id})
    return row[0] if row else None


def set_undone(conn: sa.Connection, decision_id: int, by: int | None, now: dt.datetime) -> None:
    conn.execute(sa.update(decision).where(decision.c.id == decision_id).values(undone_at=now, undone_by=by))
