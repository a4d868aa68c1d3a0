"""The desk's pages on people: the newsroom, who is under a sanction, one person's record, and what is done about it."""

from typing import Any

import msgspec
from litestar import get, post
from litestar.params import FromQuery

from belowline.actions import people as people_act
from belowline.actions import record as act
from belowline.actions import sanctions as sanction_act
from belowline.actions.desk import access_comment
from belowline.actions.sanctions import NewSanction, Subject
from belowline.errors import Invalid, Problem
from belowline.model.person import Role
from belowline.model.sanction import Kind
from belowline.web.desk import AtDesk, Html, at_least, show
from belowline.web.guards import AnyRequest
from belowline.web.house import Here, House
from belowline.web.pages import Id
from belowline.web.signin import go
from belowline.web.typed import form_of

ROLES = [str(one) for one in Role]


@get("/desk/{site:str}/people", include_in_schema=False)
async def desk_people(house: Here, desk: AtDesk, q: FromQuery[str] = "") -> Html:
    values: dict[str, Any] = {
        "q": q,
        "found": await house.db.read(act.search, desk, q, house.clock()),
        "newsroom": await house.db.read(act.newsroom, desk),
        "sanctioned": await house.db.read(act.under_sanction, desk, house.clock()),
    }
    return await show(house, desk, "desk/people.html", "people", **values)


@get("/desk/{site:str}/people/{person_id:int}", include_in_schema=False)
async def desk_person(house: Here, desk: AtDesk, person_id: Id) -> Html:
    return await _person(house, desk, person_id, {}, {})


async def _person(
    house: House, desk: AtDesk, person_id: int, form: dict[str, str], errors: dict[str, str], status: int = 200
) -> Html:
    record = await house.db.read(act.access_record, desk, person_id, house.clock())
    values: dict[str, Any] = {"record": record, "form": form, "errors": errors, "roles": ROLES, "now": house.clock()}
    return await show(house, desk, "desk/person.html", "people", status, **values)


@post("/desk/{site:str}/people/{person_id:int}/notes", include_in_schema=False)
async def add_note(request: AnyRequest, house: Here, desk: AtDesk, person_id: Id) -> Html:
    form = await form_of(request)
    try:
        await house.db.write(act.add_note, desk, person_id, form.get("text", ""), house.clock())
    except Invalid as problem:
        return await _person(house, desk, person_id, form, {"note": problem.message}, problem.status)
    return go(f"/desk/{desk.site.key}/people/{person_id}#notes")


@post("/desk/{site:str}/people/{person_id:int}/sanctions", include_in_schema=False)
async def impose(request: AnyRequest, house: Here, desk: AtDesk, person_id: Id) -> Html:
    form = await form_of(request)
    try:
        new = asked(form)
        await house.db.write(sanction_act.impose, desk.site, Subject(person_id), new, desk.person.id, house.clock())
    except Problem as problem:
        return await _person(house, desk, person_id, form, problem.fields or {"": problem.message}, problem.status)
    return go(f"/desk/{desk.site.key}/people/{person_id}#sanctions")


@post("/desk/{site:str}/people/{person_id:int}/role", include_in_schema=False)
async def set_role(request: AnyRequest, house: Here, desk: AtDesk, person_id: Id) -> Html:
    at_least(desk, Role.ADMIN)
    form = await form_of(request)
    if form.get("role") not in ROLES:
        raise Invalid("Please choose a role.", fields={"role": "Please choose."})
    role = Role(form["role"])
    await house.db.write(people_act.set_role, desk.site.key, person_id, role, house.clock(), desk.person.id)
    return go(f"/desk/{desk.site.key}/people/{person_id}")


@post("/desk/{site:str}/sanctions/{sanction_id:int}/lift", include_in_schema=False)
async def lift(request: AnyRequest, house: Here, desk: AtDesk, sanction_id: Id) -> Html:
    form = await form_of(request)
    await house.db.write(sanction_act.lift, desk.site, sanction_id, desk.person.id, house.clock())
    return go(form.get("back") or f"/desk/{desk.site.key}/people")


@get("/desk/{site:str}/comments/{comment_id:int}/writer", include_in_schema=False)
async def writer(house: Here, desk: AtDesk, comment_id: Id) -> Html:
    """To the record of who wrote a comment; for a guest the form alone."""
    return await _writer(house, desk, comment_id, {}, {})


@post("/desk/{site:str}/comments/{comment_id:int}/writer", include_in_schema=False)
async def impose_on_writer(request: AnyRequest, house: Here, desk: AtDesk, comment_id: Id) -> Html:
    form = await form_of(request)
    try:
        await house.db.read(access_comment, desk, comment_id)
        new = asked(form)
        await house.db.write(sanction_act.impose_on_writer, comment_id, new, desk.person.id, house.clock())
    except Invalid as problem:
        return await _writer(house, desk, comment_id, form, problem.fields or {"": problem.message}, problem.status)
    return go(f"/desk/{desk.site.key}/people")


async def _writer(
    house: House, desk: AtDesk, comment_id: int, form: dict[str, str], errors: dict[str, str], status: int = 200
) -> Html:
    _, _, comment = await house.db.read(access_comment, desk, comment_id)
    if comment.person_id is not None:
        return go(f"/desk/{desk.site.key}/people/{comment.person_id}")
    values = {"comment": comment, "form": form, "errors": errors}
    return await show(house, desk, "desk/guest.html", "people", status, **values)


def asked(form: dict[str, str]) -> NewSanction:
    """What a form asks for. Raises Invalid."""
    given: dict[str, Any] = {name: form.get(name, "") for name in ("kind", "reason", "note", "because")}
    given |= {"everywhere": bool(form.get("everywhere")), "days": form.get("days", "").strip() or None}
    if given["kind"] not in set(Kind):
        raise Invalid("Please choose what to do.", fields={"kind": "Please choose."})
    try:
        return msgspec.convert(given, NewSanction, strict=False)
    except msgspec.ValidationError as error:
        sentence = f"A number of days from 1 to {sanction_act.MAX_DAYS}."
        raise Invalid(sentence, fields={"days": sentence}) from error
