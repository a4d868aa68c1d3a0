"""A person as the desk sees them: what they wrote on this site, what was decided, what moderators noted."""

import datetime as dt

import msgspec
import sqlalchemy as sa

from belowline.actions import queues
from belowline.actions.desk import Desk
from belowline.actions.people import access_person
from belowline.errors import Invalid
from belowline.model.decision import Decision
from belowline.model.person import Person, Role
from belowline.model.sanction import Sanction
from belowline.rules import text
from belowline.store import comments, decisions, people, record, sanctions
from belowline.store.record import Note

MAX_NOTE = 2000
SHOWN = 20


class Record(msgspec.Struct, frozen=True):
    person: Person
    role: Role
    states: dict[str, int]
    """How many of their comments here are in which state."""
    names: list[tuple[str, dt.datetime]]
    """Earlier names, until when."""
    sanctions: list[Sanction]
    notes: list[Note]
    decisions: list[Decision]
    latest: list[queues.Row]


class Listed(msgspec.Struct, frozen=True):
    person: Person
    role: Role
    states: dict[str, int]
    lasting: list[Sanction]


class Sanctioned(msgspec.Struct, frozen=True):
    sanction: Sanction
    name: str | None
    """None: a guest."""


def access_record(conn: sa.Connection, desk: Desk, person_id: int, now: dt.datetime) -> Record:
    """Raises NotFound."""
    person = access_person(conn, person_id)
    site_id = desk.site.id
    latest = [comments.must(conn, one) for one in record.latest(conn, site_id, person_id, SHOWN)]
    return Record(
        person,
        people.role_of(conn, person_id, site_id),
        record.states(conn, site_id, person_id),
        people.earlier_names(conn, person_id),
        sanctions.of(conn, site_id, person_id),
        record.notes(conn, site_id, person_id),
        decisions.of_person(conn, site_id, person_id, SHOWN),
        queues.rows(conn, desk, latest, now),
    )


def search(conn: sa.Connection, desk: Desk, begins: str, now: dt.datetime) -> list[Listed]:
    """People whose name begins so."""
    found = record.named(conn, begins.strip(), SHOWN) if begins.strip() else []
    return [_listed(conn, desk, person_id, now) for person_id in found]


def _listed(conn: sa.Connection, desk: Desk, person_id: int, now: dt.datetime) -> Listed:
    site_id = desk.site.id
    return Listed(
        access_person(conn, person_id),
        people.role_of(conn, person_id, site_id),
        record.states(conn, site_id, person_id),
        [one for one in sanctions.of(conn, site_id, person_id) if one.lasts(now)],
    )


def newsroom(conn: sa.Connection, desk: Desk) -> list[tuple[int, str, str]]:
    """(id, name, role) of those who work here."""
    return record.who_work_here(conn, desk.site.id)


def under_sanction(conn: sa.Connection, desk: Desk, now: dt.datetime) -> list[Sanctioned]:
    found = [sanctions.must(conn, one) for one in record.under_sanction(conn, desk.site.id, now, 100)]
    named = [people.get(conn, one.person_id) if one.person_id else None for one in found]
    return [Sanctioned(one, who.name if who else None) for one, who in zip(found, named, strict=True)]


def add_note(conn: sa.Connection, desk: Desk, person_id: int, written: str, now: dt.datetime) -> None:
    """What moderators tell each other of a person. Raises NotFound, Invalid."""
    access_person(conn, person_id)
    try:
        said = text.clean(written, MAX_NOTE)
    except Invalid as error:
        raise Invalid(error.message, fields={"text": error.message}) from error
    record.add_note(conn, desk.site.id, person_id, said, desk.person.id, now)
