"""How long a site keeps what it need not keep for ever, and what a legal hold keeps all the same."""

import datetime as dt
from collections.abc import Callable, Sequence

import msgspec
import sqlalchemy as sa

from belowline.actions import comments as comment_act
from belowline.actions import moderate
from belowline.actions import reasons as reasons_act
from belowline.errors import Conflict, Invalid, NotFound
from belowline.model.comment import State
from belowline.model.site import Policy
from belowline.rules import text
from belowline.store import claims, comments, holds, log, people, reasons, reports, retention, sites, stories
from belowline.store.holds import Hold, What
from belowline.store.retention import Due

MAX_REASON = 1000
NOBODY = "Nobody has decided on it in time. If it still matters to you, send it again."


class Kept(msgspec.Struct, frozen=True):
    """One term of a site's policy."""

    what: str
    rule: str
    """The policy's."""
    after: str
    """The moment that counts, in words."""
    due: Due
    forget: Callable[[sa.Connection, Sequence[int], dt.datetime], None]
    """In the transaction that found them still due."""

    @property
    def row(self) -> str:
        """As docs/operate.md shows it."""
        return f"| {self.what} | `{self.rule}` | {self.after} |"


def forget(
    conn: sa.Connection, kept: Kept, site_id: int, before: dt.datetime, ids: Sequence[int], now: dt.datetime
) -> None:
    """Of what was found due, in one transaction, what still is."""
    kept.forget(conn, kept.due.still(conn, site_id, before, ids), now)


def days(policy: Policy, rule: str) -> int:
    """0: for ever. What can be appealed against is there until the time for it is over."""
    said = int(getattr(policy, rule))
    return max(said, policy.appeal_days) if said and rule == "keep_removed_days" else said


def _plainly(forget: Callable[[sa.Connection, Sequence[int]], None]) -> Callable[..., None]:
    return lambda conn, ids, _now: forget(conn, ids)


def _remove_held(conn: sa.Connection, ids: Sequence[int], now: dt.datetime) -> None:
    """A machine's decision, with its reasons, like any other."""
    for comment_id in ids:
        found = comments.must(conn, comment_id)
        site_id = comment_act.access_story(conn, found.story_id).site_id
        comment_act.decide(conn, comment_id, State.REMOVED)
        reports.settle(conn, comment_id, str(State.REMOVED), now)
        claims.drop(conn, moderate.item(comment_id))
        made = reasons.add_by_machine(conn, site_id, comment_id, found.person_id, NOBODY, now)
        details = {"id": made.id, "comment_id": comment_id, "action": "remove", "reason": "other"}
        log.append(conn, now, "decision", details, None, site_id)
        reasons_act.tell(conn, made, now)


KEPT = (
    Kept(
        "held comments on which nobody decides",
        "keep_held_days",
        "they were written",
        retention.held_due,
        _remove_held,
    ),
    Kept(
        "the text of removed and deleted comments, and by what a guest was known",
        "keep_removed_days",
        "the decision, and never before the time for an appeal is over",
        retention.texts_due,
        _plainly(retention.forget_texts),
    ),
    Kept(
        "what the steps found in a comment",
        "keep_evidence_days",
        "it was found",
        retention.verdicts_due,
        _plainly(retention.forget_verdicts),
    ),
    Kept(
        "what edits replaced",
        "keep_evidence_days",
        "it was written",
        retention.revisions_due,
        _plainly(retention.forget_revisions),
    ),
    Kept(
        "readers' reports",
        "keep_reports_days",
        "they were answered",
        retention.reports_due,
        _plainly(retention.forget_reports),
    ),
    Kept(
        "who gave a notice of illegal content",
        "keep_notices_days",
        "it was answered",
        retention.notices_due,
        _plainly(retention.forget_notifiers),
    ),
    Kept(
        "whose notices were warned of, or not taken for a time",
        "keep_notices_days",
        "it was over",
        retention.measures_due,
        _plainly(retention.forget_measures),
    ),
)


# --- legal holds ----------------------------------------------------------------------------------


def hold(
    conn: sa.Connection,
    what: What,
    subject_id: int,
    reason: str,
    by: int | None,
    now: dt.datetime,
    site_id: int | None = None,
) -> int:
    """Keeps a comment, or all of a person or a story; with `site_id` only what is on that site.

    Raises NotFound, Invalid, Conflict (held already).
    """
    _must_be_there(conn, what, subject_id, site_id)
    if holds.on(conn, what, subject_id):
        raise Conflict("This is under hold already.", code="held")
    try:
        said = text.clean(reason, MAX_REASON)
    except Invalid as error:
        raise Invalid("Say why it must be kept.", fields={"reason": error.message}) from error
    made = holds.add(conn, what, subject_id, said, by, now)
    log.append(conn, now, "hold", {"hold": made, "what": str(what), "subject": subject_id}, by, None)
    return made


def lift(conn: sa.Connection, hold_id: int, by: int | None, now: dt.datetime) -> None:
    """Raises NotFound."""
    if not holds.lift(conn, hold_id, by, now):
        raise NotFound("There is no such hold.", code="unknown-hold")
    log.append(conn, now, "hold", {"hold": hold_id, "lifted": True}, by, None)


def standing(conn: sa.Connection) -> list[Hold]:
    return holds.standing(conn)


def _must_be_there(conn: sa.Connection, what: What, subject_id: int, site_id: int | None) -> None:
    comment = comments.get(conn, subject_id) if what == What.COMMENT else None
    story = stories.get(conn, comment.story_id if comment else subject_id) if what != What.PERSON else None
    there = people.get(conn, subject_id) is not None if what == What.PERSON else story is not None
    if what == What.COMMENT and comment is None:
        there = False
    if not there or (story and site_id is not None and story.site_id != site_id):
        raise NotFound(f"There is no {what} {subject_id} here.", code=f"unknown-{what}")


def all_policies(conn: sa.Connection) -> list[tuple[int, Policy]]:
    return [(site.id, site.policy) for site in sites.all_sites(conn)]
