"""What is new under a story, for those who listen."""

from collections.abc import Sequence
from typing import Any

import msgspec
import sqlalchemy as sa

from belowline.store.tables import comment, story

MOST = 100  # new comments told of at once; who was away longer reads the page


class News(msgspec.Struct, frozen=True):
    """Published comments, oldest first: `roots[i]` is the top of the thread of `ids[i]`."""

    count: int
    """Published comments of the story."""
    ids: list[int]
    roots: list[int]


_c = comment.c
_COLUMNS = sa.select(_c.id, sa.func.coalesce(_c.root_id, _c.id))
_HERE = sa.and_(_c.story_id == sa.bindparam("story"), _c.state == sa.literal_column("'published'"))
_COUNT = sa.select(story.c.comment_count).where(story.c.id == sa.bindparam("story"))
_NEWEST = sa.select(sa.func.max(_c.id)).where(_HERE)
_GIVEN = _COLUMNS.where(_HERE, _c.id.in_(sa.bindparam("ids", expanding=True))).order_by(_c.id).limit(MOST)
_mark = sa.select(_c.created_at).where(_c.id == sa.bindparam("after"), _c.story_id == sa.bindparam("story"))
_from = sa.case((sa.bindparam("after") == 0, 0), else_=_mark.scalar_subquery())
_SINCE = (
    _COLUMNS.where(_HERE, sa.type_coerce(_c.created_at, sa.BigInteger) >= _from, _c.id > sa.bindparam("after"))
    .order_by(_c.created_at, _c.id)
    .limit(MOST)
)


def of(conn: sa.Connection, story_id: int, ids: list[int], after: int | None) -> News:
    """Those of `ids` that are published now; with `after`, also all that came after that comment."""
    found: dict[int, int] = {}
    if ids:
        found |= {row[0]: row[1] for row in conn.execute(_GIVEN, {"story": story_id, "ids": ids})}
    if after is not None:
        found |= {row[0]: row[1] for row in conn.execute(_SINCE, {"story": story_id, "after": after})}
    return _news(conn, story_id, sorted(found.items()))


def since(conn: sa.Connection, story_id: int, after: int) -> News:
    """What came after the comment `after` of this story, 0 for all; nothing where there is no such comment."""
    return _news(conn, story_id, conn.execute(_SINCE, {"story": story_id, "after": after}).all())


def newest(conn: sa.Connection, story_id: int) -> int:
    """The last published comment's id; 0 where nobody has written."""
    return int(conn.execute(_NEWEST, {"story": story_id}).scalar() or 0)


def _news(conn: sa.Connection, story_id: int, rows: Sequence[Any]) -> News:
    count = conn.execute(_COUNT, {"story": story_id}).scalar() or 0
    return News(count, [row[0] for row in rows], [row[1] for row in rows])
