"""Disqus: its XML export. Known by dsq:id; <id/> is the site's own name for a page and may be empty.

Threads stand before posts (the export's schema has them in that order); a post of a thread that the
file does not hold is left out and said so. A thread that was deleted keeps its posts, held.
"""

from collections.abc import Iterator
from pathlib import Path

from belowline.transfer.records import CommentRecord, CommentState, Note, PersonRecord, Record, StoryRecord
from belowline.transfer.streams import MAX_RECORD, Once, Source
from belowline.transfer.values import flag, when
from belowline.transfer.xml_stream import Node, elements

SPACES = {"disqus.com/disqus-internals": "dsq", "http://disqus.com": "", "https://disqus.com": ""}
WANTED = frozenset({"disqus", "thread", "post"})


def read(path: Path) -> Iterator[Record]:
    """Stories, people with an account, comments, notes. Raises Invalid for what is not XML."""
    source = Source(path)
    once = Once()
    threads: dict[str, bool] = {}
    for node in elements(source, source.main("disqus", ".xml"), WANTED, frozenset({"category"}), SPACES):
        key = node.attributes.get("dsq:id", "").strip()
        inside = node.parent.name if node.parent is not None else ""
        if node.name == "thread" and inside == "disqus" and key:
            yield from _thread(node, key, threads)
        elif node.name == "thread" and inside == "post" and node.parent is not None:
            node.parent.told = key
        elif node.name == "post":
            yield from _post(node, key or f"at {node.where}", threads, once)
    yield from source.notes


def _thread(node: Node, key: str, threads: dict[str, bool]) -> Iterator[Record]:
    if key in threads:
        why = "A thread with this id stands earlier in the file."
        yield Note(what=f"Thread {key}", why=why, where=f"{node.where}, {key}", left_out="story")
        return
    threads[key] = deleted = flag(node.text("isDeleted"))
    title, link = node.text("title"), node.text("link")
    yield StoryRecord(
        source_id=key,
        url=link or node.text("id"),
        title=title,
        published_at=when(node.text("createdAt")),
        closed=deleted or flag(node.text("isClosed")),
        where=f"{node.where}, {key}",
    )
    if deleted:
        yield Note(what=f"Thread “{title or key}” was deleted in Disqus.", why="Its comments wait.", where=node.where)


def _post(node: Node, key: str, threads: dict[str, bool], once: Once) -> Iterator[Record]:
    where = f"{node.where}, {key}"
    if node.told not in threads or node.too_long:
        unknown = f"It belongs to thread {node.told or '(none)'}, which the file does not hold."
        why = f"It is longer than {MAX_RECORD:,} characters." if node.too_long else unknown
        yield Note(what=f"Comment {key}", why=why, where=where, left_out="comment")
        return
    author = node.get("author") or Node("author", {}, node.line, node)
    username = author.text("username")
    person = username if username and not flag(author.text("isAnonymous")) else None
    if person:
        yield from once.person(
            PersonRecord(source_id=person, name=author.text("name"), email=author.text("email"), where=where)
        )
    parent = node.get("parent")
    comment = CommentRecord(
        source_id=key,
        story_source_id=node.told,
        parent_source_id=parent.attributes.get("dsq:id", "").strip() or None if parent else None,
        person_source_id=person,
        author_name=author.text("name") or username,
        author_email=author.text("email"),
        author_url=author.text("url") or author.text("link"),
        text=node.text("message") or "",
        format="html",
        created_at=when(node.text("createdAt")),
        state=_state(node, threads[node.told]),
        where=where,
    )
    yield from once.comment(comment)


def _state(node: Node, thread_deleted: bool) -> CommentState:
    if flag(node.text("isSpam")):
        return "spam"
    if flag(node.text("isDeleted")):
        return "deleted"
    approved = node.text("isApproved")
    return "held" if thread_deleted or (approved is not None and not flag(approved)) else "published"
