"""The services of sites that are asked about each comment."""

from typing import Any

import msgspec
import sqlalchemy as sa

from belowline.model.external import ExternalCheck, Target
from belowline.store.prepared import Prepared
from belowline.store.tables import comment, site, story
from belowline.store.tables_pipeline import external_check

_e = external_check.c
_TARGET = (
    sa.select(site.c.key, story.c.slug, story.c.url, story.c.title, _e.settings)
    .select_from(story)
    .join(site, site.c.id == story.c.site_id)
    .join(external_check, _e.site_id == site.c.id)
)
_OF_STORY = Prepared(_TARGET.where(story.c.slug == sa.bindparam("slug")))
_OF_COMMENT = Prepared(
    _TARGET.join(comment, comment.c.story_id == story.c.id).where(comment.c.id == sa.bindparam("comment_id"))
)


def any_at_all(conn: sa.Connection) -> bool:
    return conn.execute(sa.select(_e.site_id).limit(1)).first() is not None


def of_story(conn: sa.Connection, slug: str) -> Target | None:
    return _target(_OF_STORY.first(conn, {"slug": slug}))


def of_comment(conn: sa.Connection, comment_id: int) -> Target | None:
    return _target(_OF_COMMENT.first(conn, {"comment_id": comment_id}))


def _target(row: tuple[Any, ...] | None) -> Target | None:
    if row is None:
        return None
    key, slug, url, title, settings = row
    return Target(key, slug, url, title, msgspec.convert(settings, ExternalCheck))


def get(conn: sa.Connection, site_id: int) -> ExternalCheck | None:
    found = conn.execute(sa.select(_e.settings).where(_e.site_id == site_id)).scalar()
    return None if found is None else msgspec.convert(found, ExternalCheck)


def put(conn: sa.Connection, site_id: int, check: ExternalCheck | None) -> None:
    conn.execute(sa.delete(external_check).where(_e.site_id == site_id))
    if check:
        conn.execute(sa.insert(external_check).values(site_id=site_id, settings=msgspec.to_builtins(check)))
