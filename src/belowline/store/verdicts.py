"""Verdicts and their evidence; what edits replaced."""

import datetime as dt

import msgspec
import sqlalchemy as sa

from belowline.model.evidence import Evidence, Outcome, Verdict
from belowline.store.tables import revision, verdict


def note(conn: sa.Connection, comment_id: int, given: Verdict, now: dt.datetime) -> None:
    """Keeps a verdict with all its evidence."""
    conn.execute(
        sa.insert(verdict).values(
            comment_id=comment_id,
            outcome=str(given.outcome),
            evidence=msgspec.to_builtins(given.evidence),
            decided_at=now,
        )
    )


def of_comment(conn: sa.Connection, comment_id: int) -> list[Verdict]:
    """Every judgement of a comment, oldest first."""
    statement = sa.select(verdict.c.outcome, verdict.c.evidence).where(verdict.c.comment_id == comment_id)
    rows = conn.execute(statement.order_by(verdict.c.id))
    return [Verdict(Outcome(outcome), msgspec.convert(found, tuple[Evidence, ...])) for outcome, found in rows]


def add_revision(conn: sa.Connection, comment_id: int, text: str, written_at: dt.datetime) -> None:
    conn.execute(sa.insert(revision).values(comment_id=comment_id, text=text, written_at=written_at))
