"""Repeated misuse (Digital Services Act, Article 23): counted and proposed here, decided by a person."""

import datetime as dt
from collections import Counter

import msgspec
import sqlalchemy as sa

from belowline.actions.desk import Desk
from belowline.errors import Conflict, Forbidden, Invalid, NotFound
from belowline.model.decision import Action, Ground
from belowline.model.notice import Against, Manifest, Measure
from belowline.model.site import Site
from belowline.rules import duties, text
from belowline.store import appeals, jobs, log, misuse, notices, people, reasons, sanctions

A_YEAR = dt.timedelta(days=365)
OFTEN = 3
MAX_DAYS = 180
MAX_REASON = 1000


class Writer(msgspec.Struct, frozen=True):
    person_id: int
    name: str
    illegal: int
    """Comments that were found illegal, and stand so."""
    comments: int
    """All that they wrote on the site in the time."""
    warned: bool
    proposal: str


class Notifier(msgspec.Struct, frozen=True):
    email: str
    unfounded: int
    notices: int
    since_warning: int = 0
    """Unfounded ones that came after the last warning."""
    measures: list[Measure] = []
    """Of the year, newest first."""
    lasting: Measure | None = None

    @property
    def warned(self) -> bool:
        return any(one.kind == Against.WARN for one in self.measures)

    @property
    def proposal(self) -> str:
        if self.lasting:
            return "none: it lasts"
        return ("take none for a time" if self.since_warning else "wait") if self.warned else "warn"


class Misuse(msgspec.Struct, frozen=True):
    writers: list[Writer]
    notifiers: list[Notifier]


def repeated(conn: sa.Connection, site: Site, now: dt.datetime) -> Misuse:
    """Who did it OFTEN or more in a year; the worst first."""
    since = now - A_YEAR
    return Misuse(_writers(conn, site, since, now), _notifiers(conn, site, since, now))


# --- notices that are manifestly unfounded ------------------------------------------------------------


class NewMeasure(msgspec.Struct, frozen=True):
    email: str
    kind: Against
    reason: str
    """As they are told."""
    days: int | None = None
    """How long their notices are not taken."""


def take(conn: sa.Connection, by: Desk, new: NewMeasure, now: dt.datetime) -> Measure:
    """A person warns whoever gives manifestly unfounded notices, or takes none of theirs for a time; they are told.

    Raises Forbidden (the duty is off), NotFound (nobody did it often), Conflict (not warned before, or it lasts
    already), Invalid.
    """
    if not duties.on(by.site.policy, "misuse"):
        raise Forbidden("This duty is switched off here.", code="duty-off")
    found = next((one for one in _notifiers(conn, by.site, now - A_YEAR, now) if one.email == new.email), None)
    if found is None:
        raise NotFound("Nobody with this address gave manifestly unfounded notices again and again.", code="no-misuse")
    if found.lasting:
        raise Conflict("Their notices are not taken already.", code="lasts")
    if new.kind == Against.SUSPEND and not found.warned:
        raise Conflict("Warn them first: the law asks for it.", code="not-warned")
    reason, until = _checked(new, now)
    last = next(one for one in notices.made_between(conn, by.site.id, now - A_YEAR, now) if one.email == new.email)
    values = {"email": new.email, "lang": last.lang, "kind": str(new.kind), "reason": reason, "until": until}
    counted = {"unfounded": found.unfounded, "notices": found.notices}
    made = misuse.add(conn, site_id=by.site.id, **values, **counted, made_by=by.person.id, made_at=now)
    details = {"measure": made.id, "kind": str(new.kind), **counted}
    log.append(conn, now, "misuse", details, by.person.id, by.site.id)
    jobs.add(conn, "tell", {"measure": made.id}, now)
    return made


def _checked(new: NewMeasure, now: dt.datetime) -> tuple[str, dt.datetime | None]:
    """The reason, clean, and until when."""
    if new.kind == Against.SUSPEND and (new.days is None or not 1 <= new.days <= MAX_DAYS):
        sentence = f"A number of days from 1 to {MAX_DAYS}."
        raise Invalid(sentence, fields={"days": sentence})
    try:
        reason = text.clean(new.reason, MAX_REASON)
    except Invalid as error:
        raise Invalid("Say why, in words that they can understand.", fields={"reason": error.message}) from error
    return reason, now + dt.timedelta(days=new.days or 0) if new.kind == Against.SUSPEND else None


def lift(conn: sa.Connection, by: Desk, measure_id: int, now: dt.datetime) -> None:
    """Their notices are taken again. Raises NotFound."""
    found = misuse.get(conn, measure_id)
    if found is None or found.site_id != by.site.id or not found.lasts(now):
        raise NotFound("There is no such measure here, or it is over.", code="unknown-measure")
    misuse.change(conn, found.id, lifted_at=now, lifted_by=by.person.id)
    log.append(conn, now, "misuse", {"measure": found.id, "lifted": True}, by.person.id, by.site.id)


def is_suspended(conn: sa.Connection, site: Site, email: str, now: dt.datetime) -> bool:
    """Whether notices from an address are not taken now."""
    return any(one.lasts(now) for one in misuse.of(conn, site.id, email))


def _writers(conn: sa.Connection, site: Site, since: dt.datetime, now: dt.datetime) -> list[Writer]:
    removed = reasons.of_site(conn, site.id, (Action.REMOVE,), since, now)
    found = [one for one in removed if one.ground == Ground.LAW and one.undone_at is None]
    appealed = appeals.of_decisions(conn, [one.id for one in found])
    stands = [one for one in found if one.id not in appealed or appealed[one.id].outcome != "reversed"]
    counted = Counter(one.person_id for one in stands if one.person_id is not None)
    return [_writer(conn, site, who, many, since) for who, many in counted.most_common() if many >= OFTEN]


def _writer(conn: sa.Connection, site: Site, person_id: int, illegal: int, since: dt.datetime) -> Writer:
    person = people.get(conn, person_id)
    warned = any(one.kind == "warn" and one.made_at >= since for one in sanctions.of(conn, site.id, person_id))
    name = person.name if person else f"Person {person_id}"
    written = reasons.written_since(conn, site.id, person_id, since)
    return Writer(person_id, name, illegal, written, warned, "suspend for a time" if warned else "warn")


def _notifiers(conn: sa.Connection, site: Site, since: dt.datetime, now: dt.datetime) -> list[Notifier]:
    given = [one for one in notices.made_between(conn, site.id, since, now) if one.email]
    all_ = Counter(one.email for one in given)
    bad = [one for one in given if one.manifest == Manifest.UNFOUNDED]
    found = []
    for email, many in Counter(one.email or "" for one in bad).most_common():
        if many < OFTEN:
            continue
        measures = [one for one in misuse.of(conn, site.id, email) if one.made_at >= since]
        warned_at = max((one.made_at for one in measures), default=now)
        after = sum(one.email == email and one.made_at > warned_at for one in bad)
        lasting = next((one for one in measures if one.lasts(now)), None)
        found.append(Notifier(email, many, all_[email], after, measures, lasting))
    return found
