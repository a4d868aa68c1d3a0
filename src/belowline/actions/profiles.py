"""What a profile shows, and the comments that a person wrote before they had one."""

import msgspec
import sqlalchemy as sa

from belowline.actions.people import access_person
from belowline.model.comment import Comment
from belowline.model.person import Person
from belowline.model.story import Story
from belowline.store import people, stories

PAGE = 20


class Shown(msgspec.Struct, frozen=True):
    person: Person
    comments: list[tuple[Comment, Story]]
    """Newest first."""
    next: int | None
    """`before` of the next page."""


def access_profile(conn: sa.Connection, person_id: int, before: int | None) -> Shown:
    """Raises NotFound. The caller hides from others what a private person shows nobody."""
    person = access_person(conn, person_id)
    found = people.comments_of(conn, person_id, before, PAGE + 1)
    there = {one.story_id: stories.get(conn, one.story_id) for one in found}
    shown = [(one, story) for one in found[:PAGE] if (story := there[one.story_id])]
    return Shown(person, shown, shown[-1][0].id if len(found) > PAGE else None)


def claimable(conn: sa.Connection, person_id: int, written_here: list[int]) -> int:
    """How many comments they could make their own: a guest's, under an address that they proved, or from this
    browser a moment ago."""
    return people.unclaimed(conn, people.email_keys(conn, person_id), written_here)


def claim(conn: sa.Connection, person_id: int, written_here: list[int]) -> list[tuple[int, int]]:
    """Makes them their own, under their name; the (story id, site id) where they stand."""
    person = access_person(conn, person_id)
    return people.claim(conn, person.id, person.name, people.email_keys(conn, person_id), written_here)
