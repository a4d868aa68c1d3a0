"""What was sent in the last two weeks: from whom, from where, and the print of its text. Then it is forgotten."""

import array
import datetime as dt

import sqlalchemy as sa

from belowline.model.comment import Comment
from belowline.model.evidence import Print
from belowline.moderation.prints import marks
from belowline.store.facts import Sender, sketch_of
from belowline.store.prepared import Prepared
from belowline.store.tables_pipeline import print_mark, sending

_COLUMNS = [column.name for column in sending.columns]
_ADD = Prepared(sa.insert(sending), columns=_COLUMNS)
_m = print_mark.c
_MARKS = {
    count: Prepared(
        sa.insert(print_mark).values(
            [
                {
                    "site_id": sa.bindparam("site_id", type_=_m.site_id.type),
                    "mark": sa.bindparam(f"mark{place}", type_=_m.mark.type),
                    "comment_id": sa.bindparam("comment_id", type_=_m.comment_id.type),
                }
                for place in range(count)
            ]
        )
    )
    for count in (1, 4)
}


def add(conn: sa.Connection, comment: Comment, site_id: int, sender: Sender, print_: Print) -> None:
    values = {
        "comment_id": comment.id,
        "site_id": site_id,
        "story_id": comment.story_id,
        "writer": sender.key,
        "address": sender.address,
        "exact": print_.exact,
        "sketch": array.array("I", print_.sketch).tobytes(),
        "sent_at": comment.created_at,
    }
    _ADD.run(conn, values)
    _mark(conn, site_id, comment.id, print_)


def reprint(conn: sa.Connection, comment_id: int, print_: Print) -> None:
    """Its text was changed: it is found by the new one."""
    _unmark(conn, [comment_id])
    kept = sa.update(sending).where(sending.c.comment_id == comment_id)
    changed = kept.values(exact=print_.exact, sketch=array.array("I", print_.sketch).tobytes())
    site_id = conn.execute(changed.returning(sending.c.site_id)).scalar()
    if site_id is not None:
        _mark(conn, site_id, comment_id, print_)


def _mark(conn: sa.Connection, site_id: int, comment_id: int, print_: Print) -> None:
    found = marks(print_)
    named = {f"mark{place}": mark for place, mark in enumerate(found)}
    _MARKS[len(found)].run(conn, {"site_id": site_id, "comment_id": comment_id, **named})


def _unmark(conn: sa.Connection, ids: list[int]) -> None:
    rows = sa.select(sending.c.site_id, sending.c.comment_id, sending.c.exact, sending.c.sketch)
    for site_id, comment_id, exact, sketch in conn.execute(rows.where(sending.c.comment_id.in_(ids))).all():
        theirs = (_m.site_id == site_id, _m.comment_id == comment_id)
        kept = marks(Print(exact, sketch_of(sketch)))
        conn.execute(sa.delete(print_mark).where(*theirs, _m.mark.in_(kept)))


def drop(conn: sa.Connection, ids: list[int]) -> None:
    """Forgets whom these comments came from, and their prints."""
    _unmark(conn, ids)
    conn.execute(sa.delete(sending).where(sending.c.comment_id.in_(ids)))


def forget(conn: sa.Connection, before: dt.datetime, limit: int) -> int:
    """Forgets at most `limit` sendings before a moment; how many. They are looked at in the order they came."""
    oldest = sa.select(sending.c.comment_id, sending.c.sent_at).order_by(sending.c.comment_id).limit(limit)
    ids = [id_ for id_, sent_at in conn.execute(oldest).all() if sent_at < before]
    if ids:
        drop(conn, ids)
    return len(ids)
