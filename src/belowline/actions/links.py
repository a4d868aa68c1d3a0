"""Whom a comment answers, corrected by somebody who may know: where the page it came from had lost it."""

import datetime as dt
from typing import Literal

import msgspec
import sqlalchemy as sa

from belowline.actions import comments as comment_act
from belowline.actions.people import Caller
from belowline.errors import Conflict, Forbidden, Invalid, NotFound
from belowline.model.comment import Comment, State
from belowline.model.found import Correction, Found
from belowline.model.ids import RowId
from belowline.model.site import Site
from belowline.model.story import Story
from belowline.rules import access, roles
from belowline.store import comments, links, people, sites

By = Literal["writer", "author", "moderator"]


class NewLink(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    parent: RowId | None
    """The comment that is answered; null: it answers the story, and stands at top level."""
    not_by: bool = False
    """The name that was guessed for its writer is wrong: forget it."""


class Linked(msgspec.Struct, frozen=True):
    site: Site
    story: Story
    comment: Comment
    parent: Comment | None


def correct(
    conn: sa.Connection, comment_id: int, new: NewLink, caller: Caller, now: dt.datetime, by_key: bool = False
) -> Linked:
    """Puts a comment under the one it answers, with all its replies; the same parent again confirms a guess.

    `by_key`: the caller holds the newsroom's key. Raises NotFound, Conflict (its source said whom it answers),
    Forbidden, Invalid (not a comment that it can answer).
    """
    links.lock(conn)
    site, story, comment, by = access_link(conn, comment_id, caller, by_key)
    if by is None:
        raise Forbidden(
            "Only its writer, the story's author and moderators can say whom a comment answers.", code="not-yours"
        )
    parent = None if new.parent is None else _access_parent(conn, comment, new.parent)
    found = comment.found or Found()
    kept = Found(found.link, None if new.not_by else found.name, Correction(by, now, comment.parent_id))
    if (comment.parent_id, comment.orphan) != (new.parent, False):
        comment = links.move(conn, comment, parent)
    comment = links.note(conn, comment, kept)
    return Linked(site, story, comment, parent)


def access_link(
    conn: sa.Connection, comment_id: int, caller: Caller, by_key: bool = False
) -> tuple[Site, Story, Comment, By | None]:
    """A comment whose source had lost whom it answers, and as what the caller may correct it; None: they may not."""
    comment = comments.get(conn, comment_id)
    if comment is None or comment.state != State.PUBLISHED:
        raise NotFound("This comment is not here, or not here any more.", code="unknown-comment")
    if comment.found is None and not comment.orphan:
        raise Conflict("Whom this comment answers is known from the start; it cannot be moved.", code="link-known")
    story = comment_act.access_story(conn, comment.story_id)
    site = sites.get(conn, story.site_id)
    if caller.site_id not in (None, site.id):
        raise Forbidden("This sign-in is for another publication.", code="other-site")
    if caller.origin and not access.allows_origin(site, caller.origin):
        raise Forbidden("Corrections cannot be sent to this discussion from that page.", code="origin-not-allowed")
    return site, story, comment, "moderator" if by_key else _may(conn, site, story, comment, caller)


def _may(conn: sa.Connection, site: Site, story: Story, comment: Comment, caller: Caller) -> By | None:
    person = None if caller.person_id is None else people.get(conn, caller.person_id)
    if person is None:
        return None
    role = people.role_of(conn, person.id, site.id)
    if roles.may_moderate(role):
        return "moderator"
    if roles.badge(role, person.name, story.author_name) == "author":
        return "author"
    return "writer" if comment.person_id == person.id else None


def _access_parent(conn: sa.Connection, of: Comment, parent_id: int) -> Comment:
    parent = comments.get(conn, parent_id)
    wrong = ""
    if parent is None or parent.story_id != of.story_id:
        wrong = "That comment is not in this discussion."
    elif parent.state != State.PUBLISHED and parent.id != of.parent_id:
        wrong = "That comment is not here any more."
    elif links.answers(conn, parent.id, of.id):
        wrong = "That comment answers this one."
    if wrong or parent is None:
        raise Invalid(wrong, fields={"parent": wrong})
    return parent
