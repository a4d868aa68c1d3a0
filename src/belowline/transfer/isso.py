"""Isso: its SQLite file, and its "generic" JSON (a list of threads).

Times without a zone are UTC; titles in the JSON are URL-encoded, and its comment ids count anew in
every thread. The database is opened for reading only and nothing in it is trusted to run.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote_plus

from belowline.errors import Invalid
from belowline.transfer.json_stream import Choice, JsonStream
from belowline.transfer.json_stream import Path as Place
from belowline.transfer.records import CommentRecord, CommentState, Record, StoryRecord
from belowline.transfer.streams import MAX_RECORD, Once, Source
from belowline.transfer.values import identifier, number, text, when

STATES: dict[int, CommentState] = {1: "published", 2: "held", 4: "deleted"}
_FIELDS = "id, tid, parent, created, modified, mode, text, author, email, website, likes, dislikes"


def read(path: Path) -> Iterator[Record]:
    """Stories, comments, notes. Raises Invalid for what is neither Isso's database nor its JSON."""
    source = Source(path)
    if path.is_file() and _magic(path) == b"SQLite format 3\x00":
        yield from _database(path)
        return
    name = source.main("isso", ".json")
    heads = _heads(source, name)
    yield from (
        StoryRecord(source_id=key, url=key, title=title, where=f"thread {index + 1}")
        for index, (key, title) in enumerate(heads)
    )
    once = Once()
    for place, value, where in JsonStream(source, name, _second).values():
        if len(place) == 4 and isinstance(value, dict):
            index = int(place[1])
            key = heads[index][0] if index < len(heads) else ""
            yield from once.comment(_comment(value, key, where))
    yield from source.notes


def _magic(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(16)


def _heads(source: Source, name: str) -> list[tuple[str, str | None]]:
    """Key and title of each thread; a thread's comments may stand before them."""
    found: dict[int, dict[str, Any]] = {}
    for place, value, _ in JsonStream(source, name, _first).values():
        if len(place) == 3 and isinstance(place[1], int):
            found.setdefault(place[1], {})[str(place[2])] = value
    heads = []
    for index in range(max(found, default=-1) + 1):
        fields = found.get(index, {})
        key = text(fields.get("id") or fields.get("uri")) or f"thread {index + 1}"
        title = text(fields.get("title"))
        heads.append((key, unquote_plus(title) if title else None))
    return heads


def _first(place: Place) -> Choice:
    return "enter" if len(place) <= 2 else "skip"


def _second(place: Place) -> Choice:
    if len(place) <= 2 or place[2:] == ("comments",):
        return "enter"
    return "take" if len(place) == 4 and place[2] == "comments" else "skip"


def _comment(value: dict[str, Any], story: str, where: str) -> CommentRecord:
    return CommentRecord(
        source_id=identifier(value.get("id")) or f"at {where}",
        story_source_id=story,
        parent_source_id=identifier(value.get("parent")),
        author_name=text(value.get("author")),
        author_email=text(value.get("email")),
        author_url=text(value.get("website")),
        text=text(value.get("text")) or "",
        format="markdown",
        created_at=when(value.get("created")),
        edited_at=when(value.get("modified")),
        state=STATES.get(number(value.get("mode", 1)), "held"),
        likes=max(0, number(value.get("likes"))),
        dislikes=max(0, number(value.get("dislikes"))),
        where=where,
    )


def _database(path: Path) -> Iterator[Record]:
    try:
        address = f"file:{quote(str(path.resolve()))}?mode=ro&immutable=1"
        with closing(sqlite3.connect(address, uri=True, check_same_thread=False)) as database:
            database.row_factory = sqlite3.Row
            database.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, MAX_RECORD)
            database.text_factory = lambda raw: raw.decode("utf-8", "belowline-western")
            database.execute("PRAGMA trusted_schema = OFF")
            database.execute("PRAGMA query_only = ON")
            for row in database.execute("SELECT id, uri, title FROM threads ORDER BY id"):
                where = f"thread {row['id']}"
                key = text(row["id"]) or ""
                yield StoryRecord(source_id=key, url=text(row["uri"]), title=text(row["title"]), where=where)
            for row in database.execute(f"SELECT {_FIELDS} FROM comments ORDER BY id"):
                yield _comment(dict(row), text(row["tid"]) or "", f"comment {row['id']}")
    except sqlite3.Error as problem:
        raise Invalid(f"{path.name} is not a whole database of Isso's: {problem}.") from problem
