"""Following: what somebody wants to hear of, and how."""

import datetime as dt
import enum

import msgspec


class Kind(enum.StrEnum):
    STORY = "story"
    """Every comment under a story."""
    COMMENT = "comment"
    """Replies to a comment."""
    PERSON = "person"
    """What a person writes."""


class Mails(enum.StrEnum):
    NONE = "none"
    AT_ONCE = "at once"
    HOURLY = "hourly"
    DAILY = "daily"


class Follower(msgspec.Struct, frozen=True):
    """A person, or a guest by their address."""

    id: int
    person_id: int | None
    email: str | None
    """A guest's; a person's stands with the person."""
    mails: Mails
    replies: bool
    """Hears of replies to their own comments without following each."""


class Follow(msgspec.Struct, frozen=True):
    id: int
    follower_id: int
    kind: Kind
    subject_id: int
    confirmed: bool
    """A guest's counts only after they used the link in the mail."""
    created_at: dt.datetime


class Followed(msgspec.Struct, frozen=True):
    """A follow as its owner sees it."""

    id: int
    kind: Kind
    subject: int
    title: str
    """The story's title, or the name of who wrote the comment or is followed."""
    path: str
    """Its page on this server."""


class Notice(msgspec.Struct, frozen=True):
    """One thing that somebody is told."""

    id: int
    comment: int
    reason: str
    """mention, reply (to a comment of theirs), comment, person, story (that they follow)"""
    author: str | None
    text: str
    """The comment's beginning, plain."""
    story: str
    """The story's title."""
    created_at: dt.datetime
    read: bool
    follow_id: int | None
