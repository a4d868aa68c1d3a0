"""The word and domain lists of a site: taken in whole, compiled once, found by their prints."""

import datetime as dt
import re
import threading
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any, Literal

import sqlalchemy as sa

from belowline.actions import sites as site_act
from belowline.errors import Invalid
from belowline.moderation.words import Matcher, read_terms
from belowline.rules import text
from belowline.store import lists, log
from belowline.store.lists import Listed

Kind = Literal["words", "allowed", "blocked"]
KINDS: tuple[Kind, ...] = ("words", "allowed", "blocked")

MAX_LINES = 200_000
MAX_CHARS = 4_000_000
MAX_TERM = 100
_DOMAIN = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.){1,8}[a-z0-9-]{2,63}")


def put(
    conn: sa.Connection,
    site_key: str,
    kind: Kind,
    lang: str,
    lines: Iterable[str],
    now: dt.datetime,
    by: int | None = None,
) -> Listed:
    """Replaces one list of a site by these lines; none at all takes it away.

    Words: moderation.words.read_terms. Domains: one a line. Raises NotFound, and Invalid (field "words", "domains" or
    "lang") before anything is written.
    """
    site = site_act.access_key(conn, site_key)
    if lang and (kind != "words" or not (lang := text.lang_tag(lang) or "")):
        raise Invalid("Only word lists have a language, such as de.", fields={"lang": "A language tag such as de."})
    given = list(lines)
    size, kept = read(kind, given)
    was = {(one.kind, one.lang): one.size for one in lists.listed(conn, site.id)}
    made = lists.put(conn, site.id, kind, _base(lang), kept, size, now)
    details = {"list": kind, "lang": made.lang, "was": was.get((kind, made.lang), 0), "is": size, "print": made.print}
    log.append(conn, now, "policy", details, by, site.id)
    return made


def read(kind: Kind, lines: list[str]) -> tuple[int, list[str]]:
    """(how many terms or domains, the lines as they are kept). Raises Invalid."""
    if len(lines) > MAX_LINES or sum(map(len, lines)) > MAX_CHARS:
        raise Invalid(
            f"A list has at most {MAX_LINES:,} lines and {MAX_CHARS:,} characters.", fields={kind: "Too long."}
        )
    return _read_words(lines) if kind == "words" else _read_domains(lines)


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


Lines = Callable[[], list[str]]


def of_site(
    conn: sa.Connection, site_id: int, langs: Iterable[str], instead: dict[tuple[Kind, str], list[str]] | None = None
) -> dict[str, Any]:
    """The facts `words`, `allowed_domains` and `blocked_domains`, with the word lists of these languages. `instead`:
    lines of lists that are tried in place of those that the site has."""
    wanted = {"", *map(_base, langs)}
    found: dict[tuple[str, str], tuple[str, Lines]] = {
        (one.kind, one.lang): (one.print, partial(lists.lines, conn, site_id, one.kind, one.lang))
        for one in lists.listed(conn, site_id)
    }
    for (kind, lang), lines in (instead or {}).items():
        found[kind, _base(lang)] = (lists.print_of(lines), partial(_kept, kind, lines))
    words = [found[one] for one in sorted(found) if one[0] == "words" and one[1] in wanted]
    facts: dict[str, Any] = {}
    if words:
        facts["words"] = _once(tuple(print_ for print_, _ in words), partial(_compile, [lines for _, lines in words]))
    for (of, _), (print_, read_lines) in found.items():
        if of != "words":
            facts[f"{of}_domains"] = _once((of, print_), partial(_domains, read_lines))
    return facts


def _kept(kind: Kind, lines: list[str]) -> list[str]:
    return read(kind, lines)[1]


def _compile(words: list[Lines]) -> Matcher:
    return Matcher(term for lines in words for term in read_terms(lines()))


def _domains(lines: Lines) -> frozenset[str]:
    return frozenset(lines())


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
