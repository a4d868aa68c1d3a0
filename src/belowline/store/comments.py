"""Comments: kept, counted, and found again in the shape a page needs.

Counts live on the rows and change in the transaction that changes what they count:
`story.comment_count` (published), `story.thread_count` (shown, top level), `reply_count` (shown direct
replies) and `descendant_count` (shown replies down to COUNTED_DEPTH levels below). So a page, its folds
("12 more replies") and its order need no counting, and a post costs the same in any discussion.
"""

from typing import Any

import msgspec
import sqlalchemy as sa

from belowline.model.comment import COUNTED_DEPTH, Comment, State
from belowline.model.found import Found
from belowline.store import stories
from belowline.store.prepared import Prepared
from belowline.store.tables import comment, story, to_us

COLUMNS = [comment.c[name] for name in Comment.__struct_fields__]
_STATE = Comment.__struct_fields__.index("state")
_STATES = {str(state): state for state in State}
_FOUND = Comment.__struct_fields__.index("found")
_read_found = msgspec.json.Decoder(Found).decode


def _comment(row: Any) -> Comment:
    values = list(row)
    values[_STATE] = _STATES[values[_STATE]]
    if values[_FOUND] is not None:
        values[_FOUND] = _read_found(values[_FOUND])
    return Comment(*values)


def of_row(row: Any) -> Comment:
    """A row of COLUMNS."""
    return _comment(row)


# Statements are built once: building one takes eight times as long as running it.

_c = comment.c
_ALL = sa.select(*COLUMNS)
_BY_ID = Prepared(_ALL.where(_c.id == sa.bindparam("id")))
_BY_SEND_KEY = Prepared(_ALL.where(_c.story_id == sa.bindparam("story_id"), _c.send_key == sa.bindparam("key")))


def get(conn: sa.Connection, comment_id: int) -> Comment | None:
    row = _BY_ID.first(conn, {"id": comment_id})
    return None if row is None else _comment(row)


def must(conn: sa.Connection, comment_id: int) -> Comment:
    found = get(conn, comment_id)
    if found is None:
        raise LookupError(f"comment {comment_id}")
    return found


def marks(conn: sa.Connection, comment_id: int) -> tuple[str | None, str | None]:
    """By what a guest is known again: their browser's mark, the keyed hash of their address."""
    row = conn.execute(sa.select(_c.guest, _c.email_hash).where(_c.id == comment_id)).one()
    return row.guest, row.email_hash


def written_by_guest(conn: sa.Connection, comment_id: int, guest: str) -> bool:
    """Whether a browser with this mark wrote it, signed in as nobody."""
    whose = sa.select(_c.id).where(_c.id == comment_id, _c.person_id.is_(None), _c.guest == guest)
    return conn.execute(whose).first() is not None


def by_send_key(conn: sa.Connection, story_id: int, key: str) -> Comment | None:
    row = _BY_SEND_KEY.first(conn, {"story_id": story_id, "key": key})
    return None if row is None else _comment(row)


# --- Reading a page -------------------------------------------------------------------------------

_LIMIT = sa.bindparam("limit", type_=sa.Integer)


def _in_order(value: sa.ColumnElement[Any], rising: bool, beyond: bool) -> sa.Select[Any]:
    """Top-level comments by (value, id), from one end or from beyond a cursor."""
    statement = _ALL.where(_c.story_id == sa.bindparam("story_id"), _c.parent_id.is_(None), _c.shown)
    if beyond:
        here = sa.tuple_(sa.type_coerce(value, sa.BigInteger), _c.id)
        there = sa.tuple_(sa.bindparam("value", type_=sa.BigInteger), sa.bindparam("id", type_=sa.BigInteger))
        statement = statement.where(here > there if rising else here < there)
    places = (value, _c.id) if rising else (value.desc(), _c.id.desc())
    return statement.order_by(*places).limit(_LIMIT)


_ORDERS: dict[str, tuple[sa.ColumnElement[Any], bool]] = {
    "newest": (_c.created_at, False),
    "oldest": (_c.created_at, True),
    "discussed": (_c.descendant_count, False),
    "best": (_c.best, False),
}
_THREADS = {
    (order, beyond): _in_order(value, rising, beyond)
    for order, (value, rising) in _ORDERS.items()
    for beyond in (False, True)
}
_REPLIES = _ALL.where(
    _c.parent_id.in_(sa.bindparam("parents", expanding=True)),
    _c.child_pos.between(1, sa.bindparam("each")),
    _c.shown,
).order_by(_c.created_at, _c.id)
_CHILDREN = (
    _ALL.where(_c.parent_id == sa.bindparam("parent"), _c.child_pos > sa.bindparam("after"), _c.shown)
    .order_by(_c.child_pos)
    .limit(_LIMIT)
)
_LATEST = (
    _ALL.where(_c.story_id == sa.bindparam("story_id"), _c.state == sa.literal_column("'published'"))
    .order_by(_c.created_at.desc())
    .limit(_LIMIT)
)


_BY_IDS = _ALL.where(_c.id.in_(sa.bindparam("ids", expanding=True)), _c.shown)


def shown(conn: sa.Connection, ids: list[int]) -> dict[int, Comment]:
    """Those of these comments that stand in their discussion."""
    return {row[0]: _comment(row) for row in conn.execute(_BY_IDS, {"ids": ids})} if ids else {}


def threads(conn: sa.Connection, story_id: int, order: str, after: tuple[int, int] | None, limit: int) -> list[Comment]:
    """Top-level comments in an order (newest, oldest, discussed, best), beyond the cursor (value, id)."""
    values: dict[str, Any] = {"story_id": story_id, "limit": limit}
    if after:
        values |= {"value": after[0], "id": after[1]}
    return [_comment(row) for row in conn.execute(_THREADS[order, after is not None], values)]


def replies(conn: sa.Connection, parent_ids: list[int], each: int) -> list[Comment]:
    """The first replies of each parent (by child_pos up to `each`), shown ones only, in time order."""
    return [_comment(row) for row in conn.execute(_REPLIES, {"parents": parent_ids, "each": each})]


def children(conn: sa.Connection, parent_id: int, after: int, limit: int) -> list[Comment]:
    """One comment's shown replies beyond child_pos `after`."""
    found = conn.execute(_CHILDREN, {"parent": parent_id, "after": after, "limit": limit})
    return [_comment(row) for row in found]


def _chain_from(start: str, limit: int) -> sa.CTE:
    """The comment in the parameter `start` and its ancestors, nearest first: (id, parent_id, step)."""
    first = sa.select(_c.id, _c.parent_id, sa.literal_column("1", sa.Integer).label("step")).where(
        _c.id == sa.bindparam(start)
    )
    chain = first.cte("chain", recursive=True)
    up = sa.select(_c.id, _c.parent_id, chain.c.step + 1).where(_c.id == chain.c.parent_id, chain.c.step < limit)
    return chain.union_all(up)


_counted = _chain_from("parent", COUNTED_DEPTH)
_is_parent = _c.id == sa.bindparam("parent")
_COUNT_INTO = Prepared(
    sa.update(comment)
    .where(_c.id.in_(sa.select(_counted.c.id)))
    .values(
        descendant_count=_c.descendant_count + sa.bindparam("change"),
        reply_count=_c.reply_count + sa.case((_is_parent, sa.bindparam("change")), else_=0),
        child_seq=_c.child_seq + sa.case((_is_parent, sa.bindparam("places")), else_=0),
    )
    .returning(_c.id, _c.child_seq)
)
ANCESTORS = 20  # the most that `ancestors` gives
_above = _chain_from("parent", ANCESTORS)
_ANCESTORS = _ALL.join(_above, _above.c.id == _c.id).order_by(_above.c.step.desc())


def ancestors(conn: sa.Connection, of: Comment) -> list[Comment]:
    """The nearest ANCESTORS ancestors, top-most first."""
    if of.parent_id is None:
        return []
    return [_comment(row) for row in conn.execute(_ANCESTORS, {"parent": of.parent_id})]


def latest(conn: sa.Connection, story_id: int, limit: int) -> list[Comment]:
    """Published comments of a story, newest first, for its feed."""
    return [_comment(row) for row in conn.execute(_LATEST, {"story_id": story_id, "limit": limit})]


def last(conn: sa.Connection) -> Comment | None:
    """The one that was added last, of any story and in any state."""
    row = conn.execute(_ALL.order_by(_c.id.desc()).limit(1)).first()
    return None if row is None else _comment(row)


def place_in_time(of: Comment) -> int:
    """Its value in the orders newest and oldest, for a cursor."""
    return to_us(of.created_at)


# --- Writing --------------------------------------------------------------------------------------


_NOTHING = {column.name: None for column in comment.columns if column.server_default is None and column.name != "id"}
_site = sa.select(story.c.site_id).where(story.c.id == sa.bindparam("story_id", type_=sa.BigInteger)).scalar_subquery()
_given = {name: sa.bindparam(name, type_=_c[name].type) for name in (*_NOTHING, "unseen")}
_ADD = Prepared(sa.insert(comment).values(**_given, site_id=_site).returning(_c.id))
_ADDED = [name for name in Comment.__struct_fields__ if name in _NOTHING]
_SET_STATE = Prepared(
    sa.update(comment).where(_c.id == sa.bindparam("of")).values(state=sa.bindparam("new_state")).returning(_c.unseen)
)
_SHOWN = Prepared(
    sa.update(comment)
    .where(_c.id == sa.bindparam("of"))
    .values(shown=sa.bindparam("is_shown"), child_pos=sa.bindparam("place"))
)


def add(conn: sa.Connection, values: dict[str, Any], parent: Comment | None) -> Comment:
    """Adds a comment; a published one takes its place in the discussion and is counted."""
    published = values["state"] == State.PUBLISHED
    place = 0
    if parent:
        values = {**values, "parent_id": parent.id, "root_id": parent.thread_id, "depth": parent.depth + 1}
        if published:
            place = _make_place(conn, parent)
    else:
        values = {**values, "depth": 0}
    new = values.get("badge") is None  # nobody looks after the newsroom's own
    row = {**_NOTHING, **values, "shown": published, "child_pos": place}
    (id_,) = _ADD.first(conn, {**row, "unseen": new}) or (0,)
    if published:
        stories.count(conn, row["story_id"], comments=1, threads=int(parent is None), new=int(new))
    return Comment(id=id_, reply_count=0, descendant_count=0, **{name: row[name] for name in _ADDED})


def set_state(conn: sa.Connection, of: Comment, state: State) -> Comment:
    """Changes a comment's state with everything that is counted.

    What is no longer published stays as a tombstone while replies to it are shown.
    """
    published = (state == State.PUBLISHED) - (of.state == State.PUBLISHED)
    (unseen,) = _SET_STATE.first(conn, {"of": of.id, "new_state": str(state)}) or (False,)
    stories.count(conn, of.story_id, comments=published, threads=0, new=published if unseen else 0)
    if state == State.PUBLISHED and not of.shown:
        _show(conn, of)
    elif state != State.PUBLISHED and of.shown and of.reply_count == 0:
        _hide(conn, of)
    return must(conn, of.id)


def rewrite(conn: sa.Connection, of: Comment, **values: Any) -> Comment:
    """Changes the text and what follows from it."""
    conn.execute(sa.update(comment).where(comment.c.id == of.id).values(**values))
    return must(conn, of.id)


def hide_bare(conn: sa.Connection, of: Comment) -> None:
    """Takes a tombstone out of the discussion that has lost its last shown reply."""
    if of.state != State.PUBLISHED and of.shown and of.reply_count == 0:
        _hide(conn, of)


def _show(conn: sa.Connection, of: Comment) -> None:
    """Puts a hidden comment into the discussion, under its ancestors, which return as tombstones."""
    place = 0
    if of.parent_id is None:
        stories.count(conn, of.story_id, comments=0, threads=1)
    else:
        place = _make_place(conn, must(conn, of.parent_id))
    _SHOWN.run(conn, {"of": of.id, "is_shown": True, "place": place})


def _make_place(conn: sa.Connection, parent: Comment) -> int:
    """Counts one shown reply into the parent and its ancestors; gives the reply's child_pos."""
    hidden: list[Comment] = []
    above: Comment | None = parent
    while above and not above.shown:
        hidden.append(above)
        above = None if above.parent_id is None else must(conn, above.parent_id)
    for ancestor in reversed(hidden):
        _show(conn, ancestor)
    return _count_into(conn, parent.id, 1)[parent.id]


def _hide(conn: sa.Connection, of: Comment) -> None:
    """Takes a comment without shown replies out of the discussion, and the tombstones that it leaves bare."""
    while True:
        _SHOWN.run(conn, {"of": of.id, "is_shown": False, "place": 0})
        if of.parent_id is None:
            return stories.count(conn, of.story_id, comments=0, threads=-1)
        _count_into(conn, of.parent_id, -1)
        of = must(conn, of.parent_id)
        if of.state == State.PUBLISHED or of.reply_count:
            return None


def _count_into(conn: sa.Connection, parent_id: int, change: int) -> dict[int, int]:
    """Adds to the parent's reply_count and to the descendant_count of COUNTED_DEPTH ancestors. Gives the last place
    that each of them gave out."""
    values = {"parent": parent_id, "change": change, "places": max(change, 0)}
    return dict(_COUNT_INTO.all(conn, values))
