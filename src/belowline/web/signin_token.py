"""The publication's own login, by a signed token; and handing a sign-in over to a publisher's page."""

from typing import Any
from urllib.parse import urlencode

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath, FromQuery, JSONBody

from belowline.actions import signin as signin_act
from belowline.actions import signin_token as act
from belowline.actions import ways
from belowline.errors import Forbidden
from belowline.model.login import OwnLogin
from belowline.model.person import Person
from belowline.model.site import Site
from belowline.rules import access, tokens
from belowline.web import guards
from belowline.web.guards import AnyRequest
from belowline.web.house import Here, House
from belowline.web.signin import Html, agent, go, page, site_of, touch, welcome
from belowline.web.typed import form_of


class Handed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    jwt: str
    """Signed by the publication: iss, aud, sub, iat, exp and jti (or nonce); name, role and email if it likes."""


@post("/sites/{site:str}/session", summary="Sign in by the publication's own login", status_code=200)
async def own_login(request: AnyRequest, house: Here, site: FromPath[str], data: JSONBody[Handed]) -> signin_act.Tokens:
    origin = guards.caller(request, house).origin
    found = await site_of(house, site)
    if origin and not access.allows_origin(found, origin):
        raise Forbidden("This site's readers do not sign in from that page.", code="origin-not-allowed")
    person = await _person(request, house, found, data.jwt)
    now = house.clock()
    return await house.db.write(signin_act.open_embed, person.id, found.id, agent(request), now, signin_act.HANDED)


async def _person(request: AnyRequest, house: House, site: Site, token: str) -> Person:
    """Raises Forbidden where the site has no such login, Unauthorized for a token that is not good."""
    house.signins.check(guards.address(request, house))
    way = (await house.db.read(ways.access_ways, site.key))[1].jwt
    if not way.on:
        raise Forbidden("This site has no login of its own.", code="way-off")
    claims = await _claims(house, way, token)
    person, places = await house.db.write(act.enter, site, way, claims, house.clock())
    touch(house, places)
    return person


async def _claims(house: House, way: OwnLogin, token: str) -> dict[str, Any]:
    from belowline.rules import jwts  # noqa: PLC0415
    from belowline.web import signin_keys  # noqa: PLC0415

    algorithm, kid = jwts.key_id(token, (way.algorithm,))
    if algorithm == "HS256":
        key: jwts.AnyKey = jwts.shared_key(way.secret)
    elif way.jwks_file:
        key = await signin_keys.key_in_file(way.jwks_file, algorithm, kid)
    else:
        key = await signin_keys.key_of(house.issuers, way.jwks_url, algorithm, kid)
    return jwts.claims_of(token, key, algorithm, way.issuer, way.audience, house.clock())


# --- on our own pages -------------------------------------------------------------------------------


@get("/signin/token", include_in_schema=False)
async def token_page(
    house: Here, jwt: FromQuery[str], site: FromQuery[str | None] = None, next: FromQuery[str | None] = None
) -> Html:
    """Where the publication's login sends a browser to; a button, so that no other page signs anybody in unasked."""
    found = await site_of(house, site)
    return page(house, "signin_token.html", site=found, jwt=jwt[: tokens.MAX_TOKEN + 1], next=next or "/me")


@post("/signin/token", include_in_schema=False)
async def use_token(request: AnyRequest, house: Here) -> Response[Any]:
    guards.own_pages_only(request, house)
    form = await form_of(request)
    found = await site_of(house, form.get("site"))
    person = await _person(request, house, found, form.get("jwt", ""))
    return await welcome(request, house, person.id, form.get("next", "/me"))


# --- for an embed's page ----------------------------------------------------------------------------


@get("/signin/window", include_in_schema=False)
async def window(request: AnyRequest, house: Here, site: FromQuery[str], origin: FromQuery[str]) -> Response[Any]:
    """A window that a publisher's page opened: who is signed in here can be signed in there, by a button."""
    found = await _allowed(house, site, origin)
    who = await guards.person(request, house)
    if who is None:
        back = urlencode({"site": found.key, "origin": origin.lower()})
        return go(f"/signin?{urlencode({'site': found.key, 'next': f'/signin/window?{back}'})}")
    return page(house, "signin_window.html", site=found, who=who, origin=origin.lower(), tokens=None)


@post("/signin/window", include_in_schema=False, status_code=200)
async def hand_over(request: AnyRequest, house: Here) -> Html:
    """Makes tokens for that page; our script tells them to the page of this origin alone."""
    guards.own_pages_only(request, house)
    who = await guards.must_be_signed_in(request, house)
    form = await form_of(request)
    origin = form.get("origin", "").lower()
    found = await _allowed(house, form.get("site", ""), origin)
    made = await house.db.write(signin_act.open_embed, who.person.id, found.id, agent(request), house.clock())
    return page(house, "signin_window.html", site=found, who=who.person, origin=origin, tokens=made)


async def _allowed(house: House, site: str, origin: str) -> Site:
    found = await site_of(house, site)
    if not access.allows_origin(found, origin):
        raise Forbidden("That page does not belong to this publication.", code="origin-not-allowed")
    return found
