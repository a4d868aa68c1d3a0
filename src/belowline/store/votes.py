"""Votes: one a reader a comment, counted on the comment in the transaction that keeps them.

A vote is three statements: what it needs to know, the vote, the comment's counts and place.
"""

import datetime as dt
from functools import lru_cache
from typing import Any

import msgspec
import sqlalchemy as sa

from belowline.model.site import Policy
from belowline.model.story import Closing, Story
from belowline.rules.ranking import CURRENT, RANKINGS
from belowline.rules.ranking.newcomers import is_young
from belowline.store import stories
from belowline.store.prepared import Prepared
from belowline.store.tables import comment, site, story
from belowline.store.tables_taking_part import vote

RESPECT, DOWN = 1, -1


class Ballot(msgspec.Struct, frozen=True):
    """A comment with all that decides whether it can be voted on, and this reader's vote."""

    comment_id: int
    thread_id: int
    state: str
    person_id: int | None
    guest: str | None
    respect: int
    down: int
    value: int | None
    """What this reader voted before: RESPECT, DOWN or None."""
    reason: str | None
    story: Story
    """Without its body."""
    policy: Policy
    origins: tuple[str, ...]


_c = comment.c
_OWN = [_c.id, _c.root_id, _c.state, _c.person_id, _c.guest, _c.respect_count, _c.down_count]
_STORY = [sa.literal_column("''").label("no_body") if one.name == "body_html" else one for one in stories.COLUMNS]
_BALLOT = (
    sa.select(
        *_OWN, vote.c.value, vote.c.reason, sa.cast(site.c.policy, sa.Text), sa.cast(site.c.origins, sa.Text), *_STORY
    )
    .join(story, story.c.id == _c.story_id)
    .join(site, site.c.id == story.c.site_id)
    .outerjoin(
        vote,
        sa.and_(vote.c.reader == sa.bindparam("reader"), vote.c.story_id == _c.story_id, vote.c.comment_id == _c.id),
    )
    .where(_c.id == sa.bindparam("id"))
)
_READ = Prepared(_BALLOT)
_LOCKED = Prepared(_BALLOT.with_for_update(of=comment))  # SQLite has one writer anyway and leaves it out
_CLOSING = Story.__struct_fields__.index("closing")


@lru_cache(maxsize=64)
def _rules(policy: str, origins: str) -> tuple[Policy, tuple[str, ...]]:
    """A site's rules; reading them takes longer than the query, and they are the same for every vote."""
    return msgspec.json.decode(policy, type=Policy), msgspec.json.decode(origins, type=tuple[str, ...])


def ballot(conn: sa.Connection, comment_id: int, reader: str, *, lock: bool = False) -> Ballot | None:
    row = (_LOCKED if lock else _READ).first(conn, {"id": comment_id, "reader": reader})
    if row is None:
        return None
    own_id, root_id, state, person_id, guest, respect, down = row[: len(_OWN)]
    value, reason, *rules = row[len(_OWN) : len(_OWN) + 4]
    policy, origins = _rules(*rules)
    about = list(row[len(_OWN) + 4 :])
    about[_CLOSING] = Closing(about[_CLOSING])
    return Ballot(
        own_id, root_id or own_id, state, person_id, guest, respect, down, value, reason, Story(*about), policy, origins
    )


_place = (
    vote.c.reader == sa.bindparam("by"),
    vote.c.story_id == sa.bindparam("of_story"),
    vote.c.comment_id == sa.bindparam("of_comment"),
)
_ADD = Prepared(sa.insert(vote), columns=[column.name for column in vote.columns])
_CHANGE = Prepared(
    sa.update(vote)
    .where(*_place)
    .values(value=sa.bindparam("value"), reason=sa.bindparam("reason"), cast_at=sa.bindparam("cast_at"))
)
_TAKE_BACK = Prepared(sa.delete(vote).where(*_place))
_COUNT = sa.update(comment).where(_c.id == sa.bindparam("of_comment"))
_COUNT = _COUNT.values(
    {name: sa.bindparam(name) for name in ("respect_count", "down_count", "best", "best_by", "young")}
)
_COUNT_ONE = Prepared(_COUNT)


def cast(
    conn: sa.Connection, on: Ballot, reader: str, value: int | None, reason: str | None, now: dt.datetime
) -> Ballot:
    """Keeps, changes or (None) takes back the reader's vote. `on` was read with `lock` in this transaction."""
    where = {"by": reader, "of_story": on.story.id, "of_comment": on.comment_id}
    if value is None:
        _TAKE_BACK.run(conn, where)
    elif on.value is None:
        key = {"reader": reader, "story_id": on.story.id, "comment_id": on.comment_id}
        _ADD.run(conn, {**key, "value": value, "reason": reason, "cast_at": now, "import_run_id": None})
    else:
        _CHANGE.run(conn, {**where, "value": value, "reason": reason, "cast_at": now})
    respect = on.respect + (value == RESPECT) - (on.value == RESPECT)
    down = on.down + (value == DOWN) - (on.value == DOWN)
    _COUNT_ONE.run(conn, {"of_comment": on.comment_id, **counted(respect, down)})
    return msgspec.structs.replace(on, respect=respect, down=down, value=value, reason=reason)


def counted(respect: int, down: int) -> dict[str, Any]:
    """A comment's columns that follow from its votes."""
    return {
        "respect_count": respect,
        "down_count": down,
        "best": RANKINGS[CURRENT](respect, down),
        "best_by": CURRENT,
        "young": is_young(respect, down),
    }


_BEFORE = sa.select(_c.respect_count, _c.down_count).where(_c.id == sa.bindparam("id")).with_for_update()


def add_counts(conn: sa.Connection, comment_id: int, respect: int, down: int) -> None:
    """Adds so many votes to what a comment counts, and gives it the place that follows."""
    before = conn.execute(_BEFORE, {"id": comment_id}).one()
    conn.execute(_COUNT, {"of_comment": comment_id, **counted(before[0] + respect, before[1] + down)})


_MINE = Prepared(
    sa.select(vote.c.comment_id, vote.c.value).where(
        vote.c.reader == sa.bindparam("reader"), vote.c.story_id == sa.bindparam("story_id")
    )
)


def mine(conn: sa.Connection, reader: str, story_id: int) -> dict[int, int]:
    """This reader's votes under a story: RESPECT or DOWN by comment."""
    return dict(_MINE.all(conn, {"reader": reader, "story_id": story_id}))


_NEWCOMERS = (
    sa.select(_c.id)
    .where(_c.story_id == sa.bindparam("story_id"), _c.parent_id.is_(None), _c.shown, _c.young)
    .order_by(_c.created_at.desc(), _c.id.desc())
    .limit(sa.bindparam("limit", type_=sa.Integer))
)


def newcomers(conn: sa.Connection, story_id: int, limit: int) -> list[int]:
    """The newest threads of a story with few votes."""
    return list(conn.execute(_NEWCOMERS, {"story_id": story_id, "limit": limit}).scalars())


def rank_again(conn: sa.Connection, after: int, limit: int) -> int | None:
    """Gives comments that an older rule placed the current rule's place, in the order of their ids.

    Returns the last id that was looked at, to go on from; None at the end.
    """
    statement = sa.select(_c.id, _c.respect_count, _c.down_count, _c.best_by).where(_c.id > after).order_by(_c.id)
    rows = conn.execute(statement.limit(limit)).all()
    old = [
        {"of_comment": one.id, **counted(one.respect_count, one.down_count)} for one in rows if one.best_by != CURRENT
    ]
    if old:
        conn.execute(_COUNT, old)
    return rows[-1].id if len(rows) == limit else None
