"""Belowline's own JSON lines (the form is in belowline.py): whole, so that their import gives the same site."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import msgspec
import sqlalchemy as sa

from belowline.model.found import Found
from belowline.store import exports, imports
from belowline.store.exports import Selection
from belowline.transfer.belowline import VERSION, CommentLine, Header, PingbackLine, StoryLine
from belowline.transfer.records import Earlier

_STORY = StoryLine.__struct_fields__
_read_found = msgspec.json.Decoder(Found).decode
_SAME = ("author_name", "text", "format", "lang", "state", "orphan", "created_at", "date_lost", "edited_at")
_OWN = (*_SAME, "source", "source_id")
_PINGBACK = ("author_name", "url", "text", "format", "state", "created_at", "source", "source_id")
BATCH = 500  # lines written at once


def write(conn: sa.Connection, chosen: Selection, base_url: str, now: dt.datetime) -> Iterator[bytes]:  # noqa: ARG001
    site = exports.site_row(conn, chosen.site_id)
    encode = msgspec.json.Encoder().encode
    header = Header(version=VERSION, installation=imports.installation(conn), site=site.key, exported_at=now)
    yield encode(header) + b"\n"
    for story in exports.stories(conn, chosen):
        yield encode(StoryLine(**{name: getattr(story, name) for name in _STORY})) + b"\n"
        lines: list[bytes] = []
        for line in _lines(conn, story, chosen):
            lines.append(encode(line))
            if len(lines) == BATCH:
                yield b"\n".join(lines) + b"\n"
                lines.clear()
        if lines:
            yield b"\n".join(lines) + b"\n"


def _lines(conn: sa.Connection, story: Any, chosen: Selection) -> Iterator[CommentLine | PingbackLine]:
    earlier = exports.revisions(conn, story.id)
    for row in exports.comments(conn, story.id, chosen):
        parent = None if row.parent_id is None else str(row.parent_id)
        same: dict[str, Any] = {name: getattr(row, name) for name in _OWN}
        same |= {"respect": row.respect_count, "down": row.down_count, "found": _found(row.found)}
        before = tuple(Earlier(*one) for one in earlier.get(row.id, ()))
        yield CommentLine(story=story.key, id=str(row.id), parent=parent, earlier=before, **same)
    for row in exports.pingbacks(conn, story.id, chosen):
        yield PingbackLine(story=story.key, id=str(row.id), **{name: getattr(row, name) for name in _PINGBACK})


def _found(kept: str | None) -> Found | None:
    """Without ids of this installation."""
    found = None if kept is None else _read_found(kept)
    if found is None or found.corrected is None:
        return found
    return msgspec.structs.replace(found, corrected=msgspec.structs.replace(found.corrected, was=None))
