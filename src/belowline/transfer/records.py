"""The neutral lines between a source and the store.

A source (one file in this room) is `read(path) -> Iterator[Record]`: it yields what it finds, in the
file's order, keeps nothing it need not, and never touches the store. `run.py` takes the records in.
A comment may come before its story or its parent; `run.py` sorts that out.
"""

import datetime as dt
from typing import Literal

import msgspec

Format = Literal["markdown", "html", "text"]
CommentState = Literal["published", "held", "spam", "deleted", "trash"]


class StoryRecord(msgspec.Struct, frozen=True, kw_only=True, tag="story"):
    source_id: str
    """The source's own id; known stories are found again by it."""
    url: str | None = None
    title: str | None = None
    deck: str | None = None
    body: str = ""
    body_format: Format = "text"
    picture_url: str | None = None
    picture_alt: str | None = None
    picture_caption: str | None = None
    picture_credit: str | None = None
    author_name: str | None = None
    author_about: str | None = None
    lang: str | None = None
    published_at: dt.datetime | None = None
    """UTC; None where the source has lost it."""
    previous_title: str | None = None
    previous_url: str | None = None
    next_title: str | None = None
    next_url: str | None = None
    closed: bool = False
    where: str = ""
    """Line or id in the file, for the receipt."""


class Restriction(msgspec.Struct, frozen=True, kw_only=True):
    """What kept somebody from writing in the source, and still did when the file was made."""

    kind: Literal["hold", "suspend", "ban"]
    reason: str = ""
    """As they were told."""
    until: dt.datetime | None = None
    """None: until it is lifted."""


class PersonRecord(msgspec.Struct, frozen=True, kw_only=True, tag="person"):
    source_id: str
    name: str | None = None
    email: str | None = None
    url: str | None = None
    role: Literal["reader", "member", "author", "staff", "moderator", "editor", "admin"] = "reader"
    banned: bool = False
    restrictions: tuple[Restriction, ...] = ()
    """Where the source tells more of them than a ban."""
    joined_at: dt.datetime | None = None
    where: str = ""


class Earlier(msgspec.Struct, frozen=True):
    """What a comment said before it was edited."""

    text: str
    at: dt.datetime


class CommentRecord(msgspec.Struct, frozen=True, kw_only=True, tag="comment"):
    source_id: str
    """Unique within its story."""
    story_source_id: str
    parent_source_id: str | None = None
    """A parent that the file does not hold makes an orphan, never a loss."""
    person_source_id: str | None = None
    author_name: str | None = None
    """None: the source has lost the name. Never invent one."""
    author_email: str | None = None
    author_url: str | None = None
    text: str = ""
    format: Format = "text"
    created_at: dt.datetime | None = None
    """UTC; None where the source has lost it: the file's order stands."""
    edited_at: dt.datetime | None = None
    earlier: tuple[Earlier, ...] = ()
    """Oldest first, where the source keeps it."""
    lang: str | None = None
    state: CommentState = "published"
    kind: Literal["comment", "pingback"] = "comment"
    likes: int = 0
    dislikes: int = 0
    pinned: bool = False
    where: str = ""


class VoteRecord(msgspec.Struct, frozen=True, kw_only=True, tag="vote"):
    comment_source_id: str
    story_source_id: str
    person_source_id: str
    value: Literal[1, -1]
    reason: str | None = None
    at: dt.datetime | None = None
    """None: the source does not say when."""
    where: str = ""


class CorrectionRecord(msgspec.Struct, frozen=True, kw_only=True, tag="correction"):
    """A reader said that something in a story is wrong; the answer, where there is one."""

    source_id: str
    story_source_id: str
    person_source_id: str
    """Whoever asked; a guest has a name of their own here."""
    name: str
    passage: str
    prefix: str
    suffix: str
    claim: str
    source: str
    created_at: dt.datetime
    became: Literal["waits", "accepted", "declined", "closed"]
    answer: str = ""
    answered_at: dt.datetime | None = None
    where: str = ""


class Note(msgspec.Struct, frozen=True, kw_only=True, tag="note"):
    """Something the reader of the receipt should know: what was left out and why, what was guessed."""

    what: str
    """A sentence: what it was."""
    why: str
    where: str = ""
    left_out: Literal["story", "person", "comment", "vote", ""] = ""
    """Set when a record of this kind was found and could not be yielded."""
    cut: bool = False
    """The file ends before its end: nobody knows what is missing."""


Record = StoryRecord | PersonRecord | CommentRecord | VoteRecord | CorrectionRecord | Note
