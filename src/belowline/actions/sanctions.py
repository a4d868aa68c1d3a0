"""Sanctions: imposed and lifted by moderators, each with a reason that its subject is told."""

import datetime as dt
from typing import Annotated, Any

import msgspec
import sqlalchemy as sa

from belowline.actions import reasons
from belowline.errors import Conflict, Forbidden, Invalid, NotFound
from belowline.model.comment import Comment
from belowline.model.person import Role
from belowline.model.sanction import Kind, Sanction
from belowline.model.site import Site
from belowline.rules import grounds, roles, text
from belowline.store import comments, decisions, log, people, sanctions, sites, stories

MAX_DAYS = 3650
MAX_REASON = 1000


class NewSanction(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    kind: Kind
    reason: str
    """What its subject is told."""
    days: Annotated[int, msgspec.Meta(ge=1, le=MAX_DAYS)] | None = None
    """How long; a suspension needs it."""
    note: str = ""
    """For moderators alone."""
    everywhere: bool = False
    """On every site here; admins only."""
    because: str = ""
    """What was broken: "law:insult" (a kind of illegal content), "rules:insults"; "": the rules, as `reason` says."""


class Subject(msgspec.Struct, frozen=True):
    """Whom it is about: a person, or a guest by what their browser and their address left."""

    person_id: int | None = None
    guest: str | None = None
    email_hash: str | None = None


def subject_of(conn: sa.Connection, comment: Comment) -> Subject:
    """Who wrote a comment, as far as we know them again. Raises Invalid for one whom nobody can know."""
    if comment.person_id is not None:
        return Subject(comment.person_id)
    guest, email_hash = comments.marks(conn, comment.id)
    if guest is None and email_hash is None:
        raise Invalid("Nothing tells who wrote this comment: it came by an import, or from a browser without a mark.")
    return Subject(None, guest, email_hash)


def impose_on_writer(
    conn: sa.Connection, comment_id: int, new: NewSanction, by: int | None, now: dt.datetime
) -> Sanction:
    """On whoever wrote a comment, on its site. Raises as `impose` does."""
    comment = comments.get(conn, comment_id)
    story = None if comment is None else stories.get(conn, comment.story_id)
    if comment is None or story is None:
        raise NotFound(f"There is no comment {comment_id}.", code="unknown-comment")
    return impose(conn, sites.get(conn, story.site_id), subject_of(conn, comment), new, by, now, comment.id)


def impose(
    conn: sa.Connection,
    site: Site,
    whom: Subject,
    new: NewSanction,
    by: int | None,
    now: dt.datetime,
    comment_id: int | None = None,
) -> Sanction:
    """`by`: a moderator; None: the operator. The one before of the same kind that still lasts is replaced. It is a
    decision, of which they are told with its reasons; `comment_id`: for what, and how a guest finds it.

    Raises Forbidden for who may not (a moderator of another site, against oneself or an equal, everywhere without
    being an admin), and Invalid with the fields at fault.
    """
    _may(conn, site, whom, by, new.everywhere)
    reason, until = _checked(new, now)
    ground = _ground(site, new.because)
    for earlier in sanctions.of(conn, site.id, whom.person_id, whom.guest, whom.email_hash):
        same = earlier.kind == new.kind != Kind.WARN and earlier.person_id == whom.person_id
        if same and earlier.lasts(now) and earlier.site_id is not None:
            sanctions.lift(conn, earlier.id, by, now)
    made = sanctions.add(
        conn,
        site_id=None if new.everywhere else site.id,
        **msgspec.structs.asdict(whom),
        kind=str(new.kind),
        reason=reason,
        note=new.note.strip(),
        until=until,
        made_by=by,
        made_at=now,
    )
    _log(conn, made, "imposed", by, site, now)
    _tell(conn, made, site, comment_id, ground)
    return made


def lift(conn: sa.Connection, site: Site, sanction_id: int, by: int | None, now: dt.datetime) -> Sanction:
    """Ends a sanction before its time. Raises NotFound, Forbidden, Conflict where it is over."""
    found = sanctions.get(conn, sanction_id)
    if found is None or found.site_id not in (None, site.id):
        raise NotFound("There is no such sanction here.", code="unknown-sanction")
    _may(conn, site, Subject(found.person_id, found.guest, found.email_hash), by, found.site_id is None)
    if not found.lasts(now):
        raise Conflict("This sanction is over already.", code="over")
    sanctions.lift(conn, found.id, by, now)
    _log(conn, found, "lifted", by, site, now)
    return found


def _ground(site: Site, because: str) -> tuple[str, str]:
    """(ground, reason) of the decision. Raises Invalid."""
    if not because:
        return "rules", ""
    ground, _, reason = because.partition(":")
    known = {"law": grounds.LAW, "rules": {rule.key for rule in site.policy.rules}}.get(ground, ())
    if reason not in known:
        sentence = "This is none of the site’s rules and no kind of illegal content."
        raise Invalid(sentence, fields={"because": sentence})
    return ground, reason


def _tell(conn: sa.Connection, made: Sanction, site: Site, comment_id: int | None, ground: tuple[str, str]) -> None:
    values = {
        "site_id": site.id,
        "comment_id": comment_id,
        "person_id": made.person_id,
        "action": "hold-person" if made.kind == Kind.HOLD else str(made.kind),
        "ground": ground[0],
        "reason": ground[1],
        "explanation": made.reason,
        "note": made.note,
        "found_by": "moderator",
        "decided_by": made.made_by,
        "decided_at": made.made_at,
    }
    reasons.tell(conn, decisions.add(conn, values), made.made_at)


def _may(conn: sa.Connection, site: Site, whom: Subject, by: int | None, everywhere: bool) -> None:
    if by is None:
        return
    own = people.role_of(conn, by, site.id)
    if not roles.may_moderate(own):
        raise Forbidden("Only moderators of this publication do that.", code="not-moderator")
    if everywhere and own != Role.ADMIN:
        raise Forbidden("Only an admin does that on every site.", code="not-admin")
    if whom.person_id == by:
        raise Forbidden("Nobody does that to themselves.", code="oneself")
    if whom.person_id is None:
        return
    theirs = people.roles_of(conn, whom.person_id)
    counting = list(theirs.values()) if everywhere else [theirs.get(site.id, Role.READER)]
    if any(roles.may_moderate(one) and roles.at_least(one, own) for one in counting):
        raise Forbidden("This person decides here as you do; an admin can end their role first.", code="colleague")


def _checked(new: NewSanction, now: dt.datetime) -> tuple[str, dt.datetime | None]:
    """The reason, clean, and until when."""
    wrong: dict[str, str] = {}
    reason = ""
    try:
        reason = text.clean(new.reason, MAX_REASON)
    except Invalid as error:
        wrong["reason"] = "Say why, in words that the person can understand." if not new.reason.strip() else str(error)
    if new.kind == Kind.SUSPEND and new.days is None:
        wrong["days"] = "A suspension needs a number of days; without an end it is a ban."
    if wrong:
        raise Invalid(" ".join(wrong.values()), fields=wrong)
    lasts = new.days if new.kind != Kind.WARN else None
    return reason, now + dt.timedelta(days=lasts) if lasts else None


def _log(conn: sa.Connection, one: Sanction, what: str, by: int | None, site: Site, now: dt.datetime) -> None:
    details: dict[str, Any] = {"sanction": one.id, "did": what, "kind": str(one.kind), "person": one.person_id}
    if one.until:
        details["until"] = one.until.isoformat()
    log.append(conn, now, "sanction", details, by, None if one.site_id is None else site.id)
