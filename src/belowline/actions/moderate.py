"""The newsroom decides on comments: one, or many together; and takes a decision back.

Each function runs in one transaction. All that follows from a decision is written here, in this order: the comment's
state with every count, the reports that it answers, the decision's row, the log, and the job that tells the writer.
"""

import datetime as dt
import secrets

import msgspec
import sqlalchemy as sa

from belowline.actions import comments as comment_act
from belowline.actions import hands, reasons, second_looks
from belowline.actions.comments import Changed
from belowline.actions.desk import Desk, access_comment
from belowline.errors import Conflict, Invalid, NotFound, Problem
from belowline.model.comment import Comment, State
from belowline.model.decision import Action, Decision, NewDecision
from belowline.model.site import Site
from belowline.rules import grounds
from belowline.store import claims, decisions, log, queues, reports, verdicts

MOST = 100  # decided together: the writer's thread has others to serve


class Decided(msgspec.Struct, frozen=True):
    changed: Changed
    """With the comment as it is now."""
    decision: Decision


class Skipped(msgspec.Struct, frozen=True):
    comment_id: int
    why: str


class Together(msgspec.Struct, frozen=True):
    batch: str
    """By which they are undone together."""
    done: list[Decided]
    skipped: list[Skipped]


def decide(
    conn: sa.Connection, comment_id: int, new: NewDecision, by: Desk | None, now: dt.datetime, batch: str | None = None
) -> Decided:
    """A moderator, or the operator's key (`by` None), decides on a comment.

    Raises NotFound (also for another site's), Invalid (fields), Conflict (taken back by its writer, changed since it
    was seen, or in another moderator's hands).
    """
    site, _, comment = access_comment(conn, by, comment_id)
    new = grounds.checked(grounds.named(new, comment.state), site.policy, must_say=by is not None)
    _must_be_free(conn, comment, new, by, now)
    waits = queues.report_count(conn, comment.id)
    judged = verdicts.of_comment(conn, comment.id) if comment.state == State.HELD else []
    found_by = new.found_by or grounds.found_by(comment, waits, judged)
    values = _values(site, comment, new, by, now) | {"found_by": str(found_by), "batch": batch}
    queues.set_unseen(conn, comment, False)
    changed = comment_act.decide(conn, comment.id, grounds.state_after(new.action, comment.state))
    if changed.comment.state != State.HELD and waits:
        reports.settle(conn, comment.id, str(changed.comment.state), now)
    decision = decisions.add(conn, values)
    claims.drop(conn, item(comment.id))
    _log(conn, decision, "decision", by, now)
    reasons.tell(conn, decision, now)
    second_looks.maybe_ask(conn, decision, site.policy, now)
    return Decided(changed, decision)


def decide_state(
    conn: sa.Connection, comment_id: int, state: State, new: NewDecision, by: Desk | None, now: dt.datetime
) -> Decided:
    """The same by the state that the comment shall have: `new` says all but the action."""
    _, _, comment = access_comment(conn, by, comment_id)
    action = grounds.action_for(state, comment.state)
    return decide(conn, comment_id, msgspec.structs.replace(new, action=action), by, now)


def decide_many(
    conn: sa.Connection, seen: list[tuple[int, str]], new: NewDecision, by: Desk, now: dt.datetime
) -> Together:
    """One decision on many comments, given as (id, mark as it was seen). What changed meanwhile, or is in another's
    hands, is left and told. Raises Invalid."""
    if not 0 < len(seen) <= MOST:
        raise Invalid(f"Choose 1 to {MOST} comments.", fields={"comment": f"1 to {MOST}"})
    grounds.checked(new, by.site.policy)
    together = Together(secrets.token_urlsafe(9), [], [])
    for comment_id, mark in dict(seen).items():
        try:
            one = msgspec.structs.replace(new, seen=mark)
            together.done.append(decide(conn, comment_id, one, by, now, together.batch))
        except (NotFound, Conflict) as problem:  # raised before anything of it was written
            together.skipped.append(Skipped(comment_id, problem.message))
    return together


def undo(conn: sa.Connection, decision_id: int, by: Desk, now: dt.datetime) -> Decided:
    """Takes the newest decision on a comment back: its state, its reports and its place in the queues are what they
    were. Raises NotFound and Conflict."""
    decision = decisions.get(conn, decision_id)
    if decision is None or decision.comment_id is None:
        raise NotFound("There is no such decision here.", code="unknown-decision")
    _, _, comment = access_comment(conn, by, decision.comment_id)
    standing = [one for one in decisions.of_comment(conn, comment.id) if one.undone_at is None]
    if decision not in standing:
        raise Conflict("This decision was undone already.", code="undone")
    if standing[-1] != decision or str(comment.state) != decision.state_after:
        raise Conflict("The comment has changed since this decision: decide anew.", code="changed")
    changed = comment_act.decide(conn, comment.id, State(decision.state_before or comment.state))
    reports.reopen(conn, comment.id, decision.decided_at)
    if standing == [decision] and comment.badge is None:
        queues.set_unseen(conn, changed.comment, True)
    decisions.set_undone(conn, decision.id, by.person.id, now)
    undone = msgspec.structs.replace(decision, undone_at=now, undone_by=by.person.id)
    _log(conn, undone, "undone", by, now)
    reasons.tell(conn, undone, now)
    return Decided(changed, undone)


def undo_many(conn: sa.Connection, batch: str, by: Desk, now: dt.datetime) -> Together:
    """Takes back what was decided together, as far as nothing has changed since."""
    together = Together(batch, [], [])
    for decision in decisions.of_batch(conn, batch):
        try:
            together.done.append(undo(conn, decision.id, by, now))
        except Problem as problem:
            together.skipped.append(Skipped(decision.comment_id or 0, problem.message))
    if not (together.done or together.skipped):
        raise NotFound("There is no such decision here.", code="unknown-decision")
    return together


def item(comment_id: int) -> str:
    """A comment's name among the claims."""
    return hands.named("comment", comment_id)


def _must_be_free(conn: sa.Connection, comment: Comment, new: NewDecision, by: Desk | None, now: dt.datetime) -> None:
    if comment.state == State.DELETED:
        raise Conflict("Its writer has taken this comment back.", code="comment-gone")
    hands.must_be_free(conn, item(comment.id), by.person.id if by else None, "comment", now)
    last = decisions.last_id(conn, comment.id)
    if new.seen and new.seen != grounds.mark(comment, last):
        raise Conflict("This comment was changed or decided since you saw it. Look again.", code="changed")
    if new.action == Action.KEEP and comment.state != State.PUBLISHED:
        raise Conflict("This comment does not stand: publish it, or leave it.", code="changed")


def _values(site: Site, comment: Comment, new: NewDecision, by: Desk | None, now: dt.datetime) -> dict[str, object]:
    return {
        "site_id": site.id,
        "comment_id": comment.id,
        "person_id": comment.person_id,
        "action": str(new.action),
        "state_before": str(comment.state),
        "state_after": str(grounds.state_after(new.action, comment.state)),
        "ground": str(new.ground),
        "reason": new.reason,
        "explanation": new.explanation,
        "note": new.note,
        "by_machine": False,
        "decided_by": by.person.id if by else None,
        "decided_at": now,
    }


def _log(conn: sa.Connection, decision: Decision, what: str, by: Desk | None, now: dt.datetime) -> None:
    """What the log keeps of it: no words of the writer's, and none of the moderator's own notes."""
    named = ("id", "comment_id", "person_id", "action", "state_before", "state_after", "ground", "reason", "batch")
    details = {name: getattr(decision, name) for name in named}
    log.append(conn, now, what, details, by.person.id if by else None, decision.site_id)
