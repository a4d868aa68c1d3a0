"""Second looks: comments of some decisions, judged again by somebody who does not know what was decided."""

import datetime as dt
from typing import Any

import sqlalchemy as sa

from belowline.store.tables_moderation import decision, second_look

_c = second_look.c
_DECIDED = {"published": "publish", "removed": "remove", "spam": "remove"}
"""What a decision says, by the state that it gave."""


def ask(conn: sa.Connection, decision_id: int, site_id: int, now: dt.datetime) -> None:
    conn.execute(sa.insert(second_look).values(decision_id=decision_id, site_id=site_id, asked_at=now))


def _waiting(site_id: int, person_id: int) -> sa.Select[Any]:
    """(decision, comment): those that wait and were decided by somebody else."""
    found = sa.select(_c.decision_id, decision.c.comment_id).join(decision, decision.c.id == _c.decision_id)
    others = sa.or_(decision.c.decided_by.is_(None), decision.c.decided_by != person_id)
    return found.where(_c.site_id == site_id, _c.said.is_(None), others)


def following(conn: sa.Connection, site_id: int, person_id: int) -> tuple[int, int] | None:
    """(decision, comment) of the oldest that this person may judge."""
    row = conn.execute(_waiting(site_id, person_id).order_by(_c.decision_id).limit(1)).first()
    return None if row is None else (int(row[0]), int(row[1]))


def waits_for(conn: sa.Connection, site_id: int, person_id: int, decision_id: int) -> int | None:
    """The comment of a decision that this person may judge; None where they may not, or it is done."""
    row = conn.execute(_waiting(site_id, person_id).where(_c.decision_id == decision_id)).first()
    return None if row is None else int(row[1])


def count_waiting(conn: sa.Connection, site_id: int, person_id: int) -> int:
    return int(
        conn.execute(sa.select(sa.func.count()).select_from(_waiting(site_id, person_id).subquery())).scalar_one()
    )


def say(conn: sa.Connection, decision_id: int, said: str, by: int, now: dt.datetime) -> None:
    conn.execute(sa.update(second_look).where(_c.decision_id == decision_id).values(said=said, read_by=by, read_at=now))


def pairs(conn: sa.Connection, site_id: int, since: dt.datetime) -> list[tuple[str, str]]:
    """(what was decided, what the second look said) of those read since: publish or remove."""
    found = sa.select(decision.c.state_after, _c.said).join(decision, decision.c.id == _c.decision_id)
    rows = conn.execute(found.where(_c.site_id == site_id, _c.read_at >= since))
    return [(_DECIDED[state], said) for state, said in rows if state in _DECIDED]
