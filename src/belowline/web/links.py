"""Whom a comment probably answers: why that is thought, and the small form by which who may know corrects it."""

import re
from typing import Any

from litestar import Response, get, post, put
from litestar.params import JSONBody
from litestar.response import Redirect

from belowline.actions import links as act
from belowline.actions.people import Caller
from belowline.errors import Forbidden, Invalid
from belowline.model.comment import Comment
from belowline.model.ids import MAX_ID
from belowline.model.site import Site
from belowline.model.story import Story
from belowline.snapshots import api_views
from belowline.snapshots.build import touched_by, touched_wholly
from belowline.snapshots.discussion import card, view
from belowline.store import comments
from belowline.web import guards
from belowline.web.guards import AnyRequest
from belowline.web.guests import api_caller, page_caller
from belowline.web.house import Here, House
from belowline.web.pages import Id
from belowline.web.problems import plain_headers
from belowline.web.typed import form_of

Html = Response[Any]
_NUMBER = re.compile(r"(?:.*/comments/|.*#c)?(\d{1,18})/?(?:\?.*)?", re.DOTALL)


async def _correct(house: House, comment_id: int, new: act.NewLink, caller: Caller, place: str, by_key: bool) -> Any:
    if not by_key:
        house.reports.check(place)
    linked = await house.db.write(act.correct, comment_id, new, caller, house.clock(), by_key)
    house.shelf.touch(touched_by(linked.story, linked.comment) | touched_wholly(linked.story))
    return linked


@put("/comments/{comment_id:int}/parent", summary="Say whom an imported comment answers")
async def set_parent(
    request: AnyRequest, house: Here, comment_id: Id, data: JSONBody[act.NewLink]
) -> api_views.CommentItem:
    """For its writer, the story's author, a moderator and the newsroom's key; only where its page had lost it."""
    by_key, caller = await _key_or_caller(request, house)
    linked = await _correct(house, comment_id, data, caller, guards.address(request, house), by_key)
    return api_views.comment(view(linked.comment, linked.parent, 0), house.build.base_url)


async def _key_or_caller(request: AnyRequest, house: House) -> tuple[bool, Caller]:
    try:
        await guards.operator(request, house)
    except Forbidden:
        return False, await api_caller(request, house)
    return True, Caller()


@get("/comments/{comment_id:int}/link", include_in_schema=False)
async def link_form(request: AnyRequest, house: Here, comment_id: Id) -> Html:
    return await _page(house, comment_id, await page_caller(request, house), {}, {})


@post("/comments/{comment_id:int}/link", include_in_schema=False)
async def send_link(request: AnyRequest, house: Here, comment_id: Id) -> Html:
    guards.own_pages_only(request, house)
    caller = await page_caller(request, house)
    form = await form_of(request)
    try:
        parent = None if form.get("answers") == "story" else _number(form.get("parent", ""))
        new = act.NewLink(parent, not_by=form.get("not_by") == "yes")
        await _correct(house, comment_id, new, caller, guards.address(request, house), by_key=False)
    except Invalid as problem:
        return await _page(house, comment_id, caller, form, problem.fields or {"": problem.message}, 422)
    return Redirect(f"/comments/{comment_id}?v=linked", status_code=303, headers=plain_headers())


def _number(written: str) -> int:
    """A comment's number out of its number or address."""
    found = _NUMBER.fullmatch(written.strip())
    if found is None or int(found[1]) > MAX_ID:
        sentence = "Give the comment's address or its number."
        raise Invalid(sentence, fields={"parent": sentence})
    return int(found[1])


async def _page(
    house: House, comment_id: int, caller: Caller, form: dict[str, str], wrong: dict[str, str], status: int = 200
) -> Html:
    site, story, comment, parent, by = await house.db.read(_read, comment_id, caller)
    shown = card(house.build.base_url, site, story, house.clock())
    above = view(parent, None, 0) if parent else None
    told = {"may": by is not None, "form": form, "errors": wrong}
    html = house.render.link_page(site, shown, view(comment, parent, 0), above, **told)
    return Response(html, status_code=status, media_type="text/html", headers=plain_headers())


def _read(conn: Any, comment_id: int, caller: Caller) -> tuple[Site, Story, Comment, Comment | None, act.By | None]:
    site, story, comment, by = act.access_link(conn, comment_id, caller)
    return site, story, comment, None if comment.parent_id is None else comments.get(conn, comment.parent_id), by
