"""Waline, Valine and Twikoo: Waline's JSON with tables, LeanCloud's JSON, Mongo's JSON lines.

Their dates come as milliseconds, ISO, {"$date"} or {"__type": "Date"}. A reply begins with a link to
the one it answers ("@name"), which `pid` says already: it is taken off.
"""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from belowline.transfer.json_stream import Choice, JsonStream
from belowline.transfer.json_stream import Path as Place
from belowline.transfer.records import CommentRecord, CommentState, PersonRecord, Record, StoryRecord
from belowline.transfer.streams import Once, Source
from belowline.transfer.values import flag, identifier, looks_like_html, number, text, when

_TABLES = re.compile(r'\s*\{\s*"(?:type|version|time|tables|data|results)"')
_AT_LINK = re.compile(
    r"""^(\s*(?:<p>)?\s*)(?:<a\b[^>]{0,300}\bhref=["']?#[^>]{0,300}>\s*@[^<]{0,200}</a>|\[@[^\]]{1,200}\]\(#[^)]{0,200}\))"""
    r"""\s*[,:，：]?\s*"""
)
STATES: dict[str, CommentState] = {"approved": "published", "waiting": "held", "spam": "spam"}


def read(path: Path) -> Iterator[Record]:
    """Stories, people, comments, notes. Raises Invalid for what is not JSON."""
    source = Source(path)
    once = Once()
    name = source.main("waline", "valine", "twikoo", "json")
    for place, value, where in JsonStream(source, name, _chooser(source.head(name))).values():
        if not isinstance(value, dict):
            continue
        if "Users" in place:
            yield from _person(value, where, once)
        elif "comment" in value:
            story = text(value.get("url")) or ""
            if once.first("story", story):
                yield StoryRecord(source_id=story, url=text(value.get("href")) or story or None, where=where)
            yield from once.comment(_comment(value, story, where))
    yield from source.notes


def _tables(place: Place) -> Choice:
    """One object with tables in it: {"data": {"Comment": [...], "Users": [...]}} or {"results": [...]}."""
    if len(place) == 1 or place[1:] in (("data",), ("results",)):
        return "enter"
    if len(place) == 3 and place[1] == "data":
        return "enter" if place[2] in ("Comment", "Users") else "skip"
    return "take" if place[1] in ("data", "results") else "skip"


def _records(place: Place) -> Choice:
    """One list of records."""
    return "take" if len(place) > 1 else "enter"


def _lines(_place: Place) -> Choice:
    return "take"


def _chooser(head: str) -> Callable[[Place], Choice]:
    if head.lstrip().startswith("["):
        return _records
    return _tables if _TABLES.match(head) else _lines


def _person(value: dict[str, Any], where: str, once: Once) -> Iterator[Record]:
    key = identifier(value.get("objectId"))
    kind = text(value.get("type")) or ""
    if key is not None:
        yield from once.person(
            PersonRecord(
                source_id=key,
                name=text(value.get("display_name")),
                email=text(value.get("email")),
                url=text(value.get("url")),
                role="admin" if kind == "administrator" else "reader",
                banned=kind == "banned",
                joined_at=when(value.get("createdAt")),
                where=where,
            )
        )


def _comment(value: dict[str, Any], story: str, where: str) -> CommentRecord:
    parent = identifier(value.get("pid")) or identifier(value.get("rid"))
    content = text(value.get("comment")) or ""
    if parent:
        content = _AT_LINK.sub(r"\1", content).strip()
    created = next((m for m in map(when, map(value.get, ("insertedAt", "created", "createdAt"))) if m), None)
    return CommentRecord(
        source_id=identifier(value.get("objectId") or value.get("_id") or value.get("id")) or f"at {where}",
        story_source_id=story,
        parent_source_id=parent,
        person_source_id=identifier(value.get("user_id")),
        author_name=text(value.get("nick")),
        author_email=text(value.get("mail")),
        author_url=text(value.get("link")),
        text=content,
        format="html" if looks_like_html(content) else "markdown",
        created_at=created,
        state=_state(value),
        likes=max(0, len(value["like"]) if isinstance(value.get("like"), list) else number(value.get("like"))),
        pinned=flag(value.get("sticky") or value.get("top")),
        where=where,
    )


def _state(value: dict[str, Any]) -> CommentState:
    if flag(value.get("isSpam")):
        return "spam"
    return STATES.get(text(value.get("status")) or "approved", "held")
