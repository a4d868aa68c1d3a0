"""Where a new comment would stand, in one statement: each that a post does not run is worth more than its own time.

A statement costs its five microseconds, the conversions around it, and a dozen times the interpreter is let go and
got back beside a busy event loop (docs/decisions/0012-what-a-post-costs.md).
"""

from typing import Any

import msgspec
import sqlalchemy as sa

from belowline.model.comment import Comment
from belowline.model.site import Site
from belowline.model.story import Story
from belowline.store import comments, follows, people, sites, stories
from belowline.store.prepared import Prepared
from belowline.store.tables import comment, site, story


class Ground(msgspec.Struct, frozen=True):
    site: Site
    story: Story
    parent: Comment | None
    """The comment of that number, of whatever story and state; None where none was named, or there is none."""
    sent: bool
    """A comment was kept under this story with the key."""
    staffed: bool
    """Somebody works at the site, whose name is theirs."""
    followed: bool
    """Somebody follows the story, the parent or the person who writes."""


_parent = comment.alias("parent")
_sent = comment.alias("sent")
_of_story = [column.label(f"story_{place}") for place, column in enumerate(stories.COLUMNS)]
_of_site = [column.label(f"site_{place}") for place, column in enumerate(sites.SELECTED)]
_of_parent = [_parent.c[column.name].label(f"parent_{place}") for place, column in enumerate(comments.COLUMNS)]
_key = sa.bindparam("key", type_=comment.c.send_key.type)
_FIND = Prepared(
    sa.select(
        sa.exists().where(_sent.c.story_id == story.c.id, _sent.c.send_key == _key),
        people.works_at(site.c.id),
        follows.by_anybody(story.c.id, _parent.c.id, sa.bindparam("person", type_=comment.c.person_id.type)),
        *_of_story,
        *_of_site,
        *_of_parent,
    )
    .select_from(story)
    .join(site, site.c.id == story.c.site_id)
    .outerjoin(_parent, _parent.c.id == sa.bindparam("parent", type_=comment.c.id.type))
    .where(story.c.slug == sa.bindparam("slug", type_=story.c.slug.type))
)
_SITE = 3 + len(_of_story)
_PARENT = _SITE + len(_of_site)


def find(
    conn: sa.Connection, slug: str, parent_id: int | None, key: str | None, person_id: int | None
) -> Ground | None:
    """None where there is no such story."""
    row: Any = _FIND.first(conn, {"slug": slug, "parent": parent_id, "key": key, "person": person_id})
    if row is None:
        return None
    parent = comments.of_row(row[_PARENT:]) if row[_PARENT] is not None else None
    here = stories.of_row(row[3:_SITE])
    return Ground(sites.of_row(row[_SITE:_PARENT]), here, parent, bool(row[0]), bool(row[1]), bool(row[2]))
