"""Signing in by a link in a mail, or by the code beside it on the device that asked."""

import datetime as dt

import msgspec
import sqlalchemy as sa

from belowline.actions import people as people_act
from belowline.errors import NotFound, TooMany
from belowline.model.person import Person, Proof
from belowline.rules.signin import clean_email, email_key, safe_next
from belowline.store import mail_codes, sites
from belowline.store.mail_codes import Asked, MailCode
from belowline.words import N_

GOOD_FOR = dt.timedelta(minutes=15)
MAILS = 3  # to one address in that time
GONE = N_("This link has been used, or is older than 15 minutes. Ask for a new one.")


class Entered(msgspec.Struct, frozen=True):
    person: Person
    next: str


def ask(conn: sa.Connection, address: str, place: str, now: dt.datetime) -> tuple[str, Asked]:
    """(the cleaned address, what to send). Raises Invalid and TooMany."""
    email = clean_email(address)
    key = email_key(email, sites.signing_secret(conn))
    mail_codes.drop_old(conn, now - GOOD_FOR)
    if mail_codes.lately(conn, key, now - GOOD_FOR) >= MAILS:
        wait = int(GOOD_FOR.total_seconds())
        raise TooMany("This address has been sent several links already; please use the last.", retry_after=wait)
    return email, mail_codes.add(conn, email, key, safe_next(place), now, now + GOOD_FOR)


def access_link(conn: sa.Connection, link: str, now: dt.datetime) -> MailCode:
    """A link that is still good. Raises NotFound."""
    found = mail_codes.by_link(conn, link)
    if found is None or found.used_at is not None or found.expires_at <= now:
        raise NotFound(GONE, code="link-gone")
    return found


def use_link(conn: sa.Connection, link: str, now: dt.datetime) -> Entered:
    """Raises NotFound for a link that was used, is over, or never was."""
    return _enter(conn, access_link(conn, link, now), now)


def use_code(conn: sa.Connection, browser: str, code: str, now: dt.datetime) -> Entered | None:
    """None for a code that is wrong: returned, not raised, so that the try stays counted."""
    found = mail_codes.by_code(conn, browser, "".join(code.split()))
    if found is None or found.used_at is not None or found.expires_at <= now:
        return None
    return _enter(conn, found, now)


def _enter(conn: sa.Connection, found: MailCode, now: dt.datetime) -> Entered:
    mail_codes.use(conn, found, now)
    proof = Proof("email", "", found.email_hash, email=found.email)
    return Entered(people_act.enter(conn, proof, now), found.next)
