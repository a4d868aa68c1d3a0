"""Decisions as those read them whom they concern."""

import datetime as dt
from typing import Any

import msgspec
import sqlalchemy as sa

from belowline.model.decision import Action, Decision, FoundBy, Ground
from belowline.store.tables import comment
from belowline.store.tables_duties import appeal
from belowline.store.tables_moderation import decision

_c = decision.c
_COLUMNS = [decision.c[name] for name in Decision.__struct_fields__]
_ALL = sa.select(*_COLUMNS)


def of_row(row: Any) -> Decision:
    kinds = {"action": Action(row.action), "ground": Ground(row.ground), "found_by": FoundBy(row.found_by)}
    return msgspec.structs.replace(Decision(*row), **kinds)


def get(conn: sa.Connection, decision_id: int) -> Decision | None:
    row = conn.execute(_ALL.where(_c.id == decision_id)).first()
    return None if row is None else of_row(row)


def _newest(actions: tuple[Action, ...]) -> sa.Select[Any]:
    return _ALL.where(_c.action.in_([str(one) for one in actions])).order_by(_c.id.desc())


def of_comment(conn: sa.Connection, comment_id: int, actions: tuple[Action, ...]) -> list[Decision]:
    """Newest first."""
    return [of_row(row) for row in conn.execute(_newest(actions).where(_c.comment_id == comment_id))]


def of_person(conn: sa.Connection, person_id: int, actions: tuple[Action, ...], limit: int) -> list[Decision]:
    """About a person and what they wrote, also what they made their own later; newest first."""
    theirs = sa.select(comment.c.id).where(comment.c.person_id == person_id)
    mine = sa.or_(_c.person_id == person_id, _c.comment_id.in_(theirs))
    return [of_row(row) for row in conn.execute(_newest(actions).where(mine).limit(limit))]


def of_guest(
    conn: sa.Connection, guest: str | None, comment_ids: list[int], actions: tuple[Action, ...], limit: int
) -> list[Decision]:
    """About what a browser wrote that we know again; newest first."""
    marks = [comment.c.id.in_(comment_ids)] + ([comment.c.guest == guest] if guest else [])
    theirs = sa.select(comment.c.id).where(comment.c.person_id.is_(None), sa.or_(*marks))
    return [of_row(row) for row in conn.execute(_newest(actions).where(_c.comment_id.in_(theirs)).limit(limit))]


def told(conn: sa.Connection, decision_id: int, now: dt.datetime) -> None:
    conn.execute(sa.update(decision).where(_c.id == decision_id).values(told_at=now))


def of_site(
    conn: sa.Connection, site_id: int, actions: tuple[Action, ...], since: dt.datetime, until: dt.datetime
) -> list[Decision]:
    """Decided from `since` to before `until`, oldest first."""
    when = sa.and_(_c.site_id == site_id, _c.decided_at >= since, _c.decided_at < until)
    chosen = _ALL.where(when, _c.action.in_([str(one) for one in actions]))
    return [of_row(row) for row in conn.execute(chosen.order_by(_c.decided_at, _c.id))]


def written_since(conn: sa.Connection, site_id: int, person_id: int, since: dt.datetime) -> int:
    """How many comments of a person a site has from then on."""
    theirs = sa.and_(comment.c.site_id == site_id, comment.c.person_id == person_id, comment.c.created_at >= since)
    return int(conn.execute(sa.select(sa.func.count()).where(theirs)).scalar_one())


def machine_held(conn: sa.Connection, site_id: int, since: dt.datetime, until: dt.datetime) -> tuple[int, int]:
    """(decisions of people on what a program had held, those of them that published it)."""
    when = sa.and_(_c.site_id == site_id, _c.decided_at >= since, _c.decided_at < until, _c.undone_at.is_(None))
    found = sa.select(sa.func.count(), sa.func.sum(sa.case((_c.action == "publish", 1), else_=0)))
    held = found.where(when, _c.found_by == "machine", _c.state_before == "held", sa.not_(_c.by_machine))
    many, published = conn.execute(held).one()
    return int(many), int(published or 0)


def machine_decided(conn: sa.Connection, site_id: int, since: dt.datetime, until: dt.datetime) -> tuple[int, int]:
    """(decisions that a program made without a person, those of them that an appeal reversed)."""
    when = sa.and_(_c.site_id == site_id, _c.decided_at >= since, _c.decided_at < until, _c.undone_at.is_(None))
    wrong = sa.exists().where(appeal.c.decision_id == _c.id, appeal.c.outcome == "reversed").correlate(decision)
    made = sa.select(sa.func.count(), sa.func.sum(sa.case((wrong, 1), else_=0))).where(when, _c.by_machine)
    many, reversed_ = conn.execute(made).one()
    return int(many), int(reversed_ or 0)


def add_by_machine(
    conn: sa.Connection, site_id: int, comment_id: int, person_id: int | None, explanation: str, now: dt.datetime
) -> Decision:
    """A held comment was removed without a person."""
    values = {
        "site_id": site_id,
        "comment_id": comment_id,
        "person_id": person_id,
        "action": "remove",
        "state_before": "held",
        "state_after": "removed",
        "ground": "rules",
        "reason": "other",
        "explanation": explanation,
        "found_by": "machine",
        "by_machine": True,
        "decided_at": now,
    }
    return of_row(conn.execute(sa.insert(decision).values(**values).returning(*_COLUMNS)).one())
