"""Signing in by passkey on our own pages: a question, and the device's answer."""

import base64
from typing import Any

import msgspec
from litestar import Response, post
from litestar.params import JSONBody

from belowline.actions import signin as signin_act
from belowline.actions import signin_passkey as act
from belowline.errors import Forbidden
from belowline.model.site import Site
from belowline.rules import access, tokens
from belowline.rules.signin import device_name, safe_next
from belowline.store import ways
from belowline.web import guards
from belowline.web.api_document import answers
from belowline.web.guards import AnyRequest
from belowline.web.house import Here, House
from belowline.web.pages import Id
from belowline.web.signin import agent, go, set_cookie, site_of

COOKIE = "belowline_passkey"


class Ask(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    site: str | None = None


class Reply(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`PublicKeyCredential.toJSON()` of the browser."""

    credential: dict[str, Any]
    label: str = ""
    """What its owner calls the device."""
    next: str = "/me"


class Entered(msgspec.Struct, frozen=True):
    next: str


@post(
    "/passkeys/question",
    summary="Begin to sign in by passkey (own pages)",
    status_code=200,
    responses=answers(dict[str, Any]),
)
async def question(request: AnyRequest, house: Here, data: JSONBody[Ask]) -> Response[bytes]:
    await _door(request, house, data.site)
    return _asked(house, "enter", *act.question(_place(house)))


@post("/passkeys/session", summary="Sign in by passkey (own pages)", status_code=200)
async def enter(request: AnyRequest, house: Here, data: JSONBody[Reply]) -> Response[Entered]:
    challenge = _challenge(request, house, "enter")
    person = await house.db.write(act.enter, _place(house), challenge, data.credential, house.clock())
    return await _signed_in(request, house, person.id, data.next)


@post(
    "/passkeys/new", summary="Begin to make a passkey (own pages)", status_code=200, responses=answers(dict[str, Any])
)
async def new(request: AnyRequest, house: Here, data: JSONBody[Ask]) -> Response[bytes]:
    site = await _door(request, house, data.site)
    who = await guards.person(request, house)
    options = await house.db.read(act.creation, _place(house), who.id if who else None, site.name)
    return _asked(house, "new", *options)


@post("/passkeys", summary="Keep a new passkey (own pages)", status_code=200)
async def register(request: AnyRequest, house: Here, data: JSONBody[Reply]) -> Response[Entered]:
    """For who is signed in, one more; for a guest, the beginning of an account."""
    challenge = _challenge(request, house, "new")
    who = await guards.person(request, house)
    label = data.label or device_name(agent(request))
    id_ = who.id if who else None
    person = await house.db.write(act.register, _place(house), challenge, data.credential, id_, label, house.clock())
    if who:
        return Response(Entered(safe_next(data.next)))
    return await _signed_in(request, house, person.id, data.next)


@post("/me/passkeys/{passkey_id:int}/remove", include_in_schema=False)
async def remove(request: AnyRequest, house: Here, passkey_id: Id) -> Response[Any]:
    guards.own_pages_only(request, house)
    who = await guards.must_be_signed_in(request, house)
    await house.db.write(act.remove, who.person.id, passkey_id)
    return go("/me/sessions")


def _place(house: House) -> act.Place:
    return act.Place(access.origin_of(house.settings.base_url) or "")


async def _door(request: AnyRequest, house: House, key: str | None) -> Site:
    guards.own_pages_only(request, house)
    house.signins.check(guards.address(request, house))
    site = await site_of(house, key)
    if not (await house.db.read(ways.of_site, site.id)).passkey:
        raise Forbidden("Nobody signs in by passkey here.", code="way-off")
    return site


def _asked(house: House, purpose: str, options: str, challenge: bytes) -> Response[bytes]:
    answer = Response(options.encode(), media_type="application/json")
    until = house.clock() + act.CHALLENGE
    sealed = house.tokens.seal(f"passkey {purpose}", {"challenge": base64.urlsafe_b64encode(challenge).decode()}, until)
    set_cookie(house, answer, COOKIE, sealed, int(act.CHALLENGE.total_seconds()))
    return answer


def _challenge(request: AnyRequest, house: House, purpose: str) -> bytes:
    """The question that this browser was asked. Raises Forbidden, Unauthorized."""
    guards.own_pages_only(request, house)
    house.signins.check(guards.address(request, house))
    kept = house.tokens.unseal(f"passkey {purpose}", request.cookies.get(COOKIE), house.clock())
    if kept is None:
        raise tokens.refused("this browser was not asked, or too long ago", "bad-passkey")
    return base64.urlsafe_b64decode(kept["challenge"] + "==")


async def _signed_in(request: AnyRequest, house: House, person_id: int, place: str) -> Response[Entered]:
    earlier = request.cookies.get(guards.cookie_name(house))
    token = await house.db.write(signin_act.open_page, person_id, earlier, agent(request), house.clock())
    answer = Response(Entered(safe_next(place)))
    set_cookie(house, answer, guards.cookie_name(house), token, int(signin_act.PAGE.total_seconds()) * 12)
    answer.delete_cookie(COOKIE, path="/")
    return answer
