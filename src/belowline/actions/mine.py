"""What a discussion looks like to one reader, beside what everybody sees: one call, a few small reads."""

import datetime as dt

import msgspec
import sqlalchemy as sa

from belowline.actions.people import Caller
from belowline.actions.votes import CHOICES, Choice
from belowline.errors import NotFound
from belowline.model.comment import Comment, State
from belowline.model.reader import Reader
from belowline.model.site import Site
from belowline.model.story import Story
from belowline.rules import roles
from belowline.store import (
    comments,
    follows,
    mutes,
    notifications,
    people,
    sites,
    stories,
    verdicts,
    visits,
    votes,
)

MOST_NEW = 500
MOST_HELD = 50


class Myself(msgspec.Struct, frozen=True):
    """A reader who is signed in."""

    id: int
    name: str
    """As which they write here."""
    moderates: bool
    unread: int
    """Notices that they have not seen."""


class Mine(msgspec.Struct, frozen=True):
    site: Site
    story: Story
    me: Myself | None
    """None for guests."""
    votes: dict[int, Choice]
    held: list[tuple[Comment, Comment | None]]
    """With what each answers."""
    own: list[int]
    """A signed-in reader's comments here, which they may delete at any time."""
    mutes: list[tuple[int, str]]
    since: dt.datetime | None
    new: list[int]
    """Others' comments since then, newest first; at most MOST_NEW."""
    new_count: int


def read(conn: sa.Connection, slug: str, caller: Caller, since: dt.datetime | None) -> Mine:
    """`since`: when the browser was here last, where nobody is signed in. Raises NotFound."""
    story = stories.by_slug(conn, slug)
    if story is None:
        raise NotFound("There is no such story.", code="unknown-story")
    site = sites.get(conn, story.site_id)
    reader = Reader(caller.person_id, caller.guest) if caller.person_id is not None or caller.guest else None
    person = caller.person_id
    if person is not None:
        since = visits.last(conn, person, story.id) or since
    new, count = visits.new_since(conn, story.id, since, reader, MOST_NEW) if since else ([], 0)
    held = visits.held(conn, story.id, reader, MOST_HELD) if reader else []
    return Mine(
        site=site,
        story=story,
        me=_me(conn, person, site.id) if person is not None else None,
        votes={one: CHOICES[value] for one, value in votes.mine(conn, reader.key, story.id).items()} if reader else {},
        held=[(one, comments.get(conn, one.parent_id) if one.parent_id else None) for one in held],
        own=visits.own(conn, person, story.id) if person is not None else [],
        mutes=mutes.of(conn, person) if person is not None else [],
        since=since,
        new=new,
        new_count=count,
    )


def _me(conn: sa.Connection, person_id: int, site_id: int) -> Myself | None:
    person = people.get(conn, person_id)
    if person is None:
        return None
    role, told = people.role_of(conn, person_id, site_id), follows.follower_of(conn, person_id)
    unread = notifications.unread(conn, told.id) if told else 0
    return Myself(person_id, person.name, roles.may_moderate(role), unread)


def note_visit(conn: sa.Connection, slug: str, person_id: int, seen_at: dt.datetime) -> None:
    """A person has seen a discussion as it was then: what came later is new to them."""
    story = stories.by_slug(conn, slug)
    if story is None:
        raise NotFound("There is no such story.", code="unknown-story")
    visits.note(conn, person_id, story.id, seen_at)


def access_history(conn: sa.Connection, comment_id: int) -> tuple[Site, Story, Comment, list[tuple[str, dt.datetime]]]:
    """The same for everybody, where the site shows it: of a comment that stands. Raises NotFound."""
    comment = comments.get(conn, comment_id)
    story = stories.get(conn, comment.story_id) if comment and comment.state == State.PUBLISHED else None
    if comment is None or story is None or not (site := sites.get(conn, story.site_id)).policy.show_history:
        raise NotFound("This comment is not here, or not here any more.", code="unknown-comment")
    return site, story, comment, verdicts.revisions(conn, comment_id)


def history(conn: sa.Connection, comment_id: int) -> tuple[Comment, list[tuple[str, dt.datetime]]]:
    """For moderators: the comment, and (text, written at) of what its edits replaced, oldest first."""
    comment = comments.get(conn, comment_id)
    if comment is None:
        raise NotFound(f"There is no comment {comment_id}.", code="unknown-comment")
    return comment, verdicts.revisions(conn, comment_id)
