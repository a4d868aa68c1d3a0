"""Repeated misuse (Digital Services Act, Article 23): counted and proposed here, decided by a person."""

import datetime as dt
from collections import Counter

import msgspec
import sqlalchemy as sa

from belowline.model.decision import Action, Ground
from belowline.model.notice import Manifest
from belowline.model.site import Site
from belowline.store import appeals, notices, people, reasons, sanctions

A_YEAR = dt.timedelta(days=365)
OFTEN = 3


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


class Misuse(msgspec.Struct, frozen=True):
    writers: list[Writer]
    notifiers: list[Notifier]


def repeated(conn: sa.Connection, site: Site, now: dt.datetime) -> Misuse:
    """Who did it OFTEN or more in a year; the worst first."""
    since = now - A_YEAR
    return Misuse(_writers(conn, site, since, now), _notifiers(conn, site, since, now))


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
    unfounded = Counter(one.email for one in given if one.manifest == Manifest.UNFOUNDED)
    return [Notifier(email or "", many, all_[email]) for email, many in unfounded.most_common() if many >= OFTEN]
