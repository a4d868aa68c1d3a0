"""What a start does before it listens, so that the first reader need not wait for it."""

import sqlalchemy as sa

from belowline.snapshots.build import Builder
from belowline.snapshots.discussion import ORDERS
from belowline.snapshots.serve import PREFERENCE
from belowline.snapshots.shelf import Variant
from belowline.store import comments, sites, stories


def warm_up(conn: sa.Connection, build: Builder) -> None:
    """Builds what readers ask first, once, and keeps none of it: templates and statements are compiled then.

    The discussion in which the last comment was written has replies, and is the likeliest to be asked for.
    """
    build.render.compile_all()
    if (site := sites.first(conn)) is None:
        return
    build.front(conn, site.key, None)
    last = comments.last(conn)
    for story in [stories.get(conn, last.story_id)] if last else stories.page(conn, site.id, None, 1):
        if story is None:
            continue
        page = build.story(conn, story.slug, ORDERS[0], None)
        for encoding in PREFERENCE:
            Variant(page, "", encoding)
        build.fragment(conn, sites.get(conn, story.site_id).key, story.key, ORDERS[0], None)
        for comment in comments.latest(conn, story.id, 1):
            build.permalink(conn, comment.id, 0)
