"""Story and comments in a page's JSON-LD (schema.org NewsArticle, BlogPosting, DiscussionForumPosting)."""

from typing import Any

import msgspec
from selectolax.lexbor import LexborHTMLParser

from belowline.transfer import page_words as words
from belowline.transfer.records import CommentRecord, StoryRecord
from belowline.transfer.values import looks_like_html, number

_STORIES = {
    "Article",
    "NewsArticle",
    "BlogPosting",
    "DiscussionForumPosting",
    "OpinionNewsArticle",
    "ReportageNewsArticle",
}
_COMMENTS = {"Comment", "UserComments"}


class Linked(msgspec.Struct):
    story: StoryRecord | None = None
    comments: list[CommentRecord] = []
    unzoned: int = 0


def find(tree: LexborHTMLParser) -> Linked:
    """Takes every block that is valid JSON; others are ignored. Depth-first, in the page's order."""
    found = Linked(comments=[])
    for script in tree.css('script[type="application/ld+json"]'):
        try:
            data = msgspec.json.decode(script.text() or "")
        except (msgspec.DecodeError, RecursionError):
            continue
        _walk(data, found)
    return found


def _walk(data: Any, found: Linked) -> None:
    stack: list[tuple[Any, str | None]] = [(data, None)]
    while stack:
        item, parent = stack.pop()
        if isinstance(item, list):
            stack.extend((one, parent) for one in reversed(item))
        if not isinstance(item, dict):
            continue
        kinds = item.get("@type")
        kind = (
            set(kinds)
            if isinstance(kinds, list) and all(isinstance(k, str) for k in kinds)
            else {kinds}
            if isinstance(kinds, str)
            else set()
        )
        below = parent
        if kind & _COMMENTS:
            below = _comment(item, parent, found)
        elif kind & _STORIES and found.story is None:
            found.story = _story(item, found)
        stack.extend((item[key], below) for key in ("mainEntity", "comment", "@graph") if key in item)


def _text(item: dict[str, Any], *keys: str) -> str | None:
    """The first of these that has words; of an object its name, url or @id; of a list its first."""
    for key in keys:
        value = item.get(key)
        value = value[0] if isinstance(value, list) and value else value
        if isinstance(value, dict):
            value = value.get("name") or value.get("url") or value.get("@id")
        if isinstance(value, str | int) and str(value).strip():
            return str(value).strip()
    return None


def _date(item: dict[str, Any], found: Linked, *keys: str) -> words.When | None:
    date = words.when(_text(item, *keys) or "")
    found.unzoned += 1 if date and not date.zoned else 0
    return date


def _comment(item: dict[str, Any], parent: str | None, found: Linked) -> str:
    own = _text(item, "identifier", "@id", "url") or f"n{len(found.comments) + 1}"
    text = _text(item, "text", "commentText", "articleBody", "description") or ""
    author = item.get("author") or item.get("creator")
    date = _date(item, found, "datePublished", "dateCreated", "commentTime")
    edited = words.when(_text(item, "dateModified") or "")
    found.comments.append(
        CommentRecord(
            source_id=own, story_source_id="", parent_source_id=parent or _parent(item),
            author_name=_text({"author": author}, "author"),
            author_url=_text(author, "url") if isinstance(author, dict) else None,
            text=text, format="html" if looks_like_html(text) else "text", created_at=date.at if date else None,
            edited_at=edited.at if edited else None, likes=max(0, number(item.get("upvoteCount"))), where=f"JSON-LD {own}",  # noqa: E501
        )
    )  # fmt: skip
    return own


def _parent(item: dict[str, Any]) -> str | None:
    above = item.get("parentItem")
    kind = above.get("@type", "Comment") if isinstance(above, dict) else None
    return _text(above, "identifier", "@id", "url") if isinstance(above, dict) and kind in _COMMENTS else None


def _story(item: dict[str, Any], found: Linked) -> StoryRecord:
    date = _date(item, found, "datePublished", "dateCreated")
    body = _text(item, "articleBody", "text") or ""
    author = item.get("author")
    return StoryRecord(
        source_id="", url=_text(item, "url", "mainEntityOfPage", "@id"), title=_text(item, "headline", "name"),
        deck=_text(item, "alternativeHeadline"), body=body, body_format="html" if looks_like_html(body) else "text",
        picture_url=_text(item, "image"), author_name=_text(item, "author"),
        author_about=_text(author, "description") if isinstance(author, dict) else None,
        lang=_text(item, "inLanguage"), published_at=date.at if date else None, where="JSON-LD",
    )  # fmt: skip
