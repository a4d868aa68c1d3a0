"""What search engines read: schema.org DiscussionForumPosting with its comments, as JSON-LD.

https://developers.google.com/search/docs/appearance/structured-data/discussion-forum
"""

from typing import Any

import msgspec
from markupsafe import Markup

from belowline.snapshots.comment_html import iso
from belowline.snapshots.views import CommentView, DiscussionView


def discussion_jsonld(view: DiscussionView, base_url: str) -> Markup:
    """JSON for a <script type="application/ld+json">; no `<` in it can end the element."""
    story = view.story
    ld: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "DiscussionForumPosting",
        "@id": story.canonical,
        "url": story.canonical,
        "headline": story.title,
        "text": story.deck or story.title,
        "inLanguage": story.lang,
        "commentCount": story.comment_count,
    }
    if stamped := [one for one in story.stamps if one.accepted]:
        ld["correction"] = [
            {"@type": "CorrectionComment", "text": one.answer, "datePublished": iso(one.at)} for one in stamped
        ]
    if not story.date_lost:
        ld["datePublished"] = iso(story.published_at)
    if story.author_name:
        ld["author"] = {"@type": "Person", "name": story.author_name}
    if story.picture_url:
        ld["image"] = story.picture_url if "://" in story.picture_url else base_url + story.picture_url
    comments = _comments(view.threads) if view.focus is None else _with_guessed(view.focus, view.threads)
    if comments:
        ld["comment"] = comments
    return Markup(msgspec.json.encode(ld).decode().replace("<", "\\u003c"))


def _comments(views: list[CommentView]) -> list[dict[str, Any]]:
    return [ld for c in views for ld in _with_guessed(c, c.replies)]


def _with_guessed(c: CommentView, replies: list[CommentView]) -> list[dict[str, Any]]:
    """The comment with its replies, then beside it those that only probably answer it: schema.org has no word for
    a guess, and beside it is where their page had them."""
    sure = [one for one in replies if one.found is None or one.found.probable is None]
    guessed = replies if len(sure) == len(replies) else [one for one in replies if one not in sure]
    return [_comment(c, sure), *(_comments(guessed) if guessed is not replies else ())]


def _comment(c: CommentView, replies: list[CommentView]) -> dict[str, Any]:
    """Names and dates that were lost are left out, never made up.

    Lean on purpose, as hundreds stand on a page: the day alone and no address save 10 bytes of each
    on the wire; the text and the name are repetitions that compress to next to nothing.
    """
    ld: dict[str, Any] = {"@type": "Comment"}
    if c.state == "published":
        ld["text"] = c.text
        if c.author is not None:
            ld["author"] = {"@type": "Person", "name": c.author}
    else:
        ld["creativeWorkStatus"] = "Deleted"
    if not c.date_lost:
        ld["datePublished"] = c.created_at.isoformat()[:10]
    if replies:
        ld["comment"] = _comments(replies)
    return ld
