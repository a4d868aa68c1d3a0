"""Belowline's own JSON lines (the form is in belowline_lines.py): whole, so that their import gives the same site."""

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec
import sqlalchemy as sa

from belowline.model.found import Found
from belowline.model.person import Role
from belowline.store import exports, imports
from belowline.store.exports import Selection
from belowline.transfer.belowline_lines import (
    VERSION,
    CommentLine,
    CorrectionLine,
    Header,
    Line,
    PersonLine,
    PingbackLine,
    Quoted,
    StoryLine,
    TextQuote,
    VoteLine,
)
from belowline.transfer.records import Earlier, Restriction

_STORY = tuple(name for name in StoryLine.__struct_fields__ if name != "aliases")
_read_found = msgspec.json.Decoder(Found).decode
_SAME = ("author_name", "badge", "text", "format", "lang", "state", "orphan", "created_at", "date_lost", "edited_at")
_OWN = (*_SAME, "featured_at", "source", "source_id")
_PINGBACK = ("author_name", "url", "text", "format", "state", "created_at", "source", "source_id")
_CORRECTION = CorrectionLine.__struct_fields__[3:]
BATCH = 500  # lines written at once


def write(conn: sa.Connection, chosen: Selection, base_url: str, now: dt.datetime) -> Iterator[bytes]:  # noqa: ARG001
    site = exports.site_row(conn, chosen.site_id)
    header = Header(version=VERSION, installation=imports.installation(conn), site=site.key, exported_at=now)
    yield from _written([header])
    yield from _written(_people(conn, chosen, now))
    aliases = exports.aliases(conn, chosen.site_id)
    for story in exports.stories(conn, chosen):
        others = tuple(aliases.get(story.id, ()))
        yield from _written([StoryLine(**{name: getattr(story, name) for name in _STORY}, aliases=others)])
        yield from _written(_lines(conn, story, chosen))
    yield from _written(_votes(conn, chosen))


def _written(lines: Iterable[Line]) -> Iterator[bytes]:
    encode = msgspec.json.Encoder().encode
    waiting: list[bytes] = []
    for line in lines:
        waiting.append(encode(line))
        if len(waiting) == BATCH:
            yield b"\n".join(waiting) + b"\n"
            waiting.clear()
    if waiting:
        yield b"\n".join(waiting) + b"\n"


def _people(conn: sa.Connection, chosen: Selection, now: dt.datetime) -> Iterator[PersonLine]:
    kept: dict[int, list[Restriction]] = {}
    for person_id, kind, reason, until in exports.restrictions(conn, chosen.site_id, now):
        kept.setdefault(person_id, []).append(Restriction(kind=kind, reason=reason, until=until))
    for row in exports.people(conn, chosen, now):
        yield PersonLine(
            id=str(row.id),
            name=row.name,
            about=row.about,
            private=row.private,
            lang=row.lang,
            joined_at=row.created_at,
            role=Role(row.role or Role.READER),
            email=row.email if chosen.with_addresses else None,
            restrictions=tuple(kept.get(row.id, ())),
        )


def _lines(conn: sa.Connection, story: Any, chosen: Selection) -> Iterator[Line]:
    earlier = exports.revisions(conn, story.id)
    for row in exports.comments(conn, story.id, chosen):
        same: dict[str, Any] = {name: getattr(row, name) for name in _OWN}
        same |= {"respect": row.respect_count, "down": row.down_count, "found": _found(row.found)}
        same |= {"parent": _key(row.parent_id), "person": _key(row.person_id)}
        if row.quotes:
            same["quotes"] = _quotes(row.quotes)
        if row.id in earlier:
            same["earlier"] = tuple(Earlier(*one) for one in earlier[row.id])
        yield CommentLine(story=story.key, id=str(row.id), **same)
    for row in exports.pingbacks(conn, story.id, chosen):
        yield PingbackLine(story=story.key, id=str(row.id), **{name: getattr(row, name) for name in _PINGBACK})
    for row in exports.corrections(conn, story.id, chosen):
        same = {name: getattr(row, name) for name in _CORRECTION}
        yield CorrectionLine(story=story.key, id=str(row.id), person=_key(row.person_id), **same)


def _votes(conn: sa.Connection, chosen: Selection) -> Iterator[VoteLine]:
    for reader, comment_id, value, reason, at, key in exports.votes(conn, chosen):
        whose = reader.removeprefix("p")
        yield VoteLine(story=key, comment=str(comment_id), person=whose, value=value, reason=reason, at=at)


def _key(id_: int | None) -> str | None:
    return None if id_ is None else str(id_)


def _quotes(kept: Any) -> tuple[Quoted | TextQuote, ...]:
    """The selectors; what is none stays behind."""
    found: list[Quoted | TextQuote] = []
    for one in kept if isinstance(kept, list) else [kept]:
        try:
            found.append(msgspec.convert(one, Quoted | TextQuote))
        except msgspec.ValidationError:
            continue
    return tuple(found)


def _found(kept: str | None) -> Found | None:
    """Without ids of this installation."""
    found = None if kept is None else _read_found(kept)
    if found is None or found.corrected is None:
        return found
    return msgspec.structs.replace(found, corrected=msgspec.structs.replace(found.corrected, was=None))
