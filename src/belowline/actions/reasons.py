"""The reasons of a decision, told to whom it concerns (Digital Services Act, Article 17): on a page and by mail.

`tell` runs in the decision's own transaction; jobs/tell.py sends the mail. A decision that is undone before its mail
goes was never told, and is not.
"""

import datetime as dt

import msgspec
import sqlalchemy as sa

from belowline.errors import NotFound
from belowline.model.appeal import Appeal
from belowline.model.comment import Comment
from belowline.model.decision import Action, Decision
from belowline.model.person import Person
from belowline.model.reasons import Kind, Rule
from belowline.model.sanction import Sanction
from belowline.model.site import Site
from belowline.model.story import Story
from belowline.rules import duties, signed
from belowline.store import appeals, comments, jobs, people, reasons, sanctions, sites, stories

TOLD = (Action.REMOVE, Action.SPAM, Action.HOLD, Action.WARN, Action.SUSPEND, Action.BAN, Action.HOLD_PERSON)
"""What somebody is told of: something was taken from them, or will be."""
TIME_TO_UNDO = dt.timedelta(minutes=2)
MOST = 200


class Viewer(msgspec.Struct, frozen=True):
    """Who asks to see a decision, by any of the things that prove who they are."""

    person_id: int | None = None
    guest: str | None = None
    """The mark of a browser that we know again."""
    comments: tuple[int, ...] = ()
    """Comments that this browser has just sent, or for which it shows the token."""
    mark: str = ""
    """From the link in a mail."""


class Reasons(msgspec.Struct, frozen=True):
    """A decision with all that its page says."""

    decision: Decision
    site: Site
    story: Story | None
    comment: Comment | None
    rule: Rule | None
    kind: Kind | None
    law: str
    appeal: Appeal | None
    appeal_until: dt.datetime
    may_appeal: bool
    until: dt.datetime | None = None
    """When what it took comes back by itself."""
    lifted: bool = False
    """The sanction was ended before its time."""

    @property
    def stands(self) -> bool:
        return self.decision.undone_at is None and (self.appeal is None or self.appeal.outcome != "reversed")


def tell(conn: sa.Connection, made: Decision, now: dt.datetime) -> None:
    """Queues the mail of a decision, in its own transaction; again when one that was told is undone."""
    if made.action in TOLD:
        jobs.add(conn, "tell", {"decision": made.id}, now if made.undone_at else now + TIME_TO_UNDO)


def access_reasons(conn: sa.Connection, decision_id: int, viewer: Viewer, now: dt.datetime) -> Reasons:
    """Raises NotFound for what is none of the viewer's."""
    found = reasons.get(conn, decision_id)
    if found is None or found.action not in TOLD or not _concerns(conn, found, viewer):
        raise NotFound(
            "There is no such decision, or it is not about you. If you were signed in when you wrote, sign in first.",
            code="unknown-decision",
        )
    return of_decision(conn, found, now)


def of_decision(conn: sa.Connection, made: Decision, now: dt.datetime) -> Reasons:
    site = sites.get(conn, made.site_id)
    comment = None if made.comment_id is None else comments.get(conn, made.comment_id)
    kind = duties.kind_of(made.reason) if made.ground == "law" else None
    appeal = appeals.of_decision(conn, made.id)
    until = (made.told_at or made.decided_at) + dt.timedelta(days=site.policy.appeal_days)
    imposed = _sanction(conn, made)
    open_ = duties.on(site.policy, "appeals") and made.undone_at is None and appeal is None and now < until
    return Reasons(
        decision=made,
        site=site,
        story=None if comment is None else stories.get(conn, comment.story_id),
        comment=comment,
        rule=duties.rule_of(site.policy, made.reason) if made.ground == "rules" else None,
        kind=kind,
        law=duties.law_of(site.policy, kind) if kind else "",
        appeal=appeal,
        appeal_until=until,
        may_appeal=open_,
        until=imposed.until if imposed else None,
        lifted=imposed is not None and imposed.lifted_at is not None,
    )


def _sanction(conn: sa.Connection, made: Decision) -> Sanction | None:
    """What a decision imposed."""
    if made.action not in (Action.SUSPEND, Action.BAN, Action.HOLD_PERSON):
        return None
    marks = (None, None) if made.person_id or not made.comment_id else comments.marks(conn, made.comment_id)
    found = sanctions.of(conn, made.site_id, made.person_id, *marks)
    return next((one for one in found if one.made_at == made.decided_at), None)


def about(conn: sa.Connection, viewer: Viewer, now: dt.datetime) -> list[Reasons]:
    """Decisions about whoever asks, newest first."""
    if viewer.person_id is not None:
        found = reasons.of_person(conn, viewer.person_id, TOLD, MOST)
    elif viewer.guest or viewer.comments:
        found = reasons.of_guest(conn, viewer.guest, list(viewer.comments), TOLD, MOST)
    else:
        found = []
    return [of_decision(conn, one, now) for one in found]


def of_comment(conn: sa.Connection, comment_id: int, now: dt.datetime) -> list[Reasons]:
    """For its writer, whom the caller has checked; newest first."""
    return [of_decision(conn, one, now) for one in reasons.of_comment(conn, comment_id, TOLD)]


def address(conn: sa.Connection, said: Reasons) -> tuple[Person, str] | None:
    """Who is told by mail and where: whoever it concerns, if their address is proved."""
    person_id = said.decision.person_id or (said.comment.person_id if said.comment else None)
    person = None if person_id is None else people.get(conn, person_id)
    return (person, person.email) if person and person.email else None


def link(conn: sa.Connection, decision_id: int) -> str:
    """The page of a decision, for whoever reads the mail."""
    return f"/decisions/{decision_id}?mark={signed.mark(sites.signing_secret(conn), 'decision', decision_id)}"


def _concerns(conn: sa.Connection, made: Decision, viewer: Viewer) -> bool:
    if viewer.mark and signed.holds(sites.signing_secret(conn), "decision", made.id, viewer.mark):
        return True
    comment = None if made.comment_id is None else comments.get(conn, made.comment_id)
    concerned = made.person_id or (comment.person_id if comment else None)
    if concerned is not None:
        return viewer.person_id == concerned
    if comment is None:
        return False
    guest, _ = comments.marks(conn, comment.id)
    return comment.id in viewer.comments or (guest is not None and guest == viewer.guest)
