"""Everything of a site in streams, for exports."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import msgspec
import sqlalchemy as sa

from belowline.model.comment import Comment
from belowline.model.story import Story
from belowline.store import comments as comment_store
from belowline.store import stories as story_store
from belowline.store.tables import comment, pingback, revision, site, story
from belowline.store.tables_corrections import correction
from belowline.store.tables_moderation import sanction
from belowline.store.tables_people import person, role
from belowline.store.tables_stories import story_alias
from belowline.store.tables_taking_part import vote

_AT_ONCE = 1000


class Selection(msgspec.Struct, frozen=True, kw_only=True):
    """What is taken out; nothing given takes all of the site."""

    site_id: int
    slug: str | None = None
    since: dt.datetime | None = None
    """Comments written from this moment on."""
    until: dt.datetime | None = None
    """Comments written before this moment."""
    with_addresses: bool = False
    """E-mail addresses of people, where the format has a place for them."""


def stories(conn: sa.Connection, chosen: Selection) -> Iterator[Any]:
    """All columns of each story, in order of date."""
    s = story.c
    where = [s.site_id == chosen.site_id] + ([s.slug == chosen.slug] if chosen.slug else [])
    ids = conn.execute(sa.select(s.id).where(*where).order_by(s.published_at, s.id)).scalars().all()
    for id_ in ids:
        yield conn.execute(sa.select(story).where(s.id == id_)).one()


def comments(conn: sa.Connection, story_id: int, chosen: Selection) -> Iterator[Any]:
    """All columns of each comment of a story, whatever its state, in order of time."""
    yield from _stream(conn, comment, story_id, chosen)


def pingbacks(conn: sa.Connection, story_id: int, chosen: Selection) -> Iterator[Any]:
    yield from _stream(conn, pingback, story_id, chosen)


def corrections(conn: sa.Connection, story_id: int, chosen: Selection) -> Iterator[Any]:
    """What readers said is wrong in a story, answered or not."""
    yield from _stream(conn, correction, story_id, chosen)


def _stream(conn: sa.Connection, table: sa.Table, story_id: int, chosen: Selection) -> Iterator[Any]:
    at = table.c.created_at
    where = [table.c.story_id == story_id, *_period(at, chosen)]
    rows = conn.execute(
        sa.select(table).where(*where).order_by(at, table.c.id), execution_options={"yield_per": _AT_ONCE}
    )
    yield from rows


def _period(at: sa.Column[Any], chosen: Selection) -> list[sa.ColumnElement[bool]]:
    since = [at >= chosen.since] if chosen.since else []
    return since + ([at < chosen.until] if chosen.until else [])


def aliases(conn: sa.Connection, site_id: int) -> dict[int, list[str]]:
    """The other keys of the site's stories, by story."""
    a = story_alias.c
    found: dict[int, list[str]] = {}
    for story_id, key in conn.execute(sa.select(a.story_id, a.key).where(a.site_id == site_id).order_by(a.key)):
        found.setdefault(story_id, []).append(key)
    return found


def people(conn: sa.Connection, chosen: Selection, now: dt.datetime) -> Iterator[Any]:
    """Who wrote there, with `role`; of the whole site also who works there or may not write."""
    p, r = person.c, role.c
    wrote: list[sa.ColumnElement[bool]] = [
        sa.exists().where(
            table.c.person_id == p.id,
            table.c.story_id == story.c.id,
            story.c.site_id == chosen.site_id,
            *([story.c.slug == chosen.slug] if chosen.slug else []),
            *_period(table.c.created_at, chosen),
        )
        for table in (comment, correction)
    ]
    if not (chosen.slug or chosen.since or chosen.until):
        wrote += [r.role.is_not(None), p.id.in_(_lasting(chosen.site_id, now).with_only_columns(sanction.c.person_id))]
    here = sa.and_(r.person_id == p.id, r.site_id == chosen.site_id)
    columns = (p.id, p.name, p.about, p.private, p.lang, p.email, p.created_at, r.role)
    found = sa.select(*columns).outerjoin(role, here).where(p.deleted_at.is_(None), sa.or_(*wrote)).order_by(p.id)
    yield from conn.execute(found, execution_options={"yield_per": _AT_ONCE})


def restrictions(conn: sa.Connection, site_id: int, now: dt.datetime) -> Iterator[Any]:
    """(person, kind, reason, until) of what lasts of the sanctions on persons."""
    yield from conn.execute(_lasting(site_id, now))


def _lasting(site_id: int, now: dt.datetime) -> sa.Select[Any]:
    s = sanction.c
    here = sa.or_(s.site_id == site_id, s.site_id.is_(None))
    lasts = sa.and_(s.lifted_at.is_(None), sa.or_(s.until.is_(None), s.until > now), s.kind != "warn")
    return sa.select(s.person_id, s.kind, s.reason, s.until).where(s.person_id.is_not(None), here, lasts)


def votes(conn: sa.Connection, chosen: Selection) -> Iterator[Any]:
    """(reader, comment, value, reason, cast at, the story's key) of persons' votes and of those that imports brought.

    In one walk through the tree of votes: guests' marks are left out, they are good in their own browsers only.
    """
    v = vote.c
    whose = sa.or_(sa.and_(v.reader >= "i", v.reader < "j"), sa.and_(v.reader >= "p", v.reader < "q"))
    found = sa.select(v.reader, v.comment_id, v.value, v.reason, v.cast_at, story.c.key)
    found = found.join(story, story.c.id == v.story_id).where(whose, story.c.site_id == chosen.site_id)
    if chosen.slug:
        found = found.where(story.c.slug == chosen.slug)
    if chosen.since or chosen.until:
        found = found.join(comment, comment.c.id == v.comment_id).where(*_period(comment.c.created_at, chosen))
    yield from conn.execute(
        found.order_by(v.reader, v.story_id, v.comment_id), execution_options={"yield_per": _AT_ONCE}
    )


def revisions(conn: sa.Connection, story_id: int) -> dict[int, list[tuple[str, dt.datetime]]]:
    """(text, written at) of what edits replaced under a story, oldest first, by comment."""
    of_story = sa.select(revision.c.comment_id, revision.c.text, revision.c.written_at)
    of_story = of_story.join(comment, comment.c.id == revision.c.comment_id).where(comment.c.story_id == story_id)
    found: dict[int, list[tuple[str, dt.datetime]]] = {}
    for comment_id, text, at in conn.execute(of_story.order_by(revision.c.id)):
        found.setdefault(comment_id, []).append((text, at))
    return found


def site_row(conn: sa.Connection, site_id: int) -> Any:
    return conn.execute(sa.select(site).where(site.c.id == site_id)).one()


def story_models(conn: sa.Connection, chosen: Selection) -> Iterator[Story]:
    """The stories, in order of date."""
    for row in stories(conn, chosen):
        found = story_store.get(conn, row.id)
        if found:
            yield found


def shown(conn: sa.Connection, story_id: int, chosen: Selection) -> Iterator[Comment]:
    """What stands in a discussion, tombstones too, in order of time."""
    c = comment.c
    where = [c.story_id == story_id, c.shown, *_period(c.created_at, chosen)]
    rows = conn.execute(sa.select(*comment_store.COLUMNS).where(*where).order_by(c.created_at, c.id))
    return (comment_store.of_row(row) for row in rows)
