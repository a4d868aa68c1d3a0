"""Imports: their runs, and the statements that take in many comments at once."""

import datetime as dt
import functools
import uuid
from collections.abc import Iterable, Iterator
from typing import Any

import sqlalchemy as sa

from belowline.store import sites
from belowline.store.tables import comment, import_run, pingback, revision, story
from belowline.store.tables_corrections import correction
from belowline.store.tables_stories import story_alias
from belowline.store.tables_taking_part import vote

_MANY = 500  # ids in one statement


# --- Runs -----------------------------------------------------------------------------------------


def add_run(conn: sa.Connection, values: dict[str, Any]) -> int:
    return int(conn.execute(sa.insert(import_run).values(**values).returning(import_run.c.id)).scalar_one())


def unfinished_run(conn: sa.Connection, site_id: int, source: str, print_: str) -> int | None:
    """The run of the same files that was interrupted."""
    r = import_run.c
    same = (r.site_id == site_id, r.source == source, r.print == print_)
    found = sa.select(r.id).where(*same, r.finished_at.is_(None), r.undo_begun_at.is_(None), r.undone_at.is_(None))
    return conn.execute(found.order_by(r.id.desc()).limit(1)).scalar()


def finish_run(conn: sa.Connection, run_id: int, now: dt.datetime, receipt: Any) -> None:
    change = sa.update(import_run).where(import_run.c.id == run_id)
    conn.execute(change.values(finished_at=now, receipt=receipt))


def mark_undone(conn: sa.Connection, run_id: int, now: dt.datetime) -> None:
    conn.execute(sa.update(import_run).where(import_run.c.id == run_id).values(undone_at=now))


def drop_empty_run(conn: sa.Connection, run_id: int) -> None:
    """A run that brought nothing leaves nothing."""
    conn.execute(sa.delete(import_run).where(import_run.c.id == run_id))


def installation(conn: sa.Connection) -> str:
    """This installation's name in exports, made on first use: no secret, only unlike any other."""
    return sites.kept_secret(conn, "installation", lambda: uuid.uuid4().hex)


def run(conn: sa.Connection, run_id: int) -> sa.Row[Any] | None:
    return conn.execute(sa.select(import_run).where(import_run.c.id == run_id)).first()


def runs(conn: sa.Connection) -> list[sa.Row[Any]]:
    return list(conn.execute(sa.select(import_run).order_by(import_run.c.id)))


# --- Stories --------------------------------------------------------------------------------------


def story_pages(conn: sa.Connection, site_id: int) -> Iterator[Any]:
    """(id, url, title, source, source_id, import_run_id) of a site's stories."""
    s = story.c
    yield from conn.execute(
        sa.select(s.id, s.url, s.title, s.source, s.source_id, s.import_run_id).where(s.site_id == site_id)
    )


_SLUG_TAKEN = sa.select(story.c.id).where(story.c.slug == sa.bindparam("slug")).limit(1)
_KEY_TAKEN = sa.select(story.c.id).where(story.c.site_id == sa.bindparam("site_id"), story.c.key == sa.bindparam("key"))


def slug_taken(conn: sa.Connection, slug: str) -> bool:
    return conn.execute(_SLUG_TAKEN, {"slug": slug}).first() is not None


def slug_of(conn: sa.Connection, story_id: int) -> str:
    return str(conn.execute(sa.select(story.c.slug).where(story.c.id == story_id)).scalar_one())


def key_taken(conn: sa.Connection, site_id: int, key: str) -> bool:
    return conn.execute(_KEY_TAKEN, {"site_id": site_id, "key": key}).first() is not None


def count_story(conn: sa.Connection, story_id: int, comments: int, threads: int) -> None:
    s = story.c
    conn.execute(
        sa.update(story)
        .where(s.id == story_id)
        .values(comment_count=s.comment_count + comments, thread_count=s.thread_count + threads)
    )


# --- Comments -------------------------------------------------------------------------------------


def known(
    conn: sa.Connection, story_id: int, source: str, keys: Iterable[str]
) -> dict[str, tuple[int, int | None, bool]]:
    """(id, run, orphan) of the story's comments by their ids in the source."""
    c = comment.c
    found: dict[str, tuple[int, int | None, bool]] = {}
    for some in _some(keys):
        rows = conn.execute(
            sa.select(c.source_id, c.id, c.import_run_id, c.orphan).where(
                c.story_id == story_id, c.source == source, c.source_id.in_(some)
            )
        )
        found.update({key: (id_, run_id, orphan) for key, id_, run_id, orphan in rows})
    return found


def known_pingbacks(conn: sa.Connection, story_id: int, source: str, keys: Iterable[str]) -> dict[str, int | None]:
    """The run of each by its id in the source."""
    p = pingback.c
    found: dict[str, int | None] = {}
    for some in _some(keys):
        where = (p.story_id == story_id, p.source == source, p.source_id.in_(some))
        for key, run_id in conn.execute(sa.select(p.source_id, p.import_run_id).where(*where)):
            found[key] = run_id
    return found


def existing(conn: sa.Connection, story_id: int, ids: Iterable[int]) -> set[int]:
    """Those of the ids that are comments of the story."""
    found: set[int] = set()
    for some in _some(ids):
        where = (comment.c.story_id == story_id, comment.c.id.in_(some))
        found.update(conn.execute(sa.select(comment.c.id).where(*where)).scalars())
    return found


def places(conn: sa.Connection, ids: Iterable[int]) -> Iterator[Any]:
    """(id, parent_id, root_id, depth, shown, child_pos, child_seq, reply_count, descendant_count)."""
    c = comment.c
    places = (c.id, c.parent_id, c.root_id, c.depth, c.shown, c.child_pos)
    columns = (*places, c.child_seq, c.reply_count, c.descendant_count)
    for some in _some(ids):
        yield from conn.execute(sa.select(*columns).where(c.id.in_(some)))


def next_ids(conn: sa.Connection) -> tuple[int, int]:
    """The first free ids of comments and stories; they stay free while this transaction holds the write lock."""
    if conn.dialect.name == "postgresql":  # SQLite has one writer anyway
        conn.execute(sa.text("LOCK TABLE comment, story IN SHARE ROW EXCLUSIVE MODE"))
    last = (sa.select(sa.func.coalesce(sa.func.max(table.c.id), 0)).scalar_subquery() for table in (comment, story))
    comments, stories = conn.execute(sa.select(*last)).one()
    return comments + 1, stories + 1


def add_stories(conn: sa.Connection, rows: list[dict[str, Any]]) -> None:
    _add(conn, story, rows)


def add_comments(conn: sa.Connection, rows: list[dict[str, Any]]) -> None:
    """Parents before their replies."""
    _add(conn, comment, rows)


def add_pingbacks(conn: sa.Connection, rows: list[dict[str, Any]]) -> None:
    _add(conn, pingback, rows)


def add_votes(conn: sa.Connection, rows: list[dict[str, Any]]) -> None:
    _add(conn, vote, rows)


def add_revisions(conn: sa.Connection, rows: list[dict[str, Any]]) -> None:
    _add(conn, revision, rows)


def add_aliases(conn: sa.Connection, rows: list[dict[str, Any]]) -> None:
    _add(conn, story_alias, rows)


def add_corrections(conn: sa.Connection, rows: list[dict[str, Any]]) -> None:
    _add(conn, correction, rows)


def alias_taken(conn: sa.Connection, site_id: int, key: str) -> bool:
    found = sa.select(story_alias.c.key).where(story_alias.c.site_id == site_id, story_alias.c.key == key)
    return conn.execute(found).first() is not None


def corrections_there(conn: sa.Connection, story_id: int) -> list[sa.Row[Any]]:
    """(created at, passage, claim, run) of those of a story."""
    c = correction.c
    found = sa.select(c.created_at, c.passage, c.claim, c.import_run_id).where(c.story_id == story_id)
    return list(conn.execute(found))


def numbers_there(conn: sa.Connection, ids: Iterable[int]) -> dict[int, tuple[int, int]]:
    """How many respects and down-votes these comments have of which only the number came."""
    c = comment.c
    found: dict[int, tuple[int, int]] = {}
    for some in _some(ids):
        rows = conn.execute(sa.select(c.id, c.respect_imported, c.down_imported).where(c.id.in_(some)))
        found.update({id_: (respect, down) for id_, respect, down in rows})
    return found


def votes_there(conn: sa.Connection, story_id: int, ids: Iterable[int]) -> dict[tuple[str, int], int | None]:
    """(reader, comment) of persons' and imported votes on these comments, with the run that brought each."""
    v = vote.c
    found: dict[tuple[str, int], int | None] = {}
    for some in _some(ids):
        where = (v.story_id == story_id, v.comment_id.in_(some), v.reader.startswith("i") | v.reader.startswith("p"))
        rows = conn.execute(sa.select(v.reader, v.comment_id, v.import_run_id).where(*where))
        found.update({(reader, comment_id): run_id for reader, comment_id, run_id in rows})
    return found


def _add(conn: sa.Connection, table: sa.Table, rows: list[dict[str, Any]]) -> None:
    """Rows with the same columns each, times as microseconds. Straight to the driver: it saves 20 µs a row."""
    if not rows:
        return
    columns = tuple(rows[0])
    insert = _compiled(conn.dialect, table, columns)
    if insert.positional:
        order = insert.positiontup or []
        conn.exec_driver_sql(str(insert), [tuple([row[name] for name in order]) for row in rows])
    else:
        conn.exec_driver_sql(str(insert), rows)
    if conn.dialect.name == "postgresql" and "id" in columns:
        name = table.name
        conn.execute(sa.text(f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), (SELECT max(id) FROM {name}))"))


@functools.lru_cache(maxsize=16)
def _compiled(dialect: sa.Dialect, table: sa.Table, columns: tuple[str, ...]) -> Any:
    if table is not comment:
        return sa.insert(table).compile(dialect=dialect, column_keys=columns)
    site = sa.select(story.c.site_id).where(story.c.id == sa.bindparam("story_id")).scalar_subquery()
    given: dict[str, Any] = {name: sa.bindparam(name) for name in columns}
    return sa.insert(table).values(**given, site_id=site).compile(dialect=dialect)


def set_places(conn: sa.Connection, rows: list[dict[str, Any]]) -> None:
    """Rows of id, shown, child_pos, child_seq, reply_count, descendant_count."""
    if rows:
        names = ("shown", "child_pos", "child_seq", "reply_count", "descendant_count")
        values: dict[str, Any] = {name: sa.bindparam(f"new_{name}") for name in names}
        given = [{"of": row["id"], **{f"new_{name}": row[name] for name in names}} for row in rows]
        conn.execute(sa.update(comment).where(comment.c.id == sa.bindparam("of")).values(**values), given)


def _some(values: Iterable[Any]) -> Iterator[list[Any]]:
    every = list(values)
    for start in range(0, len(every), _MANY):
        yield every[start : start + _MANY]
