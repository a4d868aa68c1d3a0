"""Profiles: one's own to change, others' to read."""

import asyncio
import hashlib
from typing import Any

from litestar import Response, get, post
from litestar.datastructures import UploadFile
from litestar.params import FromQuery

from belowline.actions import people as act
from belowline.actions import profiles
from belowline.errors import Invalid, NotFound, TooLarge, TooMany
from belowline.model.person import Person
from belowline.rules.pictures import MAX_BYTES, small_picture
from belowline.store import people
from belowline.web import guards
from belowline.web.guards import AnyRequest
from belowline.web.house import Here, House
from belowline.web.pages import Id, Place
from belowline.web.signin import Html, go, page, site_of, touch
from belowline.web.typed import form_of
from belowline.web.writing import COOKIE as MINE

UPLOAD = MAX_BYTES + 64 * 1024  # the form around the picture


@get("/me", include_in_schema=False)
async def me(request: AnyRequest, house: Here, saved: FromQuery[str] = "") -> Response[Any]:
    who = await guards.person(request, house)
    return await _me(request, house, who, {}, 200, saved=bool(saved)) if who else go("/signin?next=/me")


async def _me(
    request: AnyRequest, house: House, who: Person, errors: dict[str, str], status: int, **typed: Any
) -> Html:
    mine = house.tokens.in_cookie(request.cookies.get(MINE))
    claimable = await house.db.read(profiles.claimable, who.id, mine)
    site = await site_of(house, None)
    values = {"name": who.name, "about": who.about, "private": who.private, "lang": who.lang, **typed}
    return page(house, "profile_edit.html", status, site=site, who=who, errors=errors, claimable=claimable, **values)


@post("/me", include_in_schema=False)
async def change(request: AnyRequest, house: Here) -> Response[Any]:
    guards.own_pages_only(request, house)
    who = (await guards.must_be_signed_in(request, house)).person
    form = await form_of(request)
    private, lang = form.get("private") == "yes", form.get("lang", "")
    new = act.Profile(form.get("name", ""), form.get("about", ""), private, lang)
    try:
        _, places = await house.db.write(act.change_profile, who.id, new, house.clock())
    except (Invalid, TooMany) as problem:
        errors = problem.fields or {"": problem.message}
        typed = {"name": new.name, "about": new.about, "private": new.private, "lang": new.lang}
        return await _me(request, house, who, errors, problem.status, **typed)
    touch(house, places)
    return go("/me?saved=yes")


@post("/me/picture", include_in_schema=False, request_max_body_size=UPLOAD)
async def set_picture(request: AnyRequest, house: Here) -> Response[Any]:
    guards.own_pages_only(request, house)
    who = (await guards.must_be_signed_in(request, house)).person
    house.previews.check(guards.address(request, house))
    sent = (await request.form()).get("picture")
    data = await sent.read() if isinstance(sent, UploadFile) else b""
    try:
        webp = await asyncio.to_thread(small_picture, data)
    except (Invalid, TooLarge) as problem:
        return await _me(request, house, who, {"picture": problem.message}, problem.status)
    print_ = hashlib.sha256(webp).hexdigest()[:12]
    await house.db.write(people.set_picture, who.id, webp, print_)
    return go("/me")


@post("/me/picture/remove", include_in_schema=False)
async def remove_picture(request: AnyRequest, house: Here) -> Response[Any]:
    guards.own_pages_only(request, house)
    who = (await guards.must_be_signed_in(request, house)).person
    await house.db.write(people.set_picture, who.id, None, None)
    return go("/me")


@post("/me/claim", include_in_schema=False)
async def claim(request: AnyRequest, house: Here) -> Response[Any]:
    """Makes the comments their own that they wrote as a guest: under their proved address, or in this browser."""
    guards.own_pages_only(request, house)
    who = (await guards.must_be_signed_in(request, house)).person
    mine = house.tokens.in_cookie(request.cookies.get(MINE))
    touch(house, await house.db.write(profiles.claim, who.id, mine))
    return go(f"/people/{who.id}")


@get("/people/{person_id:int}", include_in_schema=False)
async def profile(request: AnyRequest, house: Here, person_id: Id, before: Place = 0) -> Html:
    """Somebody's profile; of a private one, others see the name alone."""
    shown = await house.db.read(profiles.access_profile, person_id, before or None)
    who = await guards.person(request, house)
    own = who is not None and who.id == person_id
    site = await site_of(house, None)
    return page(house, "profile.html", 200, site=site, shown=shown, own=own, open=own or not shown.person.private)


@get("/people/{person_id:int}/picture", include_in_schema=False)
async def picture(request: AnyRequest, house: Here, person_id: Id, v: FromQuery[str] = "") -> Response[bytes]:
    """`v`: the picture's print; one that was taken back, or is private by now, is not here any more."""
    person = await house.db.read(act.access_person, person_id)
    private = person.private and await guards.person(request, house) != person
    found = await house.db.read(people.picture_of, person_id) if v == person.picture and not private else None
    if found is None:
        raise NotFound("This person has no picture.", code="no-picture")
    headers = {
        "cache-control": "private, no-store" if person.private else "public, max-age=86400",
        "x-content-type-options": "nosniff",
        "content-security-policy": "default-src 'none'; sandbox",
        "cross-origin-resource-policy": "cross-origin",
    }
    return Response(found, media_type="image/webp", headers=headers)
