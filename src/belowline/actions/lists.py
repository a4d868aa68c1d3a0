"""The word and domain lists of a site: taken in whole, refused with the line that is wrong."""

import datetime as dt
import re
from collections.abc import Iterable
from typing import Literal

import msgspec
import sqlalchemy as sa

from belowline.actions import sites as site_act
from belowline.errors import Conflict, Invalid
from belowline.moderation.words import read_terms
from belowline.rules import text
from belowline.store import lists, log
from belowline.store.lists import Listed

Kind = Literal["words", "allowed", "blocked"]
KINDS: tuple[Kind, ...] = ("words", "allowed", "blocked")

MAX_LINES = 200_000
MAX_CHARS = 4_000_000
MAX_TERM = 100
_DOMAIN = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.){1,8}[a-z0-9-]{2,63}")


class NewList(msgspec.Struct, frozen=True):
    """A list that was read and may be set."""

    kind: Kind
    lang: str
    size: int
    """Terms or domains in it."""
    lines: list[str]
    """As they are kept."""


class Fault(msgspec.Struct, frozen=True):
    """A line that cannot be taken."""

    number: int
    line: str


def new_list(kind: Kind, lang: str, given: list[str]) -> NewList:
    """Words: moderation.words.read_terms. Domains: one a line. Raises Invalid (field "words", "domains" or "lang")."""
    if lang and (kind != "words" or not (lang := text.lang_tag(lang) or "")):
        raise Invalid("Only word lists have a language, such as de.", fields={"lang": "A language tag such as de."})
    return NewList(kind, base(lang), *read(kind, given))


def keep(
    conn: sa.Connection, site_key: str, new: NewList, now: dt.datetime, by: int | None = None, seen: str | None = None
) -> Listed:
    """Replaces one list of a site; none at all takes it away. `seen`: the print of the list that was looked at.

    Raises NotFound, and Conflict where it has changed since.
    """
    site = site_act.access_key(conn, site_key)
    before = next((one for one in lists.listed(conn, site.id) if (one.kind, one.lang) == (new.kind, new.lang)), None)
    if seen is not None and seen != (before.print if before else ""):
        raise Conflict("Somebody else has changed this list since you saw it. Look again.", code="changed")
    made = lists.put(conn, site.id, new.kind, new.lang, new.lines, new.size, now)
    was = before.size if before else 0
    details = {"list": new.kind, "lang": new.lang, "was": was, "is": new.size, "print": made.print}
    log.append(conn, now, "policy", details, by, site.id)
    return made


def put(
    conn: sa.Connection,
    site_key: str,
    kind: Kind,
    lang: str,
    lines: Iterable[str],
    now: dt.datetime,
    by: int | None = None,
) -> Listed:
    """Reads and replaces a list in one go, for commands. Raises before anything is written."""
    return keep(conn, site_key, new_list(kind, lang, list(lines)), now, by)


def faults(kind: Kind, given: list[str], most: int = 20) -> list[Fault]:
    """The lines that cannot be taken, each read for itself; so many at most."""
    found: list[Fault] = []
    for number, line in enumerate(given, 1):
        try:
            read(kind, [line])
        except Invalid:
            found.append(Fault(number, line.strip()[:MAX_TERM]))
            if len(found) == most:
                break
    return found


def read(kind: Kind, lines: list[str]) -> tuple[int, list[str]]:
    """(how many terms or domains, the lines as they are kept). Raises Invalid."""
    if len(lines) > MAX_LINES or sum(map(len, lines)) > MAX_CHARS:
        raise Invalid(
            f"A list has at most {MAX_LINES:,} lines and {MAX_CHARS:,} characters.", fields={kind: "Too long."}
        )
    return _read_words(lines) if kind == "words" else _read_domains(lines)


def get(conn: sa.Connection, site_key: str, kind: Kind, lang: str) -> list[str]:
    """A list's lines as they were given."""
    return lists.lines(conn, site_act.access_key(conn, site_key).id, kind, base(lang))


def listed(conn: sa.Connection, site_key: str) -> list[Listed]:
    return lists.listed(conn, site_act.access_key(conn, site_key).id)


def _read_words(given: list[str]) -> tuple[int, list[str]]:
    long = next((number for number, line in enumerate(given, 1) if len(line) > MAX_TERM), None)
    if long:
        raise Invalid(
            f"Line {long} of the word list is longer than {MAX_TERM} characters.", fields={"words": "Too long."}
        )
    return len(read_terms(given)), [line.rstrip("\r\n") for line in given]


def _read_domains(given: list[str]) -> tuple[int, list[str]]:
    domains = []
    for number, line in enumerate(given, 1):
        found = line.strip().lower().rstrip(".")
        if not found or found.startswith("#"):
            continue
        try:
            ascii_ = found.encode("idna").decode()
        except UnicodeError:
            ascii_ = ""
        if not _DOMAIN.fullmatch(ascii_):
            raise Invalid(f"Line {number} is not a domain such as example.org.", fields={"domains": line.strip()[:80]})
        domains.append(ascii_)
    return len(domains), domains


def base(lang: str) -> str:
    return lang.lower().split("-")[0]
