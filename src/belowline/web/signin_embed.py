"""The embed's sign-in: short-lived tokens in a publisher's page, no cookie there.

The pages of other origins never see our cookie; they hold an access token for 15 minutes and exchange a refresh
token, each good once, for the next pair.
"""

from typing import Annotated

import msgspec
from litestar import delete, get, post
from litestar.params import JSONBody, QueryParameter

from belowline.actions import signin as act
from belowline.actions import ways
from belowline.errors import Unauthorized
from belowline.store import people
from belowline.web import guards
from belowline.web.guards import AnyRequest
from belowline.web.house import Here


class Refresh(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    refresh: str


class Me(msgspec.Struct, frozen=True):
    id: int
    name: str
    picture: str | None
    """Address of their picture."""
    role: str
    """On the site that was asked about."""
    moderates: bool


class Door(msgspec.Struct, frozen=True):
    """Who is signed in, and how to come in."""

    me: Me | None
    ways: ways.Offered
    signin_url: str
    """The page on which all ways work; open it in a window of its own."""


@get("/session", summary="Who is signed in here, and the ways in")
async def session(
    request: AnyRequest, house: Here, site: Annotated[str | None, QueryParameter(description="the site's key")] = None
) -> Door:
    who = await guards.person(request, house)
    found = await house.db.read(ways.access_site, site)
    offered = await house.db.read(ways.offered, found, bool(house.settings.mail_host))
    base = house.settings.base_url
    me = None
    if who:
        role = await house.db.read(people.role_of, who.id, found.id)
        picture = f"{base}/people/{who.id}/picture?v={who.picture}" if who.picture else None
        me = Me(who.id, who.name, picture, str(role), role in ("moderator", "editor", "admin"))
    return Door(me, offered, f"{base}/signin?site={found.key}")


@post("/session/refresh", summary="Exchange a refresh token for the next pair", status_code=200)
async def refresh(request: AnyRequest, house: Here, data: JSONBody[Refresh]) -> act.Tokens:
    guards.caller(request, house)
    tokens = await house.db.write(act.refresh, data.refresh, house.clock())
    if tokens is None:
        raise Unauthorized("This sign-in is over. Please sign in again.", code="token-over")
    return tokens


@delete("/session", summary="Sign out")
async def sign_out(request: AnyRequest, house: Here) -> None:
    who = await guards.must_be_signed_in(request, house)
    await house.db.write(act.sign_out, who)
