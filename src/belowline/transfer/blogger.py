"""Blogger: the old Atom export and the newer one of Google Takeout (`blogger:` names).

Comments follow the posts. In old files a comment may name its post only inside its own id
("…post-111.comment-1"). The writer's address is always Google's noreply and is dropped.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from belowline.transfer.records import CommentRecord, CommentState, Note, Record, StoryRecord
from belowline.transfer.streams import MAX_RECORD, Once, Source
from belowline.transfer.values import flag, paragraphs, when
from belowline.transfer.xml_stream import Node, elements

SPACES = {
    "schemas.google.com/blogger/2018": "blogger",
    "purl.org/syndication/thread": "thr",
    "purl.org/atom/app": "app",
    "www.w3.org/2007/app": "app",
    "www.w3.org/2005/Atom": "",
}
_NUMBER = re.compile(r"(\d+)\D*$")


def read(path: Path) -> Iterator[Record]:
    """Stories, comments, notes. Raises Invalid for what is not XML."""
    source = Source(path)
    once = Once()
    posts: set[str] = set()
    for node in elements(source, source.main("feed", "blog", ".xml", ".atom"), frozenset({"entry"}), spaces=SPACES):
        kind = _kind(node)
        if kind in ("post", "page"):
            yield from _story(node, posts)
        elif kind == "comment":
            yield from _comment(node, posts, once)
    yield from source.notes


def _kind(node: Node) -> str:
    typed = node.text("blogger:type")
    if typed:
        return typed.lower()
    terms = (category.attributes.get("term", "") for category in node.all("category"))
    return next((term.rpartition("kind#")[2] for term in terms if "kind#" in term), "")


def _story(node: Node, posts: set[str]) -> Iterator[Record]:
    key = node.text("id") or f"entry at {node.where}"
    title = node.text("title")
    if _draft(node) or node.text("blogger:trashed"):
        why = "It is a draft or in the bin, so it is not public."
        yield Note(what=f"Page “{title or key}”", why=why, where=node.where, left_out="story")
        return
    if key in posts:
        yield Note(what=f"Page “{title or key}”", why="Its id stood before.", where=node.where, left_out="story")
        return
    posts.add(key)
    author = node.get("author")
    yield StoryRecord(
        source_id=key,
        url=_link(node, "alternate") or node.text("blogger:filename"),
        title=title,
        body="" if node.too_long else node.text("content") or "",
        body_format="html",
        author_name=author.text("name") if author else None,
        published_at=when(node.text("published")),
        where=node.where,
    )


def _draft(node: Node) -> bool:
    control = node.get("app:control")
    drafted = control.text("app:draft") if control else None
    status = (node.text("blogger:status") or "LIVE").upper()
    return flag(drafted) or status != "LIVE"


def _link(node: Node, rel: str) -> str | None:
    links = (link.attributes for link in node.all("link"))
    return next((link["href"].strip() for link in links if link.get("rel") == rel and link.get("href")), None)


def _comment(node: Node, posts: set[str], once: Once) -> Iterator[Record]:
    own = node.text("id") or f"entry at {node.where}"
    story = _post_of(node, own)
    if story not in posts or node.too_long:
        unknown = f"Its page {story or '(none)'} is not public or not in the file."
        why = f"It is longer than {MAX_RECORD:,} characters." if node.too_long else unknown
        yield Note(what=f"Comment {own}", why=why, where=node.where, left_out="comment")
        return
    author = node.get("author") or Node("author", {}, node.line, node)
    email = author.text("email")
    created, updated = when(node.text("published")), when(node.text("updated"))
    parent = node.text("blogger:inReplyTo") or _link(node, "related")
    comment = CommentRecord(
        source_id=_last_number(own),
        story_source_id=story,
        parent_source_id=_last_number(parent) if parent else None,
        author_name=author.text("name"),
        author_email=None if (email or "").lower().startswith("noreply@") else email,
        author_url=author.text("uri"),
        text=paragraphs(node.text("content") or ""),
        format="html",
        created_at=created or updated,
        state=_state(node),
        where=node.where,
    )
    yield from once.comment(comment)


def _post_of(node: Node, own: str) -> str | None:
    answered = node.get("thr:in-reply-to")
    named = (answered.attributes.get("ref", "").strip() if answered else "") or node.text("blogger:parent")
    return named or (own.partition(".comment-")[0] if ".comment-" in own else None)


def _last_number(written: str) -> str:
    match = _NUMBER.search(written)
    return match[1] if match else written


def _state(node: Node) -> CommentState:
    status = (node.text("blogger:status") or "LIVE").upper()
    if "SPAM" in status:
        return "spam"
    if status in ("EMPTIED", "DELETED", "SOFT_TRASHED", "TRASHED"):
        return "deleted"
    return "held" if _draft(node) else "published"
