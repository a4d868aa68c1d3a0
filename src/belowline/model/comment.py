"""A comment and its states."""

import datetime as dt
import enum

import msgspec

from belowline.model.found import Found


class State(enum.StrEnum):
    PUBLISHED = "published"
    HELD = "held"
    """Waits for a moderator; only its writer and moderators see it."""
    DELETED = "deleted"
    """Taken back by its writer; a tombstone while it has replies."""
    REMOVED = "removed"
    """Taken down by a moderator; a tombstone while it has replies."""
    SPAM = "spam"
    """Taken down as spam, or imported as such."""


GONE = (State.DELETED, State.REMOVED, State.SPAM)
"""Nothing of it is shown but a tombstone, where it has replies."""


class Comment(msgspec.Struct, frozen=True):
    id: int
    story_id: int
    parent_id: int | None
    root_id: int | None
    """The top-level comment of its thread; None when it is one."""
    depth: int
    """0 for top level."""
    child_pos: int
    """Its place among its parent's replies, 1 first; 0 until it is shown. Top-level comments have 0."""
    author_name: str | None
    """None where an import found that the page had lost the name."""
    text: str
    """As written (Markdown)."""
    html: str
    """Rendered and sanitised once, when written (rules.text.comment_html)."""
    lang: str | None
    """BCP 47 tag if the writer marked one."""
    state: State
    shown: bool
    """Stands in the discussion: published, or a tombstone that still has shown replies."""
    orphan: bool
    """It answered a comment that is not here; it stands at top level and says so."""
    created_at: dt.datetime
    date_lost: bool
    """created_at is only an order: the source had lost the date."""
    edited_at: dt.datetime | None
    reply_count: int
    """Direct replies that are shown."""
    descendant_count: int
    """Shown replies to it and to its replies, down to COUNTED_DEPTH levels below it."""
    person_id: int | None = None
    """Who wrote it, signed in; None for guests and most imports."""
    badge: str | None = None
    """"author" or "staff", from the writer's role when it was written."""
    respect_count: int = 0
    """Positive votes."""
    best: int = 0
    """Its place in the order "best", higher first (rules.ranking)."""
    featured_at: dt.datetime | None = None
    """When the newsroom picked it as worth reading; None: it did not."""
    format: str = "markdown"
    """Of `text`: imported comments may be "html" or "text"."""
    found: Found | None = None
    """Of a list that had lost who answers whom: what was found again. None: its source said it, or it is ours."""

    @property
    def thread_id(self) -> int:
        return self.root_id or self.id


COUNTED_DEPTH = 64
"""How many levels of ancestors a new reply is counted into: bounds the cost of a post in a chain
of any depth. Real threads end far above it; below it the number is a lower bound."""
