"""Commento (version 1) and Comentario (version 3): one JSON object with comments, commenters and pages.

Comments stand before the commenters they name, so the file is read twice: people first.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urldefrag

from belowline.errors import Invalid
from belowline.transfer.json_stream import Choice, JsonStream
from belowline.transfer.json_stream import Path as Place
from belowline.transfer.records import CommentRecord, CommentState, PersonRecord, Record, StoryRecord
from belowline.transfer.streams import Once, Source
from belowline.transfer.values import flag, number, text, when

NOBODY = {"anonymous", "0" * 64, "00000000-0000-0000-0000-000000000000", "00000000-0000-0000-0000-000000000001"}
STATES: dict[str, CommentState] = {"approved": "published", "unapproved": "held", "flagged": "spam"}


def read(path: Path) -> Iterator[Record]:
    """People, stories, comments, notes. Raises Invalid for another version or what is not JSON."""
    source = Source(path)
    name = source.main("commento", "comentario", ".json")
    once = Once()
    names: dict[str, str | None] = {}
    pages: dict[str, Any] = {}
    version = 0
    for place, value, where in JsonStream(source, name, _first).values():
        if place[1:] == ("version",):
            version = number(value)
        elif place[1:2] == ("commenters",) and isinstance(value, dict):
            yield from _person(value, where, names, once)
        elif place[1:2] == ("pages",) and isinstance(value, dict):
            pages[text(value.get("id")) or ""] = {**value, "where": where}
    if version not in (1, 2, 3):
        raise Invalid(f"{name} is no export of Commento (version 1) or Comentario (version 3).")
    for place, value, where in JsonStream(source, name, _second).values():
        if place[1:2] == ("comments",) and isinstance(value, dict):
            yield from (
                _version_3(value, where, names, pages, once) if version == 3 else _version_1(value, where, names, once)
            )
    for key, page in pages.items():
        if once.first("story", key):
            yield _page(key, page, text(page.get("path")))
    yield from source.notes


def _first(place: Place) -> Choice:
    if len(place) == 1 or (len(place) == 2 and place[1] in ("commenters", "pages")):
        return "enter"
    return "take" if len(place) == 3 else "skip"


def _second(place: Place) -> Choice:
    if len(place) == 1 or place[1:] == ("comments",):
        return "enter"
    return "take" if len(place) == 3 else "skip"


def _person(value: dict[str, Any], where: str, names: dict[str, str | None], once: Once) -> Iterator[Record]:
    key = text(value.get("commenterHex") or value.get("id"))
    if key is None or key in NOBODY:
        return
    link = text(value.get("link") or value.get("websiteUrl"))  # Commento writes "undefined" for none
    names[key] = names.get(key) or text(value.get("name"))
    yield from once.person(
        PersonRecord(
            source_id=key,
            name=text(value.get("name")),
            email=text(value.get("email")),
            url=link if link and link.startswith("http") else None,
            role="moderator" if flag(value.get("isModerator")) else "reader",
            banned=flag(value.get("isBanned") or value.get("banned")),
            joined_at=when(value.get("joinDate") or value.get("createdTime")),
            where=where,
        )
    )


def _version_1(value: dict[str, Any], where: str, names: dict[str, str | None], once: Once) -> Iterator[Record]:
    domain, path = text(value.get("domain")) or "", text(value.get("url") or value.get("path")) or "/"
    url = path if "://" in path else f"https://{domain}/{path.lstrip('/')}"
    if once.first("story", url):
        yield StoryRecord(source_id=url, url=url, where=where)
    person = text(value.get("commenterHex"))
    parent = text(value.get("parentHex"))
    score = number(value.get("score"))
    markdown = text(value.get("markdown"))
    yield from once.comment(
        CommentRecord(
            source_id=text(value.get("commentHex")) or f"at {where}",
            story_source_id=url,
            parent_source_id=None if parent in (None, "root") else parent,
            person_source_id=person if person in names else None,
            author_name=names.get(person or ""),
            text=markdown or text(value.get("html")) or "",
            format="markdown" if markdown else "html",
            created_at=when(value.get("creationDate")),
            state="deleted" if flag(value.get("deleted")) else STATES.get(str(value.get("state")), "held"),
            likes=max(0, score),
            dislikes=max(0, -score),
            where=where,
        )
    )


def _version_3(
    value: dict[str, Any], where: str, names: dict[str, str | None], pages: dict[str, Any], once: Once
) -> Iterator[Record]:
    page = text(value.get("pageId")) or ""
    if page in pages and once.first("story", page):
        url = urldefrag(text(value.get("url")) or "").url
        yield _page(page, pages[page], url or text(pages[page].get("path")))
    person = text(value.get("userCreated"))
    score = number(value.get("score"))
    markdown = text(value.get("markdown"))
    yield from once.comment(
        CommentRecord(
            source_id=text(value.get("id")) or f"at {where}",
            story_source_id=page,
            parent_source_id=text(value.get("parentId")),
            person_source_id=person if person in names else None,
            author_name=names.get(person or "") or text(value.get("authorName")),
            text=markdown or text(value.get("html")) or "",
            format="markdown" if markdown else "html",
            created_at=when(value.get("createdTime")),
            edited_at=when(value.get("editedTime")),
            state=_state(value),
            likes=max(0, score),
            dislikes=max(0, -score),
            pinned=flag(value.get("isSticky")),
            where=where,
        )
    )


def _state(value: dict[str, Any]) -> CommentState:
    if flag(value.get("isDeleted")) or when(value.get("deletedTime")):
        return "deleted"
    return "published" if flag(value.get("isApproved")) and not flag(value.get("isPending")) else "held"


def _page(key: str, page: dict[str, Any], url: str | None) -> StoryRecord:
    return StoryRecord(
        source_id=key,
        url=url,
        title=text(page.get("title")),
        closed=flag(page.get("isReadonly")),
        where=str(page.get("where", "")),
    )
