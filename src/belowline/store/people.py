"""People: kept, with their earlier names, their roles and the ways by which they were known."""

import datetime as dt
from typing import Any

import sqlalchemy as sa

from belowline.model.comment import Comment
from belowline.model.person import Person, Role
from belowline.store import comments
from belowline.store.prepared import Prepared
from belowline.store.tables import comment, story
from belowline.store.tables_people import login, person, person_name, picture, role

COLUMNS = [person.c[name] for name in Person.__struct_fields__]
_BY_ID = sa.select(*COLUMNS).where(person.c.id == sa.bindparam("id"), person.c.deleted_at.is_(None))
_ROLE = sa.select(role.c.role).where(
    role.c.person_id == sa.bindparam("person_id"), role.c.site_id == sa.bindparam("site_id")
)
_WORKS = ("author", "staff", "moderator", "editor", "admin")
_works = sa.or_(*(role.c.role == one for one in _WORKS))
_STAFF_NAMES = Prepared(
    sa.select(person.c.id, person.c.name)
    .join(role, role.c.person_id == person.c.id)
    .where(role.c.site_id == sa.bindparam("site_id"), person.c.deleted_at.is_(None))
    .where(_works)
)
_BY_LOGIN = (
    sa.select(*COLUMNS)
    .join(login, login.c.person_id == person.c.id)
    .where(
        login.c.method == sa.bindparam("method"),
        login.c.issuer == sa.bindparam("issuer"),
        login.c.subject == sa.bindparam("subject"),
        person.c.deleted_at.is_(None),
    )
)


def get(conn: sa.Connection, person_id: int) -> Person | None:
    """A person who is still here."""
    row = conn.execute(_BY_ID, {"id": person_id}).first()
    return None if row is None else Person(*row)


def add(conn: sa.Connection, name: str, email: str | None, now: dt.datetime) -> Person:
    statement = sa.insert(person).values(name=name, email=email, about="", private=False, created_at=now)
    return Person(*conn.execute(statement.returning(*COLUMNS)).one())


def change(conn: sa.Connection, person_id: int, **values: Any) -> Person:
    conn.execute(sa.update(person).where(person.c.id == person_id).values(**values))
    return Person(*conn.execute(_BY_ID, {"id": person_id}).one())


# --- names ------------------------------------------------------------------------------------------


def keep_name(conn: sa.Connection, person_id: int, name: str, now: dt.datetime) -> None:
    conn.execute(sa.insert(person_name).values(person_id=person_id, name=name, until=now))


def earlier_names(conn: sa.Connection, person_id: int) -> list[tuple[str, dt.datetime]]:
    """(name, until when), newest first."""
    c = person_name.c
    found = sa.select(c.name, c.until).where(c.person_id == person_id).order_by(c.until.desc(), c.id.desc())
    return [(name, until) for name, until in conn.execute(found)]


def works_at(site_id: sa.ColumnElement[int]) -> sa.Exists:
    """A condition: somebody works at this site."""
    return sa.exists().where(role.c.site_id == site_id, _works)


def staff_names(conn: sa.Connection, site_id: int, but: int | None = None) -> tuple[str, ...]:
    """Names of those who work at a site, without the person `but`."""
    return tuple(name for id_, name in _STAFF_NAMES.all(conn, {"site_id": site_id}) if id_ != but)


def rename_comments(conn: sa.Connection, person_id: int, name: str) -> list[tuple[int, int]]:
    """Their comments bear the new name; the (story id, site id) where they stand."""
    stories_ = sa.select(story.c.id, story.c.site_id).where(
        story.c.id.in_(sa.select(comment.c.story_id).where(comment.c.person_id == person_id))
    )
    conn.execute(sa.update(comment).where(comment.c.person_id == person_id).values(author_name=name))
    return [(story_id, site_id) for story_id, site_id in conn.execute(stories_)]


# --- roles ------------------------------------------------------------------------------------------


def role_of(conn: sa.Connection, person_id: int, site_id: int) -> Role:
    found = conn.execute(_ROLE, {"person_id": person_id, "site_id": site_id}).scalar()
    return Role(found) if found else Role.READER


def roles_of(conn: sa.Connection, person_id: int) -> dict[int, Role]:
    """Site id to role, where it is more than reader."""
    found = sa.select(role.c.site_id, role.c.role).where(role.c.person_id == person_id)
    return {site_id: Role(name) for site_id, name in conn.execute(found)}


def set_role(conn: sa.Connection, person_id: int, site_id: int, new: Role) -> None:
    conn.execute(sa.delete(role).where(role.c.person_id == person_id, role.c.site_id == site_id))
    if new != Role.READER:
        conn.execute(sa.insert(role).values(person_id=person_id, site_id=site_id, role=str(new)))


# --- logins -----------------------------------------------------------------------------------------


def by_login(conn: sa.Connection, method: str, issuer: str, subject: str) -> Person | None:
    row = conn.execute(_BY_LOGIN, {"method": method, "issuer": issuer, "subject": subject}).first()
    return None if row is None else Person(*row)


def add_login(conn: sa.Connection, person_id: int, method: str, issuer: str, subject: str, now: dt.datetime) -> None:
    conn.execute(
        sa.insert(login).values(person_id=person_id, method=method, issuer=issuer, subject=subject, created_at=now)
    )


def logins_of(conn: sa.Connection, person_id: int) -> list[tuple[str, str]]:
    """(method, issuer) of each."""
    found = sa.select(login.c.method, login.c.issuer).where(login.c.person_id == person_id).order_by(login.c.id)
    return [(method, issuer) for method, issuer in conn.execute(found)]


# --- their comments ---------------------------------------------------------------------------------


def comments_of(conn: sa.Connection, person_id: int, before: int | None, limit: int) -> list[Comment]:
    """Their published comments, newest first, before the comment id `before`."""
    c = comment.c
    found = sa.select(c.id).where(c.person_id == person_id, c.state == "published")
    if before is not None:
        found = found.where(c.id < before)
    ids = conn.execute(found.order_by(c.id.desc()).limit(limit)).scalars().all()
    return [comments.must(conn, id_) for id_ in ids]


def email_keys(conn: sa.Connection, person_id: int) -> list[str]:
    """Keyed hashes of the addresses by which they sign in: the only ones that they proved to us ourselves."""
    c = login.c
    found = sa.select(c.subject).where(c.person_id == person_id, c.method == "email")
    return list(conn.execute(found).scalars())


def _guests(email_hashes: list[str], comment_ids: list[int]) -> sa.ColumnElement[bool]:
    theirs = sa.or_(comment.c.email_hash.in_(email_hashes), comment.c.id.in_(comment_ids))
    return sa.and_(theirs, comment.c.person_id.is_(None))


def unclaimed(conn: sa.Connection, email_hashes: list[str], comment_ids: list[int]) -> int:
    found = sa.select(sa.func.count()).where(_guests(email_hashes, comment_ids))
    return int(conn.execute(found).scalar_one())


def claim(
    conn: sa.Connection, person_id: int, name: str, email_hashes: list[str], comment_ids: list[int]
) -> list[tuple[int, int]]:
    """Gives a person what they wrote as a guest; the (story id, site id) where it stands."""
    theirs = _guests(email_hashes, comment_ids)
    stories_ = sa.select(story.c.id, story.c.site_id).where(story.c.id.in_(sa.select(comment.c.story_id).where(theirs)))
    found = [(story_id, site_id) for story_id, site_id in conn.execute(stories_)]
    conn.execute(sa.update(comment).where(theirs).values(person_id=person_id, author_name=name))
    return found


# --- pictures ---------------------------------------------------------------------------------------


def set_picture(conn: sa.Connection, person_id: int, webp: bytes | None, print_: str | None) -> None:
    conn.execute(sa.delete(picture).where(picture.c.person_id == person_id))
    if webp is not None:
        conn.execute(sa.insert(picture).values(person_id=person_id, webp=webp))
    conn.execute(sa.update(person).where(person.c.id == person_id).values(picture=print_))


def picture_of(conn: sa.Connection, person_id: int) -> bytes | None:
    found = conn.execute(sa.select(picture.c.webp).where(picture.c.person_id == person_id)).scalar()
    return None if found is None else bytes(found)
