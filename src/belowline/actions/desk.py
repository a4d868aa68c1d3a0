"""The desk: who gets in, on which site, and what they may see there."""

import datetime as dt

import msgspec
import sqlalchemy as sa

from belowline.errors import Forbidden, NotFound
from belowline.model.comment import Comment
from belowline.model.correction import Correction
from belowline.model.person import Person, Role
from belowline.model.site import Site
from belowline.model.story import Story
from belowline.rules import roles
from belowline.store import comments, corrections, log, people, sites, stories
from belowline.store.log import Entry

PAGE = 50  # stories, or rows of the log


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


def access_story(conn: sa.Connection, desk: Desk, slug: str) -> Story:
    """A story of the desk's site. Raises NotFound."""
    story = stories.by_slug(conn, slug)
    if story is None or story.site_id != desk.site.id:
        raise NotFound("There is no such story here.", code="unknown-story")
    return story


def access_correction(conn: sa.Connection, desk: Desk, correction_id: int) -> tuple[Correction, Story]:
    """A reader's request about a story of the desk's site. Raises NotFound."""
    found = corrections.get(conn, correction_id)
    story = stories.get(conn, found.story_id) if found else None
    if found is None or story is None or story.site_id != desk.site.id:
        raise NotFound("There is no such request here.", code="unknown-correction")
    return found, story


def stories_of(conn: sa.Connection, desk: Desk, before: tuple[dt.datetime, int] | None) -> tuple[list[Story], str]:
    """A page of the site's stories, newest first, and the cursor of the next ("" at the end)."""
    found = stories.page(conn, desk.site.id, before, PAGE + 1)
    shown = found[:PAGE]
    return shown, f"{stories.place_in_time(shown[-1])}.{shown[-1].id}" if len(found) > PAGE else ""


def log_page(conn: sa.Connection, desk: Desk, before: int | None) -> list[tuple[Entry, str]]:
    """The newest rows of the log that are about this site or all, with who acted."""
    found = log.latest(conn, desk.site.id, before, PAGE)
    return [(one, _actor(conn, one)) for one in found]


def _actor(conn: sa.Connection, entry: Entry) -> str:
    if entry.actor_id is None:
        return "the operator, or the machine"
    person = people.get(conn, entry.actor_id)
    return person.name if person else "somebody who left"
