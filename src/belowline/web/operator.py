"""The operator's one-time link: it is exchanged for an API key, or for the desk's first admin, once."""

from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from belowline.actions import people
from belowline.errors import NotFound
from belowline.store import sites
from belowline.web import guards
from belowline.web.guards import AnyRequest
from belowline.web.house import Here, House
from belowline.web.problems import plain_headers
from belowline.web.signin import welcome

GONE = "This link has been used, or is older than a day. Starting Belowline again prints a new one."


@get("/operator/{key:str}", include_in_schema=False)
async def operator_page(house: Here, key: FromPath[str]) -> Response[str]:
    """Shows a button and changes nothing: mail scanners and previews open links too."""
    if not await house.db.read(sites.key_holds, key, "once", house.clock()):
        raise NotFound(GONE, code="link-gone")
    return _page(house, key, None)


@post("/operator/{key:str}", include_in_schema=False, status_code=200)
async def operator_key(request: AnyRequest, house: Here, key: FromPath[str]) -> Response[str]:
    guards.own_pages_only(request, house)
    if not await house.db.write(sites.use_key, key, "once", house.clock()):
        raise NotFound(GONE, code="link-gone")
    return _page(house, key, await house.db.write(sites.add_key, "api", house.clock(), None))


@post("/operator/{key:str}/desk", include_in_schema=False)
async def first_admin(request: AnyRequest, house: Here, key: FromPath[str]) -> Response[Any]:
    """Who holds the link becomes an admin of every site: as they are signed in, or as a new person here."""
    guards.own_pages_only(request, house)
    who = await guards.signed_in(request, house)
    person = await house.db.write(people.first_admin, key, who.person if who else None, house.clock())
    if person is None:
        raise NotFound(GONE, code="link-gone")
    return await welcome(request, house, person.id, "/desk")


def _page(house: House, key: str, api_key: str | None) -> Response[str]:
    headers = plain_headers() | {"referrer-policy": "same-origin"}
    return Response(house.render.operator_page(key, api_key), media_type="text/html", headers=headers)
