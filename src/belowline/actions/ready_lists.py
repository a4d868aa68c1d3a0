"""Lists ready for use: each compiled once, found by its print, and never in a transaction that others wait for.

100,000 words take about a second. A list that is set at the desk is made ready before it is set (`make_ready`); one
that another process has set, as soon as the server notices (`warm`). A comment that comes in between is judged by the
list as it was.
"""

import threading
from collections.abc import Callable, Iterable
from typing import Any

import sqlalchemy as sa

from belowline.actions.lists import Kind, base, read
from belowline.moderation.words import Matcher, Several, read_terms
from belowline.store import lists
from belowline.store.lists import Listed

SMALL = 2_000  # terms: compiled in 20 ms, by whoever comes first
_KEPT = 128
_lock = threading.Lock()
_making: dict[tuple[str, str], threading.Lock] = {}
_ready: dict[tuple[str, str], Any] = {}
"""By kind and print: the same list is the same Matcher, on whatever site and in whatever version."""
_last: dict[tuple[str | None, int, str, str], Any] = {}
"""What was ready last, by database, site, kind and language: used while a long list is being made ready."""


Lines = Callable[[], list[str]]


def of_site(
    conn: sa.Connection,
    site_id: int,
    langs: Iterable[str],
    instead: dict[tuple[Kind, str], list[str]] | None = None,
    wait: bool = True,
) -> dict[str, Any]:
    """The facts `words`, `allowed_domains` and `blocked_domains`, with the word lists of these languages.

    `instead`: lines of lists that are tried in place of those that the site has. `wait`: whether a long list that is
    not ready is made so here; otherwise it is made on a thread of its own, and the one before counts until then.
    """
    wanted = {"", *map(base, langs)}
    tried = {(kind, base(lang)): lines for (kind, lang), lines in (instead or {}).items()}
    found: dict[tuple[str, str], Any] = {}
    for one in lists.listed(conn, site_id):
        if (one.kind, one.lang) not in tried and (one.kind != "words" or one.lang in wanted):
            found[one.kind, one.lang] = _kept(conn, site_id, one, wait)
    for (kind, lang), lines in tried.items():
        if kind != "words" or lang in wanted:
            found[kind, lang] = make_ready(kind, lines)
    words = [made for (kind, _), made in sorted(found.items(), key=lambda item: item[0]) if kind == "words" and made]
    domains = {f"{kind}_domains": made for (kind, _), made in found.items() if kind != "words" and made}
    return domains | ({"words": words[0] if len(words) == 1 else Several(words)} if words else {})


def make_ready(kind: Kind, given: list[str]) -> Any:
    """For a list that is about to be set, or is only tried. Raises Invalid."""
    kept = read(kind, given)[1]
    return _once((kind, lists.print_of(kept)), lambda: kept)


def warm(conn: sa.Connection) -> None:
    """Makes every list ready that is not; on a reader, where nobody waits for it."""
    for site_id, one in lists.everywhere(conn):
        _kept(conn, site_id, one, wait=True)


def _kept(conn: sa.Connection, site_id: int, one: Listed, wait: bool) -> Any:
    """A list that a site has; None for a long one that never was ready yet, where nobody waits for it."""
    key, place = (one.kind, one.print), (conn.engine.url.database, site_id, one.kind, one.lang)
    ready = _ready.get(key)
    if ready is None and not wait and one.size > SMALL:
        if key not in _making:
            lines = lists.lines(conn, site_id, one.kind, one.lang)
            threading.Thread(target=_once, args=(key, lambda: lines), name="list", daemon=True).start()
        return _last.get(place)
    if ready is None:
        ready = _once(key, lambda: lists.lines(conn, site_id, one.kind, one.lang))
    _last[place] = ready
    return ready


def _once(key: tuple[str, str], lines: Lines) -> Any:
    """Made by the first who asks; others wait for it."""
    with _lock:
        mine = _making.setdefault(key, threading.Lock())
    with mine:
        if (ready := _ready.get(key)) is None:
            ready = Matcher(read_terms(lines())) if key[0] == "words" else frozenset(lines())
            with _lock:
                _ready[key] = ready
                while len(_ready) > _KEPT:
                    _ready.pop(next(iter(_ready)))
    with _lock:
        _making.pop(key, None)
    return ready
