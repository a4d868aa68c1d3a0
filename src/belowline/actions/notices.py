"""Notices of illegal content: anybody gives one, gets a receipt, and is answered (Digital Services Act, Article 16)."""

import datetime as dt
import re
from urllib.parse import urlsplit

import msgspec
import sqlalchemy as sa

from belowline.actions import hands, misuse, moderate
from belowline.actions import sites as site_act
from belowline.actions.comments import Changed
from belowline.actions.desk import Desk
from belowline.actions.people import Caller
from belowline.actions.ways import access_site
from belowline.errors import Conflict, Forbidden, Invalid, NotFound
from belowline.model.comment import Comment, State
from belowline.model.decision import Action, FoundBy, Ground, NewDecision
from belowline.model.notice import Flagger, Manifest, Notice, Outcome
from belowline.model.site import Site
from belowline.model.story import Story
from belowline.rules import duties, signed, text
from belowline.rules.signin import clean_email
from belowline.store import claims, comments, jobs, log, notices, people, reasons, sites, stories

MAX_EXPLANATION = 5000
MAX_LOCATION = 2000
MAX_NAME = 200
MOST = 100
_COMMENT = re.compile(r"/comments/(\d{1,15})|#c(\d{1,15})$")


class NewNotice(msgspec.Struct, frozen=True):
    location: str
    """The exact address of what is illegal."""
    kind: str
    explanation: str
    name: str = ""
    email: str = ""
    good_faith: bool = False
    """They believe what they say to be accurate and complete."""
    lang: str | None = None


class Given(msgspec.Struct, frozen=True):
    """A notice with what its page shows."""

    notice: Notice
    site: Site
    story: Story | None
    comment: Comment | None


def give(conn: sa.Connection, new: NewNotice, caller: Caller, now: dt.datetime) -> Given:
    """Raises Invalid with all fields at fault."""
    kind = duties.kind_of(new.kind)
    wrong: dict[str, str] = {}
    comment = comment_at(conn, new.location)
    story = stories.get(conn, comment.story_id) if comment else None
    if story is None:
        wrong["location"] = "Give the exact address of the comment: the date beside its writer's name is a link to it."
    if kind is None:
        wrong["kind"] = "Please choose what it is."
    explanation = _explanation(new.explanation, wrong)
    named = kind is None or not kind.anonymous
    name, email = _who(new, named, wrong)
    if not new.good_faith:
        wrong["good_faith"] = "A notice needs this statement."
    if wrong or story is None or comment is None:
        raise Invalid(" ".join(wrong.values()), fields=wrong)
    site = sites.get(conn, story.site_id)
    _must_be_on(site)
    flagger = _flagger(conn, site, caller)
    if flagger is None:
        _must_be_taken(conn, site, email, now)
    made = notices.add(
        conn,
        site_id=site.id,
        comment_id=comment.id,
        location=new.location.strip(),
        kind=new.kind,
        explanation=explanation,
        name=name,
        email=email,
        lang=new.lang,
        person_id=caller.person_id if named else None,
        flagger_id=flagger.id if flagger else None,
        made_at=now,
    )
    log.append(conn, now, "notice", {"notice": made.id, "comment": comment.id, "kind": new.kind}, None, site.id)
    if email:
        jobs.add(conn, "tell", {"receipt": made.id}, now)
    return Given(made, site, story, comment)


def comment_at(conn: sa.Connection, location: str) -> Comment | None:
    """The comment at an address of ours, or of a publisher's page with our anchor."""
    try:
        parts = urlsplit(location[:MAX_LOCATION].strip())
    except ValueError:
        return None
    found = _COMMENT.search(parts.path + (f"#{parts.fragment}" if parts.fragment else ""))
    return comments.get(conn, int(found[1] or found[2])) if found else None


def site_at(conn: sa.Connection, location: str, key: str | None) -> Site:
    """The site of the comment at an address, else the one of that name. Raises NotFound."""
    comment = comment_at(conn, location)
    story = stories.get(conn, comment.story_id) if comment else None
    return sites.get(conn, story.site_id) if story else access_site(conn, key)


def access_notice(conn: sa.Connection, mark: str) -> Given:
    """A notice for whoever gave it and has its link. Raises NotFound."""
    number = signed.read(sites.signing_secret(conn), "notice", mark)
    found = None if number is None else notices.get(conn, number)
    if found is None:
        raise NotFound("There is no such notice.", code="unknown-notice")
    return given(conn, found)


def given(conn: sa.Connection, found: Notice) -> Given:
    comment = None if found.comment_id is None else comments.get(conn, found.comment_id)
    story = stories.get(conn, comment.story_id) if comment else None
    return Given(found, sites.get(conn, found.site_id), story, comment)


def link(conn: sa.Connection, notice_id: int) -> str:
    return f"/notices/{signed.mark(sites.signing_secret(conn), 'notice', notice_id)}"


def _must_be_on(site: Site) -> None:
    if not duties.on(site.policy, "notices"):
        raise Forbidden("This publication takes no notices here.", code="no-notices")


def _must_be_taken(conn: sa.Connection, site: Site, email: str | None, now: dt.datetime) -> None:
    """Raises Invalid while nothing is taken from an address (Article 23(2))."""
    if email and misuse.is_suspended(conn, site, email, now):
        sentence = "For now, no notices from this address are taken here: the publication has written to it why."
        raise Invalid(sentence, fields={"email": sentence})


def _explanation(said: str, wrong: dict[str, str]) -> str:
    try:
        return text.clean(said, MAX_EXPLANATION)
    except Invalid as error:
        wrong["explanation"] = error.message if said.strip() else "Please say why it is illegal."
        return ""


def _who(new: NewNotice, must: bool, wrong: dict[str, str]) -> tuple[str | None, str | None]:
    """Name and address, which a notice of child abuse need not give."""
    name = " ".join("".join(ch if ch.isprintable() else " " for ch in new.name).split())[:MAX_NAME]
    if must and not name:
        wrong["name"] = "Please give your name."
    if not must and not new.email.strip():
        return name or None, None
    try:
        return name or None, clean_email(new.email)
    except Invalid as error:
        wrong["email"] = error.fields.get("email", error.message)
        return name or None, None


# --- the desk answers -------------------------------------------------------------------------------


class NewAnswer(msgspec.Struct, frozen=True):
    outcome: Outcome
    answer: str
    """To whoever gave the notice."""
    rule: str = ""
    """The rule of the house that was broken, where the outcome is RULES."""
    manifest: Manifest = Manifest.NONE
    explanation: str = ""
    """To the comment's writer."""


def access_waiting(conn: sa.Connection, notice_id: int, by: Desk) -> Given:
    """A notice of the desk's site. Raises NotFound."""
    found = notices.get(conn, notice_id)
    if found is None or found.site_id != by.site.id:
        raise NotFound("There is no such notice here.", code="unknown-notice")
    return given(conn, found)


def item(notice_id: int) -> str:
    """A notice's name among the claims."""
    return hands.named("notice", notice_id)


def waits(conn: sa.Connection, notice_id: int, by: Desk) -> bool:
    """Raises NotFound."""
    return access_waiting(conn, notice_id, by).notice.outcome is None


def listed(conn: sa.Connection, by: Desk) -> tuple[list[Given], list[Given]]:
    """(those that wait, trusted flaggers' first; the last that were answered)."""
    waits, done = notices.waiting(conn, [by.site.id], MOST), notices.answered(conn, [by.site.id], 20)
    return [given(conn, one) for one in waits], [given(conn, one) for one in done]


def answer(conn: sa.Connection, notice_id: int, new: NewAnswer, by: Desk, now: dt.datetime) -> Changed | None:
    """A person decides; the comment is taken down where the outcome says so, and its writer told.

    Gives the comment where it changed. Raises NotFound, Conflict (answered before, or in another's hands), Invalid.
    """
    said = access_waiting(conn, notice_id, by)
    if said.notice.outcome is not None:
        raise Conflict("This notice is answered already.", code="answered")
    hands.must_be_free(conn, item(notice_id), by.person.id, "notice", now)
    try:
        clean = text.clean(new.answer, MAX_EXPLANATION)
    except Invalid as error:
        raise Invalid("Please answer whoever gave the notice.", fields={"answer": error.message}) from error
    changed, decision = _take_down(conn, said, new, by, now)
    answered = notices.answer(
        conn,
        notice_id,
        outcome=str(new.outcome),
        manifest=str(new.manifest),
        answer=clean,
        decision_id=decision,
        decided_by=by.person.id,
        decided_at=now,
    )
    if not answered:
        raise Conflict("This notice is answered already.", code="answered")
    claims.drop(conn, item(notice_id))
    details = {"notice": notice_id, "outcome": str(new.outcome), "decision": decision}
    log.append(conn, now, "notice", details, by.person.id, by.site.id)
    if said.notice.email:
        jobs.add(conn, "tell", {"answer": notice_id}, now)
    return changed


def _take_down(
    conn: sa.Connection, said: Given, new: NewAnswer, by: Desk, now: dt.datetime
) -> tuple[Changed | None, int | None]:
    """(the comment as it is now, the decision); nothing where it stands, or is gone already."""
    if new.outcome not in (Outcome.LAW, Outcome.RULES) or said.comment is None:
        return None, None
    if said.comment.state not in (State.PUBLISHED, State.HELD):
        earlier = reasons.of_comment(conn, said.comment.id, (Action.REMOVE, Action.SPAM))
        return None, earlier[0].id if earlier else None
    law = new.outcome == Outcome.LAW
    ground, reason = (Ground.LAW, said.notice.kind) if law else (Ground.RULES, new.rule)
    done = moderate.decide(
        conn,
        said.comment.id,
        NewDecision(Action.REMOVE, ground, reason, new.explanation, found_by=FoundBy.NOTICE),
        by,
        now,
    )
    return done.changed, done.decision.id


# --- trusted flaggers -----------------------------------------------------------------------------


def _flagger(conn: sa.Connection, site: Site, caller: Caller) -> Flagger | None:
    person = None if caller.person_id is None else people.get(conn, caller.person_id)
    if person is None or not duties.on(site.policy, "trusted-flaggers"):
        return None
    return notices.flagger_for(conn, site.id, person.id, person.email)


def add_flagger(
    conn: sa.Connection, name: str, email: str | None, person: int | None, site_key: str | None, now: dt.datetime
) -> int:
    """Raises Invalid, NotFound."""
    if (email is None) == (person is None):
        raise Invalid("Give the flagger's address, or the number of their person.", fields={"email": "one of the two"})
    if person is not None and people.get(conn, person) is None:
        raise NotFound(f"There is no person {person}.", code="unknown-person")
    site_id = site_act.access_key(conn, site_key).id if site_key else None
    address = clean_email(email) if email else None
    values = {"name": name.strip()[:MAX_NAME], "email": address, "person_id": person, "site_id": site_id}
    made = notices.add_flagger(conn, **values, made_at=now)
    log.append(conn, now, "flagger", {"flagger": made, "name": values["name"]}, None, site_id)
    return made


def end_flagger(conn: sa.Connection, flagger_id: int, now: dt.datetime) -> None:
    """Raises NotFound."""
    if not notices.end_flagger(conn, flagger_id, now):
        raise NotFound(f"There is no trusted flagger {flagger_id}.", code="unknown-flagger")
    log.append(conn, now, "flagger", {"flagger": flagger_id, "ended": True}, None, None)


def flaggers(conn: sa.Connection) -> list[Flagger]:
    return notices.flaggers(conn)
