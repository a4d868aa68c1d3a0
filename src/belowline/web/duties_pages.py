"""Pages that everybody may read or send: terms, contact, notices of illegal content, the head of the log."""

from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath, FromQuery

from belowline.actions import logbook
from belowline.actions import notices as act
from belowline.actions.logbook import SignedHead
from belowline.actions.notices import NewNotice
from belowline.errors import Invalid, NotFound
from belowline.model.reasons import KINDS
from belowline.rules import duties
from belowline.web import guards
from belowline.web.guards import AnyRequest
from belowline.web.guests import page_caller
from belowline.web.house import Here, House
from belowline.web.pages import Place
from belowline.web.signin import Html, go, page, site_of
from belowline.web.typed import form_of

Key = FromQuery[str | None]


@get("/terms", include_in_schema=False)
async def terms(house: Here, site: Key = None) -> Html:
    """The rules of the house, how they are kept, and the ways against a decision (Article 14)."""
    found = await site_of(house, site)
    on = {one.name for one in duties.listed(found.policy) if one.on}
    return page(house, "duties/terms.html", site=found, on=on)


@get("/contact", include_in_schema=False)
async def contact(house: Here, site: Key = None) -> Html:
    """The points of contact for readers and authorities (Articles 11 to 13)."""
    found = await site_of(house, site)
    return page(house, "duties/contact.html", site=found, on=duties.on(found.policy, "notices"))


@get("/notices/new", include_in_schema=False)
async def notice_form(request: AnyRequest, house: Here, comment: Place = 0, site: Key = None) -> Html:
    who = await guards.person(request, house)
    form = {"location": f"{house.settings.base_url}/comments/{comment}" if comment else ""}
    form |= {"name": who.name, "email": who.email or ""} if who else {}
    return await _form(house, form, {}, site)


async def _form(
    house: House, form: dict[str, str], errors: dict[str, str], site: str | None, status: int = 200
) -> Html:
    shown = await house.db.read(act.site_at, form.get("location", ""), site)
    return page(house, "duties/notice_new.html", status, site=shown, kinds=KINDS, form=form, errors=errors)


@post("/notices/new", include_in_schema=False)
async def give_notice(request: AnyRequest, house: Here) -> Response[Any]:
    guards.own_pages_only(request, house)
    form = await form_of(request)
    house.reports.check(guards.address(request, house))
    new = NewNotice(
        location=form.get("location", ""),
        kind=form.get("kind", ""),
        explanation=form.get("explanation", ""),
        name=form.get("name", ""),
        email=form.get("email", ""),
        good_faith=form.get("good_faith") == "yes",
    )
    try:
        given = await house.db.write(act.give, new, await page_caller(request, house), house.clock())
    except Invalid as problem:
        return await _form(house, form, problem.fields or {"": problem.message}, None, problem.status)
    return go(await house.db.read(act.link, given.notice.id))


@get("/notices/{mark:str}", include_in_schema=False)
async def notice_page(house: Here, mark: FromPath[str]) -> Html:
    """The receipt of a notice, and what became of it, for whoever has its link."""
    said = await house.db.read(act.access_notice, mark)
    kind = duties.kind_of(said.notice.kind)
    return page(house, "duties/notice.html", site=said.site, said=said, kind=kind)


@get("/log/head", include_in_schema=False)
async def log_head(house: Here) -> Response[SignedHead]:
    """The newest row of the newsroom's log, signed: for who keeps one a day, outside of this house."""
    if await house.db.read(logbook.has_no_key):
        await house.db.write(logbook.make_key)
    try:
        head = await house.db.read(logbook.head, house.clock())
    except NotFound as problem:
        raise NotFound("Nothing has been decided here yet.", code=problem.code) from problem
    return Response(head, headers={"access-control-allow-origin": "*", "cache-control": "no-store"})
