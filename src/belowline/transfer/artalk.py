"""Artalk: "Artrans", a JSON list of flat records whose values are all strings, dates in two styles."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from belowline.transfer.json_stream import Choice, JsonStream
from belowline.transfer.json_stream import Path as Place
from belowline.transfer.records import CommentRecord, Record, StoryRecord
from belowline.transfer.streams import Once, Source
from belowline.transfer.values import flag, identifier, looks_like_html, number, text, when


def read(path: Path) -> Iterator[Record]:
    """Stories, comments, notes. Raises Invalid for what is not JSON."""
    source = Source(path)
    once = Once()
    for _, value, where in JsonStream(source, source.main("artrans", "artalk", ".json"), _choose).values():
        if not isinstance(value, dict):
            continue
        story = f"{text(value.get('site_name')) or ''} {text(value.get('page_key')) or ''}".strip()
        if once.first("story", story):
            title = text(value.get("page_title"))
            yield StoryRecord(source_id=story, url=text(value.get("page_key")), title=title, where=where)
        yield from once.comment(_comment(value, story, where))
    yield from source.notes


def _choose(place: Place) -> Choice:
    return "enter" if len(place) == 1 else "take"


def _comment(value: dict[str, Any], story: str, where: str) -> CommentRecord:
    parent = identifier(value.get("rid"))
    content = text(value.get("content")) or ""
    created, updated = when(value.get("created_at")), when(value.get("updated_at"))
    return CommentRecord(
        source_id=identifier(value.get("id")) or f"at {where}",
        story_source_id=story,
        parent_source_id=None if parent == "0" else parent,
        author_name=text(value.get("nick")),
        author_email=text(value.get("email")),
        author_url=text(value.get("link")),
        text=content,
        format="html" if looks_like_html(content) else "markdown",
        created_at=created or updated,
        state="held" if flag(value.get("is_pending")) else "published",
        likes=max(0, number(value.get("vote_up"))),
        dislikes=max(0, number(value.get("vote_down"))),
        pinned=flag(value.get("is_pinned")),
        where=where,
    )
