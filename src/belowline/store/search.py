"""Candidates for a search of the desk: the newest comments of a site that an index finds, a limit at a time."""

from typing import Any

import sqlalchemy as sa

from belowline.model.comment import Comment, State
from belowline.rules.search import Candidate, Term
from belowline.store import comments
from belowline.store.tables import comment, story, verdict

MOST_STORIES = 200

_c = comment.c
_COLUMNS = [_c[name] for name in Candidate.__struct_fields__]


def candidates(
    conn: sa.Connection, site_id: int, terms: list[Term], stories: dict[str, set[int]], before: int | None, limit: int
) -> list[Candidate]:
    """Newest first, below the id `before`; narrowed by what an index knows, so that the limit reaches further."""
    narrowers = [one for term in terms if not term.without and (one := _narrower(term, stories)) is not None]
    in_a_story = any(one.kind == "story" and not one.without and len(stories[str(one.value)]) == 1 for one in terms)
    if not in_a_story:  # whose site is known; asking each of its comments would cost a look at its row
        narrowers.append(_c.site_id == site_id)
    if before is not None:
        narrowers.append(_c.id < before)
    ids = sa.select(_c.id).where(*narrowers).order_by(_c.id.desc()).limit(limit).subquery()
    found = sa.select(*_COLUMNS).join(ids, ids.c.id == _c.id).order_by(_c.id.desc())
    return [Candidate(*row) for row in conn.execute(found)]


def _narrower(term: Term, stories: dict[str, set[int]]) -> sa.ColumnElement[bool] | None:
    published = _c.state == sa.literal_column("'published'")
    if term.kind == "person":
        return _c.person_id == term.value
    if term.kind == "state" and term.value != State.PUBLISHED:
        return sa.and_(_c.state != sa.literal_column("'published'"), _c.state == term.value)
    if term.kind == "flag" and term.value == "reported":
        return sa.and_(published, _c.report_count > sa.literal_column("0"))
    if term.kind == "flag" and term.value == "new":
        return sa.and_(published, _c.unseen == sa.true())
    if term.kind == "story" and len(ids := stories.get(str(term.value), set())) <= 1:
        return _c.story_id.in_(ids)
    return None


def story_ids(conn: sa.Connection, site_id: int, named: str) -> set[int]:
    """The story with this address; else those of the site whose address or title has it, the newest first."""
    s = story.c
    exact = conn.execute(sa.select(s.id).where(s.slug == named, s.site_id == site_id)).scalar()
    if exact is not None:
        return {exact}
    has = sa.or_(s.slug.icontains(named, autoescape=True), s.title.icontains(named, autoescape=True))
    found = sa.select(s.id).where(s.site_id == site_id, has).order_by(s.published_at.desc()).limit(MOST_STORIES)
    return set(conn.execute(found).scalars())


def scores(conn: sa.Connection, comment_ids: list[int]) -> dict[int, list[tuple[str, float]]]:
    """(step, score) of the newest judgement of each of these comments."""
    if not comment_ids:
        return {}
    v = verdict.c
    newest = sa.select(sa.func.max(v.id)).where(v.comment_id.in_(comment_ids)).group_by(v.comment_id)
    rows = conn.execute(sa.select(v.comment_id, v.evidence).where(v.id.in_(newest)))
    return {id_: [(one["step"], float(one["score"])) for one in evidence] for id_, evidence in rows}


def whole(conn: sa.Connection, ids: list[int]) -> list[Comment]:
    """Comments by their ids, newest first."""
    found: Any = conn.execute(sa.select(*comments.COLUMNS).where(_c.id.in_(ids)).order_by(_c.id.desc())) if ids else ()
    return [comments.of_row(row) for row in found]
