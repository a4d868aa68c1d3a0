"""Erasure and the law: what is under hold waits, and what somebody told the newsroom leads to nobody any more."""

import secrets

import sqlalchemy as sa

from belowline.model.person import ERASED
from belowline.store.holds import free
from belowline.store.tables import comment
from belowline.store.tables_corrections import correction
from belowline.store.tables_duties import appeal, legal_hold, notice, notifier_measure, suspicion, trusted_flagger
from belowline.store.tables_erasure import erasing
from belowline.store.tables_moderation import claim, decision, person_note, sanction

_SAID_TO_THEM = {"person_id": None, "explanation": "", "note": ""}


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
    _unlink_decisions(conn, person_id)
    by_them = sa.or_(notice.c.person_id == person_id, notice.c.email == email if email else sa.false())
    conn.execute(sa.update(notice).where(by_them, notice.c.outcome.is_not(None)).values(explanation="", answer=""))
    conn.execute(sa.update(notice).where(by_them).values(person_id=None, name=None, email=None))
    if email:
        blank = {"email": None, "reason": ""}
        conn.execute(sa.update(notifier_measure).where(notifier_measure.c.email == email).values(**blank))
    _unlink_corrections(conn, person_id)
    conn.execute(sa.delete(trusted_flagger).where(trusted_flagger.c.person_id == person_id, _flags_nothing()))
    flagger = trusted_flagger.c.person_id == person_id
    conn.execute(sa.update(trusted_flagger).where(flagger).values(person_id=None, email=None))


def _unlink_decisions(conn: sa.Connection, person_id: int) -> None:
    """That it was decided stays. Words about a comment go with the comment's own (blank_comments): a hold keeps both.

    Who appealed by a mail's link was not signed in: their appeals are found by what they are against.
    """
    d = decision.c
    about = sa.select(d.id).where(d.person_id == person_id)
    theirs = sa.or_(appeal.c.person_id == person_id, appeal.c.decision_id.in_(about))
    on_held = sa.select(d.id).join(comment, comment.c.id == d.comment_id).where(sa.not_(free()))
    on_none = sa.select(d.id).where(d.comment_id.is_(None))
    ends = sa.and_(theirs, appeal.c.outcome.is_(None), appeal.c.decision_id.not_in(on_held))
    conn.execute(sa.delete(appeal).where(ends))
    conn.execute(sa.update(appeal).where(theirs, appeal.c.decision_id.in_(on_none)).values(text="", answer=""))
    conn.execute(sa.update(appeal).where(appeal.c.person_id == person_id).values(person_id=None))
    conn.execute(sa.update(decision).where(d.person_id == person_id, d.comment_id.is_(None)).values(**_SAID_TO_THEM))
    conn.execute(sa.update(decision).where(d.person_id == person_id).values(person_id=None))


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
    conn.execute(sa.update(decision).where(decision.c.comment_id.in_(ids)).values(**_SAID_TO_THEM))
    conn.execute(sa.update(suspicion).where(suspicion.c.comment_id.in_(ids)).values(text=""))
    answered = sa.and_(notice.c.comment_id.in_(ids), notice.c.outcome.is_not(None))
    conn.execute(sa.update(notice).where(answered).values(explanation="", answer=""))
    of_decision = sa.select(decision.c.id).join(comment, comment.c.id == decision.c.comment_id)
    against = appeal.c.decision_id.in_(of_decision.where(comment.c.id.in_(ids)))
    conn.execute(sa.delete(appeal).where(against, appeal.c.outcome.is_(None)))
    conn.execute(sa.update(appeal).where(against).values(text="", answer=""))
