"""What has had its term on a site: found by readers of the database, forgotten a few rows at a time by its writer.

A pass goes once through what was over before a moment, by ids. A reader finds some; the writer asks again which of
them are still due, for somebody may have decided on one meanwhile, or put it under hold.
"""

import datetime as dt
from collections.abc import Sequence

import sqlalchemy as sa

from belowline.model.comment import GONE
from belowline.store.holds import free
from belowline.store.tables import comment, revision, verdict
from belowline.store.tables_duties import appeal, notice, notifier_measure
from belowline.store.tables_moderation import decision
from belowline.store.tables_taking_part import report

_c = comment.c
_of_site = _c.site_id == sa.bindparam("site")
_here = sa.select(_c.id).where(_of_site, _c.state != sa.literal_column("'published'"))  # the desk's index
_by_id = _c.id + 0  # else the planner goes through every comment of the site by its number
_GONE = _c.state.in_([sa.literal_column(f"'{state}'") for state in GONE])
_decided = (
    sa.select(sa.func.max(decision.c.decided_at))
    .where(decision.c.comment_id == _c.id, decision.c.undone_at.is_(None))
    .correlate(comment)
    .scalar_subquery()
)
_appealed = (
    sa.exists()
    .where(appeal.c.decision_id == decision.c.id, decision.c.comment_id == _c.id, appeal.c.outcome.is_(None))
    .correlate(comment)
)
_before = sa.bindparam("before", type_=_c.created_at.type)
_over = sa.func.coalesce(_decided, sa.func.coalesce(_c.edited_at, _c.created_at)) < _before
_written = sa.func.coalesce(_c.edited_at, _c.created_at)


class Due:
    """What is due of one kind of row: `chosen` selects its ids, `key` is what a pass is ordered by."""

    def __init__(self, chosen: sa.Select[int], key: sa.ColumnElement[int]) -> None:
        limit = sa.bindparam("limit", type_=sa.Integer)
        self._found = chosen.where(key > sa.bindparam("after")).order_by(key).limit(limit)
        (id_,) = chosen.selected_columns
        among = id_.in_(sa.bindparam("ids", expanding=True))
        self._still = chosen.where(among).order_by(id_).with_for_update(of=id_.table)

    def found(self, conn: sa.Connection, site: int, before: dt.datetime, after: int, limit: int) -> Sequence[int]:
        """At most `limit` ids beyond `after`, lowest first."""
        given = {"site": site, "before": before, "after": after, "limit": limit}
        return list(conn.execute(self._found, given).scalars())

    def still(self, conn: sa.Connection, site: int, before: dt.datetime, ids: Sequence[int]) -> Sequence[int]:
        """Those of `ids` that are due in this transaction, which forgets them."""
        return list(conn.execute(self._still, {"site": site, "before": before, "ids": ids}).scalars())


def _beside(table: sa.Table, *over: sa.ColumnElement[bool]) -> Due:
    """Rows that hang on a comment, unless a hold keeps it."""
    rows = sa.select(table.c.id).join(comment, _c.id == table.c.comment_id)
    return Due(rows.where(_of_site, free(), *over), table.c.id)


texts_due = Due(_here.where(_GONE, _c.text != sa.literal_column("''"), _over, ~_appealed, free()), _by_id)
held_due = Due(_here.where(_c.state == sa.literal_column("'held'"), _written < _before, free()), _by_id)
verdicts_due = _beside(verdict, verdict.c.decided_at < _before, _c.state != "held")
revisions_due = _beside(revision, revision.c.written_at < _before)
reports_due = _beside(report, report.c.settled_at < _before)
notices_due = Due(
    sa.select(notice.c.id).where(
        notice.c.site_id == sa.bindparam("site"),
        notice.c.decided_at < _before,
        sa.or_(notice.c.name.is_not(None), notice.c.email.is_not(None), notice.c.person_id.is_not(None)),
    ),
    notice.c.id,
)
_m = notifier_measure.c
measures_due = Due(
    sa.select(_m.id).where(
        _m.site_id == sa.bindparam("site"),
        _m.email.is_not(None),
        sa.func.coalesce(_m.lifted_at, _m.until, _m.made_at) < _before,
    ),
    _m.id,
)


def forget_texts(conn: sa.Connection, ids: Sequence[int]) -> None:
    """The words, and who a guest was; what remains is a tombstone and its counts."""
    nothing = {"text": "", "html": "", "author_name": None, "guest": None, "email_hash": None, "quotes": None}
    conn.execute(sa.update(comment).where(_c.id.in_(ids)).values(**nothing))
    conn.execute(sa.delete(revision).where(revision.c.comment_id.in_(ids)))


def forget_verdicts(conn: sa.Connection, ids: Sequence[int]) -> None:
    conn.execute(sa.delete(verdict).where(verdict.c.id.in_(ids)))


def forget_revisions(conn: sa.Connection, ids: Sequence[int]) -> None:
    conn.execute(sa.delete(revision).where(revision.c.id.in_(ids)))


def forget_reports(conn: sa.Connection, ids: Sequence[int]) -> None:
    conn.execute(sa.delete(report).where(report.c.id.in_(ids)))


def forget_notifiers(conn: sa.Connection, ids: Sequence[int]) -> None:
    conn.execute(sa.update(notice).where(notice.c.id.in_(ids)).values(name=None, email=None, person_id=None))


def forget_measures(conn: sa.Connection, ids: Sequence[int]) -> None:
    conn.execute(sa.update(notifier_measure).where(_m.id.in_(ids)).values(email=None, reason=""))
