"""Corrections: a reader asks, the newsroom answers in public, an accepted one stamps the story."""

import datetime as dt
from typing import Literal

import msgspec
import sqlalchemy as sa

from belowline.actions import hands
from belowline.actions.desk import Desk
from belowline.actions.desk import access_correction as access_asked
from belowline.actions.people import Caller
from belowline.actions.votes import reader_of
from belowline.errors import Conflict, Forbidden, Invalid, NotFound
from belowline.model.correction import Became, Correction
from belowline.model.site import Site
from belowline.model.story import Story
from belowline.rules import access, names, roles, text
from belowline.store import claims, corrections, jobs, log, people, sites, stories

MAX_PASSAGE, MAX_AROUND, MAX_CLAIM, MAX_SOURCE, MAX_ANSWER = 1000, 64, 2000, 500, 4000
PAGE = 50  # of those that wait
MOST_WAITING = 5  # of one reader under one story


class NewCorrection(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What is wrong in a story, as a reader sees it."""

    passage: str
    """The words of the story."""
    prefix: str = ""
    """What stands just before them, up to 64 characters; with `suffix` it finds them again."""
    suffix: str = ""
    claim: str
    """What is wrong with them."""
    source: str
    """Where one can see that: a web address, a book, one's own experience."""
    name: str = ""
    """As they want to be named in the answer; left out, the answer names nobody."""


class Answer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    became: Literal["accepted", "declined", "closed"]
    answer: str = ""
    """What everybody reads: what was corrected, or why the story stands. Needed unless it is closed."""


class Asked(msgspec.Struct, frozen=True):
    site: Site
    story: Story
    correction: Correction


def ask(conn: sa.Connection, slug: str, new: NewCorrection, caller: Caller, now: dt.datetime) -> Asked:
    """A reader asks for a correction; under closed discussions too. The same again is kept once.

    Raises NotFound, Forbidden (origin), Conflict (many of theirs wait already), Invalid with the fields at fault.
    """
    site, story = access_correctable(conn, slug, caller)
    said = _checked(conn, site, new, caller)
    reader = reader_of(caller).key
    waiting = corrections.asked_by(conn, story.id, reader)
    for one in waiting:
        if (one.passage, one.claim, one.source) == (said["passage"], said["claim"], said["source"]):
            return Asked(site, story, one)
    if len(waiting) >= MOST_WAITING:
        raise Conflict("The newsroom has not answered your earlier requests under this story yet.", code="many-wait")
    made = corrections.add(conn, **said, story_id=story.id, reader=reader, person_id=caller.person_id, created_at=now)
    return Asked(site, story, made)


def answer(conn: sa.Connection, correction_id: int, new: Answer, by: int | None, now: dt.datetime) -> Asked:
    """The newsroom's answer; `by`: somebody who moderates or more; None: the operator's key.

    An accepted correction stamps the story and is told to the publication's own system; who asked signed in is
    told by mail. Raises NotFound, Forbidden, Conflict (answered already, or in another's hands), Invalid.
    """
    asked = access_correction(conn, correction_id)
    if by is not None and not roles.may_moderate(people.role_of(conn, by, asked.site.id)):
        raise Forbidden("Only this publication's newsroom answers that.", code="not-moderator")
    if asked.correction.became != Became.WAITS:
        raise Conflict("This request has been answered already.", code="answered")
    hands.must_be_free(conn, item(correction_id), by, "request", now)
    said = "" if new.became == "closed" and not new.answer.strip() else _clean(new.answer, MAX_ANSWER, "answer")
    made = corrections.answer(conn, asked.correction, Became(new.became), said, by, now)
    if made is None:
        raise Conflict("This request has been answered already.", code="answered")
    claims.drop(conn, item(correction_id))
    details = {"correction": made.id, "story": asked.story.id, "became": new.became}
    log.append(conn, now, "correction", details, by, asked.site.id)
    if made.became == Became.ACCEPTED and asked.site.policy.correction_webhook:
        jobs.add(conn, "webhook", {"correction": made.id}, now)
    if made.person_id is not None and made.became != Became.CLOSED:
        jobs.add(conn, "correction", {"correction": made.id}, now)
    return Asked(asked.site, asked.story, made)


def item(correction_id: int) -> str:
    """A request's name among the claims."""
    return hands.named("correction", correction_id)


def waits(conn: sa.Connection, correction_id: int, by: Desk) -> bool:
    """Of the desk's site. Raises NotFound."""
    return access_asked(conn, by, correction_id)[0].became == Became.WAITS


def waiting(conn: sa.Connection, site: Site, after: int) -> list[Asked]:
    """What waits for an answer, the oldest first, a page of them."""
    found = corrections.waiting(conn, site.id, after, PAGE)
    return [Asked(site, story, one) for one in found if (story := stories.get(conn, one.story_id))]


def access_correction(conn: sa.Connection, correction_id: int) -> Asked:
    found = corrections.get(conn, correction_id)
    story = stories.get(conn, found.story_id) if found else None
    if found is None or story is None:
        raise NotFound("There is no such request.", code="unknown-correction")
    return Asked(sites.get(conn, story.site_id), story, found)


def access_correctable(conn: sa.Connection, slug: str, caller: Caller) -> tuple[Site, Story]:
    story = stories.by_slug(conn, slug)
    if story is None:
        raise NotFound("There is no such story.", code="unknown-story")
    site = sites.get(conn, story.site_id)
    if not site.policy.corrections:
        raise NotFound("This publication takes no corrections here.", code="no-corrections")
    if caller.site_id not in (None, site.id):
        raise Forbidden("This sign-in is for another publication.", code="other-site")
    if caller.origin and not access.allows_origin(site, caller.origin):
        raise Forbidden("Corrections cannot be sent to this story from that page.", code="origin-not-allowed")
    return site, story


def _checked(conn: sa.Connection, site: Site, new: NewCorrection, caller: Caller) -> dict[str, str]:
    """The texts, clean; all that is wrong with them at once."""
    wrong: dict[str, str] = {}
    said = {"prefix": new.prefix[-MAX_AROUND:], "suffix": new.suffix[:MAX_AROUND], "name": ""}
    for field, most in (("passage", MAX_PASSAGE), ("claim", MAX_CLAIM), ("source", MAX_SOURCE)):
        try:
            said[field] = _clean(getattr(new, field), most, field)
        except Invalid as error:
            wrong |= error.fields
    try:
        said["name"] = _name(conn, site, new.name, caller)
    except Invalid as error:
        wrong |= error.fields
    if wrong:
        raise Invalid(" ".join(wrong.values()), fields=wrong)
    return said


def _name(conn: sa.Connection, site: Site, wish: str, caller: Caller) -> str:
    """A person is named as they are called here; a guest as they say, but not as one of the newsroom."""
    if not wish.strip():
        return ""
    if caller.person_id is not None and (person := people.get(conn, caller.person_id)):
        return person.name
    clean = names.clean_name(wish)
    taken = (site.name, *site.policy.staff_names, *people.staff_names(conn, site.id))
    if found := names.imitates(clean, taken):
        sentence = f"This name looks like one of the newsroom's ({found}). Please choose another."
        raise Invalid(sentence, fields={"name": sentence})
    return clean


def _clean(written: str, most: int, field: str) -> str:
    try:
        return text.clean(written, most)
    except Invalid as error:
        sentence = error.fields.get("text", error.message) if written.strip() else "This must not be blank."
        raise Invalid(sentence, fields={field: sentence}) from error
