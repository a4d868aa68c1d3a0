"""The desk: who gets in, on which site, and what they may see there."""

import msgspec
import sqlalchemy as sa

from belowline.errors import Forbidden, NotFound
from belowline.model.comment import Comment
from belowline.model.person import Person, Role
from belowline.model.site import Site
from belowline.model.story import Story
from belowline.rules import roles
from belowline.store import comments, people, sites, stories


class Desk(msgspec.Struct, frozen=True):
    """Somebody who moderates, and the one site on which they do it now."""

    site: Site
    person: Person
    role: Role


def access_desk(conn: sa.Connection, person: Person, site_key: str) -> Desk:
    """The only way in. Raises Forbidden where they do not moderate, also for a site that there is not."""
    site = sites.by_key(conn, site_key)
    role = people.role_of(conn, person.id, site.id) if site else Role.READER
    if site is None or not roles.may_moderate(role):
        raise Forbidden("You do not moderate this site.", code="not-a-moderator")
    return Desk(site, person, role)


def sites_of(conn: sa.Connection, person: Person) -> list[Site]:
    """Where they moderate."""
    theirs = people.roles_of(conn, person.id)
    return [one for one in sites.all_sites(conn) if roles.may_moderate(theirs.get(one.id, Role.READER))]


def access_comment(conn: sa.Connection, desk: Desk | None, comment_id: int) -> tuple[Site, Story, Comment]:
    """A comment of the desk's site, in whatever state; with `desk` None (the operator's key) of any site."""
    comment = comments.get(conn, comment_id)
    story = stories.get(conn, comment.story_id) if comment else None
    if comment is None or story is None or (desk and story.site_id != desk.site.id):
        raise NotFound("There is no such comment here.", code="unknown-comment")
    return desk.site if desk else sites.get(conn, story.site_id), story, comment
