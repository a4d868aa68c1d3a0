"""What the templates are given: plain values, nothing that asks the database.

One discussion page (first page of a story, a later page, or a permalink) is one DiscussionView.
"""

import datetime as dt

import msgspec

from belowline.model.found import Found


class Link(msgspec.Struct, frozen=True):
    title: str
    url: str | None
    """None: only the title is known."""


class CommentView(msgspec.Struct):
    id: int
    author: str | None
    """None: the source page had lost the name; shown as lost."""
    html: str
    """Sanitised; empty for tombstones."""
    text: str
    state: str
    """published | deleted | removed (tombstones); on the writer's own page also held"""
    created_at: dt.datetime
    date_lost: bool
    edited: bool
    lang: str | None
    orphan: bool
    parent_id: int | None
    parent_author: str | None
    level: int
    """Indentation on this page, 0 for the page's own top."""
    reply_count: int
    replies: list["CommentView"]
    more: int = 0
    """Replies below it that this page folds behind /comments/<id>."""
    person_id: int | None = None
    """Who wrote it, signed in; None for guests and tombstones."""
    badge: str | None = None
    """author | staff: what the writer was here when they wrote it."""
    respect: int = 0
    """Positive votes."""
    found: Found | None = None
    """Why it probably answers what it stands under, and who probably wrote it, where the source had lost that."""
    parent_guess: str | None = None
    """Who probably wrote the comment it answers, where that name is lost."""
    parent_gone: bool = False
    """What it answers was deleted or removed: there is no name to show, and none was lost."""
    featured: bool = False
    """Picked by the newsroom."""


class Stamp(msgspec.Struct, frozen=True):
    """What the newsroom answered a reader who asked for a correction."""

    id: int
    accepted: bool
    """Otherwise it says why the story stands."""
    passage: str
    claim: str
    answer: str
    name: str
    """Who asked; "" names nobody."""
    at: dt.datetime


class StoryView(msgspec.Struct, frozen=True):
    id: int
    slug: str
    key: str
    site_key: str
    site_name: str
    url: str
    """/stories/<slug>, always on this server"""
    canonical: str
    """absolute address of the story's home: the publisher's page or ours"""
    title: str
    deck: str | None
    body_html: str
    picture_url: str | None
    picture_alt: str | None
    picture_caption: str | None
    picture_credit: str | None
    author_name: str | None
    author_about: str | None
    lang: str
    dir: str
    """ltr | rtl, from lang"""
    published_at: dt.datetime
    previous: Link | None
    next: Link | None
    comment_count: int
    closed: str | None
    """None when open; else 'hand' or 'age'"""
    closed_after_days: int | None
    date_lost: bool = False
    mode: str = "open"
    """open | held | slow | members"""
    question: str | None = None
    stamps: list[Stamp] = []
    """In the order of the answers."""
    takes_corrections: bool = False
    shows_history: bool = False
    """Readers may see what a comment said before it was edited."""
    announcement: str = ""
    """The site's, to everybody."""


class DiscussionView(msgspec.Struct, frozen=True):
    story: StoryView
    order: str
    """newest | oldest | discussed | best"""
    threads: list[CommentView]
    next_url: str | None
    """the next page in this order"""
    first: bool
    """the first page: it shows the totals and the form"""
    focus: CommentView | None
    """the comment of a permalink page; its replies are `threads`"""
    ancestors: list[CommentView]
    """of a permalink, nearest last; at most 20"""
    ancestors_more: bool
    """the chain goes on above ancestors[0]"""


class FormView(msgspec.Struct, frozen=True):
    """The comment form as a page of its own: reply, preview, errors, edit."""

    story: StoryView
    action: str
    """where it posts to"""
    key: str
    """idempotency key"""
    parent: CommentView | None
    name: str = ""
    text: str = ""
    lang: str = ""
    errors: dict[str, str] = {}
    """field (name, text, lang, "" for the whole) to sentence; "nudge": what its writer is asked"""
    preview_html: str | None = None
    editing: int | None = None
    """the comment that is being edited; the form then has no name field"""
    who: str | None = None
    """as whom its writer is signed in; the form then has no name field either"""
    email: str = ""


class FeedEntry(msgspec.Struct, frozen=True):
    """One story or comment in an Atom feed."""

    id: str
    """An address or URN that never changes"""
    title: str
    url: str
    """absolute"""
    author: str | None
    html: str
    updated: dt.datetime
    published: dt.datetime
