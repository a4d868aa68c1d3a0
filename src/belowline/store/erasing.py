"""Erasing a person, in bounded pieces: each function does a piece and says whether there may be more.

The order matters: first the account closes, so that nothing new comes; then what they wrote is taken from view and
belongs to nobody; then its traces in what others wrote go, story by story; last the texts themselves. Every piece
is found by what is still there, so that whoever dies in between goes on where they were.
"""

import datetime as dt
from typing import Any

import msgspec
import sqlalchemy as sa

from belowline.model.comment import State
from belowline.model.person import ERASED
from belowline.store import comments, erasing_duties, sendings
from belowline.store.tables import EPOCH, comment, revision, verdict
from belowline.store.tables_erasure import erasing, erasure
from belowline.store.tables_jobs import follow, follower, notification
from belowline.store.tables_people import login, mail_code, passkey, person, person_name, picture, role, session
from belowline.store.tables_taking_part import mute, report, visit, vote

REMOVE, KEEP = "remove", "keep"
MANY, FEW = 500, 100  # rows in one transaction: of plain ones, of comments that are counted anew


class Erasure(msgspec.Struct, frozen=True):
    id: int
    person_id: int | None
    """None: a guest, known by the keyed hashes of their addresses."""
    texts: str
    """remove, or keep without a name."""
    asked_at: dt.datetime
    due_at: dt.datetime
    phase: int
    names: list[str]
    emails: list[str]
    after: int

    @property
    def reader(self) -> str:
        return f"p{self.person_id}"


class Done(msgspec.Struct, frozen=True):
    """What a piece did: how many rows, under which stories."""

    rows: int
    stories: set[int] = set()


_COLUMNS = [erasure.c[name] for name in Erasure.__struct_fields__]
_c = comment.c


def get(conn: sa.Connection, erasure_id: int) -> Erasure | None:
    return _one(conn, erasure.c.id == erasure_id)


def of_person(conn: sa.Connection, person_id: int) -> Erasure | None:
    return _one(conn, erasure.c.person_id == person_id)


def _one(conn: sa.Connection, where: sa.ColumnElement[bool]) -> Erasure | None:
    row = conn.execute(sa.select(*_COLUMNS).where(where)).first()
    return None if row is None else Erasure(*row)


def due(conn: sa.Connection, now: dt.datetime) -> list[int]:
    return list(conn.execute(sa.select(erasure.c.id).where(erasure.c.due_at <= now)).scalars())


def add(
    conn: sa.Connection,
    person_id: int | None,
    texts: str,
    asked_at: dt.datetime,
    due_at: dt.datetime,
    emails: list[str],
) -> int:
    values = {"person_id": person_id, "texts": texts, "asked_at": asked_at, "due_at": due_at, "emails": emails}
    return int(conn.execute(sa.insert(erasure).values(names=[], **values).returning(erasure.c.id)).scalar_one())


def change(conn: sa.Connection, erasure_id: int, **values: Any) -> None:
    conn.execute(sa.update(erasure).where(erasure.c.id == erasure_id).values(**values))


def drop(conn: sa.Connection, erasure_id: int) -> None:
    conn.execute(sa.delete(erasure).where(erasure.c.id == erasure_id))


def made_at(conn: sa.Connection, person_id: int) -> dt.datetime | None:
    """When a person came who is still here."""
    found = sa.select(person.c.created_at).where(person.c.id == person_id, person.c.deleted_at.is_(None))
    when: dt.datetime | None = conn.execute(found).scalar()
    return when


def has_unclaimed(conn: sa.Connection, emails: list[str], until: dt.datetime) -> bool:
    """Whether a guest's comments stand under one of these addresses, written until then."""
    found = sa.select(_c.id).where(_unclaimed(emails, until)).limit(1)
    return bool(emails) and conn.execute(found).first() is not None


def _unclaimed(emails: list[str], until: dt.datetime) -> sa.ColumnElement[bool]:
    return sa.and_(_c.person_id.is_(None), _c.email_hash.in_(emails), _c.created_at <= until)


# --- the account -------------------------------------------------------------------------------------


def close_account(conn: sa.Connection, of: Erasure, now: dt.datetime) -> Done:
    """The person is nobody from now on: no name, no way in, nothing that they had set."""
    if of.person_id is None:
        return Done(0)
    email = conn.execute(sa.select(person.c.email).where(person.c.id == of.person_id)).scalar()
    erasing_duties.unlink_person(conn, of.person_id, email)
    blank = {"name": ERASED, "about": "", "picture": None, "private": True, "lang": None, "email": None}
    conn.execute(sa.update(person).where(person.c.id == of.person_id).values(**blank, created_at=EPOCH, deleted_at=now))
    for table in (person_name, picture, login, role, session, passkey, mute):
        conn.execute(sa.delete(table).where(table.c.person_id == of.person_id))
    conn.execute(sa.delete(mute).where(mute.c.muted_id == of.person_id))
    conn.execute(sa.delete(mail_code).where(mail_code.c.email_hash.in_(of.emails)))
    conn.execute(sa.delete(follow).where(follow.c.kind == "person", follow.c.subject_id == of.person_id))
    conn.execute(sa.update(follower).where(follower.c.person_id == of.person_id).values(mails="none"))
    return Done(0)


def drop_follows(conn: sa.Connection, of: Erasure) -> Done:
    """What they followed, what they were told, and where they were last."""
    theirs = sa.select(follower.c.id).where(follower.c.person_id == of.person_id)
    old = sa.select(notification.c.id).where(notification.c.follower_id.in_(theirs)).limit(MANY)
    rows = conn.execute(sa.delete(notification).where(notification.c.id.in_(old))).rowcount
    if rows < MANY:
        conn.execute(sa.delete(follow).where(follow.c.follower_id.in_(theirs)))
        conn.execute(sa.delete(follower).where(follower.c.person_id == of.person_id))
        conn.execute(sa.delete(visit).where(visit.c.person_id == of.person_id))
    return Done(int(rows))


# --- what they gave ----------------------------------------------------------------------------------


def unlink_votes(conn: sa.Connection, of: Erasure) -> Done:
    v = vote.c
    found = conn.execute(sa.select(v.story_id, v.comment_id).where(v.reader == of.reader).limit(MANY)).all()
    where = [v.reader == of.reader, v.story_id == sa.bindparam("of_story"), v.comment_id == sa.bindparam("of_comment")]
    values = [
        {"of_story": row.story_id, "of_comment": row.comment_id, "nobody": erasing_duties.nobody()} for row in found
    ]
    if values:
        conn.execute(sa.update(vote).where(*where).values(reader=sa.bindparam("nobody")), values)
    return Done(len(found))


def unlink_reports(conn: sa.Connection, of: Erasure) -> Done:
    """Their reasons stay, their own words go."""
    found = conn.execute(sa.select(report.c.id).where(report.c.reader == of.reader).limit(MANY)).scalars().all()
    for report_id in found:
        conn.execute(sa.update(report).where(report.c.id == report_id).values(reader=erasing_duties.nobody(), text=""))
    return Done(len(found))


def unlink_comments(conn: sa.Connection, of: Erasure) -> Done:
    """Takes their comments from view (or leaves them, as nobody's), and notes them for what is still to do."""
    unclaimed = _unclaimed(of.emails, of.asked_at)
    theirs = sa.or_(_c.person_id == of.person_id, unclaimed) if of.person_id else unclaimed
    found = [comments.of_row(row) for row in conn.execute(sa.select(*comments.COLUMNS).where(theirs).limit(FEW))]
    if not found:
        return Done(0)
    ids = [one.id for one in found]
    for one in found:
        if of.texts == REMOVE and one.state in (State.PUBLISHED, State.HELD):
            comments.set_state(conn, comments.must(conn, one.id), State.DELETED)
    links = dict.fromkeys(("person_id", "guest", "email_hash", "send_key", "badge"))
    conn.execute(sa.update(comment).where(_c.id.in_(ids)).values(**links, author_name=ERASED))
    conn.execute(sa.delete(notification).where(notification.c.comment_id.in_(ids)))
    sendings.drop(conn, ids)
    rows = [{"erasure_id": of.id, "story_id": one.story_id, "comment_id": one.id} for one in found]
    conn.execute(sa.insert(erasing), rows)
    return Done(len(found), {one.story_id for one in found})


# --- the texts, once nothing quotes them any more ----------------------------------------------------


def let_go(conn: sa.Connection, of: Erasure, ids: list[int]) -> None:
    """Nothing quotes these comments any more: their texts go, but for what is under hold."""
    mine = sa.and_(erasing.c.erasure_id == of.id, erasing.c.comment_id.in_(ids))
    conn.execute(sa.update(erasing).where(mine).values(scrubbed=True))
    free = sa.select(erasing.c.comment_id).where(mine, erasing_duties.not_held())
    blank(conn, of, list(conn.execute(free).scalars()))


def blank_released(conn: sa.Connection, of: Erasure) -> Done:
    """What was under hold and is not any more."""
    mine = sa.select(erasing.c.comment_id).where(erasing.c.erasure_id == of.id, erasing_duties.not_held())
    ids = list(conn.execute(mine.limit(FEW)).scalars())
    blank(conn, of, ids)
    return Done(len(ids))


def blank(conn: sa.Connection, of: Erasure, ids: list[int]) -> None:
    """What was said (or only what was said before, and what was found in it) goes from these comments."""
    if of.texts == REMOVE:
        conn.execute(
            sa.update(comment).where(_c.id.in_(ids)).values(text="", html="", lang=None, quotes=None, found=None)
        )
        conn.execute(sa.update(report).where(report.c.comment_id.in_(ids)).values(text=""))
    conn.execute(sa.delete(revision).where(revision.c.comment_id.in_(ids)))
    erasing_duties.blank_comments(conn, ids)
    found = conn.execute(sa.select(verdict.c.id, verdict.c.evidence).where(verdict.c.comment_id.in_(ids))).all()
    for verdict_id, evidence in found:
        if evidence:
            set_evidence(conn, verdict_id, [one | {"reason": "", "sentence": ""} for one in evidence])
    conn.execute(sa.delete(erasing).where(erasing.c.erasure_id == of.id, erasing.c.comment_id.in_(ids)))


def waits(conn: sa.Connection, of: Erasure) -> bool:
    """Whether a legal hold keeps some of it."""
    return (
        conn.execute(sa.select(erasing.c.comment_id).where(erasing.c.erasure_id == of.id).limit(1)).first() is not None
    )


def set_evidence(conn: sa.Connection, verdict_id: int, evidence: list[dict[str, Any]]) -> None:
    conn.execute(sa.update(verdict).where(verdict.c.id == verdict_id).values(evidence=evidence))
