"""A comment under another parent: it moves with all that answers it, and every count moves with it.

The counts above change by what of its branch each ancestor counts (COUNTED_DEPTH levels), so a move costs its branch
and its ancestors, not the discussion.
"""

from typing import Any

import msgspec
import sqlalchemy as sa

from belowline.model.comment import COUNTED_DEPTH, Comment
from belowline.model.found import Found
from belowline.store import comments, stories
from belowline.store.tables import comment

_c = comment.c


def _branch() -> sa.CTE:
    """The comment `start` and all that answers it: (id, level, shown)."""
    first = sa.select(_c.id, sa.literal_column("0", sa.Integer).label("level"), _c.shown)
    branch = first.where(_c.id == sa.bindparam("start")).cte("branch", recursive=True)
    below = sa.select(_c.id, branch.c.level + 1, _c.shown).where(_c.parent_id == branch.c.id)
    return branch.union_all(below)


def _chain() -> sa.CTE:
    """The comment `start` and its ancestors, nearest first: (id, parent_id, step)."""
    first = sa.select(_c.id, _c.parent_id, sa.literal_column("1", sa.Integer).label("step"))
    chain = first.where(_c.id == sa.bindparam("start")).cte("chain", recursive=True)
    up = sa.select(_c.id, _c.parent_id, chain.c.step + 1).where(_c.id == chain.c.parent_id)
    return chain.union_all(up)


_IN_BRANCH = _branch()
_LEVELS = sa.select(_IN_BRANCH.c.level, sa.func.count()).where(_IN_BRANCH.c.shown).group_by(_IN_BRANCH.c.level)
_IN_CHAIN = _chain()
_ABOVE = sa.select(_IN_CHAIN.c.id).order_by(_IN_CHAIN.c.step).limit(sa.bindparam("limit", type_=sa.Integer))
_STANDS_ABOVE = sa.select(_IN_CHAIN.c.id).where(_IN_CHAIN.c.id == sa.bindparam("whether"))


def lock(conn: sa.Connection) -> None:
    """Two moves at once could put two branches under each other; SQLite has one writer anyway."""
    if conn.dialect.name == "postgresql":
        conn.execute(sa.text("LOCK TABLE comment IN SHARE ROW EXCLUSIVE MODE"))


def answers(conn: sa.Connection, one: int, other: int) -> bool:
    """Whether `one` is `other`, or answers it through any number of comments."""
    return conn.execute(_STANDS_ABOVE, {"start": one, "whether": other}).first() is not None


def note(conn: sa.Connection, of: Comment, found: Found) -> Comment:
    """Keeps what is known of its link and name."""
    kept = msgspec.json.encode(found).decode()
    conn.execute(sa.update(comment).where(_c.id == of.id).values(found=kept))
    return comments.must(conn, of.id)


def move(conn: sa.Connection, of: Comment, parent: Comment | None) -> Comment:
    """Puts a comment under a published one of its story that does not answer it, or at top level."""
    levels = {int(level): int(count) for level, count in conn.execute(_LEVELS, {"start": of.id})}
    if of.shown:
        _leave(conn, of, levels)
    depth, root = (0, None) if parent is None else (parent.depth + 1, parent.thread_id)
    moved = sa.update(comment).where(_c.id.in_(sa.select(_IN_BRANCH.c.id)))
    conn.execute(moved.values(depth=_c.depth + (depth - of.depth), root_id=root or of.id), {"start": of.id})
    place = _join(conn, parent, levels) if of.shown and parent else 0
    own = {"parent_id": parent.id if parent else None, "root_id": root, "child_pos": place, "orphan": False}
    conn.execute(sa.update(comment).where(_c.id == of.id).values(**own))
    if of.shown:
        threads = (parent is None) - (of.parent_id is None)
        stories.count(conn, of.story_id, comments=0, threads=threads)
        if of.parent_id is not None:
            comments.hide_bare(conn, comments.must(conn, of.parent_id))
    return comments.must(conn, of.id)


def _leave(conn: sa.Connection, of: Comment, levels: dict[int, int]) -> None:
    if of.parent_id is not None:
        _count_above(conn, of.parent_id, levels, -1)


def _join(conn: sa.Connection, parent: Comment, levels: dict[int, int]) -> int:
    """Its place among its new parent's replies."""
    _count_above(conn, parent.id, levels, 1)
    seq = sa.update(comment).where(_c.id == parent.id).values(child_seq=_c.child_seq + 1).returning(_c.child_seq)
    return int(conn.execute(seq).scalar_one())


def _count_above(conn: sa.Connection, parent_id: int, levels: dict[int, int], sign: int) -> None:
    """Adds the branch to (or takes it from) what the parent and its ancestors count."""
    above = conn.execute(_ABOVE, {"start": parent_id, "limit": COUNTED_DEPTH}).scalars().all()
    changes: list[dict[str, Any]] = []
    for step, id_ in enumerate(above, 1):
        counted = sum(count for level, count in levels.items() if level <= COUNTED_DEPTH - step)
        changes.append({"of": id_, "replies": sign if step == 1 else 0, "below": sign * counted})
    update = sa.update(comment).where(_c.id == sa.bindparam("of"))
    counts = {
        "reply_count": _c.reply_count + sa.bindparam("replies"),
        "descendant_count": _c.descendant_count + sa.bindparam("below"),
    }
    conn.execute(update.values(**counts), changes)
