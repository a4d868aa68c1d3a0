"""The word and domain lists of a site: taken in whole, compiled once, found by their prints."""

import datetime as dt
import re
import threading
from collections.abc import Iterable
from typing import Any, Literal

import sqlalchemy as sa

from belowline.actions import sites as site_act
from belowline.errors import Invalid
from belowline.moderation.words import Matcher, read_terms
from belowline.rules import text
from belowline.store import lists
from belowline.store.lists import Listed

Kind = Literal["words", "allowed", "blocked"]
KINDS: tuple[Kind, ...] = ("words", "allowed", "blocked")

MAX_LINES = 200_000
MAX_CHARS = 4_000_000
MAX_TERM = 100
_DOMAIN = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.){1,8}[a-z0-9-]{2,63}")


def put(conn: sa.Connection, site_key: str, kind: Kind, lang: str, lines: Iterable[str], now: dt.datetime) -> Listed:
    """Replaces one list of a site by these lines; none at all takes it away.

    Words: moderation.words.read_terms. Domains: one a line. Raises NotFound, and Invalid (field "words", "domains" or
    "lang") before anything is written.
    """
    site = site_act.access_key(conn, site_key)
    if lang and (kind != "words" or not (lang := text.lang_tag(lang) or "")):
        raise Invalid("Only word lists have a language, such as de.", fields={"lang": "A language tag such as de."})
    given = list(lines)
    if len(given) > MAX_LINES or sum(map(len, given)) > MAX_CHARS:
        raise Invalid(
            f"A list has at most {MAX_LINES:,} lines and {MAX_CHARS:,} characters.", fields={kind: "Too long."}
        )
    size, kept = _read_words(given) if kind == "words" else _read_domains(given)
    return lists.put(conn, site.id, kind, _base(lang), kept, size, now)


def get(conn: sa.Connection, site_key: str, kind: Kind, lang: str) -> list[str]:
    """A list's lines as they were given."""
    return lists.lines(conn, site_act.access_key(conn, site_key).id, kind, _base(lang))


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


# --- ready for use ------------------------------------------------------------------------------------

_KEPT = 64
_lock = threading.Lock()
_ready: dict[tuple[str, ...], Any] = {}
"""By the prints of the lists in it: the same lists are the same Matcher, on whatever site and in whatever version."""


def of_site(conn: sa.Connection, site_id: int, langs: Iterable[str]) -> dict[str, Any]:
    """The facts `words`, `allowed_domains` and `blocked_domains`, with the word lists of these languages."""
    wanted = {"", *map(_base, langs)}
    found = lists.listed(conn, site_id)
    facts: dict[str, Any] = {}
    words = [one for one in found if one.kind == "words" and one.lang in wanted]
    if words:
        facts["words"] = _once(tuple(one.print for one in words), lambda: _compile(conn, site_id, words))
    for one in found:
        if one.kind != "words":
            facts[f"{one.kind}_domains"] = _once((one.kind, one.print), lambda one=one: _domains(conn, site_id, one))
    return facts


def _compile(conn: sa.Connection, site_id: int, words: list[Listed]) -> Matcher:
    return Matcher(term for one in words for term in read_terms(lists.lines(conn, site_id, one.kind, one.lang)))


def _domains(conn: sa.Connection, site_id: int, one: Listed) -> frozenset[str]:
    return frozenset(lists.lines(conn, site_id, one.kind, one.lang))


def _once(prints: tuple[str, ...], make: Any) -> Any:
    """Made by the first who asks; others wait for it."""
    ready = _ready.get(prints)
    if ready is None:
        with _lock:
            ready = _ready.get(prints)
            if ready is None:
                ready = _ready[prints] = make()
                while len(_ready) > _KEPT:
                    _ready.pop(next(iter(_ready)))
    return ready


def _base(lang: str) -> str:
    return lang.lower().split("-")[0]
