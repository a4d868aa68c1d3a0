"""Livefyre: JSON lines, a page a line with its comments inside, and a file of users.

A page's own fields may follow its comments and a page may be long, so it is read twice.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from belowline.transfer.json_stream import Choice, JsonStream
from belowline.transfer.json_stream import Path as Place
from belowline.transfer.records import CommentRecord, CommentState, PersonRecord, Record, StoryRecord, VoteRecord
from belowline.transfer.streams import Once, Source
from belowline.transfer.values import flag, identifier, text, when

STATES: dict[str, CommentState] = {
    "active": "published", "1": "published", "": "published",
    "untrusted": "held", "3": "held", "2": "held", "hidden": "held",
    "deleted": "deleted", "4": "deleted", "spam": "spam",
}  # fmt: skip


def read(path: Path) -> Iterator[Record]:
    """People, stories, comments, votes, notes. Raises Invalid for what is not JSON."""
    source = Source(path)
    once = Once()
    names: dict[str, str | None] = {}
    files = [n for n in source.names() if "json" in n.lower()] or source.names()
    for name in (n for n in files if "user" in n.lower()):
        for _, value, where in JsonStream(source, name, lambda _: "take").values():
            if isinstance(value, dict):
                yield from _person(value, where, names, once)
    for name in (n for n in files if "user" not in n.lower()):
        yield from _pages(source, name, names, once)
    yield from source.notes


def _person(value: dict[str, Any], where: str, names: dict[str, str | None], once: Once) -> Iterator[Record]:
    key = identifier(value.get("id"))
    if key is None:
        return
    full = value["name"] if isinstance(value.get("name"), dict) else {}
    parts = [part for part in (text(full.get("first")), text(full.get("last"))) if part]
    names[key] = text(value.get("display_name")) or " ".join(parts) or None
    email = text(value.get("email"))
    yield from once.person(PersonRecord(source_id=key, name=names[key], email=email, where=where))


def _pages(source: Source, name: str, names: dict[str, str | None], once: Once) -> Iterator[Record]:
    heads: dict[int, dict[str, Any]] = {}
    for place, value, where in JsonStream(source, name, _first).values():
        if len(place) == 2:
            heads.setdefault(int(place[0]), {"where": where})[str(place[1])] = value
    keys = {n: identifier(head.get("id") or head.get("source")) or f"page {n + 1}" for n, head in heads.items()}
    for number, head in heads.items():
        yield from _story(keys[number], head, once)
    for place, value, where in JsonStream(source, name, _second).values():
        if len(place) == 3 and isinstance(value, dict):
            yield from _comment(value, keys.get(int(place[0]), ""), where, names, once)


def _first(place: Place) -> Choice:
    return "enter" if len(place) == 1 else "skip"


def _second(place: Place) -> Choice:
    if len(place) == 1 or place[1:] == ("comments",):
        return "enter"
    return "take" if len(place) == 3 and place[1] == "comments" else "skip"


def _story(key: str, fields: dict[str, Any], once: Once) -> Iterator[Record]:
    if once.first("story", key):
        yield StoryRecord(
            source_id=key,
            url=text(fields.get("source")),
            title=text(fields.get("title")),
            published_at=when(fields.get("created")),
            closed="allow_comments" in fields and not flag(fields["allow_comments"]),
            where=str(fields["where"]),
        )


def _comment(
    value: dict[str, Any], story: str, where: str, names: dict[str, str | None], once: Once
) -> Iterator[Record]:
    person = identifier(value.get("author_id"))
    key = identifier(value.get("id")) or f"at {where}"
    comment = CommentRecord(
        source_id=key,
        story_source_id=story,
        parent_source_id=identifier(value.get("parent_id")),
        person_source_id=person if person in names else None,
        author_name=text(value.get("imported_display_name")) or names.get(person or ""),
        author_email=text(value.get("imported_email")),
        author_url=text(value.get("imported_url")),
        text=text(value.get("body_html")) or "",
        format="html",
        created_at=when(value.get("created")),
        edited_at=when(value.get("updated")),
        state=STATES.get((text(value.get("state")) or "").lower(), "held"),
        where=f"{where}, {key}",
    )
    likes = [one for one in value["likes"] if identifier(one)] if isinstance(value.get("likes"), list) else []
    for record in once.comment(comment):
        yield record
        if isinstance(record, CommentRecord):
            for voter in likes:
                yield VoteRecord(
                    comment_source_id=record.source_id,
                    story_source_id=story,
                    person_source_id=identifier(voter) or "",
                    value=1,
                    where=where,
                )
