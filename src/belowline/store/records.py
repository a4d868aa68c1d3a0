"""A writer's record on a site, as far as it is kept: what became of their comments, and what moderators noted."""

import datetime as dt

import msgspec
import sqlalchemy as sa

from belowline.model.comment import Comment
from belowline.store import comments
from belowline.store.tables import comment
from belowline.store.tables_moderation import person_note
from belowline.store.tables_people import person

LATELY = 500  # comments that a record counts
COMPARED = 2_000  # the site's newest, among which the same text is sought

_c = comment.c


class Note(msgspec.Struct, frozen=True):
    id: int
    text: str
    made_by: str
    """The moderator's name."""
    made_at: dt.datetime


def counts(
    conn: sa.Connection, site_id: int, person_id: int | None, guest: str | None, email_hash: str | None
) -> dict[str, int]:
    """The writer's last comments on a site by state; empty for who cannot be known again."""
    marks = [_c.person_id == person_id] if person_id is not None else []
    if person_id is None:
        known = ((_c.guest, guest), (_c.email_hash, email_hash))
        marks = [sa.and_(column == value, _c.person_id.is_(None)) for column, value in known if value]
    if not marks:
        return {}
    lately = sa.select(_c.state).where(sa.or_(*marks), _c.site_id == site_id).order_by(_c.id.desc()).limit(LATELY)
    theirs = lately.subquery()
    found = conn.execute(sa.select(theirs.c.state, sa.func.count()).group_by(theirs.c.state))
    return {state: int(count) for state, count in found}


def same_text(conn: sa.Connection, site_id: int, of: Comment, limit: int) -> list[Comment]:
    """Others of the site's newest comments with the same words, newest first."""
    newest = sa.select(_c.id).where(_c.site_id == site_id).order_by(_c.id.desc()).limit(COMPARED).subquery()
    same = (_c.id.in_(sa.select(newest.c.id)), _c.text == of.text, _c.id != of.id)
    statement = sa.select(*comments.COLUMNS).where(*same).order_by(_c.id.desc()).limit(limit)
    return [comments.of_row(row) for row in conn.execute(statement)]


def notes(conn: sa.Connection, site_id: int, person_id: int) -> list[Note]:
    """What moderators of a site told each other of a person, newest first."""
    n = person_note.c
    found = sa.select(n.id, n.text, person.c.name, n.made_at).join(person, person.c.id == n.made_by)
    found = found.where(n.person_id == person_id, n.site_id == site_id).order_by(n.id.desc())
    return [Note(*row) for row in conn.execute(found)]


def add_note(conn: sa.Connection, site_id: int, person_id: int, text: str, by: int, now: dt.datetime) -> None:
    values = {"site_id": site_id, "person_id": person_id, "text": text, "made_by": by, "made_at": now}
    conn.execute(sa.insert(person_note).values(**values))


def names(conn: sa.Connection, ids: set[int]) -> dict[int, str]:
    """People's names, also of those who left."""
    found = conn.execute(sa.select(person.c.id, person.c.name).where(person.c.id.in_(ids))) if ids else ()
    return {row.id: row.name for row in found}
