"""Signing in and out on our own pages: which ways there are, and where one is signed in."""

from typing import Any

from litestar import Response, get, post
from litestar.params import FromQuery
from litestar.response import Redirect

from belowline.actions import erasure, ways
from belowline.actions import signin as act
from belowline.model.site import Site
from belowline.rules.signin import device_name, safe_next
from belowline.store import passkeys, people, sessions
from belowline.web import guards
from belowline.web.guards import AnyRequest
from belowline.web.house import Here, House
from belowline.web.pages import Id
from belowline.web.problems import plain_headers

Html = Response[str]


def page(house: House, template: str, status: int = 200, **values: Any) -> Html:
    """A page for one reader: kept nowhere, and its address told to nobody else. (The policy "no-referrer" would
    make browsers send the Origin "null" with its forms, which are then refused.)"""
    headers = plain_headers() | {"referrer-policy": "same-origin", "vary": "cookie"}
    site = values.get("site")
    html = house.speaking(site.lang if site else None).page(template, **values)
    return Response(html, status_code=status, media_type="text/html", headers=headers)


def go(place: str) -> Response[Any]:
    """On to a page of ours after a form."""
    return Redirect(safe_next(place), status_code=303, headers=plain_headers())


async def welcome(request: AnyRequest, house: House, person_id: int, place: str) -> Response[Any]:
    """Signs a person in here, under a new token whatever the browser had before, and goes on."""
    earlier = request.cookies.get(guards.cookie_name(house))
    if await house.db.read(erasure.asked, person_id):
        place = "/me/data"  # where they can keep their account
    token = await house.db.write(act.open_page, person_id, earlier, agent(request), house.clock())
    answer = go(place)
    set_cookie(house, answer, guards.cookie_name(house), token, int(act.PAGE.total_seconds()) * 12)
    return answer


def set_cookie(house: House, answer: Response[Any], name: str, value: str, max_age: int) -> None:
    answer.set_cookie(
        name,
        value,
        max_age=max_age,
        path="/",
        httponly=True,
        samesite="lax",
        secure=house.settings.base_url.startswith("https:"),
    )


def touch(house: House, places: list[tuple[int, int]]) -> None:
    """Pages that show another name now."""
    tags = {tag for story, site in places for tag in (f"all:{story}", f"story:{story}", f"site:{site}")}
    house.shelf.touch(tags)


def agent(request: AnyRequest) -> str:
    """The browser as it names itself."""
    return "".join(ch for ch in request.headers.get("user-agent", "") if ch.isprintable())


async def site_of(house: House, key: str | None) -> Site:
    """Raises NotFound."""
    return await house.db.read(ways.access_site, key)


@get("/signin", include_in_schema=False)
async def signin_page(
    request: AnyRequest, house: Here, site: FromQuery[str | None] = None, next: FromQuery[str | None] = None
) -> Html:
    """The ways in that this site has."""
    found = await site_of(house, site)
    who = await guards.person(request, house)
    offered = await house.db.read(ways.offered, found, bool(house.settings.mail_host))
    return page(house, "signin.html", site=found, who=who, ways=offered, next=safe_next(next or "/me"))


@post("/signout", include_in_schema=False)
async def sign_out(request: AnyRequest, house: Here) -> Response[Any]:
    guards.own_pages_only(request, house)
    if who := await guards.signed_in(request, house):
        await house.db.write(act.sign_out, who)
    return _forgotten(house, "/signin")


@post("/signout/everywhere", include_in_schema=False)
async def sign_out_everywhere(request: AnyRequest, house: Here) -> Response[Any]:
    guards.own_pages_only(request, house)
    who = await guards.must_be_signed_in(request, house)
    await house.db.write(act.sign_out_everywhere, who)
    return _forgotten(house, "/signin")


def _forgotten(house: House, place: str) -> Response[Any]:
    answer = go(place)
    answer.delete_cookie(guards.cookie_name(house), path="/")
    return answer


@get("/me/sessions", include_in_schema=False)
async def sessions_page(request: AnyRequest, house: Here) -> Html:
    """Where one is signed in, and how one got in."""
    who = await guards.must_be_signed_in(request, house)
    open_ = await house.db.read(sessions.of_person, who.person.id, house.clock())
    logins = await house.db.read(people.logins_of, who.person.id)
    keys = await house.db.read(passkeys.of_person, who.person.id)
    site = await site_of(house, None)
    shown = {
        "here": who.session.id,
        "sessions": [(one, device_name(one.agent)) for one in open_],
        "logins": logins,
        "passkeys": keys,
    }
    return page(house, "sessions.html", 200, site=site, who=who.person, **shown)


@post("/me/sessions/{session_id:int}/end", include_in_schema=False)
async def end_session(request: AnyRequest, house: Here, session_id: Id) -> Response[Any]:
    guards.own_pages_only(request, house)
    who = await guards.must_be_signed_in(request, house)
    await house.db.write(act.end_session, who, session_id)
    return go("/me/sessions")
