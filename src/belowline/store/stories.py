"""Stories."""

import datetime as dt
from typing import Any

import sqlalchemy as sa

from belowline.model.story import Closing, Story
from belowline.store.tables import story, to_us

COLUMNS = [story.c[name] for name in Story.__struct_fields__]


def _story(row: Any) -> Story | None:
    if row is None:
        return None
    values = dict(zip(Story.__struct_fields__, row, strict=True))
    values["closing"] = Closing(values["closing"])
    return Story(**values)


def _one(conn: sa.Connection, *where: sa.ColumnElement[bool]) -> Story | None:
    return _story(conn.execute(sa.select(*COLUMNS).where(*where)).first())


def get(conn: sa.Connection, story_id: int) -> Story | None:
    return _one(conn, story.c.id == story_id)


def by_slug(conn: sa.Connection, slug: str) -> Story | None:
    return _one(conn, story.c.slug == slug)


def by_key(conn: sa.Connection, site_id: int, key: str) -> Story | None:
    return _one(conn, story.c.site_id == site_id, story.c.key == key)


def by_source(conn: sa.Connection, site_id: int, source: str, source_id: str) -> Story | None:
    return _one(conn, story.c.site_id == site_id, story.c.source == source, story.c.source_id == source_id)


def page(conn: sa.Connection, site_id: int, before: tuple[dt.datetime, int] | None, limit: int) -> list[Story]:
    """Stories of a site, newest first, below the cursor (published_at, id)."""
    statement = sa.select(*COLUMNS).where(story.c.site_id == site_id)
    if before:
        statement = statement.where(sa.tuple_(story.c.published_at, story.c.id) < sa.tuple_(*_cursor(before)))
    newest = statement.order_by(story.c.published_at.desc(), story.c.id.desc()).limit(limit)
    return [found for row in conn.execute(newest) if (found := _story(row))]


def neighbours(conn: sa.Connection, of: Story) -> tuple[Story | None, Story | None]:
    """The stories of the site just before and just after this one."""
    here = sa.tuple_(*_cursor((of.published_at, of.id)))
    place = sa.tuple_(story.c.published_at, story.c.id)
    same_site = sa.select(*COLUMNS).where(story.c.site_id == of.site_id).limit(1)
    before = same_site.where(place < here).order_by(story.c.published_at.desc(), story.c.id.desc())
    after = same_site.where(place > here).order_by(story.c.published_at, story.c.id)
    return _story(conn.execute(before).first()), _story(conn.execute(after).first())


def _cursor(place: tuple[dt.datetime, int]) -> tuple[sa.BindParameter[Any], sa.BindParameter[Any]]:
    return sa.bindparam(None, place[0], story.c.published_at.type), sa.bindparam(None, place[1], story.c.id.type)


def place_in_time(of: Story) -> int:
    """Its value in the list of stories, for a cursor."""
    return to_us(of.published_at)


def counts(conn: sa.Connection, site_id: int, keys: list[str]) -> dict[str, tuple[int, int]]:
    """(story id, published comments) by the publisher's key."""
    statement = sa.select(story.c.key, story.c.id, story.c.comment_count).where(
        story.c.site_id == site_id, story.c.key.in_(keys)
    )
    return {key: (story_id, count) for key, story_id, count in conn.execute(statement)}


def slug_taken(conn: sa.Connection, slug: str) -> bool:
    return conn.execute(sa.select(story.c.id).where(story.c.slug == slug)).first() is not None


def add(conn: sa.Connection, values: dict[str, Any]) -> Story:
    row = conn.execute(sa.insert(story).values(**values).returning(*COLUMNS)).first()
    added = _story(row)
    if added is None:
        raise LookupError("the story that was just added")
    return added


def set_closing(conn: sa.Connection, story_id: int, closing: Closing) -> None:
    conn.execute(sa.update(story).where(story.c.id == story_id).values(closing=str(closing)))


def lock(conn: sa.Connection, story_id: int) -> None:
    """Makes other writers to this discussion wait: counts are then changed in one order.

    SQLite has one writer anyway and leaves FOR UPDATE out.
    """
    conn.execute(sa.select(story.c.id).where(story.c.id == story_id).with_for_update())


def count(conn: sa.Connection, story_id: int, comments: int, threads: int) -> None:
    """Adds to the counts; negative numbers take away."""
    if comments or threads:
        conn.execute(
            sa.update(story)
            .where(story.c.id == story_id)
            .values(comment_count=story.c.comment_count + comments, thread_count=story.c.thread_count + threads)
        )
