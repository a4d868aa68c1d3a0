"""The form of Belowline's own JSON lines, as `export_belowline.py` writes and `belowline.py` reads them.

One JSON object a line, told apart by `type`: first `belowline` (version and installation), then the `person`s who
took part, then each `story` before its `comment`s, `pingback`s and `correction`s, at the end the `vote`s of which it
is known whose they are. Unknown fields are passed over. Version 1 had no persons, votes and corrections.
"""

import datetime as dt
import re
from typing import Literal

import msgspec

from belowline.model.found import Found
from belowline.model.person import Role
from belowline.transfer.records import Earlier, Format, Restriction

VERSION = 2
IMPORTED = re.compile("i[0-9a-f]{24}")
"""Key of a reader whom an import brought (`ballots.reader_key`)."""


class Header(msgspec.Struct, frozen=True, kw_only=True, tag="belowline"):
    version: int
    installation: str
    """Which Belowline wrote it: comments that come home are known there by their own ids."""
    site: str
    exported_at: dt.datetime


class PersonLine(msgspec.Struct, frozen=True, kw_only=True, tag="person", omit_defaults=True):
    id: str
    name: str
    about: str = ""
    private: bool = False
    lang: str | None = None
    joined_at: dt.datetime
    role: Role = Role.READER
    """On the site; told to who brings the file in, and no power there."""
    email: str | None = None
    """Only where the operator asked for addresses."""
    restrictions: tuple[Restriction, ...] = ()
    """What lasts of the sanctions on them."""


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
    aliases: tuple[str, ...] = ()
    """Other keys under which pages announced it."""
    source: str | None = None
    """Where an import once found it."""
    source_id: str | None = None


class TextQuote(msgspec.Struct, frozen=True, tag="TextQuoteSelector"):
    """W3C Web Annotation's selector of a passage by its words."""

    exact: str
    prefix: str = ""
    suffix: str = ""


class Quoted(msgspec.Struct, frozen=True, tag="SpecificResource"):
    source: str
    """/comments/ID or /stories/SLUG, both as the file has them."""
    selector: TextQuote


class CommentLine(msgspec.Struct, frozen=True, kw_only=True, tag="comment", omit_defaults=True):
    story: str
    """The story's key."""
    id: str
    parent: str | None = None
    person: str | None = None
    """The id of the person who wrote it."""
    author_name: str | None = None
    badge: Literal["author", "staff"] | None = None
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
    featured_at: dt.datetime | None = None
    quotes: tuple[Quoted | TextQuote, ...] = ()
    respect: int = 0
    down: int = 0
    """All its votes, as numbers: also those that have a line of their own."""
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


class CorrectionLine(msgspec.Struct, frozen=True, kw_only=True, tag="correction", omit_defaults=True):
    story: str
    id: str
    person: str | None = None
    """None: a guest asked."""
    name: str = ""
    passage: str
    prefix: str = ""
    suffix: str = ""
    claim: str
    source: str
    created_at: dt.datetime
    became: Literal["waits", "accepted", "declined", "closed"] = "waits"
    answer: str = ""
    answered_at: dt.datetime | None = None


class VoteLine(msgspec.Struct, frozen=True, kw_only=True, tag="vote", omit_defaults=True):
    story: str
    comment: str
    person: str
    """A person's id; or, of a vote that an import had brought, the key by which that knows its reader."""
    value: Literal[1, -1]
    reason: str | None = None
    at: dt.datetime


Line = Header | PersonLine | StoryLine | CommentLine | PingbackLine | CorrectionLine | VoteLine
