"""A reader asks to be erased, looks when it will be, and changes their mind: as pages and as an API."""

import datetime as dt
from typing import Any

import msgspec
from litestar import Response, delete, get, post
from litestar.params import JSONBody

from belowline.actions import erasure as act
from belowline.errors import Invalid, Problem
from belowline.web import guards
from belowline.web.guards import AnyRequest
from belowline.web.house import Here, House
from belowline.web.signin import go, page, site_of
from belowline.web.typed import form_of


class Planned(msgspec.Struct, frozen=True):
    due_at: dt.datetime | None
    """When it will be done; null: nothing was asked for."""
    texts: str | None = None


async def data_page(request: AnyRequest, house: House, status: int = 200, problem: str = "") -> Response[str]:
    """What can be done with one's data; `problem`: why what was asked for is not done."""
    who = await guards.must_be_signed_in(request, house)
    values = {
        "erasure": await house.db.read(act.asked, who.person.id),
        "fresh": act.is_fresh(who, house.clock()),
        "days": house.settings.erasure_grace_days,
        "problem": problem,
    }
    return page(house, "own_data.html", status, site=await site_of(house, None), who=who.person, **values)


@post("/me/erasure", include_in_schema=False)
async def ask(request: AnyRequest, house: Here) -> Response[Any]:
    guards.own_pages_only(request, house)
    texts = (await form_of(request)).get("texts", "")
    try:
        planned = await _ask(request, house, texts)
    except Problem as problem:
        if problem.status == 401:
            raise
        return await data_page(request, house, problem.status, problem.message)
    answer: Response[Any] = page(house, "erasure_asked.html", site=await site_of(house, None), erasure=planned)
    answer.delete_cookie(guards.cookie_name(house), path="/")
    return answer


@post("/me/erasure/keep", include_in_schema=False)
async def keep(request: AnyRequest, house: Here) -> Response[Any]:
    guards.own_pages_only(request, house)
    who = await guards.must_be_signed_in(request, house)
    await house.db.write(act.keep, who.person.id)
    return go("/me/data")


@get("/me/erasure", summary="Whether and when you are going to be erased (signed in)")
async def planned(request: AnyRequest, house: Here) -> Planned:
    who = await guards.must_be_signed_in(request, house)
    found = await house.db.read(act.asked, who.person.id)
    return Planned(found.due_at, found.texts) if found else Planned(None)


@post("/me/erasure", summary="Ask to be erased (freshly signed in, own pages); it signs you out", status_code=200)
async def start(request: AnyRequest, house: Here, data: JSONBody[act.Wish]) -> Planned:
    return await _ask(request, house, data.texts)


@delete("/me/erasure", summary="Keep your account after all (signed in)")
async def stop(request: AnyRequest, house: Here) -> None:
    who = await guards.must_be_signed_in(request, house)
    await house.db.write(act.keep, who.person.id)


async def _ask(request: AnyRequest, house: House, texts: str) -> Planned:
    who = await guards.must_be_signed_in(request, house)
    try:
        wish = msgspec.convert({"texts": texts}, act.Wish)
    except msgspec.ValidationError as error:
        sentence = "Please choose what becomes of what you wrote."
        raise Invalid(sentence, fields={"texts": sentence}) from error
    grace = dt.timedelta(days=house.settings.erasure_grace_days)
    found = await house.db.write(act.ask, who, wish, grace, house.clock())
    return Planned(found.due_at, found.texts)
