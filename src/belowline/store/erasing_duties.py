"""Erasure and the law: what is under hold waits, and what somebody told the newsroom leads to nobody any more."""

import secrets

import sqlalchemy as sa

from belowline.model.person import ERASED
from belowline.store.tables import comment
from belowline.store.tables_corrections import correction
from belowline.store.tables_duties import appeal, legal_hold, notice, suspicion, trusted_flagger
from belowline.store.tables_erasure import erasing
from belowline.store.tables_moderation import claim, decision, person_note, sanction


def nobody() -> str:
    """A reader who is known nowhere else: a vote or report counts, and leads to nobody."""
    return f"x{secrets.token_urlsafe(16)}"


def is_held(conn: sa.Connection, what: str, subject_id: int) -> bool:
    """Whether a person, a comment or a story is under legal hold."""
    found = sa.select(legal_hold.c.id).where(
        legal_hold.c.what == what, legal_hold.c.subject_id == subject_id, legal_hold.c.lifted_at.is_(None)
    )
    return conn.execute(found.limit(1)).first() is not None


def not_held() -> sa.ColumnElement[bool]:
    """Rows of `erasing` whose comment and story are under no hold."""
    h, e = legal_hold.c, erasing.c
    on_comment = sa.and_(h.what == "comment", h.subject_id == e.comment_id)
    on_story = sa.and_(h.what == "story", h.subject_id == e.story_id)
    return sa.not_(sa.exists().where(h.lifted_at.is_(None), sa.or_(on_comment, on_story)))


def unlink_person(conn: sa.Connection, person_id: int, email: str | None) -> None:
    """What the newsroom noted of them, and what they wrote to it. What still waits for an answer keeps its words."""
    for table in (claim, person_note, sanction):
        conn.execute(sa.delete(table).where(table.c.person_id == person_id))
    told = {"person_id": None, "explanation": "", "note": ""}
    conn.execute(sa.update(decision).where(decision.c.person_id == person_id).values(**told))
    theirs = appeal.c.person_id == person_id
    conn.execute(sa.delete(appeal).where(theirs, appeal.c.outcome.is_(None)))
    conn.execute(sa.update(appeal).where(theirs).values(person_id=None, text="", answer=""))
    by_them = sa.or_(notice.c.person_id == person_id, notice.c.email == email if email else sa.false())
    conn.execute(sa.update(notice).where(by_them, notice.c.outcome.is_not(None)).values(explanation="", answer=""))
    conn.execute(sa.update(notice).where(by_them).values(person_id=None, name=None, email=None))
    _unlink_corrections(conn, person_id)
    conn.execute(sa.delete(trusted_flagger).where(trusted_flagger.c.person_id == person_id, _flags_nothing()))
    flagger = trusted_flagger.c.person_id == person_id
    conn.execute(sa.update(trusted_flagger).where(flagger).values(person_id=None, email=None))


def _unlink_corrections(conn: sa.Connection, person_id: int) -> None:
    """What the newsroom has answered stays answered; in whose words it was asked goes."""
    c = correction.c
    conn.execute(sa.delete(correction).where(c.person_id == person_id, c.became == "waits"))
    blank = {"person_id": None, "name": ERASED, "claim": "", "source": "", "answer": ""}
    for number in conn.execute(sa.select(c.id).where(c.person_id == person_id)).scalars().all():
        conn.execute(sa.update(correction).where(c.id == number).values(reader=nobody(), **blank))


def _flags_nothing() -> sa.ColumnElement[bool]:
    return sa.not_(sa.exists().where(notice.c.flagger_id == trusted_flagger.c.id))


def blank_comments(conn: sa.Connection, ids: list[int]) -> None:
    """What was written to or about the writer of these comments: that it was decided stays, in which words goes."""
    told = {"person_id": None, "explanation": "", "note": ""}
    conn.execute(sa.update(decision).where(decision.c.comment_id.in_(ids)).values(**told))
    conn.execute(sa.update(suspicion).where(suspicion.c.comment_id.in_(ids)).values(text=""))
    answered = sa.and_(notice.c.comment_id.in_(ids), notice.c.outcome.is_not(None))
    conn.execute(sa.update(notice).where(answered).values(explanation="", answer=""))
    of_decision = sa.select(decision.c.id).join(comment, comment.c.id == decision.c.comment_id)
    of_decision = of_decision.where(comment.c.id.in_(ids))
    conn.execute(sa.update(appeal).where(appeal.c.decision_id.in_(of_decision)).values(text="", answer=""))
