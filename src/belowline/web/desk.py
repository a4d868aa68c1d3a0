"""The moderators' desk: who gets in, the frame of its pages, and its queues.

To add a page: a handler with the path /desk/{site:str}/… in a file web/desk_<noun>.py, which takes `house: Here` and
`desk: AtDesk`, answers with `await show(house, desk, "desk/<noun>.html", here="<noun>", …)`, and stands in
web/desk_routes.py and on the map (web/routes.py); a template that extends "desk/base.html" and fills the block
`main`; and a line in NAV. `desk` is the guard: whoever gets a Desk has signed in lately on our own pages, moderates
this site, and (for POST) came from one of our own pages. For a page that editors or admins alone may use, call
`at_least(desk, Role.ADMIN)`. A queue of other things than comments is a line in BESIDE of actions/queues.py.
"""

import datetime as dt
from typing import Any

import msgspec
from litestar import Response, get
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, FromQuery

from belowline.actions import desk as act
from belowline.actions import queues as queue_act
from belowline.actions.comments import Changed
from belowline.actions.desk import Desk
from belowline.errors import Forbidden, Unauthorized
from belowline.model.person import Person, Role
from belowline.rules import roles
from belowline.rules.grounds import LAW
from belowline.snapshots.build import touched_by, touched_wholly
from belowline.web import guards
from belowline.web.guards import AnyRequest
from belowline.web.house import Here, House
from belowline.web.pages import MaybePlace
from belowline.web.problems import plain_headers
from belowline.web.signin import go

SESSION = dt.timedelta(hours=12)
"""A sign-in is good for the desk this long, however long it is good for elsewhere."""

Html = Response[Any]


class Entry(msgspec.Struct, frozen=True):
    """A line of the desk's navigation, below the queues."""

    key: str
    label: str
    place: str
    """/desk/{site}/{place}"""
    least: Role = Role.MODERATOR
    """Who sees it."""


NAV: tuple[Entry, ...] = (
    Entry("search", "Search", "search"),
    Entry("people", "People", "people"),
    Entry("stories", "Stories", "stories"),
    Entry("second-look", "Second look", "second-look"),
    Entry("figures", "Figures", "figures"),
    Entry("rules", "Rules", "rules"),
    Entry("lists", "Lists", "lists", Role.ADMIN),
    Entry("duties", "Duties", "duties"),
    Entry("imports", "Imports", "imports", Role.ADMIN),
    Entry("log", "Log", "log"),
)


# --- the guard ------------------------------------------------------------------------------------------


async def moderator(request: AnyRequest, house: House) -> Person:
    """Who has signed in lately on our own pages. Raises Unauthorized and, for what writes, Forbidden."""
    if request.method != "GET":
        guards.own_pages_only(request, house)
    who = await guards.signed_in(request, house)
    if who is None or who.session.kind != "page":
        raise Unauthorized("Please sign in to come to the desk.", code="desk-sign-in")
    if house.clock() - who.session.created_at > SESSION:
        raise Unauthorized("Please sign in again: at the desk a sign-in lasts twelve hours.", code="desk-sign-in")
    return who.person


async def _desk(request: AnyRequest, house: Here, site: FromPath[str]) -> Desk:
    return await house.db.read(act.access_desk, await moderator(request, house), site)


AtDesk = NamedDependency[Desk]
"""How handlers under /desk/{site}/ ask for it, by the name `desk`."""
GUARD = {"desk": Provide(_desk)}


def at_least(desk: Desk, least: Role) -> None:
    """Raises Forbidden."""
    if not roles.at_least(desk.role, least):
        raise Forbidden(f"This is for those who are {least} here, or more.", code="role-too-low")


# --- the frame ------------------------------------------------------------------------------------------


async def show(house: House, desk: Desk, template: str, here: str, status: int = 200, **values: Any) -> Html:
    """A page of the desk: kept nowhere, told to nobody."""
    waiting = await house.db.read(queue_act.counted, desk)
    sites = await house.db.read(act.sites_of, desk.person)
    nav = [one for one in NAV if roles.at_least(desk.role, one.least)]
    frame = {"desk": desk, "site": desk.site, "queues": waiting, "nav": nav, "here": here, "sites": sites, "law": LAW}
    html = house.render.page(template, **frame, root=f"/desk/{desk.site.key}", **values)
    return fragment(html, status)


def fragment(html: str, status: int = 200) -> Html:
    headers = plain_headers() | {"referrer-policy": "same-origin", "vary": "cookie, hx-request"}
    return Response(html, status_code=status, media_type="text/html", headers=headers)


def touch(house: House, changed: Changed) -> None:
    """Readers' pages that show the comment are old now."""
    house.shelf.touch(touched_by(changed.story, changed.comment) | touched_wholly(changed.story))


# --- the pages ------------------------------------------------------------------------------------------


@get("/desk", include_in_schema=False)
async def desk_door(request: AnyRequest, house: Here) -> Html:
    """To the first site on which they moderate."""
    sites = await house.db.read(act.sites_of, await moderator(request, house))
    if not sites:
        raise Forbidden("You do not moderate any site here.", code="not-a-moderator")
    return go(f"/desk/{sites[0].key}")


@get("/desk/{site:str}", include_in_schema=False)
async def desk_front(desk: AtDesk) -> Html:
    return go(f"/desk/{desk.site.key}/queues/held")


@get("/desk/{site:str}/queues/{queue:str}", include_in_schema=False)
async def desk_queue(
    house: Here,
    desk: AtDesk,
    queue: FromPath[str],
    after: MaybePlace = None,
    did: FromQuery[str | None] = None,
    left: FromQuery[str | None] = None,
) -> Html:
    """`did`: what was just decided together, to undo it; `left`: how many were left."""
    page = await house.db.read(queue_act.page, desk, queue, after, house.clock())
    return await show(house, desk, "desk/queue.html", queue, page=page, did=did, left=left)


@get("/desk/{site:str}/counts", include_in_schema=False)
async def desk_counts(house: Here, desk: AtDesk, here: FromQuery[str] = "") -> Html:
    """The queues of the navigation, for a page that stands open."""
    waiting = await house.db.read(queue_act.counted, desk)
    html = house.render.page("desk/counts.html", root=f"/desk/{desk.site.key}", queues=waiting, here=here)
    return fragment(html)
