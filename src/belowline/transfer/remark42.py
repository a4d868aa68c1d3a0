"""Remark42: its backup: a line about users and pages, then one JSON value a comment.

Values are separated by whitespace, and newlines may stand inside them. Votes come one by one; a score
without votes counts as likes or dislikes.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from belowline.transfer.json_stream import JsonStream
from belowline.transfer.records import CommentRecord, Note, PersonRecord, Record, StoryRecord, VoteRecord
from belowline.transfer.streams import Once, Source
from belowline.transfer.values import flag, number, text, when


def read(path: Path) -> Iterator[Record]:
    """Stories, people, comments, votes, notes. Raises Invalid for what is not JSON."""
    source = Source(path)
    once = Once()
    banned: set[str] = set()
    closed: set[str] = set()
    listed: dict[str, str] = {}
    for _, value, where in JsonStream(source, source.main("backup", "remark", "json"), lambda _: "take").values():
        if not isinstance(value, dict):
            yield Note(what="A line is no record.", why="It is not a JSON object.", where=where, left_out="comment")
        elif "locator" in value:
            yield from _comment(value, where, banned, closed, once)
        else:
            _head(value, where, banned, closed, listed)
    for key, where in listed.items():
        yield from once.person(PersonRecord(source_id=key, banned=key in banned, where=where))
    for url in sorted(closed):
        if once.first("story", url):
            yield StoryRecord(source_id=url, url=url, closed=True, where="line 1")
    yield from source.notes


def _head(value: dict[str, Any], where: str, banned: set[str], closed: set[str], listed: dict[str, str]) -> None:
    for user in _dicts(value.get("users")):
        key = text(user.get("id"))
        blocked = user.get("blocked")
        if key and flag(blocked.get("status") if isinstance(blocked, dict) else blocked):
            banned.add(key)
        if key:
            listed[key] = where
    for post in _dicts(value.get("posts")):
        url = text(post.get("url"))
        if url and flag(post.get("read_only")):
            closed.add(url)


def _dicts(value: object) -> list[dict[str, Any]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _comment(value: dict[str, Any], where: str, banned: set[str], closed: set[str], once: Once) -> Iterator[Record]:
    locator = value["locator"] if isinstance(value["locator"], dict) else {}
    user = value["user"] if isinstance(value.get("user"), dict) else {}
    url = text(locator.get("url")) or ""
    if once.first("story", url):
        title = text(value.get("title"))
        yield StoryRecord(source_id=url, url=url or None, title=title, closed=url in closed, where=where)
    person, name = text(user.get("id")), text(user.get("name"))
    if person == "deleted":  # what Remark42 leaves of a writer who went
        person = name = None
    if person:
        role = "admin" if flag(user.get("admin")) else "reader"
        yield from once.person(
            PersonRecord(source_id=person, name=name, role=role, banned=person in banned, where=where)  # type: ignore[arg-type]
        )
    key = text(value.get("id")) or f"at {where}"
    votes = value["votes"] if isinstance(value.get("votes"), dict) else {}
    for record in once.comment(_record(value, key, url, person, name, len(votes), where)):
        yield record
        if isinstance(record, CommentRecord):
            for voter, up in votes.items():
                yield VoteRecord(
                    comment_source_id=record.source_id,
                    story_source_id=url,
                    person_source_id=voter,
                    value=1 if flag(up) else -1,
                    where=where,
                )


def _record(
    value: dict[str, Any], key: str, url: str, person: str | None, name: str | None, votes: int, where: str
) -> CommentRecord:
    original = text(value.get("orig"))
    score = 0 if votes else number(value.get("score"))
    edit = value["edit"] if isinstance(value.get("edit"), dict) else {}
    return CommentRecord(
        source_id=key,
        story_source_id=url,
        parent_source_id=text(value.get("pid")),
        person_source_id=person,
        author_name=name,
        text=original or text(value.get("text")) or "",
        format="markdown" if original else "html",
        created_at=when(value.get("time")),
        edited_at=when(edit.get("time")),
        state="deleted" if flag(value.get("delete")) else "published",
        likes=max(0, score),
        dislikes=max(0, -score),
        pinned=flag(value.get("pin")),
        where=where,
    )
