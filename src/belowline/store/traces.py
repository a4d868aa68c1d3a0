"""Traces of comments in what others wrote under the same story: read, and written without them."""

from typing import Any

import msgspec
import sqlalchemy as sa

from belowline.store.erasing import Erasure
from belowline.store.tables import comment, revision, verdict
from belowline.store.tables_erasure import erasing

AT_ONCE = 200  # comments whose traces are looked for together, and others' that are looked through

_c, _e = comment.c, erasing.c


class Batch(msgspec.Struct, frozen=True):
    """Comments of one story that are about to go, and all that they ever said."""

    story_id: int
    ids: list[int]
    texts: list[str]


class Other(msgspec.Struct, frozen=True):
    """What somebody else wrote, which may hold traces."""

    id: int
    story_id: int
    parent_id: int | None
    format: str
    text: str
    quotes: list[dict[str, Any]] | None
    revisions: list[tuple[int, str]]
    verdicts: list[tuple[int, list[dict[str, Any]]]]


def next_batch(conn: sa.Connection, of: Erasure) -> Batch | None:
    """The next of them, story by story; None when nothing is left."""
    mine = sa.select(_e.story_id, _e.comment_id).where(_e.erasure_id == of.id, sa.not_(_e.scrubbed))
    rows = conn.execute(mine.order_by(_e.story_id, _e.comment_id).limit(AT_ONCE)).all()
    if not rows:
        return None
    ids = [row.comment_id for row in rows if row.story_id == rows[0].story_id]
    texts = list(conn.execute(sa.select(_c.text).where(_c.id.in_(ids))).scalars())
    texts += conn.execute(sa.select(revision.c.text).where(revision.c.comment_id.in_(ids))).scalars()
    return Batch(rows[0].story_id, ids, texts)


def others(conn: sa.Connection, batch: Batch, after: int) -> list[Other]:
    """Comments of the same story beyond the id `after` that quote or mention anybody, or once did."""
    was = sa.exists().where(revision.c.comment_id == _c.id)
    marked = sa.or_(_c.quotes.is_not(None), was, *(_c.text.contains(mark) for mark in ("@", ">")))
    return _read(conn, _c.story_id == batch.story_id, _c.id > after, _c.id.not_in(batch.ids), marked)


def calling(conn: sa.Connection, after: int, until: int) -> list[Other]:
    """The first comments anywhere, beyond the id `after` up to `until`, that call somebody with an @, or once did."""
    was = sa.exists().where(revision.c.comment_id == _c.id, revision.c.text.contains("@"))
    cited = sa.cast(_c.quotes, sa.Text).contains("@")
    return _read(conn, _c.id > after, _c.id <= until, sa.or_(_c.text.contains("@"), cited, was))


def last_id(conn: sa.Connection) -> int:
    return int(conn.execute(sa.select(sa.func.coalesce(sa.func.max(_c.id), 0))).scalar_one())


def _read(conn: sa.Connection, *where: sa.ColumnElement[bool]) -> list[Other]:
    columns = (_c.id, _c.story_id, _c.parent_id, _c.format, _c.text, _c.quotes)
    rows = conn.execute(sa.select(*columns).where(*where).order_by(_c.id).limit(AT_ONCE)).all()
    ids = [row.id for row in rows]
    before: dict[int, list[tuple[int, str]]] = {}
    r, v = revision.c, verdict.c
    for comment_id, number, text in conn.execute(sa.select(r.comment_id, r.id, r.text).where(r.comment_id.in_(ids))):
        before.setdefault(comment_id, []).append((number, text))
    found: dict[int, list[tuple[int, list[dict[str, Any]]]]] = {}
    for comment_id, number, evidence in conn.execute(
        sa.select(v.comment_id, v.id, v.evidence).where(v.comment_id.in_(ids))
    ):
        if evidence:
            found.setdefault(comment_id, []).append((number, evidence))
    return [Other(*row, before.get(row.id, []), found.get(row.id, [])) for row in rows]


def rewrite(conn: sa.Connection, comment_id: int, **values: Any) -> None:
    conn.execute(sa.update(comment).where(_c.id == comment_id).values(**values))


def rewrite_revision(conn: sa.Connection, revision_id: int, text: str) -> None:
    conn.execute(sa.update(revision).where(revision.c.id == revision_id).values(text=text))


def names_of_writers(conn: sa.Connection, story_id: int) -> list[str]:
    """Of all who have written under a story, signed in."""
    found = sa.select(_c.author_name).where(
        _c.story_id == story_id, _c.person_id.is_not(None), _c.author_name.is_not(None)
    )
    return list(conn.execute(found.distinct()).scalars())
