"""Verdicts and their evidence; what edits replaced."""

import datetime as dt

import msgspec
import sqlalchemy as sa

from belowline.model.evidence import Evidence, Outcome, Verdict
from belowline.store.prepared import Prepared
from belowline.store.tables import revision, verdict

_NOTE = Prepared(sa.insert(verdict), columns=("comment_id", "outcome", "evidence", "pipeline", "decided_at"))


def note(conn: sa.Connection, comment_id: int, given: Verdict, now: dt.datetime) -> None:
    """Keeps a verdict with the evidence that was found.

    Steps that found nothing are not listed: `pipeline` says which steps ran, in which versions.
    """
    evidence = msgspec.to_builtins(
        [one for one in given.evidence if one.score or one.reason or one.asks != Outcome.PUBLISH]
    )
    values = {
        "comment_id": comment_id,
        "outcome": str(given.outcome),
        "evidence": evidence,
        "pipeline": given.pipeline,
        "decided_at": now,
    }
    _NOTE.run(conn, values)


def of_comment(conn: sa.Connection, comment_id: int) -> list[Verdict]:
    """Every judgement of a comment, oldest first."""
    statement = sa.select(verdict.c.outcome, verdict.c.evidence).where(verdict.c.comment_id == comment_id)
    rows = conn.execute(statement.order_by(verdict.c.id))
    return [Verdict(Outcome(outcome), msgspec.convert(found, tuple[Evidence, ...])) for outcome, found in rows]


def latest(conn: sa.Connection, comment_ids: list[int]) -> dict[int, Verdict]:
    """The newest judgement of each of these comments that has one."""
    if not comment_ids:
        return {}
    c = verdict.c
    newest = sa.select(sa.func.max(c.id)).where(c.comment_id.in_(comment_ids)).group_by(c.comment_id)
    rows = conn.execute(sa.select(c.comment_id, c.outcome, c.evidence).where(c.id.in_(newest)))
    return {
        id_: Verdict(Outcome(outcome), msgspec.convert(found, tuple[Evidence, ...])) for id_, outcome, found in rows
    }


def add_revision(conn: sa.Connection, comment_id: int, text: str, written_at: dt.datetime) -> None:
    conn.execute(sa.insert(revision).values(comment_id=comment_id, text=text, written_at=written_at))


def revisions(conn: sa.Connection, comment_id: int) -> list[tuple[str, dt.datetime]]:
    """(text, written at) of what edits replaced, oldest first."""
    statement = sa.select(revision.c.text, revision.c.written_at).where(revision.c.comment_id == comment_id)
    return [(text, at) for text, at in conn.execute(statement.order_by(revision.c.id))]
