"""A reader tells moderators of a comment; enough readers take it out of sight until one has looked."""

import datetime as dt

import msgspec
import sqlalchemy as sa

from belowline.actions import comments as comment_act
from belowline.actions.people import Caller
from belowline.actions.votes import reader_of
from belowline.errors import Conflict, Forbidden, Invalid, NotFound
from belowline.model.comment import Comment, State
from belowline.model.evidence import Evidence, Outcome, Verdict
from belowline.model.site import Policy, Site
from belowline.model.story import Story
from belowline.rules import access, text
from belowline.store import comments, reports, sites, verdicts
from belowline.store.reports import Report

MAX_TEXT = 500


class NewReport(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    reason: str
    """One of the site's."""
    text: str = ""
    """In the reader's own words, up to 500 characters."""


class Filed(msgspec.Struct, frozen=True):
    report_id: int
    story: Story
    comment: Comment
    """As it is now: held, if this report was one too many."""
    again: bool
    """This reader had reported it before; nothing was written now."""


def file(conn: sa.Connection, comment_id: int, new: NewReport, caller: Caller, now: dt.datetime) -> Filed:
    """One report a reader a comment. Raises NotFound, Conflict (gone), Forbidden, Invalid (fields)."""
    site, story, comment = access_reportable(conn, comment_id, caller)
    reader = reader_of(caller)
    if earlier := reports.own(conn, comment.id, reader.key):
        return Filed(earlier.id, story, comment, again=True)
    said = _checked(site.policy, new)
    report_id, waiting = reports.add(conn, comment.id, reader.key, new.reason, said, now)
    if 0 < site.policy.hold_reports_from <= waiting:
        comment = comments.set_state(conn, comment, State.HELD)
        verdicts.note(conn, comment.id, _verdict(waiting, site.policy), now)
    return Filed(report_id, story, comment, again=False)


def waiting(conn: sa.Connection, limit: int = 100) -> list[Report]:
    """Reports that no moderator has answered, oldest first."""
    return reports.waiting(conn, limit)


def access_report(conn: sa.Connection, report_id: int) -> tuple[Site, Story, Report, State]:
    """A report for its reader (whose link the caller has checked), with the comment's state now."""
    report = reports.get(conn, report_id)
    comment = comments.get(conn, report.comment_id) if report else None
    if report is None or comment is None:
        raise NotFound("This report is not here any more.", code="unknown-report")
    story = comment_act.access_story(conn, comment.story_id)
    return sites.get(conn, story.site_id), story, report, comment.state


def access_reportable(conn: sa.Connection, comment_id: int, caller: Caller) -> tuple[Site, Story, Comment]:
    """A comment that anybody but its writer may report, also where the discussion is closed."""
    comment = comments.get(conn, comment_id)
    if comment is None or comment.state == State.HELD:
        raise NotFound("This comment is not here, or not here any more.", code="unknown-comment")
    if comment.state != State.PUBLISHED:
        raise Conflict("This comment is not here any more.", code="comment-gone")
    story = comment_act.access_story(conn, comment.story_id)
    site = sites.get(conn, story.site_id)
    if caller.site_id not in (None, site.id):
        raise Forbidden("This sign-in is for another publication.", code="other-site")
    if caller.origin and not access.allows_origin(site, caller.origin):
        raise Forbidden("Reports cannot be sent to this discussion from that page.", code="origin-not-allowed")
    if caller.person_id is not None and comment.person_id == caller.person_id:
        raise Forbidden("This is your own comment; you can delete it.", code="own-comment")
    return site, story, comment


def _checked(policy: Policy, new: NewReport) -> str:
    """The reader's own words, clean."""
    wrong: dict[str, str] = {}
    said = ""
    if new.reason not in policy.report_reasons:
        wrong["reason"] = "Please choose a reason."
    try:
        said = text.clean(new.text, MAX_TEXT) if new.text.strip() else ""
    except Invalid as error:
        wrong["text"] = error.fields.get("text", error.message)
    if wrong:
        raise Invalid(" ".join(wrong.values()), fields=wrong)
    return said


def _verdict(waiting: int, policy: Policy) -> Verdict:
    found = Evidence(
        step="reports",
        version=1,
        score=1.0,
        asks=Outcome.HOLD,
        reason=f"{waiting} readers reported it; from {policy.hold_reports_from} it waits.",
        sentence="Readers have reported this comment; a moderator will look at it.",
    )
    return Verdict(Outcome.HOLD, (found,))
