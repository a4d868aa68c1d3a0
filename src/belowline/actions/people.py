"""Who a person is and what they are on a site; everything that a writer must be before they write."""

import datetime as dt
from typing import Any

import msgspec
import sqlalchemy as sa

from belowline.errors import Forbidden, Invalid, NotFound, TooMany, Unauthorized
from belowline.model.person import Person, Proof, Role
from belowline.model.site import Site
from belowline.model.story import Story
from belowline.rules import names, roles, text
from belowline.rules.signin import clean_email, email_key
from belowline.store import log, people, sites
from belowline.words import known

MAX_ABOUT = 300
NAMES_A_MONTH = 3


class Caller(msgspec.Struct, frozen=True):
    """Who asks, as far as the request tells."""

    origin: str | None = None
    """The page's origin when a browser sends from another site's page; None from our own or no browser."""
    person_id: int | None = None
    """Who is signed in."""
    site_id: int | None = None
    """The only site that the caller's token is good for; None: all."""
    guest: str | None = None
    """The mark of a browser that we know again, of who is not signed in."""
    address: str | None = None
    """Keyed hash of the network address, kept for two weeks with what was sent from it."""


class Writer(msgspec.Struct, frozen=True):
    """Somebody who may write under a story, and as whom."""

    name: str
    person_id: int | None = None
    role: Role = Role.READER
    badge: str | None = None
    reserved: tuple[str, ...] = ()
    """Names that they may not use or imitate."""
    email_hash: str | None = None
    """Of the address that a guest left, by which they can make the comment their own later."""

    @property
    def row(self) -> dict[str, Any]:
        return {"person_id": self.person_id, "badge": self.badge, "email_hash": self.email_hash}


def access_writer(
    conn: sa.Connection,
    site: Site,
    story: Story,
    caller: Caller,
    guest_name: str,
    guest_email: str = "",
    *,
    staffed: bool = True,
) -> Writer:
    """Raises Unauthorized where guests may not write, Forbidden where this person may not, and Invalid for what is
    no address. Of an address only a keyed hash is kept."""
    person = None if caller.person_id is None else people.get(conn, caller.person_id)
    role = people.role_of(conn, person.id, site.id) if person else Role.READER
    if caller.site_id is not None and caller.site_id != site.id:
        raise Forbidden("This sign-in is for another publication.", code="other-site")
    if person is None and (caller.person_id is not None or not site.policy.guests or site.policy.members_only):
        raise Unauthorized("Please sign in to write here.")
    if site.policy.members_only and not roles.at_least(role, Role.MEMBER):
        raise Forbidden("Only members of this publication may write here.", code="members-only")
    reserved = reserved_names(conn, site, person.id if person else None, role, staffed=staffed)
    if person is None:
        key = email_key(clean_email(guest_email), sites.signing_secret(conn)) if guest_email.strip() else None
        return Writer(guest_name, reserved=reserved, email_hash=key)
    return Writer(person.name, person.id, role, roles.badge(role, person.name, story.author_name), reserved)


def reserved_names(
    conn: sa.Connection, site: Site, person_id: int | None, role: Role, *, staffed: bool = True
) -> tuple[str, ...]:
    """The names of the newsroom, which only those who work there may use. `staffed`: whether anybody does."""
    if roles.works_here(role):
        return ()
    theirs = people.staff_names(conn, site.id, person_id) if staffed else ()
    return (site.name, *site.policy.staff_names, *theirs)


def access_person(conn: sa.Connection, person_id: int) -> Person:
    person = people.get(conn, person_id)
    if person is None:
        raise NotFound("There is no such person here.", code="unknown-person")
    return person


def enter(conn: sa.Connection, proof: Proof, now: dt.datetime) -> Person:
    """The person whom a way in has proved, made on their first visit; with the role that it gives."""
    known = people.by_login(conn, proof.method, proof.issuer, proof.subject)
    person = known or new_person(conn, now, proof.email)
    if known is None:
        people.add_login(conn, person.id, proof.method, proof.issuer, proof.subject, now)
    if proof.role is not None and proof.site_id is not None:
        _give_role(conn, person.id, proof.site_id, proof.role, now, None)
    if proof.email and proof.email != person.email:
        person = people.change(conn, person.id, email=proof.email)
    return person if known else named_by_login(conn, person, proof.name, now)[0]


def new_person(conn: sa.Connection, now: dt.datetime, email: str | None = None) -> Person:
    """Somebody who has not yet said how they are called."""
    person = people.add(conn, "Reader", email, now)
    return people.change(conn, person.id, name=f"Reader {person.id}")


def named_by_login(
    conn: sa.Connection, person: Person, name: str, now: dt.datetime
) -> tuple[Person, list[tuple[int, int]]]:
    """The name that a login gives, where it may stand, and the (story id, site id) that show it now; otherwise the
    person keeps theirs."""
    try:
        clean = _name(conn, person, name)
    except Invalid:
        return person, []
    return (person, []) if clean == person.name else _rename(conn, person, clean, now)


def _name(conn: sa.Connection, person: Person, name: str) -> str:
    """A name that is nobody's of the newsroom, on none of the sites where the person does not work."""
    clean = names.clean_name(name)
    theirs = people.roles_of(conn, person.id)
    for site in sites.all_sites(conn):
        taken = reserved_names(conn, site, person.id, theirs.get(site.id, Role.READER))
        if taken and (found := names.imitates(clean, taken)):
            sentence = f"This name looks like one of the newsroom's ({found}). Please choose another."
            raise Invalid(sentence, fields={"name": sentence})
    return clean


class Profile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a person says of themselves."""

    name: str
    about: str = ""
    private: bool = False
    lang: str = ""
    """Of pages and mails; empty, or none that we speak: what the browser asks for, and the discussion's."""


def change_profile(
    conn: sa.Connection, person_id: int, new: Profile, now: dt.datetime
) -> tuple[Person, list[tuple[int, int]]]:
    """Changes name, line, privacy and language; with the (story id, site id) whose pages now show another name.

    Raises Invalid with the fields at fault, and TooMany for more than NAMES_A_MONTH new names in 30 days.
    """
    person = access_person(conn, person_id)
    wrong: dict[str, str] = {}
    name, about = person.name, " ".join(new.about.split())
    try:
        name = person.name if new.name == person.name else _name(conn, person, new.name)
    except Invalid as error:
        wrong |= error.fields
    if len(about) > MAX_ABOUT:
        wrong["about"] = f"At most {MAX_ABOUT} characters; these are {len(about)}."
    try:
        about = text.clean(about, MAX_ABOUT) if about and not wrong else about
    except Invalid as error:
        wrong["about"] = error.message
    if wrong:
        raise Invalid(" ".join(wrong.values()), fields=wrong)
    places: list[tuple[int, int]] = []
    if name != person.name:
        _may_rename(conn, person_id, now)
        person, places = _rename(conn, person, name, now)
    return people.change(conn, person.id, about=about, private=new.private, lang=known(new.lang)), places


def _may_rename(conn: sa.Connection, person_id: int, now: dt.datetime) -> None:
    lately = [at for _, at in people.earlier_names(conn, person_id) if now - at < dt.timedelta(days=30)]
    if len(lately) > NAMES_A_MONTH:  # the first replaced the name that nobody chose
        wait = lately[NAMES_A_MONTH] + dt.timedelta(days=30) - now
        raise TooMany(
            "A name can be changed three times in thirty days.", code="names", retry_after=int(wait.total_seconds()) + 1
        )


def _rename(conn: sa.Connection, person: Person, name: str, now: dt.datetime) -> tuple[Person, list[tuple[int, int]]]:
    people.keep_name(conn, person.id, person.name, now)
    places = people.rename_comments(conn, person.id, name)
    return people.change(conn, person.id, name=name), places


def set_role(
    conn: sa.Connection, site_key: str, person_id: int, role: Role, now: dt.datetime, by: int | None = None
) -> Person:
    """The operator (`by` None) or an admin says what somebody is. Raises NotFound; Forbidden for who is no admin
    there, and for one's own role."""
    site = sites.by_key(conn, site_key)
    if site is None:
        raise NotFound(f"There is no site “{site_key}”.", code="unknown-site")
    if by is not None and (by == person_id or people.role_of(conn, by, site.id) != Role.ADMIN):
        raise Forbidden("Only an admin says what others are, and nobody what they are themselves.", code="not-admin")
    person = access_person(conn, person_id)
    _give_role(conn, person.id, site.id, role, now, by)
    return person


def first_admin(conn: sa.Connection, key: str, person: Person | None, now: dt.datetime) -> Person | None:
    """The holder of the operator's one-time link decides everywhere from now on: as who they are, or as somebody new.

    None, and nothing is written, for a link that is not good.
    """
    if not sites.use_key(conn, key, "once", now):
        return None
    person = person or new_person(conn, now)
    for site in sites.all_sites(conn):
        _give_role(conn, person.id, site.id, Role.ADMIN, now, None)
    return person


def _give_role(conn: sa.Connection, person_id: int, site_id: int, role: Role, now: dt.datetime, by: int | None) -> None:
    if (before := people.role_of(conn, person_id, site_id)) == role:
        return
    people.set_role(conn, person_id, site_id, role)
    if roles.works_here(before) or roles.works_here(role):  # who subscribes is no matter of the newsroom's log
        log.append(conn, now, "role", {"person": person_id, "was": str(before), "is": str(role)}, by, site_id)
