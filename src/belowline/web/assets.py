"""Our own scripts, styles and pictures: ready bytes too."""

import json
import mimetypes
from collections.abc import Sequence
from importlib import resources

import sqlalchemy as sa
from litestar import get
from litestar.params import FromPath, FromQuery
from litestar.types import ASGIApp

from belowline.errors import NotFound
from belowline.snapshots.shelf import Page
from belowline.store.sites import all_sites
from belowline.web.house import Here
from belowline.web.ready import ready
from belowline.words import choose, known
from belowline.words.catalogue import catalogue

_FOR_A_YEAR = b"public, max-age=31536000, immutable"  # its address changes with its content
_FOR_FIVE_MINUTES = b"public, max-age=300"  # its address is written into publishers' pages
FILES = resources.files("belowline").joinpath("static")


def _file(conn: sa.Connection, name: str, cache: bytes) -> Page:  # noqa: ARG001
    parts = name.split("/")
    file = FILES.joinpath(*parts)
    if any(part in ("", ".", "..") or "\\" in part or "\0" in part for part in parts) or not file.is_file():
        raise NotFound("There is no such file.")
    media = mimetypes.guess_type(name)[0] or "application/octet-stream"
    text = media.startswith("text/") or media in ("image/svg+xml", "application/javascript")
    headers = (
        (b"content-type", (media + ("; charset=utf-8" if text else "")).encode()),
        (b"cache-control", cache),
        (b"access-control-allow-origin", b"*"),
        (b"cross-origin-resource-policy", b"cross-origin"),
        (b"x-content-type-options", b"nosniff"),
        (b"content-security-policy", b"default-src 'none'; style-src 'unsafe-inline'; sandbox"),  # for SVG opened alone
    )
    return Page(file.read_bytes(), headers, frozenset())


def worker(conn: sa.Connection, name: str) -> Page:
    """A service worker: code of its own origin, so without the sandbox, and asked for anew each time."""
    page = _file(conn, name, b"no-cache")
    policy = (b"content-security-policy", b"default-src 'none'")
    headers = [policy if key == policy[0] else (key, value) for key, value in page.headers]
    return Page(page.body, tuple(headers), frozenset())


@get("/static/{name:path}", include_in_schema=False)
async def static(house: Here, name: FromPath[str], v: FromQuery[str | None] = None) -> ASGIApp:
    name = str(name).lstrip("/")
    return await ready(
        house, f"/static/{name}", {"v": v and v[:16]}, _file, name, _FOR_A_YEAR if v else _FOR_FIVE_MINUTES
    )


def _words(conn: sa.Connection, lang: str, cache: bytes) -> Page:  # noqa: ARG001
    headers = (
        (b"content-type", b"application/json"),
        (b"cache-control", cache),
        (b"access-control-allow-origin", b"*"),
        (b"x-content-type-options", b"nosniff"),
    )
    return Page(catalogue(lang).script, headers, frozenset())


@get("/words/{name:str}", include_in_schema=False)
async def words(house: Here, name: FromPath[str], v: FromQuery[str | None] = None) -> ASGIApp:
    """What our scripts say, in one language: /words/de.json."""
    lang = known(name.removesuffix(".json"))
    if lang is None or name != f"{lang}.json":
        raise NotFound("There is no such file.")
    version = v if v == catalogue(lang).script_version else None
    cache = _FOR_A_YEAR if version else _FOR_FIVE_MINUTES
    return await ready(house, f"/words/{name}", {"v": version}, _words, lang, cache)


FIRST_WORDS = (
    "Read the discussion",
    "Loading the discussion …",
    "The discussion cannot be reached just now.",
    "The answer is taking too long.",
    "Something went wrong.",
    "Try again",
)
"""What embed.js may say before it knows a discussion's language, or where the server is not reached."""


def _embed_js(conn: sa.Connection) -> Page:
    """The script, and before it the first words in the languages of this server's sites (widget/src/say.ts).

    No tags: sites are added by the command line, and what another process writes clears the shelf.
    """
    words = json.dumps(_first_words([choose(site.lang) for site in all_sites(conn)]))
    script = _file(conn, "embed.js", _FOR_FIVE_MINUTES)
    body = f'"use strict";globalThis[Symbol.for("belowline:first")]={words};\n'.encode() + script.body
    return Page(body, script.headers, frozenset())


def _first_words(langs: Sequence[str]) -> dict[str, dict[str, str]]:
    """By language; "" for all pages where the server speaks one alone, whatever a page says of its own."""
    said = {lang: {} if lang == "en" else {one: catalogue(lang).gettext(one) for one in FIRST_WORDS} for lang in langs}
    return said if len(said) > 1 else {"": next(iter(said.values()), {})}


@get("/embed.js", include_in_schema=False)
async def embed_js(house: Here) -> ASGIApp:
    return await ready(house, "/embed.js", {}, _embed_js)


@get("/counts.js", include_in_schema=False)
async def counts_js(house: Here) -> ASGIApp:
    return await ready(house, "/counts.js", {}, _file, "counts.js", _FOR_FIVE_MINUTES)


ROBOTS = b"""User-agent: *
Disallow: /comments/*/
Disallow: /stories/*/correct
Disallow: /signin
Disallow: /notices/new
"""
"""Forms are for people: a crawler that followed every Reply, Respect and Report would ask for three pages a comment,
none of them ready. What is to be read stays open to it, the embed's fragments too, which a page's renderer fetches."""


@get("/robots.txt", include_in_schema=False)
async def robots(house: Here) -> ASGIApp:
    return await ready(house, "/robots.txt", {}, _robots)


def _robots(conn: sa.Connection) -> Page:  # noqa: ARG001
    return Page(ROBOTS, ((b"content-type", b"text/plain"), (b"cache-control", _FOR_FIVE_MINUTES)), frozenset())
