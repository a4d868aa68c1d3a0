"""What the newsroom picks out: comments worth reading, and comments that its own people should see."""

import datetime as dt

import sqlalchemy as sa

from belowline.actions.comments import Changed, access_story
from belowline.errors import Conflict, Forbidden, Invalid, NotFound
from belowline.model.comment import Comment, State
from belowline.model.site import Site
from belowline.model.story import Story
from belowline.rules import roles, text
from belowline.store import comments, jobs, log, people, sites

MAX_NOTE = 1000


def feature(conn: sa.Connection, comment_id: int, on: bool, by: int | None, now: dt.datetime) -> Changed:
    """Marks a published comment as picked, or no longer. `by`: who moderates or more; None: the operator's key.

    Raises NotFound, Forbidden, Conflict for a comment that does not stand.
    """
    site, story, comment = _access(conn, comment_id, by)
    if on and comment.state != State.PUBLISHED:
        raise Conflict("Only a comment that everybody can read can be picked.", code="not-published")
    if on != (comment.featured_at is not None):
        comment = comments.rewrite(conn, comment, featured_at=now if on else None)
        log.append(conn, now, "pick", {"comment": comment.id, "picked": on}, by, site.id)
    parent = None if comment.parent_id is None else comments.get(conn, comment.parent_id)
    return Changed(site, story, comment, parent)


def send_on(conn: sa.Connection, comment_id: int, note: str, by: int | None, now: dt.datetime) -> None:
    """Mails a comment to the site's newsroom, with a moderator's note.

    Raises NotFound, Forbidden, Invalid (note), Conflict where the site has no address of a newsroom.
    """
    site, _, comment = _access(conn, comment_id, by)
    if not site.policy.newsroom_email:
        raise Conflict("This publication has not said where its newsroom gets mail (newsroom_email).", code="nowhere")
    if note.strip():
        try:
            note = text.clean(note, MAX_NOTE)
        except Invalid as error:
            raise Invalid(error.message, fields={"note": error.message}) from error
    jobs.add(conn, "newsroom", {"comment": comment.id, "note": note.strip(), "by": by}, now)
    log.append(conn, now, "sent on", {"comment": comment.id}, by, site.id)


def _access(conn: sa.Connection, comment_id: int, by: int | None) -> tuple[Site, Story, Comment]:
    comment = comments.get(conn, comment_id)
    if comment is None:
        raise NotFound(f"There is no comment {comment_id}.", code="unknown-comment")
    story = access_story(conn, comment.story_id)
    if by is not None and not roles.may_moderate(people.role_of(conn, by, story.site_id)):
        raise Forbidden("Only this publication's newsroom does that.", code="not-moderator")
    return sites.get(conn, story.site_id), story, comment
