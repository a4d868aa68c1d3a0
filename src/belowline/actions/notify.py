"""Who is told of a comment, and what their mail says.

`queue` runs in the comment's own transaction; the rest in jobs, each step such that it may run twice.
"""

import datetime as dt

import msgspec
import sqlalchemy as sa

from belowline.actions import follows as follow_act
from belowline.model.comment import Comment, State
from belowline.model.follow import Follower, Kind, Mails, Notice
from belowline.rules.mentions import mentioned
from belowline.store import comments, follows, jobs, notifications, people, pushes

PAGE = 200  # followers told in one transaction
MORNING = 6  # o'clock UTC, when daily mails go


class Letter(msgspec.Struct, frozen=True):
    """What one mail tells, to whom."""

    follower: Follower
    address: str
    notices: list[Notice]
    lang: str | None
    """Which they chose, else of the discussion."""

    @property
    def cause(self) -> int | None:
        """The one follow that led to it; None where there are more, or somebody spoke to them."""
        causes = {notice.follow_id for notice in self.notices}
        return causes.pop() if len(causes) == 1 else None


def queue(
    conn: sa.Connection, comment: Comment, parent: Comment | None, now: dt.datetime, followed: bool | None = None
) -> None:
    """Adds the job, in this transaction, if the comment stands and anybody could want to hear of it. `followed`: what
    follows.anybody would say of it, where that is known."""
    if comment.state != State.PUBLISHED:
        return
    to_person = parent is not None and parent.person_id not in (None, comment.person_id)
    parent_id = parent.id if parent else None
    if followed is None:
        followed = follows.anybody(conn, comment.story_id, parent_id, comment.person_id)
    if to_person or followed or "@" in comment.text:
        jobs.add(conn, "notify", {"comment": comment.id}, now)


def tell(conn: sa.Connection, comment_id: int, after: int, now: dt.datetime) -> int | None:
    """Notes a comment for those it concerns: first those nearest to it, then a page of its story's followers.

    Gives where to go on (as `after`), None at the end.
    """
    comment = comments.get(conn, comment_id)
    if comment is None or comment.state != State.PUBLISHED:
        return None  # taken down meanwhile
    if not after:
        _tell_the_nearest(conn, comment, now)
    page = follows.of_subject(conn, Kind.STORY, comment.story_id, after, PAGE)
    for follow_id, follower_id in page:
        _note(conn, follows.get_follower(conn, follower_id), comment, "story", follow_id, now)
    return page[-1][0] if len(page) == PAGE else None


def _tell_the_nearest(conn: sa.Connection, comment: Comment, now: dt.datetime) -> None:
    """Each is told for the nearest reason only: notifications.add keeps the first."""
    if "@" in comment.text:
        for person_id in mentioned(comment.text, notifications.writers(conn, comment.story_id)):
            _note(conn, _follower(conn, person_id, now), comment, "mention", None, now)
    parent = comments.get(conn, comment.parent_id) if comment.parent_id else None
    if parent and parent.person_id:
        writer = _follower(conn, parent.person_id, now)
        if writer and writer.replies:
            _note(conn, writer, comment, "reply", None, now)
    for kind, subject in ((Kind.COMMENT, comment.parent_id), (Kind.PERSON, comment.person_id)):
        after = 0
        while subject and (page := follows.of_subject(conn, kind, subject, after, PAGE)):
            for follow_id, follower_id in page:
                _note(conn, follows.get_follower(conn, follower_id), comment, str(kind), follow_id, now)
            after = page[-1][0]


def _follower(conn: sa.Connection, person_id: int, now: dt.datetime) -> Follower | None:
    """None for who is being erased: for a while yet, comments bear their number."""
    return follow_act.of_person(conn, person_id, now) if people.get(conn, person_id) else None


def _note(
    conn: sa.Connection, to: Follower | None, comment: Comment, reason: str, follow_id: int | None, now: dt.datetime
) -> None:
    if to is None or (to.person_id is not None and to.person_id == comment.person_id):
        return
    if to.person_id and comment.person_id and notifications.mutes(conn, to.person_id, comment.person_id):
        return
    if not notifications.add(conn, to.id, comment.id, reason, follow_id, now):
        return
    for push_id in pushes.of_follower(conn, to.id):
        jobs.add(conn, "push", {"push": push_id}, now, key=f"push:{push_id}")
    if to.mails != Mails.NONE:
        jobs.add(conn, "mail", {"follower": to.id}, mail_at(to.mails, now), key=f"mail:{to.id}")


def mail_at(mails: Mails, now: dt.datetime) -> dt.datetime:
    """When a mail for something that happens now goes."""
    if mails == Mails.HOURLY:
        return now.replace(minute=0, second=0, microsecond=0) + dt.timedelta(hours=1)
    if mails == Mails.DAILY:
        morning = now.replace(hour=MORNING, minute=0, second=0, microsecond=0)
        return morning if morning > now else morning + dt.timedelta(days=1)
    return now


def take(conn: sa.Connection, follower_id: int, job_id: int) -> Letter | None:
    """What this job's mail tells. The first call decides it: a second try says the same. None: nothing to send."""
    jobs.release_key(conn, job_id)  # what comes from now on is another mail's
    follower = follows.get_follower(conn, follower_id)
    if follower is None or follower.mails == Mails.NONE:
        return None
    address = follows.address(conn, follower_id)
    notifications.take_for_mail(conn, follower_id, job_id)
    notices = notifications.of_mail(conn, job_id)
    if not address or not notices:
        return None
    lang = follows.language(conn, follower_id) or notifications.language(conn, notices[0].comment)
    return Letter(follower, address, notices, lang)
