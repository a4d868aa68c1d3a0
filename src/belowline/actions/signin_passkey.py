"""Passkeys (WebAuthn): a device proves that it is the one that was registered; no secret ever leaves it."""

import datetime as dt
from typing import Any
from urllib.parse import urlsplit

import msgspec
import sqlalchemy as sa

from belowline.actions import people as people_act
from belowline.errors import Conflict, NotFound
from belowline.model.person import Person
from belowline.rules import tokens
from belowline.store import passkeys, people, sessions

CHALLENGE = dt.timedelta(minutes=5)
MAX_PASSKEYS = 20
MAX_LABEL = 60


class Place(msgspec.Struct, frozen=True):
    """Where a passkey is good: browsers show it to no other origin."""

    origin: str

    @property
    def host(self) -> str:
        return urlsplit(self.origin).hostname or ""


def creation(conn: sa.Connection, place: Place, person_id: int | None, site_name: str) -> tuple[str, bytes]:
    """(options as JSON, challenge) for a new passkey, of a person or of somebody who becomes one by it."""
    from belowline.rules.passkeys import creation  # noqa: PLC0415

    person = None if person_id is None else people_act.access_person(conn, person_id)
    known = [] if person is None else passkeys.of_person(conn, person.id)
    if len(known) >= MAX_PASSKEYS:
        raise Conflict(f"At most {MAX_PASSKEYS} passkeys.", code="enough-passkeys")
    return creation(place.host, site_name, person.name if person else site_name, [one.credential for one in known])


def question(place: Place) -> tuple[str, bytes]:
    """(options as JSON, challenge) for signing in with whatever passkey the device has for us."""
    from belowline.rules.passkeys import question  # noqa: PLC0415

    return question(place.host)


def register(
    conn: sa.Connection,
    place: Place,
    challenge: bytes,
    credential: dict[str, Any],
    person_id: int | None,
    label: str,
    now: dt.datetime,
) -> Person:
    """Keeps a new passkey; without a person, makes one. Raises Unauthorized for one that does not answer."""
    from belowline.rules.passkeys import proved_new  # noqa: PLC0415

    _once(conn, challenge, now)
    made = proved_new(credential, challenge, place.host, place.origin)
    if passkeys.by_credential(conn, made.credential):
        raise Conflict("This passkey is registered already.", code="known-passkey")
    person = people_act.new_person(conn, now) if person_id is None else people_act.access_person(conn, person_id)
    named = "".join(ch for ch in label if ch.isprintable())[:MAX_LABEL]
    passkeys.add(conn, person.id, made.credential, made.public_key, made.sign_count, named, now)
    return person


def enter(conn: sa.Connection, place: Place, challenge: bytes, credential: dict[str, Any], now: dt.datetime) -> Person:
    """The person whose passkey answered. Raises Unauthorized for every other."""
    from belowline.rules.passkeys import proved  # noqa: PLC0415

    _once(conn, challenge, now)
    id_ = credential.get("id")
    known = passkeys.by_credential(conn, id_) if isinstance(id_, str) else None
    person = people.get(conn, known.person_id) if known else None
    if known is None or person is None:
        raise tokens.refused("this passkey is not known here", "bad-passkey")
    count = proved(credential, challenge, place.host, place.origin, known.public_key, known.sign_count)
    passkeys.used(conn, known.id, count, now)
    return person


def _once(conn: sa.Connection, challenge: bytes, now: dt.datetime) -> None:
    if not sessions.spend(conn, f"passkey\0{challenge.hex()}", now + CHALLENGE, now):
        raise tokens.refused("this answer was given before", "token-used")


def remove(conn: sa.Connection, person_id: int, passkey_id: int) -> None:
    if not passkeys.remove(conn, person_id, passkey_id):
        raise NotFound("This passkey is gone already.", code="unknown-passkey")
