"""What the API answers: the same views as the pages', as JSON."""

import datetime as dt
from typing import Any

import msgspec

from belowline.snapshots.views import CommentView, DiscussionView, Link, StoryView


class StoryCard(msgspec.Struct, frozen=True):
    slug: str
    key: str
    site: str
    url: str
    """The story's home, absolute."""
    discussion_url: str
    title: str
    deck: str | None
    author_name: str | None
    lang: str
    published_at: dt.datetime | None
    """null: lost by the page it was imported from."""
    comment_count: int
    open: bool
    mode: str
    """open, held (a moderator reads first), slow or members"""
    question: str | None
    """What the newsroom asks its readers."""


class WholeStory(StoryCard, frozen=True, kw_only=True):
    body_html: str
    picture_url: str | None
    picture_alt: str | None
    picture_caption: str | None
    picture_credit: str | None
    author_about: str | None
    previous: Link | None
    next: Link | None


class StoryList(msgspec.Struct, frozen=True):
    stories: list[StoryCard]
    next: str | None
    """`before` for the next page."""


class Probably(msgspec.Struct, frozen=True):
    """Found again on a page that had lost who answers whom; a guess."""

    reason: str
    """named: it calls the writer of `parent` by name; quoted: it quotes it; order: by the order of times."""
    confidence: float
    """0 to 1."""


class ProbableAuthor(msgspec.Struct, frozen=True):
    """A name that later comments call, perhaps of who wrote this one; a guess."""

    name: str
    confidence: float


class CommentItem(msgspec.Struct, frozen=True):
    id: int
    url: str
    parent: int | None
    author: str | None
    """null: lost by the page it was imported from, or a tombstone."""
    text: str
    html: str
    lang: str | None
    state: str
    created_at: dt.datetime | None
    """null: lost."""
    edited: bool
    orphan: bool
    """It answered a comment that is not here."""
    respect: int
    """Readers who say that it adds something."""
    featured: bool
    """Picked by the newsroom."""
    reply_count: int
    more: int
    """Replies below it that this page leaves out; GET /api/v1/comments/{id} has them."""
    person: int | None
    """Who wrote it: /people/{person}; null for guests."""
    badge: str | None
    """author (of the story) or staff: given by the site, never by the writer."""
    probably: Probably | None
    """Not null: that it answers `parent` is a guess, for this reason."""
    probable_author: ProbableAuthor | None
    """Where the name is lost: a guess. Never the author's name."""
    replies: list["CommentItem"]


class ThreadPage(msgspec.Struct, frozen=True):
    story: StoryCard
    order: str
    threads: list[CommentItem]
    next: str | None
    """Address of the next page."""
    comment: CommentItem | None = None
    """The comment that was asked for; `threads` are its replies."""
    ancestors: list[CommentItem] = []


class Counts(msgspec.Struct, frozen=True):
    counts: dict[str, int]
    """Published comments by story key; 0 for stories that are not known."""


def story(view: StoryView, base_url: str) -> StoryCard:
    return StoryCard(**_card(view, base_url))


def whole_story(view: StoryView, base_url: str) -> WholeStory:
    own = ("body_html", "picture_url", "picture_alt", "picture_caption", "picture_credit", "author_about")
    return WholeStory(
        **_card(view, base_url), **{name: getattr(view, name) for name in own}, previous=view.previous, next=view.next
    )


def _card(view: StoryView, base_url: str) -> dict[str, Any]:
    same = ("slug", "key", "title", "deck", "author_name", "lang", "comment_count")
    return {name: getattr(view, name) for name in same} | {
        "site": view.site_key,
        "published_at": None if view.date_lost else view.published_at,
        "url": view.canonical,
        "discussion_url": f"{base_url}{view.url}",
        "open": view.closed is None,
        "mode": view.mode,
        "question": view.question,
    }


def comment(view: CommentView, base_url: str) -> CommentItem:
    """A comment with its replies; pages are at most LEVELS deep, so recursion is bounded."""
    return CommentItem(
        id=view.id,
        url=f"{base_url}/comments/{view.id}",
        parent=view.parent_id,
        author=view.author,
        text=view.text,
        html=view.html,
        lang=view.lang,
        state=view.state,
        created_at=None if view.date_lost else view.created_at,
        edited=view.edited,
        orphan=view.orphan,
        respect=view.respect,
        featured=view.featured,
        reply_count=view.reply_count,
        more=view.more,
        person=view.person_id,
        badge=view.badge,
        probably=_probably(view),
        probable_author=_probable_author(view),
        replies=[comment(reply, base_url) for reply in view.replies],
    )


def _probably(view: CommentView) -> Probably | None:
    link = view.found.probable if view.found and view.parent_id is not None else None
    return Probably(link.reason, link.confidence) if link else None


def _probable_author(view: CommentView) -> ProbableAuthor | None:
    name = view.found.name if view.found and view.author is None else None
    return ProbableAuthor(name.name, name.confidence) if name else None


def thread_page(view: DiscussionView, base_url: str) -> ThreadPage:
    return ThreadPage(
        story=story(view.story, base_url),
        order=view.order,
        threads=[comment(one, base_url) for one in view.threads],
        next=view.next_url,
        comment=comment(view.focus, base_url) if view.focus else None,
        ancestors=[comment(one, base_url) for one in view.ancestors],
    )
