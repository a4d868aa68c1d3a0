"""What somebody is told: noted once for each comment, read, mailed."""

import datetime as dt
from typing import Any

import sqlalchemy as sa

from belowline.model.follow import Notice
from belowline.store.tables import comment, story
from belowline.store.tables_jobs import notification
from belowline.store.tables_taking_part import mute

_n = notification.c
EXCERPT = 400  # characters of a comment that a notice shows
_KNOWN = sa.select(_n.id).where(_n.follower_id == sa.bindparam("follower"), _n.comment_id == sa.bindparam("comment"))
_MUTED = sa.select(mute.c.person_id).where(
    mute.c.person_id == sa.bindparam("person"), mute.c.muted_id == sa.bindparam("author")
)
_NOTICE = (
    sa.select(
        _n.id,
        _n.comment_id,
        _n.reason,
        comment.c.author_name,
        sa.func.substr(comment.c.text, 1, EXCERPT),
        story.c.title,
        _n.created_at,
        _n.read_at.is_not(None),
        _n.follow_id,
    )
    .join(comment, comment.c.id == _n.comment_id)
    .join(story, story.c.id == comment.c.story_id)
    .where(comment.c.state == "published")
)
_PAGE = (
    _NOTICE.where(_n.follower_id == sa.bindparam("follower"), _n.id < sa.bindparam("before"))
    .order_by(_n.id.desc())
    .limit(sa.bindparam("limit", type_=sa.Integer))
)
_OF_JOB = _NOTICE.where(_n.mail_job == sa.bindparam("job"), _n.mailed_at.is_(None)).order_by(_n.id)
LONGEST = 500  # notices in one message
_BETWEEN = (
    _NOTICE.where(
        _n.follower_id == sa.bindparam("follower"), _n.id > sa.bindparam("after"), _n.id <= sa.bindparam("until")
    )
    .order_by(_n.id)
    .limit(sa.bindparam("limit", type_=sa.Integer))
)
_UNREAD = sa.select(sa.func.count()).where(_n.follower_id == sa.bindparam("follower"), _n.read_at.is_(None))


def _notice(row: Any) -> Notice:
    number, comment_id, reason, author, text, title, created_at, read, follow_id = row
    return Notice(number, comment_id, reason, author, text, title, created_at, bool(read), follow_id)


def add(
    conn: sa.Connection, follower_id: int, comment_id: int, reason: str, follow_id: int | None, now: dt.datetime
) -> bool:
    """Notes it; False where they were told of this comment already."""
    if conn.execute(_KNOWN, {"follower": follower_id, "comment": comment_id}).first():
        return False
    values = {"follower_id": follower_id, "comment_id": comment_id, "reason": reason, "follow_id": follow_id}
    conn.execute(sa.insert(notification), values | {"created_at": now})
    return True


def mutes(conn: sa.Connection, person_id: int, author_id: int) -> bool:
    return conn.execute(_MUTED, {"person": person_id, "author": author_id}).first() is not None


def page(conn: sa.Connection, follower_id: int, before: int, limit: int) -> list[Notice]:
    """Newest first, those before the id `before`."""
    found = conn.execute(_PAGE, {"follower": follower_id, "before": before, "limit": limit})
    return [_notice(row) for row in found]


def between(conn: sa.Connection, follower_id: int, after: int, until: int) -> list[Notice]:
    """Those beyond the id `after`, up to `until`, the newest last; the first LONGEST of them."""
    values = {"follower": follower_id, "after": after, "until": until, "limit": LONGEST}
    return [_notice(row) for row in conn.execute(_BETWEEN, values)]


def unread(conn: sa.Connection, follower_id: int) -> int:
    return int(conn.execute(_UNREAD, {"follower": follower_id}).scalar_one())


def mark_read(conn: sa.Connection, follower_id: int, up_to: int, now: dt.datetime) -> int:
    """Marks all up to the id `up_to` as read; how many."""
    theirs = sa.and_(_n.follower_id == follower_id, _n.read_at.is_(None), _n.id <= up_to)
    return int(conn.execute(sa.update(notification).where(theirs).values(read_at=now)).rowcount)


def take_for_mail(conn: sa.Connection, follower_id: int, job_id: int) -> None:
    """What is unread and in no mail yet goes into this job's mail, at its first try. What is taken stays taken."""
    taken = sa.and_(_n.follower_id == follower_id, _n.mail_job == job_id)
    if conn.execute(sa.select(_n.id).where(taken).limit(1)).first():
        return
    waiting = sa.and_(_n.follower_id == follower_id, _n.mail_job.is_(None))
    conn.execute(sa.update(notification).where(waiting, _n.read_at.is_(None)).values(mail_job=job_id))


def of_mail(conn: sa.Connection, job_id: int) -> list[Notice]:
    """What a job's mail tells and has not told: nothing once it is sent."""
    return [_notice(row) for row in conn.execute(_OF_JOB, {"job": job_id})]


def language(conn: sa.Connection, comment_id: int) -> str | None:
    """Of the story that a comment is under."""
    joined = sa.select(story.c.lang).join(comment, comment.c.story_id == story.c.id)
    return conn.execute(joined.where(comment.c.id == comment_id)).scalar()


def mailed(conn: sa.Connection, job_id: int, now: dt.datetime) -> None:
    conn.execute(sa.update(notification).where(_n.mail_job == job_id).values(mailed_at=now))


_writers = comment.c.person_id.is_not(None)
_IN_STORY = sa.and_(comment.c.story_id == sa.bindparam("story"), comment.c.state == "published", _writers)


def writers(conn: sa.Connection, story_id: int) -> list[tuple[int, str]]:
    """(person id, name) of those who have written under a story, the last first."""
    last = sa.func.max(comment.c.id)
    statement = (
        sa.select(comment.c.person_id, comment.c.author_name)
        .where(_IN_STORY, comment.c.author_name.is_not(None))
        .group_by(comment.c.person_id, comment.c.author_name)
        .order_by(last.desc())
    )
    return [(row[0], row[1]) for row in conn.execute(statement, {"story": story_id})]
