"""Links: how many, where to, and whether they hide it."""

import html
import re
from itertools import islice
from urllib.parse import urlsplit

from belowline.model.evidence import Draft, Evidence, Facts, Outcome
from belowline.model.site import Policy
from belowline.moderation.plain import plain, unmasked
from belowline.words import by_number

NAME = "links"
VERSION = 1
NOTHING = Evidence(NAME, VERSION, 0.0, Outcome.PUBLISH, "", "")

_LINK = re.compile(r'href="([^"]*)"[^>]*>([^<]*)')
_READ_LINKS = 40
"""Hosts are looked at in the first so many links; all are counted."""
_SHOWN_HOST = re.compile(r"(?:https?://)?((?:[\w-]+\.)+[^\W\d_]{2,})(?![\w.-])")
_TWO_SCRIPTS = re.compile(r"[a-z][\u0370-\u058f]|[\u0370-\u058f][a-z]")
_SHORTENERS = frozenset((
    "bit.ly", "tinyurl.com", "t.co", "goo.gl", "ow.ly", "is.gd", "buff.ly", "cutt.ly", "rebrand.ly", "rb.gy",
    "shorturl.at", "t.ly", "v.gd", "tiny.cc",
))  # fmt: skip


def look(draft: Draft, facts: Facts, policy: Policy) -> Evidence:
    count = draft.html.count('href="')
    if not count:
        return NOTHING
    free = facts.site_hosts | facts.allowed_domains
    links = [(_host(html.unescape(link[1])), link[2]) for link in islice(_LINK.finditer(draft.html), _READ_LINKS)]
    for host, _ in links:
        if _within(host, facts.blocked_domains):
            reason = f"Links to {host}, which is blocked."
            return Evidence(NAME, VERSION, 1.0, Outcome.REFUSE, reason, f"Links to {host} are not allowed here.")
    for host, shown in links:
        if why := _disguised(host, shown, free):
            return Evidence(NAME, VERSION, 0.9, Outcome.HOLD, why, "A link does not lead where it seems to.")
    count -= sum(_within(host, free) for host, _ in links)
    if count >= policy.hold_links_from:
        sentence = by_number(count, f"It has {count} link.", f"It has {count} links.")
        return Evidence(NAME, VERSION, min(1.0, count / 10), Outcome.HOLD, f"{count} links.", sentence)
    if short := next((host for host, _ in links if _within(host, _SHORTENERS) and not _within(host, free)), None):
        sentence = f"{short} hides where the link leads."
        return Evidence(NAME, VERSION, 0.4, Outcome.NUDGE, f"A link shortener: {short}.", sentence)
    return NOTHING


def _host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").rstrip(".")
    except ValueError:
        return ""


def _within(host: str, domains: frozenset[str]) -> bool:
    """The host or a domain above it is among them."""
    labels = host.split(".")[-8:]
    return any(".".join(labels[start:]) in domains for start in range(len(labels)))


def _disguised(host: str, shown: str, known: frozenset[str]) -> str:
    """Why a link is not what it seems, empty where it is."""
    said = _SHOWN_HOST.match(shown.strip().lower())
    if said and not _same_place(said[1], host):
        return f"Shows {said[1]} and leads to {host}."
    readable = _readable(host)
    if readable.isascii():
        return ""
    latin = unmasked(plain(readable))
    if _within(latin, known) or _TWO_SCRIPTS.search(readable):
        return f"{readable} looks like {latin}."
    return ""


def _same_place(shown: str, host: str) -> bool:
    shown, host = shown.removeprefix("www."), host.removeprefix("www.")
    return _readable(shown) == _readable(host) or host.endswith("." + shown)


def _readable(host: str) -> str:
    try:
        return host.encode("ascii").decode("idna") if "xn--" in host else host
    except UnicodeError:
        return host
