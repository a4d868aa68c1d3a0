"""Appeals: whom a decision concerns says why it is wrong, and somebody else looks at it again."""

import datetime as dt

import msgspec
import sqlalchemy as sa

from belowline.actions import hands, moderate
from belowline.actions import reasons as reasons_act
from belowline.actions import sanctions as sanction_act
from belowline.actions.comments import Changed
from belowline.actions.desk import Desk
from belowline.actions.reasons import Reasons, Viewer
from belowline.actions.sanctions import Subject
from belowline.errors import Conflict, Invalid, NotFound
from belowline.model.appeal import Appeal, Outcome
from belowline.model.comment import State
from belowline.model.decision import Action, Decision, FoundBy, NewDecision
from belowline.model.person import Role
from belowline.rules import roles, text
from belowline.store import appeals, claims, comments, jobs, log, people, reasons, sanctions, sites

MAX_TEXT = 3000
MOST = 100
SANCTIONS = (Action.SUSPEND, Action.BAN, Action.HOLD_PERSON)


class Decided(msgspec.Struct, frozen=True):
    appeal: Appeal
    changed: Changed | None = None
    """The comment that stands again."""


class Opened(msgspec.Struct, frozen=True):
    """An appeal as a moderator sees it."""

    appeal: Appeal
    said: Reasons
    decider: str
    """Who made the decision."""
    may: bool
    """Whether whoever looks may decide it."""
    alone: bool
    """Only because nobody else is there."""


def file(conn: sa.Connection, decision_id: int, source: str, viewer: Viewer, now: dt.datetime) -> Reasons:
    """Raises NotFound (not theirs), Invalid, Conflict (over, undone, or made before)."""
    said = reasons_act.access_reasons(conn, decision_id, viewer, now)
    if not said.may_appeal:
        raise Conflict(_why_not(said, now), code="no-appeal")
    try:
        clean = text.clean(source, MAX_TEXT)
    except Invalid as error:
        raise Invalid("Please say why the decision is wrong.", fields={"text": error.message}) from error
    made = appeals.add(conn, said.site.id, decision_id, viewer.person_id, clean, now)
    log.append(conn, now, "appeal", {"appeal": made.id, "decision": decision_id}, viewer.person_id, said.site.id)
    return reasons_act.of_decision(conn, said.decision, now)


def _why_not(said: Reasons, now: dt.datetime) -> str:
    if said.appeal is not None:
        return "You have appealed against this decision before."
    if said.decision.undone_at is not None:
        return "This decision was taken back."
    if now >= said.appeal_until:
        return "The time for an appeal against this decision is over."
    return "This publication takes no appeals here."


def access_appeal(conn: sa.Connection, appeal_id: int, by: Desk) -> tuple[Appeal, Decision]:
    """An appeal of the desk's site. Raises NotFound."""
    found = appeals.get(conn, appeal_id)
    made = reasons.get(conn, found.decision_id) if found else None
    if found is None or made is None or found.site_id != by.site.id:
        raise NotFound("There is no such appeal here.", code="unknown-appeal")
    return found, made


def open_appeal(conn: sa.Connection, appeal_id: int, by: Desk, now: dt.datetime) -> Opened:
    """Raises NotFound."""
    found, made = access_appeal(conn, appeal_id, by)
    decider = None if made.decided_by is None else people.get(conn, made.decided_by)
    name = decider.name if decider else "the machine" if made.by_machine else "the operator"
    return Opened(found, reasons_act.of_decision(conn, made, now), name, *may_decide(conn, made, by))


def item(appeal_id: int) -> str:
    """An appeal's name among the claims."""
    return hands.named("appeal", appeal_id)


def waits(conn: sa.Connection, appeal_id: int, by: Desk) -> bool:
    """Raises NotFound."""
    return access_appeal(conn, appeal_id, by)[0].outcome is None


def listed(conn: sa.Connection, by: Desk, now: dt.datetime) -> tuple[list[Opened], list[Opened]]:
    """(those that wait, oldest first; the last that were decided)."""
    waits, done = appeals.waiting(conn, [by.site.id], MOST), appeals.decided(conn, [by.site.id], 20)
    return [open_appeal(conn, one.id, by, now) for one in waits], [open_appeal(conn, one.id, by, now) for one in done]


def may_decide(conn: sa.Connection, made: Decision, by: Desk) -> tuple[bool, bool]:
    """(whether they may, whether only because nobody else is there).

    Somebody else than who decided; where the publication has no other, an editor or admin, and the record says so.
    """
    if made.decided_by != by.person.id:
        return True, False
    others = [one for one in appeals.moderators(conn, made.site_id) if one != by.person.id]
    return not others and roles.at_least(by.role, Role.EDITOR), True


def decide(conn: sa.Connection, appeal_id: int, outcome: Outcome, answer: str, by: Desk, now: dt.datetime) -> Decided:
    """Raises NotFound, Conflict (decided before; by who decided first; in another's hands), Invalid."""
    found, made = access_appeal(conn, appeal_id, by)
    if found.outcome is not None:
        raise Conflict("This appeal is decided already.", code="decided")
    hands.must_be_free(conn, item(found.id), by.person.id, "appeal", now)
    may, alone = may_decide(conn, made, by)
    if not may:
        raise Conflict("You made the decision yourself: somebody else decides the appeal.", code="same-moderator")
    try:
        clean = text.clean(answer, MAX_TEXT)
    except Invalid as error:
        raise Invalid("Please answer whoever appealed.", fields={"answer": error.message}) from error
    if not appeals.decide(conn, found.id, outcome, clean, by.person.id, alone, now):
        raise Conflict("This appeal is decided already.", code="decided")
    claims.drop(conn, item(found.id))
    details = {"appeal": found.id, "decision": made.id, "outcome": str(outcome), "alone": alone}
    log.append(conn, now, "appeal", details, by.person.id, found.site_id)
    changed = _take_back(conn, made, by, now) if outcome == Outcome.REVERSED else None
    jobs.add(conn, "tell", {"appeal": found.id}, now)
    return Decided(appeals.get(conn, found.id) or found, changed)


def _take_back(conn: sa.Connection, made: Decision, by: Desk, now: dt.datetime) -> Changed | None:
    """What the decision took is given back, as far as it is still taken."""
    if made.action in SANCTIONS:
        _lift(conn, made, by, now)
        return None
    comment = None if made.comment_id is None else comments.get(conn, made.comment_id)
    if comment is None or comment.state not in (State.REMOVED, State.SPAM, State.HELD):
        return None  # its writer deleted it, or it stands again already
    new = NewDecision(Action.PUBLISH, found_by=FoundBy.APPEAL)
    return moderate.decide(conn, comment.id, new, by, now).changed


def _lift(conn: sa.Connection, made: Decision, by: Desk, now: dt.datetime) -> None:
    site = sites.get(conn, made.site_id)
    whom = Subject(made.person_id)
    if made.person_id is None and made.comment_id is not None:
        whom = Subject(None, *comments.marks(conn, made.comment_id))
    kind = "hold" if made.action == Action.HOLD_PERSON else str(made.action)
    for one in sanctions.of(conn, site.id, whom.person_id, whom.guest, whom.email_hash):
        if one.lasts(now) and one.kind == kind and one.site_id is not None:
            sanction_act.lift(conn, site, one.id, by.person.id, now)
