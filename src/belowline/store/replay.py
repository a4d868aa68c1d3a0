"""What was sent in the last days, read in the order in which it came, in pieces."""

import datetime as dt
from collections import Counter
from typing import Any

import msgspec
import sqlalchemy as sa

from belowline.model.evidence import Draft, Outcome
from belowline.moderation.replay import Kept
from belowline.store.facts import Sender
from belowline.store.prepared import Prepared
from belowline.store.tables import comment, story, to_us, verdict
from belowline.store.tables_pipeline import sending

_c, _v = comment.c, verdict.c
_FALLEN = frozenset(("removed", "spam"))
_AT = Prepared(sa.select(_v.id, _v.decided_at).where(_v.id >= sa.bindparam("id")).order_by(_v.id).limit(1))


def span(conn: sa.Connection, since: dt.datetime) -> tuple[int, int]:
    """(first, last) id of the verdicts since a moment. They are numbered in the order of time, so that no index on
    their time is kept: the first is found by halving."""
    last = int(conn.execute(sa.select(sa.func.max(_v.id))).scalar() or 0)
    low, high = 1, last + 1
    while low < high:
        middle = (low + high) // 2
        row = _AT.first(conn, {"id": middle})
        if row is None or row[1] >= since:
            high = middle
        else:
            low = row[0] + 1
    return low, last


_between = sa.and_(_v.id > sa.bindparam("after"), _v.id <= sa.bindparam("last"))
_as_sent = sa.and_(_v.decided_at == _c.created_at, _v.pipeline != sa.literal_column("''"))
_SENT = Prepared(
    sa.select(
        _v.id, _v.outcome, _c.id, _c.story_id, _c.parent_id, _c.person_id, _c.guest, _c.email_hash, _c.author_name,
        _c.text, _c.html, _c.lang, _c.badge, _c.state, _c.created_at, _c.report_count, sending.c.address,
    )
    .select_from(verdict)
    .join(comment, _c.id == _v.comment_id)
    .join(story, story.c.id == _c.story_id)
    .outerjoin(sending, sending.c.comment_id == _c.id)
    .where(_between, _as_sent, story.c.site_id == sa.bindparam("site_id"))
    .order_by(_v.id)
    .limit(sa.bindparam("limit", type_=sa.Integer))
)  # fmt: skip


def sent(conn: sa.Connection, site_id: int, after: int, last: int, limit: int) -> tuple[list[tuple[Sender, Kept]], int]:
    """The next comments of a site, each with who sent it, and up to which verdict they go."""
    rows = _SENT.all(conn, {"site_id": site_id, "after": after, "last": last, "limit": limit})
    return [_kept(row) for row in rows], rows[-1][0] if len(rows) == limit else last


def _kept(row: tuple[Any, ...]) -> tuple[Sender, Kept]:
    _, outcome, id_, story_id, parent_id, person_id, guest, email, name, *rest = row
    text, html, lang, badge, state, at, reports, address = rest
    sender = Sender(person_id, guest, email, address)
    return sender, Kept(
        comment_id=id_,
        draft=Draft(text, html, name or "", story_id, parent_id, lang),
        writer=sender.key,
        address=address,
        staff=badge is not None,
        sent_us=to_us(at),
        outcome=Outcome(outcome),
        troubled=outcome == "hold" or reports > 0 or state == "held" or state in _FALLEN,
        taken_down=state in _FALLEN,
        stands=state == "published",
    )


_there = sa.and_(
    _c.state == sa.literal_column("'published'"),
    _c.created_at < sa.bindparam("since", type_=_c.created_at.type),
    story.c.id == _c.story_id,
    story.c.site_id == sa.bindparam("site_id"),
)
_MOST = sa.bindparam("most", type_=sa.Integer)
_BEFORE = {
    by: Prepared(
        sa.select(sa.func.count()).select_from(
            sa.select(_c.id).where(_c[by] == sa.bindparam("who", type_=_c[by].type), _there).limit(_MOST).subquery()
        )
    )
    for by in ("person_id", "guest", "email_hash")
}


def standing_before(conn: sa.Connection, site_id: int, sender: Sender, since: dt.datetime, most: int) -> int:
    """A writer's published comments on the site from before a moment, up to `most`."""
    marks = {by: who for by, who in sender.marks.items() if who is not None}
    values = {"site_id": site_id, "since": since, "most": most}
    return max(
        (int((_BEFORE[by].first(conn, {**values, "who": who}) or (0,))[0]) for by, who in marks.items()), default=0
    )


_SCORES = Prepared(
    sa.select(_v.id, _v.evidence, _v.pipeline)
    .select_from(verdict)
    .join(comment, _c.id == _v.comment_id)
    .join(story, story.c.id == _c.story_id)
    .where(_between, _as_sent, story.c.site_id == sa.bindparam("site_id"))
    .order_by(_v.id)
    .limit(sa.bindparam("limit", type_=sa.Integer))
)
_PAGE = 2_000


class _Found(msgspec.Struct):
    step: str
    version: int
    score: float


def scores(conn: sa.Connection, site_id: int, first: int, last: int, step: str, version: int) -> Counter[float]:
    """How often a step in this version gave which score. A comment on which it has no line scored 0."""
    found: Counter[float] = Counter()
    after = first - 1
    while after < last:
        rows = _SCORES.all(conn, {"site_id": site_id, "after": after, "last": last, "limit": _PAGE})
        for _, evidence, _ in rows:
            lines = msgspec.convert(evidence, list[_Found])
            own = next((one for one in lines if one.step == step), None)
            if own is None or own.version == version:
                found[own.score if own else 0.0] += 1
        after = rows[-1][0] if len(rows) == _PAGE else last
    return found
