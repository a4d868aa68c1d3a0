"""Facebook: comments of its plugin as people saved them from the Graph API: {page address: …}.

Facebook never gave an export. `from` is missing where the writer did not agree, ids of people differ
from page to page, and replies stand inside the comment they answer.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from belowline.transfer.json_stream import Choice, JsonStream
from belowline.transfer.json_stream import Path as Place
from belowline.transfer.records import CommentRecord, Note, PersonRecord, Record, StoryRecord
from belowline.transfer.streams import Once, Source
from belowline.transfer.values import flag, identifier, number, text, when


def read(path: Path) -> Iterator[Record]:
    """Stories, people, comments, notes. Raises Invalid for what is not JSON."""
    source = Source(path)
    name = source.main("facebook", ".json")
    once = Once()
    about: dict[str, dict[str, Any]] = {}
    for place, value, _ in JsonStream(source, name, _heads).values():
        if len(place) > 2:
            about.setdefault(str(place[1]), {})[str(place[-1])] = value
    for place, value, where in JsonStream(source, name, _comments).values():
        if len(place) < 2 or str(place[1]).startswith("_"):
            continue
        url = str(place[1])
        if "comments" in place and isinstance(place[-1], int) and isinstance(value, dict):
            if once.first("story", url):
                yield _story(url, about.get(url, {}), where)
            yield from _comment(value, url, None, where, once)
        elif place[-1] == "next" and text(value):
            why = "What follows on Facebook's next page is not in the file."
            yield Note(what=f"The comments on {url} go on.", why=why, where=where)
    for url, fields in about.items():
        if once.first("story", url) and not url.startswith("_"):
            yield _story(url, fields, "")
    yield from source.notes


def _heads(place: Place) -> Choice:
    if len(place) <= 2 or place[2:] == ("og_object",):
        return "enter"
    return "skip"


def _comments(place: Place) -> Choice:
    if len(place) <= 2 or place[-1] in ("og_object", "comments", "data", "paging"):
        return "enter"
    return "take" if isinstance(place[-1], int) and "comments" in place else "skip"


def _story(url: str, fields: dict[str, Any], where: str) -> StoryRecord:
    return StoryRecord(source_id=url, url=url, title=text(fields.get("title")), where=where)


def _comment(value: dict[str, Any], url: str, above: str | None, where: str, once: Once) -> Iterator[Record]:
    writer = value["from"] if isinstance(value.get("from"), dict) else {}
    parent = value["parent"] if isinstance(value.get("parent"), dict) else {}
    key = identifier(value.get("id")) or f"at {where}, {text(value.get('created_time'))}"
    person, name = identifier(writer.get("id")), text(writer.get("name"))
    if person:
        yield from once.person(PersonRecord(source_id=person, name=name, where=where))
    comment = CommentRecord(
        source_id=key,
        story_source_id=url,
        parent_source_id=identifier(parent.get("id")) or above,
        person_source_id=person,
        author_name=name,
        text=text(value.get("message")) or "",
        created_at=when(value.get("created_time")),
        state="held" if flag(value.get("is_hidden")) else "published",
        likes=max(0, number(value.get("like_count"))),
        where=f"{where}, {key}",
    )
    yield from once.comment(comment)
    replies = value.get("comments")
    if isinstance(replies, dict):
        replies = replies.get("data")
    for reply in replies if isinstance(replies, list) else []:
        if isinstance(reply, dict):
            yield from _comment(reply, url, key, where, once)
