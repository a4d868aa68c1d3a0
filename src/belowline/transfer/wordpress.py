"""WordPress: its own export (WXR 1.0 to 1.2, whichever way the namespace is spelt).

Comment ids are unique only within an item. GMT beats the local time; where only the local one stands,
the item's two dates tell the offset. Items without comments give no story. Meta is never unserialised.
"""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

from belowline.transfer.records import CommentRecord, CommentState, Note, PersonRecord, Record, StoryRecord
from belowline.transfer.streams import MAX_RECORD, Once, Source
from belowline.transfer.values import paragraphs, text, when
from belowline.transfer.xml_stream import Node, elements

SPACES = {
    "wordpress.org/export/1.0/excerpt": "excerpt",
    "wordpress.org/export/1.1/excerpt": "excerpt",
    "wordpress.org/export/1.2/excerpt": "excerpt",
    "wordpress.org/export/": "wp",
    "purl.org/rss/1.0/modules/content": "content",
    "purl.org/dc/elements": "dc",
}
WANTED = frozenset({"item", "wp:comment", "wp:author"})
SKIPPED = frozenset({"wp:commentmeta", "wp:postmeta", "category", "wp:category", "wp:tag", "wp:term"})
STATES: dict[str, CommentState] = {
    "1": "published", "approve": "published", "approved": "published",
    "0": "held", "hold": "held", "": "held",
    "spam": "spam", "trash": "trash", "post-trashed": "trash",
}  # fmt: skip
PINGS = {"pingback", "trackback", "webmention"}
READERS = {"", "comment", "review", *PINGS}
"""Comment types that readers and other sites write; plugins keep order notes and logs as comments too."""


def read(path: Path) -> Iterator[Record]:
    """Stories with their comments, registered writers, notes. Raises Invalid for what is not WXR."""
    source = Source(path)
    once = Once()
    people: dict[str, str] = {}
    empty = 0
    for node in elements(source, source.main("wxr", ".xml"), WANTED, SKIPPED, SPACES):
        if node.name == "wp:author":
            yield from _person(node, people, once)
        elif node.name == "wp:comment":
            yield from _with_story(node, people, once)
        elif not node.told:
            empty += 1
        elif not node.out:
            yield _story(node)
    if empty:
        what = f"Items of the file without comments: {empty}."
        yield Note(what=what, why="Only pages with comments are brought in.")
    yield from source.notes


def _person(node: Node, people: dict[str, str], once: Once) -> Iterator[Record]:
    key = node.text("wp:author_id") or node.text("wp:author_login")
    if key is None:
        return
    name = node.text("wp:author_display_name") or node.text("wp:author_login")
    people[key] = name or ""
    yield from once.person(
        PersonRecord(source_id=key, name=text(name), email=node.text("wp:author_email"), where=node.where)
    )


def _with_story(node: Node, people: dict[str, str], once: Once) -> Iterator[Record]:
    item = node.parent
    if item is None:
        yield _left_out(node, "It stands outside any page.")
        return
    if not item.told:
        item.told = _story_id(item)
        if item.text("link") or item.text("wp:post_id"):
            yield _story(item)
            yield from _warnings(item)
            item.out = True
    kind = (node.text("wp:comment_type") or "").lower()
    if node.too_long:
        yield _left_out(node, f"It is longer than {MAX_RECORD:,} characters.")
    elif kind not in READERS:
        yield _left_out(node, f"It is of the type {kind}, which no reader writes.")
    else:
        yield from once.comment(_comment(node, item, people, kind))


def _story_id(item: Node) -> str:
    return item.text("wp:post_id") or item.text("link") or item.text("guid") or f"item at {item.where}"


def _story(item: Node) -> StoryRecord:
    public = item.text("wp:status") in (None, "publish", "inherit") and not item.text("wp:post_password")
    return StoryRecord(
        source_id=item.told,
        url=item.text("link") or item.text("guid"),
        title=item.text("title"),
        body=paragraphs(item.text("content:encoded") or "") if public and not item.too_long else "",
        body_format="html",
        author_name=item.text("dc:creator") if public else None,
        published_at=_item_date(item),
        closed=item.text("wp:comment_status") == "closed",
        where=item.where,
    )


def _item_date(item: Node) -> dt.datetime | None:
    dated = when(item.text("wp:post_date_gmt")) or when(item.text("pubDate"))
    return dated or when(item.text("wp:post_date"))


def _warnings(item: Node) -> Iterator[Note]:
    status = item.text("wp:status") or "publish"
    if item.text("wp:post_password"):
        status = "protected by a password"
    if status not in ("publish", "inherit"):
        what = f"The page “{item.text('title') or item.told}” was {status} in WordPress."
        yield Note(what=what, why="Its own text was left behind; comments on private pages wait.", where=item.where)


def _comment(node: Node, item: Node, people: dict[str, str], kind: str) -> CommentRecord:
    key = node.text("wp:comment_id") or f"at {node.where}"
    parent = node.text("wp:comment_parent")
    person = node.text("wp:comment_user_id")
    state = STATES.get((node.text("wp:comment_approved") or "").lower(), "held")
    private = item.text("wp:status") == "private" or bool(item.text("wp:post_password"))
    return CommentRecord(
        source_id=key,
        story_source_id=item.told,
        parent_source_id=parent if parent not in (None, "0") else None,
        person_source_id=person if person in people else None,
        author_name=node.text("wp:comment_author") or people.get(person or "") or None,
        author_email=node.text("wp:comment_author_email"),
        author_url=node.text("wp:comment_author_url"),
        text=paragraphs(node.text("wp:comment_content") or ""),
        format="html",
        created_at=_comment_date(node, item),
        state="held" if private and state == "published" else state,
        kind="pingback" if kind in PINGS else "comment",
        where=node.where,
    )


def _comment_date(node: Node, item: Node) -> dt.datetime | None:
    gmt = when(node.text("wp:comment_date_gmt"))
    if gmt is not None:
        return gmt
    item_local, item_gmt = when(item.text("wp:post_date")), when(item.text("wp:post_date_gmt"))
    offset = item_local - item_gmt if item_local and item_gmt else dt.timedelta()
    if abs(offset) > dt.timedelta(hours=15):
        offset = dt.timedelta()
    return when(node.text("wp:comment_date"), offset) or _item_date(item)


def _left_out(node: Node, why: str) -> Note:
    return Note(what=f"Comment {node.text('wp:comment_id') or ''}", why=why, where=node.where, left_out="comment")
