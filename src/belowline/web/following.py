"""Following and notices: the API, the pages that do the same, and what the links in mails lead to."""

from typing import Annotated, Any

import msgspec
from litestar import Response, delete, get, post, put
from litestar.params import FromPath, FromQuery, JSONBody, PathParameter

from belowline.actions import follows as act
from belowline.actions import push as push_act
from belowline.errors import NotFound, Problem
from belowline.model.follow import Followed, Kind
from belowline.model.ids import MAX_ID, RowId
from belowline.store import notifications, stories
from belowline.web import guards
from belowline.web.guards import AnyRequest
from belowline.web.house import Here, House
from belowline.web.pages import Id, MaybePlace
from belowline.web.signin import go, page, site_of
from belowline.web.typed import form_of

Mark = Annotated[str, PathParameter(max_length=200)]


class NewFollow(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    kind: Kind
    subject: RowId
    email: str | None = None
    """A guest's address, which is asked by mail first; who is signed in needs none."""


class Following(msgspec.Struct, frozen=True):
    settings: act.Settings
    following: list[Followed]


class Asked(msgspec.Struct, frozen=True):
    state: str
    """following, or asked: the address has been sent a question."""
    id: int | None = None


class UpTo(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    up_to: Annotated[int, msgspec.Meta(ge=0, le=MAX_ID)]
    """The last notice that was seen."""


class Marked(msgspec.Struct, frozen=True):
    marked: int


# --- the API ----------------------------------------------------------------------------------------


@get("/notifications", summary="What you are told, newest first (signed in)")
async def list_notices(request: AnyRequest, house: Here, before: MaybePlace = None) -> act.Notices:
    who = await guards.must_be_signed_in(request, house)
    return await house.db.read(act.notices, who.person.id, before)


@post("/notifications/read", summary="Mark notices as read (signed in)", status_code=200)
async def read_notices(request: AnyRequest, house: Here, data: JSONBody[UpTo]) -> Marked:
    who = await guards.must_be_signed_in(request, house)
    return Marked(await house.db.write(act.mark_read, who.person.id, data.up_to, house.clock()))


@get("/following", summary="What you follow, and how you hear of it (signed in)")
async def list_following(request: AnyRequest, house: Here) -> Following:
    who = await guards.must_be_signed_in(request, house)
    return Following(*await house.db.read(act.followed, who.person.id))


@post("/following", summary="Follow a story, a comment's replies or a person", status_code=200)
async def start_following(request: AnyRequest, house: Here, data: JSONBody[NewFollow]) -> Asked:
    return await _start(request, house, data)


@delete("/following/{follow_id:int}", summary="Stop following (signed in)")
async def stop_following(request: AnyRequest, house: Here, follow_id: Id) -> None:
    who = await guards.must_be_signed_in(request, house)
    await house.db.write(act.unfollow, who.person.id, follow_id)


@put("/following/settings", summary="How you hear of things (signed in)")
async def set_following(request: AnyRequest, house: Here, data: JSONBody[act.Settings]) -> act.Settings:
    who = await guards.must_be_signed_in(request, house)
    await house.db.write(act.set_settings, who.person.id, data, house.clock())
    return data


@get("/stories/{slug:str}/names", summary="Names in a discussion that begin with a prefix, for @")
async def names(house: Here, slug: FromPath[str], prefix: FromQuery[str] = "") -> list[str]:
    return await house.db.read(_names, slug, prefix[:60])


def _names(conn: Any, slug: str, prefix: str) -> list[str]:
    story = stories.by_slug(conn, slug)
    if story is None:
        raise NotFound("There is no such story.", code="unknown-story")
    return act.names(notifications.writers(conn, story.id), prefix)


async def _start(request: AnyRequest, house: House, data: NewFollow) -> Asked:
    guards.caller(request, house)
    who = await guards.person(request, house)
    if who:
        made = await house.db.write(act.follow, who.id, data.kind, data.subject, house.clock())
        return Asked("following", made.id)
    house.posts.check(guards.address(request, house))
    await house.db.write(act.ask, data.email or "", data.kind, data.subject, house.clock())
    return Asked("asked")


# --- pages ------------------------------------------------------------------------------------------


@get("/follow/{kind:str}/{subject:int}", include_in_schema=False)
async def follow_form(request: AnyRequest, house: Here, kind: FromPath[str], subject: Id) -> Response[str]:
    return await _form(request, house, _kind(kind), subject, None)


@post("/follow/{kind:str}/{subject:int}", include_in_schema=False)
async def send_follow(request: AnyRequest, house: Here, kind: FromPath[str], subject: Id) -> Response[Any]:
    guards.own_pages_only(request, house)
    form = await form_of(request)
    try:
        asked = await _start(request, house, NewFollow(_kind(kind), subject, form.get("email")))
    except Problem as problem:
        if isinstance(problem, NotFound):
            raise
        return await _form(request, house, _kind(kind), subject, problem)
    found = await house.db.read(act.access_subject, _kind(kind), subject)
    return await _said(house, asked.state, found)


@get("/following/confirm/{mark:str}", include_in_schema=False)
async def confirm_page(house: Here, mark: Mark) -> Response[str]:
    """Shows a button and changes nothing: mail scanners open links too."""
    _, subject = await house.db.read(act.access_confirm, mark)
    return await _said(house, "confirm", subject)


@post("/following/confirm/{mark:str}", include_in_schema=False)
async def confirm(house: Here, mark: Mark) -> Response[str]:
    return await _said(house, "confirmed", await house.db.write(act.confirm, mark))


@get("/following/stop/{mark:str}", include_in_schema=False)
async def stop_page(house: Here, mark: Mark) -> Response[str]:
    title = await house.db.read(act.stoppable, mark)
    return await _said(house, "stop", None, title)


@post("/following/stop/{mark:str}", include_in_schema=False)
async def stop(house: Here, mark: Mark) -> Response[str]:
    """The button, and a mail program's one click (RFC 8058): the link itself is the proof, no cookie is asked for."""
    title = await house.db.write(act.stop, mark)
    return await _said(house, "stopped", None, title)


@get("/following", include_in_schema=False)
async def following_page(request: AnyRequest, house: Here) -> Response[str]:
    who = await guards.must_be_signed_in(request, house)
    settings, followed = await house.db.read(act.followed, who.person.id)
    site = await site_of(house, None)
    push = await house.db.read(push_act.is_on, who.session.id)
    return page(house, "following.html", site=site, who=who.person, push=push, settings=settings, followed=followed)


@post("/following", include_in_schema=False)
async def following_change(request: AnyRequest, house: Here) -> Response[Any]:
    """One form: a button that stops one thing, or the choice of mails."""
    guards.own_pages_only(request, house)
    who = await guards.must_be_signed_in(request, house)
    form = await form_of(request)
    stops = form.get("stop", "")
    if stops.isascii() and stops.isdigit() and len(stops) < 16:
        await house.db.write(act.unfollow, who.person.id, int(stops))
    else:
        given = {"mails": form.get("mails", ""), "replies": "replies" in form}
        chosen = act.chosen(given)
        await house.db.write(act.set_settings, who.person.id, chosen, house.clock())
    return go("/following")


@get("/notifications", include_in_schema=False)
async def notices_page(request: AnyRequest, house: Here, before: MaybePlace = None) -> Response[str]:
    who = await guards.must_be_signed_in(request, house)
    found = await house.db.read(act.notices, who.person.id, before)
    more = found.notices[-1].id if len(found.notices) == act.NOTICES else None
    site = await site_of(house, None)
    return page(house, "notifications.html", site=site, who=who.person, found=found, more=more)


@post("/notifications", include_in_schema=False)
async def notices_read(request: AnyRequest, house: Here) -> Response[Any]:
    guards.own_pages_only(request, house)
    who = await guards.must_be_signed_in(request, house)
    up_to = (await form_of(request)).get("up_to", "")
    if up_to.isascii() and up_to.isdigit() and len(up_to) < 16:
        await house.db.write(act.mark_read, who.person.id, int(up_to), house.clock())
    return go("/notifications")


async def _form(request: AnyRequest, house: House, kind: Kind, subject: int, problem: Problem | None) -> Response[str]:
    found = await house.db.read(act.access_subject, kind, subject)
    who = await guards.person(request, house)
    site = await site_of(house, None)
    status = problem.status if problem else 200
    return page(house, "follow.html", status, site=site, who=who, subject=found, problem=problem)


async def _said(house: House, state: str, subject: act.Subject | None, title: str | None = None) -> Response[str]:
    site = await site_of(house, None)
    return page(house, "follow_state.html", site=site, state=state, subject=subject, title=title)


def _kind(kind: str) -> Kind:
    try:
        return Kind(kind)
    except ValueError as error:
        raise NotFound("There is nothing here to follow.", code="unknown-subject") from error
