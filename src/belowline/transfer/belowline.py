"""Belowline's own JSON lines, whole: what `belowline export` writes, so that a site can move or come back.

One JSON object a line, told apart by `type`: first `belowline` (version and installation), then each
`story` before its `comment`s and `pingback`s. Unknown fields are passed over, so that older
versions can read what newer ones write.
"""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import msgspec

from belowline.errors import Invalid
from belowline.model.found import Found
from belowline.transfer.records import CommentRecord, Earlier, Format, Record, StoryRecord
from belowline.transfer.streams import Source

VERSION = 1


class Header(msgspec.Struct, frozen=True, kw_only=True, tag="belowline"):
    version: int
    installation: str
    """Which Belowline wrote it: comments that come home are known there by their own ids."""
    site: str
    exported_at: dt.datetime


class StoryLine(msgspec.Struct, frozen=True, kw_only=True, tag="story", omit_defaults=True):
    key: str
    slug: str
    title: str
    published_at: dt.datetime
    url: str | None = None
    deck: str | None = None
    body: str = ""
    body_format: Format = "markdown"
    picture_url: str | None = None
    picture_alt: str | None = None
    picture_caption: str | None = None
    picture_credit: str | None = None
    author_name: str | None = None
    author_about: str | None = None
    lang: str | None = None
    previous_title: str | None = None
    previous_url: str | None = None
    next_title: str | None = None
    next_url: str | None = None
    closing: Literal["auto", "open", "closed"] = "auto"
    close_after_days: int | None = None
    mode: Literal["open", "held", "slow", "members"] = "open"
    question: str | None = None
    source: str | None = None
    """Where an import once found it."""
    source_id: str | None = None


class CommentLine(msgspec.Struct, frozen=True, kw_only=True, tag="comment", omit_defaults=True):
    story: str
    """The story's key."""
    id: str
    parent: str | None = None
    author_name: str | None = None
    text: str = ""
    format: Format = "markdown"
    lang: str | None = None
    state: Literal["published", "held", "spam", "deleted", "removed"] = "published"
    orphan: bool = False
    created_at: dt.datetime
    date_lost: bool = False
    edited_at: dt.datetime | None = None
    found: Found | None = None
    earlier: tuple[Earlier, ...] = ()
    """What it said before it was edited, oldest first."""
    respect: int = 0
    down: int = 0
    """Votes, as numbers: whose they are stays behind."""
    source: str | None = None
    source_id: str | None = None


class PingbackLine(msgspec.Struct, frozen=True, kw_only=True, tag="pingback", omit_defaults=True):
    story: str
    id: str
    author_name: str | None = None
    url: str | None = None
    text: str = ""
    format: Format = "text"
    state: Literal["published", "held", "spam", "deleted"] = "published"
    created_at: dt.datetime
    source: str
    source_id: str


Line = Header | StoryLine | CommentLine | PingbackLine


class OwnStory(StoryRecord, frozen=True, kw_only=True, tag="own-story"):
    """A story with what only Belowline knows of it."""

    key: str
    slug: str
    closing: Literal["auto", "open", "closed"]
    close_after_days: int | None
    mode: Literal["open", "held", "slow", "members"]
    question: str | None
    origin: str | None
    origin_id: str | None


class OwnComment(CommentRecord, frozen=True, kw_only=True, tag="own-comment"):
    removed: bool = False
    orphan: bool = False
    date_lost: bool = False
    found: Found | None = None
    origin: str
    """The source it is kept under: where it once came from, else the installation."""
    origin_id: str


def own_source(installation: str) -> str:
    return f"belowline:{installation}"


def read(path: Path) -> Iterator[Record]:
    """The lines in their order. Raises Invalid, with the line, for what is no such file."""
    source = Source(path)
    decode = msgspec.json.Decoder(Line).decode
    header: Header | None = None
    for number, written in enumerate(source.lines(source.main("belowline", ".jsonl")), 1):
        if not written.strip():
            continue
        try:
            line = decode(written)
        except (msgspec.DecodeError, UnicodeError) as error:
            raise Invalid(f"{path.name}, line {number}: this is no line of Belowline's export ({error}).") from error
        if isinstance(line, Header):
            header = _checked(line, path)
        elif header is None:
            raise Invalid(f"{path.name} is no Belowline export: its first line does not say so.")
        else:
            yield _record(line, header, f"line {number}")
    if header is None:
        raise Invalid(f"{path.name} is no Belowline export: it is empty.")
    yield from source.notes


def _checked(header: Header, path: Path) -> Header:
    if header.version > VERSION:
        raise Invalid(f"{path.name} was written by a newer Belowline (form {header.version}); install that version.")
    return header


def _record(line: StoryLine | CommentLine | PingbackLine, header: Header, where: str) -> Record:
    if isinstance(line, StoryLine):
        all_but_source = StoryLine.__struct_fields__[:-2]
        same: dict[str, Any] = {name: getattr(line, name) for name in all_but_source}
        ids: dict[str, Any] = {"source_id": line.key, "origin": line.source, "origin_id": line.source_id}
        return OwnStory(**same, **ids, closed=line.closing == "closed", where=where)
    if isinstance(line, PingbackLine):
        return _pingback(line, where)
    return OwnComment(
        source_id=line.id,
        story_source_id=line.story,
        parent_source_id=line.parent,
        author_name=line.author_name,
        text=line.text,
        format=line.format,
        lang=line.lang,
        state="deleted" if line.state == "removed" else line.state,
        removed=line.state == "removed",
        orphan=line.orphan,
        created_at=line.created_at,
        date_lost=line.date_lost,
        edited_at=line.edited_at,
        found=line.found,
        earlier=line.earlier,
        likes=line.respect,
        dislikes=line.down,
        origin=line.source or own_source(header.installation),
        origin_id=line.source_id or line.id,
        where=where,
    )


def _pingback(line: PingbackLine, where: str) -> OwnComment:
    return OwnComment(
        source_id=f"pingback {line.id}",
        story_source_id=line.story,
        author_name=line.author_name,
        author_url=line.url,
        text=line.text,
        format=line.format,
        state=line.state,
        kind="pingback",
        created_at=line.created_at,
        origin=line.source,
        origin_id=line.source_id,
        where=where,
    )
