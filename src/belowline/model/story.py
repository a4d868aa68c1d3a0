"""A story: what the conversation is about."""

import datetime as dt
import enum

import msgspec


class Closing(enum.StrEnum):
    """Whether a discussion takes comments. `AUTO` follows the age rule of story or site."""

    AUTO = "auto"
    OPEN = "open"
    CLOSED = "closed"


class Mode(enum.StrEnum):
    """How a discussion that is open takes comments, beyond the site's rules."""

    OPEN = "open"
    HELD = "held"
    """A moderator reads every comment before it appears."""
    SLOW = "slow"
    """Everybody waits between two comments, as long as the site's `slow_mode_s` says."""
    MEMBERS = "members"
    """Only members, and those who work here, may write."""


class Story(msgspec.Struct, frozen=True):
    id: int
    site_id: int
    slug: str
    """Its address on our own pages: /stories/<slug>; unique in the installation."""
    key: str
    """The publisher's own name for it, as the embed gives it; unique in the site."""
    url: str | None
    """Canonical address on the publisher's site; None when our own page is the story's home."""
    title: str
    deck: str | None
    body_html: str
    """Sanitised by rules.text.story_html."""
    picture_url: str | None
    picture_alt: str | None
    picture_caption: str | None
    picture_credit: str | None
    author_name: str | None
    author_about: str | None
    """A line about the author, plain text."""
    lang: str
    published_at: dt.datetime
    previous_title: str | None
    """Set only where an import brought it; otherwise the neighbour by date is the previous story."""
    previous_url: str | None
    next_title: str | None
    next_url: str | None
    closing: Closing
    close_after_days: int | None
    """Overrides the site's rule; None follows it."""
    comment_count: int
    """Published comments, kept in the transaction that changes them."""
    thread_count: int
    """Top-level comments that are shown."""
    date_lost: bool = False
    """published_at is only a place in the list: the source had lost the date."""
    mode: Mode = Mode.OPEN
    question: str | None = None
    """What the newsroom asks its readers under this story; stands above the form."""
