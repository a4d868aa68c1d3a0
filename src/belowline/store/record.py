"""What a site knows of a person: what they wrote there, and what moderators noted."""

import datetime as dt
from typing import NamedTuple

import sqlalchemy as sa

from belowline.store.tables import comment, story
from belowline.store.tables_moderation import person_note, sanction
from belowline.store.tables_people import person, role

_LOOKED_AT = 50_000  # people of whom a search looks at most: their names have no index that folds case


class Note(NamedTuple):
    text: str
    by: str
    at: dt.datetime


def states(conn: sa.Connection, site_id: int, person_id: int) -> dict[str, int]:
    """How many of their comments on a site are in which state."""
    found = sa.select(comment.c.state, sa.func.count()).join(story, story.c.id == comment.c.story_id)
    found = found.where(comment.c.person_id == person_id, story.c.site_id == site_id).group_by(comment.c.state)
    return {state: int(many) for state, many in conn.execute(found)}


def latest(conn: sa.Connection, site_id: int, person_id: int, limit: int) -> list[int]:
    """Their newest comments on a site, in whatever state."""
    found = sa.select(comment.c.id).join(story, story.c.id == comment.c.story_id)
    found = found.where(comment.c.person_id == person_id, story.c.site_id == site_id)
    return list(conn.execute(found.order_by(comment.c.id.desc()).limit(limit)).scalars())


def add_note(conn: sa.Connection, site_id: int, person_id: int, text: str, by: int, now: dt.datetime) -> None:
    values = {"site_id": site_id, "person_id": person_id, "text": text, "made_by": by, "made_at": now}
    conn.execute(sa.insert(person_note).values(**values))


def notes(conn: sa.Connection, site_id: int, person_id: int) -> list[Note]:
    """Newest first."""
    c = person_note.c
    found = sa.select(c.text, person.c.name, c.made_at).join(person, person.c.id == c.made_by)
    found = found.where(c.site_id == site_id, c.person_id == person_id).order_by(c.id.desc())
    return [Note(*row) for row in conn.execute(found)]


def named(conn: sa.Connection, begins: str, limit: int) -> list[int]:
    """People whose name begins so, in whatever case; the newest first."""
    mine = sa.select(person.c.id, person.c.name).where(person.c.deleted_at.is_(None))
    looked = mine.order_by(person.c.id.desc()).limit(_LOOKED_AT).subquery()
    start = begins.lower().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    found = sa.select(looked.c.id).where(sa.func.lower(looked.c.name).like(f"{start}%", escape="\\"))
    return list(conn.execute(found.limit(limit)).scalars())


def who_work_here(conn: sa.Connection, site_id: int) -> list[tuple[int, str, str]]:
    """(id, name, role) of those with a role above reader and member."""
    found = sa.select(person.c.id, person.c.name, role.c.role).join(role, role.c.person_id == person.c.id)
    found = found.where(role.c.site_id == site_id, role.c.role != "member", person.c.deleted_at.is_(None))
    return [tuple(row) for row in conn.execute(found.order_by(role.c.role, person.c.name))]


def under_sanction(conn: sa.Connection, site_id: int, now: dt.datetime, limit: int) -> list[int]:
    """Sanctions that last, the newest first."""
    c = sanction.c
    lasts = sa.and_(c.lifted_at.is_(None), sa.or_(c.until > now, c.until.is_(None)), c.kind != "warn")
    found = sa.select(c.id).where(lasts, sa.or_(c.site_id == site_id, c.site_id.is_(None)))
    return list(conn.execute(found.order_by(c.id.desc()).limit(limit)).scalars())
