"""The desk's queues of comments: pages by keyset, and exact counts that cost next to nothing.

Each queue is a part of an index (tables.py); what is in it follows from the comment's own row, so nothing has to be
put in or taken out. Unpublished and reported comments are few and are counted in their index; what is new can be as
many as there are comments, and is kept on the stories, as the published ones are.
"""

from typing import Any

import sqlalchemy as sa

from belowline.model.comment import Comment, State
from belowline.store import comments, stories
from belowline.store.prepared import Prepared
from belowline.store.tables import comment, story

_c = comment.c
_unpublished = _c.state != sa.literal_column("'published'")
_published = _c.state == sa.literal_column("'published'")
_WHERE: dict[str, tuple[sa.ColumnElement[bool], ...]] = {  # word for word as the partial indexes have it
    "held": (_unpublished, _c.state == "held"),
    "reported": (_published, _c.report_count > sa.literal_column("0")),
    "new": (_published, _c.unseen == sa.true()),
    "spam": (_unpublished, _c.state == "spam"),
    "all": (),
}
OLDEST_FIRST = frozenset({"held", "reported", "new"})
"""Who waits longest is served first; the other queues show what came last."""

_in_site = _c.site_id == sa.bindparam("site_id")


def _page(queue: str, beyond: bool) -> sa.Select[Any]:
    rising = queue in OLDEST_FIRST
    statement = sa.select(*comments.COLUMNS).where(_in_site, *_WHERE[queue])
    if beyond:
        after = sa.bindparam("after", type_=sa.BigInteger)
        statement = statement.where(_c.id > after if rising else _c.id < after)
    return statement.order_by(_c.id if rising else _c.id.desc()).limit(sa.bindparam("limit", type_=sa.Integer))


_PAGES = {(queue, beyond): _page(queue, beyond) for queue in _WHERE for beyond in (False, True)}
_unpublished_counts = sa.select(_c.state, sa.func.count()).where(_in_site, _unpublished).group_by(_c.state)
_reported_count = sa.select(sa.func.count()).where(_in_site, *_WHERE["reported"])
_story_counts = sa.select(
    sa.func.coalesce(sa.func.sum(story.c.comment_count), 0), sa.func.coalesce(sa.func.sum(story.c.new_count), 0)
).where(story.c.site_id == sa.bindparam("site_id"))


def page(conn: sa.Connection, site_id: int, queue: str, after: int | None, limit: int) -> list[Comment]:
    """Comments of a site in a queue, beyond the comment id `after`."""
    values: dict[str, Any] = {"site_id": site_id, "limit": limit} | ({} if after is None else {"after": after})
    return [comments.of_row(row) for row in conn.execute(_PAGES[queue, after is not None], values)]


_ALL_HELD = sa.select(*comments.COLUMNS).where(_c.state == sa.literal_column("'held'")).order_by(_c.created_at)


def held(conn: sa.Connection, limit: int) -> list[Comment]:
    """Comments of all sites that wait for a moderator, oldest first."""
    return [comments.of_row(row) for row in conn.execute(_ALL_HELD.limit(limit))]


def counts(conn: sa.Connection, site_id: int) -> dict[str, int]:
    """How many comments are in each queue."""
    here = {"site_id": site_id}
    unpublished = {state: int(count) for state, count in conn.execute(_unpublished_counts, here)}
    published, new = conn.execute(_story_counts, here).one()
    return {
        "held": unpublished.get("held", 0),
        "reported": int(conn.execute(_reported_count, here).scalar_one()),
        "new": int(new),
        "spam": unpublished.get("spam", 0),
        "all": int(published) + sum(unpublished.values()),
    }


_REPORT_COUNT = Prepared(sa.select(_c.report_count).where(_c.id == sa.bindparam("id")))


def report_count(conn: sa.Connection, comment_id: int) -> int:
    """How many reports of a comment wait."""
    row = _REPORT_COUNT.first(conn, {"id": comment_id})
    return int(row[0]) if row else 0


def report_counts(conn: sa.Connection, ids: list[int]) -> dict[int, int]:
    """How many reports of these comments wait."""
    if not ids:
        return {}
    found = conn.execute(sa.select(_c.id, _c.report_count).where(_c.id.in_(ids)))
    return {comment_id: int(count) for comment_id, count in found}


_seen_as = sa.bindparam("seen_as", type_=_c.unseen.type)
_SET_UNSEEN = Prepared(
    sa.update(comment)
    .where(_c.id == sa.bindparam("of"), _c.unseen != _seen_as)
    .values(unseen=_seen_as)
    .returning(_c.id)
)


def set_unseen(conn: sa.Connection, of: Comment, unseen: bool) -> None:
    """Whether a published comment waits for a moderator's look; a held one will wait for none once it is decided."""
    if _SET_UNSEEN.first(conn, {"of": of.id, "seen_as": unseen}) and of.state == State.PUBLISHED:
        stories.count(conn, of.story_id, comments=0, threads=0, new=1 if unseen else -1)
