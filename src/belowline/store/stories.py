"""Stories."""

import datetime as dt
from typing import Any

import sqlalchemy as sa

from belowline.model.story import Closing, Mode, Story
from belowline.rules.urls import same_page, spellings
from belowline.store.prepared import Prepared
from belowline.store.tables import story, to_us
from belowline.store.tables_stories import story_alias

COLUMNS = [story.c[name] for name in Story.__struct_fields__]


_CLOSING, _MODE = (Story.__struct_fields__.index(name) for name in ("closing", "mode"))


def of_row(row: Any) -> Story:
    """A row of COLUMNS."""
    values = list(row)
    values[_CLOSING], values[_MODE] = Closing(values[_CLOSING]), Mode(values[_MODE])
    return Story(*values)


def _story(row: Any) -> Story | None:
    return None if row is None else of_row(row)


_ALL = sa.select(*COLUMNS)
_BY_ID = Prepared(_ALL.where(story.c.id == sa.bindparam("id")))
_BY_IDS = _ALL.where(story.c.id.in_(sa.bindparam("ids", expanding=True)))
_BY_SLUG = Prepared(_ALL.where(story.c.slug == sa.bindparam("slug")))
_IN_SITE = _ALL.where(story.c.site_id == sa.bindparam("site_id"))
_BY_KEY = _IN_SITE.where(story.c.key == sa.bindparam("key"))
_BY_ALIAS = _ALL.join(story_alias, story_alias.c.story_id == story.c.id).where(
    story_alias.c.site_id == sa.bindparam("site_id"), story_alias.c.key == sa.bindparam("key")
)
_BY_URL = _IN_SITE.where(story.c.url.in_(sa.bindparam("urls", expanding=True))).order_by(
    story.c.comment_count.desc(), story.c.id
)


def get(conn: sa.Connection, story_id: int) -> Story | None:
    return _story(_BY_ID.first(conn, {"id": story_id}))


def many(conn: sa.Connection, ids: set[int]) -> dict[int, Story]:
    """By their ids."""
    found = conn.execute(_BY_IDS, {"ids": list(ids)}) if ids else ()
    return {one.id: one for row in found if (one := _story(row))}


def by_slug(conn: sa.Connection, slug: str) -> Story | None:
    return _story(_BY_SLUG.first(conn, {"slug": slug}))


def by_key(conn: sa.Connection, site_id: int, key: str) -> Story | None:
    return _story(conn.execute(_BY_KEY, {"site_id": site_id, "key": key}).first())


def known_as(conn: sa.Connection, site_id: int, key: str) -> Story | None:
    """By its own key, else by one under which a page announced it (`add_alias`)."""
    found = by_key(conn, site_id, key)
    return found or _story(conn.execute(_BY_ALIAS, {"site_id": site_id, "key": key}).first())


def at_page(conn: sa.Connection, site_id: int, url: str) -> Story | None:
    """The site's story that stands at this address or at one that means the same page; the one with the most
    comments, if there are several."""
    found = conn.execute(_BY_URL, {"site_id": site_id, "urls": spellings(url)})
    return next((one for row in found if (one := _story(row)) and same_page(one.url or "") == same_page(url)), None)


def add_alias(conn: sa.Connection, of: Story, key: str) -> None:
    conn.execute(sa.insert(story_alias).values(site_id=of.site_id, key=key, story_id=of.id))


_AT, _ID = sa.bindparam("at", type_=story.c.published_at.type), sa.bindparam("id", type_=story.c.id.type)
_place = sa.tuple_(story.c.published_at, story.c.id)
_NEWEST_FIRST = (story.c.published_at.desc(), story.c.id.desc())
_PAGE = _IN_SITE.order_by(*_NEWEST_FIRST).limit(sa.bindparam("limit", type_=sa.Integer))
_PAGE_BELOW = _PAGE.where(_place < sa.tuple_(_AT, _ID))
_BEFORE = _IN_SITE.where(_place < sa.tuple_(_AT, _ID)).order_by(*_NEWEST_FIRST).limit(1)
_AFTER = _IN_SITE.where(_place > sa.tuple_(_AT, _ID)).order_by(story.c.published_at, story.c.id).limit(1)


def page(conn: sa.Connection, site_id: int, before: tuple[dt.datetime, int] | None, limit: int) -> list[Story]:
    """Stories of a site, newest first, below the cursor (published_at, id)."""
    values: dict[str, Any] = {"site_id": site_id, "limit": limit}
    if before:
        values |= {"at": before[0], "id": before[1]}
    found = conn.execute(_PAGE_BELOW if before else _PAGE, values)
    return [one for row in found if (one := _story(row))]


def neighbours(conn: sa.Connection, of: Story) -> tuple[Story | None, Story | None]:
    """The stories of the site just before and just after this one."""
    values = {"site_id": of.site_id, "at": of.published_at, "id": of.id}
    return _story(conn.execute(_BEFORE, values).first()), _story(conn.execute(_AFTER, values).first())


def place_in_time(of: Story) -> int:
    """Its value in the list of stories, for a cursor."""
    return to_us(of.published_at)


_COUNTS = sa.select(story.c.key, story.c.id, story.c.comment_count).where(
    story.c.site_id == sa.bindparam("site_id"), story.c.key.in_(sa.bindparam("keys", expanding=True))
)


_ALIAS_COUNTS = (
    sa.select(story_alias.c.key, story.c.id, story.c.comment_count)
    .join(story, story.c.id == story_alias.c.story_id)
    .where(story_alias.c.site_id == sa.bindparam("site_id"))
    .where(story_alias.c.key.in_(sa.bindparam("keys", expanding=True)))
)


def counts(conn: sa.Connection, site_id: int, keys: list[str]) -> dict[str, tuple[int, int]]:
    """(story id, published comments) by the publisher's key, or by one that a page announced."""
    found = {key: (id, count) for key, id, count in conn.execute(_COUNTS, {"site_id": site_id, "keys": keys})}
    if missing := [key for key in keys if key not in found]:
        others = conn.execute(_ALIAS_COUNTS, {"site_id": site_id, "keys": missing})
        found.update({key: (id, count) for key, id, count in others})
    return found


def slug_taken(conn: sa.Connection, slug: str) -> bool:
    return conn.execute(sa.select(story.c.id).where(story.c.slug == slug)).first() is not None


def add(conn: sa.Connection, values: dict[str, Any]) -> Story:
    row = conn.execute(sa.insert(story).values(**values).returning(*COLUMNS)).first()
    added = _story(row)
    if added is None:
        raise LookupError("the story that was just added")
    return added


def change(conn: sa.Connection, story_id: int, **values: Any) -> None:
    conn.execute(sa.update(story).where(story.c.id == story_id).values(**values))


_COUNT = Prepared(
    sa.update(story)
    .where(story.c.id == sa.bindparam("of"))
    .values(
        comment_count=story.c.comment_count + sa.bindparam("comments"),
        thread_count=story.c.thread_count + sa.bindparam("threads"),
        new_count=story.c.new_count + sa.bindparam("new"),
    )
)


def count(conn: sa.Connection, story_id: int, comments: int, threads: int, new: int = 0) -> None:
    """Adds to the counts; negative numbers take away. `new`: published, and no moderator has looked."""
    if comments or threads or new:
        _COUNT.run(conn, {"of": story_id, "comments": comments, "threads": threads, "new": new})
