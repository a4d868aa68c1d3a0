"""Suspicion of a crime against somebody's life or safety (Digital Services Act, Article 18): recorded, kept, prepared.

Belowline informs nobody by itself: a person reads the prepared words and sends them to the police.
"""

import datetime as dt

import msgspec
import sqlalchemy as sa

from belowline.actions.desk import Desk, access_comment
from belowline.errors import Conflict, Invalid, NotFound
from belowline.model.comment import Comment
from belowline.model.story import Story
from belowline.rules import text
from belowline.store import holds, log, suspicions
from belowline.store.holds import What
from belowline.store.suspicions import Suspicion

MAX_TEXT = 3000


class Case(msgspec.Struct, frozen=True):
    comment: Comment
    story: Story
    suspicion: Suspicion | None
    prepared: str
    """The notification in words, to be read and sent by a person."""


def open_case(conn: sa.Connection, comment_id: int, by: Desk, base_url: str) -> Case:
    """Raises NotFound."""
    _, story, comment = access_comment(conn, by, comment_id)
    found = suspicions.of_comment(conn, comment_id)
    return Case(comment, story, found, _words(by, story, comment, found, base_url) if found else "")


def suspect(conn: sa.Connection, comment_id: int, why: str, by: Desk, now: dt.datetime) -> None:
    """Records it and keeps the comment, whatever its term. Raises NotFound, Invalid, Conflict (recorded before)."""
    access_comment(conn, by, comment_id)
    said = _clean(why, "Say what gives rise to the suspicion.")
    if suspicions.of_comment(conn, comment_id):
        raise Conflict("This suspicion is recorded already.", code="recorded")
    made = suspicions.add(conn, by.site.id, comment_id, said, by.person.id, now)
    if not holds.on(conn, What.COMMENT, comment_id):
        holds.add(conn, What.COMMENT, comment_id, "Suspicion of a serious crime", by.person.id, now)
    log.append(conn, now, "suspicion", {"suspicion": made, "comment": comment_id}, by.person.id, by.site.id)


def informed(conn: sa.Connection, comment_id: int, words: str, by: Desk, now: dt.datetime) -> None:
    """Somebody says that they informed the authority. Raises NotFound, Invalid, Conflict."""
    access_comment(conn, by, comment_id)
    found = suspicions.of_comment(conn, comment_id)
    if found is None:
        raise NotFound("No suspicion is recorded here.", code="no-suspicion")
    if found.notified_at:
        raise Conflict("The authority was informed already.", code="informed")
    suspicions.set_notified(conn, found.id, _clean(words, "Say which authority, and how."), now)
    log.append(conn, now, "suspicion", {"suspicion": found.id, "informed": True}, by.person.id, by.site.id)


def _clean(said: str, missing: str) -> str:
    try:
        return text.clean(said, MAX_TEXT)
    except Invalid as error:
        raise Invalid(missing if not said.strip() else error.message, fields={"text": missing}) from error


def _words(by: Desk, story: Story, comment: Comment, found: Suspicion, base_url: str) -> str:
    publisher = by.site.policy.publisher
    signed = "signed in here" if comment.person_id else "not signed in"
    lines = (
        f"Suspicion under Article 18 of Regulation (EU) 2022/2065, recorded {found.made_at:%Y-%m-%d %H:%M} UTC",
        f"From: {publisher.name or by.site.name}, {publisher.address}, {publisher.email} {publisher.phone}",
        f"Comment {comment.id} under: {story.title} ({story.url or base_url + '/stories/' + story.slug})",
        f"Written {comment.created_at:%Y-%m-%d %H:%M} UTC by: {comment.author_name or 'name lost'} ({signed})",
        f"Its words:\n{comment.text}",
        f"Why we suspect a crime:\n{found.text}",
        "We have kept the comment with all that is known of it. Network addresses are not kept here.",
    )
    return "\n\n".join(lines)
