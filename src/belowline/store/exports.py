"""Everything of a site in streams, for exports."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import msgspec
import sqlalchemy as sa

from belowline.model.comment import Comment
from belowline.model.story import Story
from belowline.store import comments as comment_store
from belowline.store import stories as story_store
from belowline.store.tables import comment, pingback, revision, site, story

_AT_ONCE = 1000


class Selection(msgspec.Struct, frozen=True, kw_only=True):
    """What is taken out; nothing given takes all of the site."""

    site_id: int
    slug: str | None = None
    since: dt.datetime | None = None
    """Comments written from this moment on."""
    until: dt.datetime | None = None
    """Comments written before this moment."""


def stories(conn: sa.Connection, chosen: Selection) -> Iterator[Any]:
    """All columns of each story, in order of date."""
    s = story.c
    where = [s.site_id == chosen.site_id] + ([s.slug == chosen.slug] if chosen.slug else [])
    ids = conn.execute(sa.select(s.id).where(*where).order_by(s.published_at, s.id)).scalars().all()
    for id_ in ids:
        yield conn.execute(sa.select(story).where(s.id == id_)).one()


def comments(conn: sa.Connection, story_id: int, chosen: Selection) -> Iterator[Any]:
    """All columns of each comment of a story, whatever its state, in order of time."""
    yield from _stream(conn, comment, story_id, chosen)


def pingbacks(conn: sa.Connection, story_id: int, chosen: Selection) -> Iterator[Any]:
    yield from _stream(conn, pingback, story_id, chosen)


def _stream(conn: sa.Connection, table: sa.Table, story_id: int, chosen: Selection) -> Iterator[Any]:
    at = table.c.created_at
    where = [table.c.story_id == story_id]
    where += [at >= chosen.since] if chosen.since else []
    where += [at < chosen.until] if chosen.until else []
    rows = conn.execute(
        sa.select(table).where(*where).order_by(at, table.c.id), execution_options={"yield_per": _AT_ONCE}
    )
    yield from rows


def revisions(conn: sa.Connection, story_id: int) -> dict[int, list[tuple[str, dt.datetime]]]:
    """(text, written at) of what edits replaced under a story, oldest first, by comment."""
    of_story = sa.select(revision.c.comment_id, revision.c.text, revision.c.written_at)
    of_story = of_story.join(comment, comment.c.id == revision.c.comment_id).where(comment.c.story_id == story_id)
    found: dict[int, list[tuple[str, dt.datetime]]] = {}
    for comment_id, text, at in conn.execute(of_story.order_by(revision.c.id)):
        found.setdefault(comment_id, []).append((text, at))
    return found


def site_row(conn: sa.Connection, site_id: int) -> Any:
    return conn.execute(sa.select(site).where(site.c.id == site_id)).one()


def story_models(conn: sa.Connection, chosen: Selection) -> Iterator[Story]:
    """The stories, in order of date."""
    for row in stories(conn, chosen):
        found = story_store.get(conn, row.id)
        if found:
            yield found


def shown(conn: sa.Connection, story_id: int, chosen: Selection) -> Iterator[Comment]:
    """What stands in a discussion, tombstones too, in order of time."""
    c = comment.c
    where = [c.story_id == story_id, c.shown]
    where += [c.created_at >= chosen.since] if chosen.since else []
    where += [c.created_at < chosen.until] if chosen.until else []
    rows = conn.execute(sa.select(*comment_store.COLUMNS).where(*where).order_by(c.created_at, c.id))
    return (comment_store.of_row(row) for row in rows)
