"""Belowline's own JSON lines, whole: what `belowline export` writes, so that a site can move or come back.

The form is in belowline_lines.py.
"""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal, assert_never

import msgspec

from belowline.errors import Invalid
from belowline.model.found import Found
from belowline.transfer.belowline_lines import (
    IMPORTED,
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
from belowline.transfer.records import CommentRecord, CorrectionRecord, PersonRecord, Record, StoryRecord, VoteRecord
from belowline.transfer.streams import Source


class OwnStory(StoryRecord, frozen=True, kw_only=True, tag="own-story"):
    """A story with what only Belowline knows of it."""

    key: str
    slug: str
    closing: Literal["auto", "open", "closed"]
    close_after_days: int | None
    mode: Literal["open", "held", "slow", "members"]
    question: str | None
    aliases: tuple[str, ...]
    origin: str | None
    origin_id: str | None


class OwnComment(CommentRecord, frozen=True, kw_only=True, tag="own-comment"):
    removed: bool = False
    orphan: bool = False
    date_lost: bool = False
    found: Found | None = None
    badge: str | None = None
    featured_at: dt.datetime | None = None
    quotes: tuple[Quoted | TextQuote, ...] = ()
    origin: str
    """The source it is kept under: where it once came from, else the installation."""
    origin_id: str


def own_source(installation: str) -> str:
    return f"belowline:{installation}"


def own_person(installation: str, id_: str) -> str:
    """A person's id among those of all installations."""
    return f"{own_source(installation)} {id_}"


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


def _record(line: Line, header: Header, where: str) -> Record:
    match line:
        case CommentLine():
            return _comment(line, header, where)
        case VoteLine():
            return _vote(line, header, where)
        case StoryLine():
            return _story(line, where)
        case PingbackLine():
            return _pingback(line, where)
        case CorrectionLine():
            return _correction(line, header, where)
        case PersonLine():
            return _person(line, header, where)
        case Header():
            raise Invalid(f"{where}: a second export begins here; name its file beside the first.")
    assert_never(line)


def _person(line: PersonLine, header: Header, where: str) -> PersonRecord:
    return PersonRecord(
        source_id=own_person(header.installation, line.id),
        name=line.name,
        email=line.email,
        role=line.role.value,
        joined_at=line.joined_at,
        restrictions=line.restrictions,
        where=where,
    )


def _story(line: StoryLine, where: str) -> OwnStory:
    all_but_source = StoryLine.__struct_fields__[:-2]
    same: dict[str, Any] = {name: getattr(line, name) for name in all_but_source}
    ids: dict[str, Any] = {"source_id": line.key, "origin": line.source, "origin_id": line.source_id}
    return OwnStory(**same, **ids, closed=line.closing == "closed", where=where)


def _comment(line: CommentLine, header: Header, where: str) -> OwnComment:
    return OwnComment(
        source_id=line.id,
        story_source_id=line.story,
        parent_source_id=line.parent,
        person_source_id=None if line.person is None else own_person(header.installation, line.person),
        author_name=line.author_name,
        badge=line.badge,
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
        featured_at=line.featured_at,
        quotes=line.quotes,
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


def _vote(line: VoteLine, header: Header, where: str) -> VoteRecord:
    known = IMPORTED.fullmatch(line.person)
    return VoteRecord(
        comment_source_id=line.comment,
        story_source_id=line.story,
        person_source_id=line.person if known else own_person(header.installation, line.person),
        value=line.value,
        reason=line.reason,
        at=line.at,
        where=where,
    )


def _correction(line: CorrectionLine, header: Header, where: str) -> CorrectionRecord:
    same = {name: getattr(line, name) for name in CorrectionLine.__struct_fields__[3:]}
    whose = f"asked {line.id}" if line.person is None else line.person
    person = own_person(header.installation, whose)
    return CorrectionRecord(source_id=line.id, story_source_id=line.story, person_source_id=person, **same, where=where)
