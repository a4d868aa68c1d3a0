"""Coral: its Mongo collections as JSON lines, or its importer's CSV (no header), in a folder or zip.

The files are told by their names (users, stories, comments, commentActions). Comments of stories that
are not there are left out and said so.
"""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

from belowline.errors import Invalid
from belowline.transfer.json_stream import Choice, JsonStream
from belowline.transfer.json_stream import Path as Place
from belowline.transfer.records import (
    CommentRecord,
    CommentState,
    Earlier,
    Note,
    PersonRecord,
    Record,
    StoryRecord,
    VoteRecord,
)
from belowline.transfer.streams import MAX_RECORD, Once, Source
from belowline.transfer.values import flag, identifier, number, text, when

STATES: dict[str, CommentState] = {
    "": "published", "NONE": "published", "APPROVED": "published", "REJECTED": "deleted",
    "PREMOD": "held", "SYSTEM_WITHHELD": "held",
}  # fmt: skip
COLUMNS = {
    "user": ("id", "email", "username", "role", "banned", "created_at"),
    "stor": ("id", "url", "title", "author", "published_at", "closed_at", "mode"),
    "comment": ("id", "author_id", "story_id", "created_at", "body", "parent_id", "status", "rating"),
}


def read(path: Path) -> Iterator[Record]:
    """People, stories, comments, votes, notes. Raises Invalid where the stories or comments are missing."""
    source = Source(path)
    once = Once()
    names: dict[str, str | None] = {}
    stories: dict[str, str] = {}
    files = {word: _file(source, word) for word in ("user", "stor", "comment", "action")}
    if files["stor"] is None or files["comment"] is None:
        raise Invalid(f"{path.name} must hold a stories file and a comments file of Coral's.")
    for value, where in _rows(source, files["user"], "user"):
        yield from _person(value, where, names, once)
    for value, where in _rows(source, files["stor"], "stor"):
        yield from _story(value, where, stories)
    for value, where in _rows(source, files["comment"], "comment"):
        yield from _comment(value, where, names, stories, once, counted=files["action"] is None)
    for value, where in _rows(source, files["action"], "action"):
        yield from _vote(value, where)
    yield from source.notes


def _file(source: Source, word: str) -> str | None:
    names = [n for n in source.names() if word in n.rsplit("/", 1)[-1].lower()]
    if word == "comment":
        names = [n for n in names if "action" not in n.lower()]
    return names[0] if names else None


def _rows(source: Source, name: str | None, kind: str) -> Iterator[tuple[dict[str, Any], str]]:
    if name is None:
        return
    if source.head(name).lstrip()[:1] in ("{", "["):
        choose = _in_list if source.head(name).lstrip().startswith("[") else _lines
        for _, value, where in JsonStream(source, name, choose).values():
            if isinstance(value, dict):
                yield value, f"{name}, {where}"
        return
    rows = csv.reader(source.lines(name))
    try:
        for row in rows:
            if row and row[0].strip() not in ("", "id"):
                yield dict(zip(COLUMNS.get(kind, ()), row, strict=False)), f"{name}, line {rows.line_num}"
    except csv.Error as problem:
        raise Invalid(f"{name}, line {rows.line_num}: {problem}.") from problem


def _in_list(place: Place) -> Choice:
    return "enter" if len(place) == 1 else "take"


def _lines(_place: Place) -> Choice:
    return "take"


def _person(value: dict[str, Any], where: str, names: dict[str, str | None], once: Once) -> Iterator[Record]:
    key = identifier(value.get("id") or value.get("_id"))
    if key is None:
        return
    names[key] = text(value.get("username"))
    status = value["status"] if isinstance(value.get("status"), dict) else {}
    ban = status["ban"] if isinstance(status.get("ban"), dict) else {}
    written = (text(value.get("role")) or "").upper()
    role: Literal["reader", "moderator", "admin"] = "admin" if written == "ADMIN" else "reader"
    yield from once.person(
        PersonRecord(
            source_id=key,
            name=names[key],
            email=text(value.get("email")),
            role="moderator" if written == "MODERATOR" else role,
            banned=flag(value.get("banned")) or flag(ban.get("active")),
            joined_at=when(value.get("created_at") or value.get("createdAt")),
            where=where,
        )
    )


def _story(value: dict[str, Any], where: str, stories: dict[str, str]) -> Iterator[Record]:
    key = identifier(value.get("id") or value.get("_id"))
    if key is None or key in stories:
        why = "It has no id." if key is None else "Its id stood before."
        yield Note(what=f"Story {key or ''}", why=why, where=where, left_out="story")
        return
    stories[key] = ""
    about = value["metadata"] if isinstance(value.get("metadata"), dict) else {}
    settings = value["settings"] if isinstance(value.get("settings"), dict) else {}
    yield StoryRecord(
        source_id=key,
        url=text(value.get("url")),
        title=text(value.get("title") or about.get("title")),
        deck=text(about.get("description")),
        author_name=text(value.get("author") or about.get("author")),
        published_at=when(value.get("published_at") or about.get("publishedAt") or value.get("createdAt")),
        closed=bool(when(value.get("closed_at") or value.get("closedAt"))) or flag(settings.get("disableCommenting")),
        where=where,
    )


def _comment(
    value: dict[str, Any], where: str, names: dict[str, str | None], stories: dict[str, str], once: Once, counted: bool
) -> Iterator[Record]:
    key = identifier(value.get("id") or value.get("_id")) or f"at {where}"
    story = identifier(value.get("story_id") or value.get("storyID")) or ""
    revisions = (
        [r for r in value["revisions"] if isinstance(r, dict)] if isinstance(value.get("revisions"), list) else []
    )
    last = revisions[-1] if revisions else value
    body = text(last.get("body")) or ""
    if story not in stories or len(body) > MAX_RECORD:
        why = f"Its story {story or '(none)'} is not in the file." if story not in stories else "It is too long."
        yield Note(what=f"Comment {key}", why=why, where=where, left_out="comment")
        return
    person = identifier(value.get("author_id") or value.get("authorID"))
    counts = value["actionCounts"] if isinstance(value.get("actionCounts"), dict) else {}
    tags = value["tags"] if isinstance(value.get("tags"), list) else []
    yield from once.comment(
        CommentRecord(
            source_id=key,
            story_source_id=story,
            parent_source_id=identifier(value.get("parent_id") or value.get("parentID")),
            person_source_id=person if person in names else None,
            author_name=names.get(person or ""),
            text=body,
            format="html",
            created_at=when(value.get("created_at") or value.get("createdAt")),
            edited_at=when(last.get("createdAt")) if len(revisions) > 1 else None,
            earlier=_earlier(revisions),
            state="deleted" if value.get("deletedAt") else STATES.get(text(value.get("status")) or "", "held"),
            likes=max(0, number(counts.get("REACTION"))) if counted else 0,
            pinned=any(isinstance(tag, dict) and tag.get("type") == "FEATURED" for tag in tags),
            where=where,
        )
    )


def _earlier(revisions: list[dict[str, Any]]) -> tuple[Earlier, ...]:
    """What it said before; a revision without its time is passed over, for nobody could say when it stood."""
    found = ((text(one.get("body")), when(one.get("createdAt"))) for one in revisions[:-1])
    return tuple(Earlier(body, at) for body, at in found if body and at)


def _vote(value: dict[str, Any], where: str) -> Iterator[Record]:
    comment, person = identifier(value.get("commentID")), identifier(value.get("userID"))
    story = identifier(value.get("storyID")) or ""
    if value.get("actionType") == "REACTION" and comment and person:
        yield VoteRecord(
            comment_source_id=comment, story_source_id=story, person_source_id=person, value=1, where=where
        )
