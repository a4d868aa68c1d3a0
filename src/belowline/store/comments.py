"""Comments: kept, counted, and found again in the shape a page needs.

Counts live on the rows and change in the transaction that changes what they count:
`story.comment_count` (published), `story.thread_count` (shown, top level), `reply_count` (shown direct
replies) and `descendant_count` (shown replies down to COUNTED_DEPTH levels below). So a page, its folds
("12 more replies") and its order need no counting, and a post costs the same in any discussion.
"""

from typing import Any

import sqlalchemy as sa

from belowline.model.comment import COUNTED_DEPTH, Comment, State
from belowline.store import stories
from belowline.store.tables import comment, to_us

COLUMNS = [comment.c[name] for name in Comment.__struct_fields__]
_STATE = Comment.__struct_fields__.index("state")
_parent = comment.alias("parent")
_STATES = {str(state): state for state in State}


def _comment(row: Any) -> Comment:
    values = list(row)
    values[_STATE] = _STATES[values[_STATE]]
    return Comment(*values)


def get(conn: sa.Connection, comment_id: int) -> Comment | None:
    row = conn.execute(sa.select(*COLUMNS).where(comment.c.id == comment_id)).first()
    return None if row is None else _comment(row)


def by_send_key(conn: sa.Connection, story_id: int, key: str) -> Comment | None:
    found = sa.select(*COLUMNS).where(comment.c.story_id == story_id, comment.c.send_key == key)
    row = conn.execute(found).first()
    return None if row is None else _comment(row)


def known_sources(conn: sa.Connection, story_id: int, source: str) -> dict[str, int]:
    """Comment ids by their id in the source they were imported from."""
    statement = sa.select(comment.c.source_id, comment.c.id).where(
        comment.c.story_id == story_id, comment.c.source == source
    )
    return dict(conn.execute(statement).tuples().all())


# --- Reading a page -------------------------------------------------------------------------------


def threads(conn: sa.Connection, story_id: int, order: str, after: tuple[int, int] | None, limit: int) -> list[Comment]:
    """Top-level comments in an order (newest, oldest, discussed), beyond the cursor (value, id)."""
    value: sa.ColumnElement[Any] = comment.c.descendant_count if order == "discussed" else comment.c.created_at
    plain: sa.ColumnElement[Any] = value if order == "discussed" else sa.type_coerce(value, sa.BigInteger)
    c = comment.c
    statement = sa.select(*COLUMNS).where(c.story_id == story_id, c.parent_id.is_(None), c.shown)
    if after:
        here = sa.tuple_(plain, comment.c.id)
        there = sa.tuple_(*(sa.literal(part, sa.BigInteger) for part in after))
        statement = statement.where(here > there if order == "oldest" else here < there)
    places = (value, comment.c.id) if order == "oldest" else (value.desc(), comment.c.id.desc())
    return [_comment(row) for row in conn.execute(statement.order_by(*places).limit(limit))]


def replies(conn: sa.Connection, parent_ids: list[int], each: int) -> list[Comment]:
    """The first replies of each parent (by child_pos up to `each`), shown ones only, in time order."""
    statement = (
        sa.select(*COLUMNS)
        .where(comment.c.parent_id.in_(parent_ids), comment.c.child_pos.between(1, each), comment.c.shown)
        .order_by(comment.c.created_at, comment.c.id)
    )
    return [_comment(row) for row in conn.execute(statement)]


def children(conn: sa.Connection, parent_id: int, after: int, limit: int) -> list[Comment]:
    """One comment's shown replies beyond child_pos `after`."""
    statement = (
        sa.select(*COLUMNS)
        .where(comment.c.parent_id == parent_id, comment.c.child_pos > after, comment.c.shown)
        .order_by(comment.c.child_pos)
        .limit(limit)
    )
    return [_comment(row) for row in conn.execute(statement)]


def _chain(start: int, limit: int) -> sa.CTE:
    """The comment `start` and its ancestors, nearest first: (id, parent_id, step)."""
    first = sa.select(comment.c.id, comment.c.parent_id, sa.literal(1).label("step")).where(comment.c.id == start)
    chain = first.cte("chain", recursive=True)
    up = sa.select(comment.c.id, comment.c.parent_id, chain.c.step + 1).where(
        comment.c.id == chain.c.parent_id, chain.c.step < limit
    )
    return chain.union_all(up)


def ancestors(conn: sa.Connection, of: Comment, limit: int) -> list[Comment]:
    """The nearest `limit` ancestors, top-most first."""
    if of.parent_id is None:
        return []
    chain = _chain(of.parent_id, limit)
    statement = sa.select(*COLUMNS).join(chain, chain.c.id == comment.c.id).order_by(chain.c.step.desc())
    return [_comment(row) for row in conn.execute(statement)]


def latest(conn: sa.Connection, story_id: int, limit: int) -> list[Comment]:
    """Published comments of a story, newest first, for its feed."""
    statement = (
        sa.select(*COLUMNS)
        .where(comment.c.story_id == story_id, comment.c.state == str(State.PUBLISHED))
        .order_by(comment.c.created_at.desc())
        .limit(limit)
    )
    return [_comment(row) for row in conn.execute(statement)]


def held(conn: sa.Connection, limit: int) -> list[Comment]:
    """Comments that wait for a moderator, oldest first."""
    statement = sa.select(*COLUMNS).where(comment.c.state == str(State.HELD)).order_by(comment.c.created_at)
    return [_comment(row) for row in conn.execute(statement.limit(limit))]


def place_in_time(of: Comment) -> int:
    """Its value in the orders newest and oldest, for a cursor."""
    return to_us(of.created_at)


# --- Writing --------------------------------------------------------------------------------------


def add(conn: sa.Connection, values: dict[str, Any], parent: Comment | None) -> Comment:
    """Adds a comment; a published one takes its place in the discussion and is counted."""
    published = values["state"] == State.PUBLISHED
    place: Any = 0
    if parent:
        values = {**values, "parent_id": parent.id, "root_id": parent.thread_id, "depth": parent.depth + 1}
        if published:
            place = _make_place(conn, parent)
    else:
        values = {**values, "depth": 0}
    statement = sa.insert(comment).values(**values, shown=published, child_pos=place).returning(*COLUMNS)
    added = _comment(conn.execute(statement).one())
    stories.count(conn, added.story_id, comments=int(published), threads=int(published and not parent))
    return added


def set_state(conn: sa.Connection, of: Comment, state: State) -> Comment:
    """Changes a comment's state with everything that is counted.

    What is no longer published stays as a tombstone while replies to it are shown.
    """
    published = (state == State.PUBLISHED) - (of.state == State.PUBLISHED)
    conn.execute(sa.update(comment).where(comment.c.id == of.id).values(state=str(state)))
    stories.count(conn, of.story_id, comments=published, threads=0)
    if state == State.PUBLISHED and not of.shown:
        _show(conn, of)
    elif state != State.PUBLISHED and of.shown and of.reply_count == 0:
        _hide(conn, of)
    return must(conn, of.id)


def rewrite(conn: sa.Connection, of: Comment, **values: Any) -> Comment:
    """Changes the text and what follows from it."""
    conn.execute(sa.update(comment).where(comment.c.id == of.id).values(**values))
    return must(conn, of.id)


def must(conn: sa.Connection, comment_id: int) -> Comment:
    found = get(conn, comment_id)
    if found is None:
        raise LookupError(f"comment {comment_id}")
    return found


def _show(conn: sa.Connection, of: Comment) -> None:
    """Puts a hidden comment into the discussion, under its ancestors, which return as tombstones."""
    place: Any = 0
    if of.parent_id is None:
        stories.count(conn, of.story_id, comments=0, threads=1)
    else:
        place = _make_place(conn, must(conn, of.parent_id))
    conn.execute(sa.update(comment).where(comment.c.id == of.id).values(shown=True, child_pos=place))


def _make_place(conn: sa.Connection, parent: Comment) -> sa.ScalarSelect[int]:
    """Counts one shown reply into the parent and its ancestors; gives the reply's child_pos."""
    hidden: list[Comment] = []
    above: Comment | None = parent
    while above and not above.shown:
        hidden.append(above)
        above = None if above.parent_id is None else must(conn, above.parent_id)
    for ancestor in reversed(hidden):
        _show(conn, ancestor)
    _count_into(conn, parent.id, 1)
    return sa.select(_parent.c.child_seq).where(_parent.c.id == parent.id).scalar_subquery()


def _hide(conn: sa.Connection, of: Comment) -> None:
    """Takes a comment without shown replies out of the discussion, and the tombstones that it leaves bare."""
    while True:
        conn.execute(sa.update(comment).where(comment.c.id == of.id).values(shown=False))
        if of.parent_id is None:
            return stories.count(conn, of.story_id, comments=0, threads=-1)
        _count_into(conn, of.parent_id, -1)
        of = must(conn, of.parent_id)
        if of.state == State.PUBLISHED or of.reply_count:
            return None


def _count_into(conn: sa.Connection, parent_id: int, change: int) -> None:
    """Adds to the parent's reply_count and to the descendant_count of COUNTED_DEPTH ancestors."""
    chain = _chain(parent_id, COUNTED_DEPTH)
    is_parent = comment.c.id == parent_id
    conn.execute(
        sa.update(comment)
        .where(comment.c.id.in_(sa.select(chain.c.id)))
        .values(
            descendant_count=comment.c.descendant_count + change,
            reply_count=comment.c.reply_count + sa.case((is_parent, change), else_=0),
            child_seq=comment.c.child_seq + sa.case((is_parent, max(change, 0)), else_=0),
        )
    )
