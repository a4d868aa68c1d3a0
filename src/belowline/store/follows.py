"""Who follows what."""

import datetime as dt
from typing import Any

import sqlalchemy as sa

from belowline.model.follow import Follow, Followed, Follower, Kind, Mails
from belowline.store.prepared import Prepared
from belowline.store.tables import comment, story
from belowline.store.tables_jobs import follow, follower, notification
from belowline.store.tables_people import person

_FOLLOWER = [follower.c[name] for name in Follower.__struct_fields__]
_FOLLOW = [follow.c[name] for name in Follow.__struct_fields__]
_kind = follow.c.kind


def by_anybody(story_id: Any, comment_id: Any, person_id: Any) -> sa.Exists:
    """A condition: somebody follows any of these."""
    subjects = (("story", story_id), ("comment", comment_id), ("person", person_id))
    any_of = sa.or_(*(sa.and_(_kind == kind, follow.c.subject_id == subject) for kind, subject in subjects))
    return sa.exists().where(follow.c.confirmed, any_of)


_ANY = Prepared(sa.select(by_anybody(sa.bindparam("story"), sa.bindparam("comment"), sa.bindparam("person"))))
_OF_SUBJECT = (
    sa.select(follow.c.id, follow.c.follower_id)
    .where(
        _kind == sa.bindparam("kind"),
        follow.c.subject_id == sa.bindparam("subject"),
        follow.c.confirmed,
        follow.c.id > sa.bindparam("after"),
    )
    .order_by(follow.c.id)
    .limit(sa.bindparam("limit", type_=sa.Integer))
)
_ADDRESS = (
    sa.select(sa.func.coalesce(follower.c.email, person.c.email))
    .outerjoin(person, sa.and_(person.c.id == follower.c.person_id, person.c.deleted_at.is_(None)))
    .where(follower.c.id == sa.bindparam("id"))
)


def _follower(row: Any) -> Follower | None:
    return None if row is None else Follower(row[0], row[1], row[2], Mails(row[3]), row[4])


def _follow(row: Any) -> Follow | None:
    return None if row is None else Follow(row[0], row[1], Kind(row[2]), *row[3:])


def follower_of(conn: sa.Connection, person_id: int) -> Follower | None:
    return _follower(conn.execute(sa.select(*_FOLLOWER).where(follower.c.person_id == person_id)).first())


def follower_by_email(conn: sa.Connection, email: str) -> Follower | None:
    return _follower(conn.execute(sa.select(*_FOLLOWER).where(follower.c.email == email)).first())


def get_follower(conn: sa.Connection, follower_id: int) -> Follower | None:
    return _follower(conn.execute(sa.select(*_FOLLOWER).where(follower.c.id == follower_id)).first())


def add_follower(
    conn: sa.Connection, person_id: int | None, email: str | None, mails: Mails, now: dt.datetime
) -> Follower:
    values = {"person_id": person_id, "email": email, "mails": str(mails), "replies": True, "created_at": now}
    found = _follower(conn.execute(sa.insert(follower).values(values).returning(*_FOLLOWER)).one())
    assert found
    return found


def change_follower(conn: sa.Connection, follower_id: int, **values: Any) -> None:
    conn.execute(sa.update(follower).where(follower.c.id == follower_id).values(**values))


def language(conn: sa.Connection, follower_id: int) -> str | None:
    """What a person chose for mails."""
    joined = sa.select(person.c.lang).join(follower, follower.c.person_id == person.c.id)
    return conn.execute(joined.where(follower.c.id == follower_id)).scalar()


def address(conn: sa.Connection, follower_id: int) -> str | None:
    """Where mails go; None: nowhere."""
    found = conn.execute(_ADDRESS, {"id": follower_id}).scalar()
    return None if found is None else str(found)


def get(conn: sa.Connection, follow_id: int) -> Follow | None:
    return _follow(conn.execute(sa.select(*_FOLLOW).where(follow.c.id == follow_id)).first())


def find(conn: sa.Connection, follower_id: int, kind: Kind, subject_id: int) -> Follow | None:
    same = sa.and_(follow.c.follower_id == follower_id, _kind == str(kind), follow.c.subject_id == subject_id)
    return _follow(conn.execute(sa.select(*_FOLLOW).where(same)).first())


def add(
    conn: sa.Connection, follower_id: int, kind: Kind, subject_id: int, confirmed: bool, now: dt.datetime
) -> Follow:
    values = {
        "follower_id": follower_id,
        "kind": str(kind),
        "subject_id": subject_id,
        "confirmed": confirmed,
        "created_at": now,
    }
    found = _follow(conn.execute(sa.insert(follow).values(values).returning(*_FOLLOW)).one())
    assert found
    return found


def confirm(conn: sa.Connection, follow_id: int) -> None:
    conn.execute(sa.update(follow).where(follow.c.id == follow_id).values(confirmed=True))


def remove(conn: sa.Connection, follow_id: int) -> None:
    """With it goes what it would still have sent."""
    unsent = sa.and_(notification.c.follow_id == follow_id, notification.c.mail_job.is_(None))
    conn.execute(sa.delete(notification).where(unsent))
    conn.execute(sa.delete(follow).where(follow.c.id == follow_id))


def anybody(conn: sa.Connection, story_id: int, comment_id: int | None, person_id: int | None) -> bool:
    """Whether somebody follows any of these."""
    return bool((_ANY.first(conn, {"story": story_id, "comment": comment_id, "person": person_id}) or (0,))[0])


def of_subject(conn: sa.Connection, kind: Kind, subject_id: int, after: int, limit: int) -> list[tuple[int, int]]:
    """(follow id, follower id), confirmed ones, by follow id."""
    values = {"kind": str(kind), "subject": subject_id, "after": after, "limit": limit}
    return [(row[0], row[1]) for row in conn.execute(_OF_SUBJECT, values)]


def listed(conn: sa.Connection, follower_id: int) -> list[Followed]:
    """What somebody follows, newest first."""
    of_comment = sa.and_(_kind == "comment", comment.c.id == follow.c.subject_id)
    of_person = sa.and_(_kind == "person", person.c.id == follow.c.subject_id)
    statement = (
        sa.select(
            follow.c.id,
            follow.c.kind,
            follow.c.subject_id,
            story.c.title,
            story.c.slug,
            comment.c.author_name,
            person.c.name,
        )
        .outerjoin(story, sa.and_(_kind == "story", story.c.id == follow.c.subject_id))
        .outerjoin(comment, of_comment)
        .outerjoin(person, of_person)
        .where(follow.c.follower_id == follower_id, follow.c.confirmed)
        .order_by(follow.c.id.desc())
    )
    return [_listed(*row) for row in conn.execute(statement)]


def _listed(
    follow_id: int, kind: str, subject: int, title: str | None, slug: str | None, author: str | None, name: str | None
) -> Followed:
    paths = {"story": f"/stories/{slug}", "comment": f"/comments/{subject}", "person": f"/people/{subject}"}
    return Followed(follow_id, Kind(kind), subject, title or author or name or "…", paths[kind])
