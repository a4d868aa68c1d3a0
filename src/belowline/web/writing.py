"""Writing without JavaScript: forms that are pages, and the pages a writer gets back."""

import hashlib
import uuid
from typing import Any

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from belowline.actions import comments as act
from belowline.actions import reasons
from belowline.errors import Conflict, NotFound, Nudge, Problem, TooMany
from belowline.model.comment import Comment, State
from belowline.model.site import Site
from belowline.rules import access
from belowline.snapshots.discussion import card, view
from belowline.snapshots.views import CommentView, FormView
from belowline.store import comments, people
from belowline.web import guards, sending
from belowline.web.guards import AnyRequest
from belowline.web.guests import COOKIE as GUEST
from belowline.web.guests import just_wrote, page_caller, remember, with_mark
from belowline.web.house import Here, House
from belowline.web.pages import Id
from belowline.web.problems import plain_headers
from belowline.web.typed import form_of

COOKIE = "belowline_mine"
REMEMBERED = 20  # own comments that the cookie names
SHARED_KEY = "shared"  # the key in forms on ready pages, which all readers share

Html = Response[str]


def _page(html: str, status: int = 200) -> Html:
    return Response(html, status_code=status, media_type="text/html", headers=plain_headers())


@post("/stories/{slug:str}/comments", include_in_schema=False)
async def send(request: AnyRequest, house: Here, slug: FromPath[str]) -> Response[Any]:
    place = guards.address(request, house)
    caller, mark = with_mark(await page_caller(request, house), place, house, must=False)
    form = await form_of(request)
    new = _new_comment(form, slug, place)
    if form.get("action") == "preview":
        return await _preview(house, slug, new, caller.person_id)
    try:
        house.posts.check(place)
        more = {"name": new.name, "lang": new.lang, "parent": new.parent, "signed_in": caller.person_id is not None}
        said = await house.external.about_new(slug, new.text, more)
        posted = await sending.send(house, act.post, slug, new, caller, house.clock(), said)
        while posted.again and posted.comment.state == State.DELETED:  # its writer took it back, and says it again
            new = msgspec.structs.replace(new, key=f"{posted.comment.id} {new.key}"[: act.MAX_KEY])
            posted = await sending.send(house, act.post, slug, new, caller, house.clock(), said)
    except Problem as problem:
        if isinstance(problem, NotFound):
            raise
        if problem.code == "key-used":  # other words on a form that was sent: a comment of their own
            new = msgspec.structs.replace(new, key=str(uuid.uuid4()))
        return await _form_again(house, slug, new, problem, caller.person_id)
    own = house.tokens.in_cookie(request.cookies.get(COOKIE))
    mine = [*(one for one in own if one != posted.comment.id), posted.comment.id][-REMEMBERED:]
    answer = Redirect(f"/comments/{posted.comment.id}/mine", status_code=303, headers=plain_headers())
    answer.set_cookie(
        COOKIE,
        house.tokens.cookie(mine),
        max_age=max(posted.site.policy.edit_window_s, 60),
        httponly=True,
        samesite="lax",
        secure=house.settings.base_url.startswith("https:"),
    )
    answer.headers |= just_wrote(house, posted)
    return remember(answer, mark, house)


def _new_comment(form: dict[str, str], slug: str, address: str) -> act.NewComment:
    parent = form.get("parent", "").strip()
    new = act.NewComment(
        name=form.get("name", ""),
        email=form.get("email", ""),
        text=form.get("text", ""),
        parent=int(parent) if parent.isascii() and parent.isdigit() and len(parent) < 16 else None,
        lang=form.get("lang", "").strip() or None,
        key=form.get("key", ""),
        nudged=form.get("action") == "anyway",
    )
    if new.key != SHARED_KEY:
        return new
    # A form on a ready page cannot carry a key of its own: the same words from the same place are one sending.
    parts = "\0".join((slug, address, new.name, new.text, str(new.parent)))
    return msgspec.structs.replace(new, key=hashlib.sha256(parts.encode("utf-8", "replace")).hexdigest())


async def _preview(house: House, slug: str, new: act.NewComment, person_id: int | None) -> Html:
    site, form = await house.db.read(_form, house, slug, new, person_id)
    try:
        shown = act.preview(new.text, site.policy.max_comment_chars)
        return _page(house.speaking(site.lang).form_page(site, msgspec.structs.replace(form, preview_html=shown)))
    except Problem as problem:
        return await _form_again(house, slug, new, problem, person_id)


async def _form_again(house: House, slug: str, new: act.NewComment, problem: Problem, person_id: int | None) -> Html:
    """The form with what was typed and what is wrong with it."""
    site, form = await house.db.read(_form, house, slug, new, person_id)
    known = {name: sentence for name, sentence in problem.fields.items() if name in ("name", "email", "text", "lang")}
    errors = {"nudge" if isinstance(problem, Nudge) else "": problem.message}
    form = msgspec.structs.replace(form, errors=known or errors)
    answer = _page(house.speaking(site.lang).form_page(site, form), problem.status)
    if isinstance(problem, TooMany):
        answer.headers["retry-after"] = str(problem.retry_after)
    return answer


def _form(conn: Any, house: House, slug: str, new: act.NewComment, person_id: int | None) -> tuple[Site, FormView]:
    site, story, parent = act.access_form(conn, slug, new.parent)
    who = None if person_id is None else people.get(conn, person_id)
    return site, FormView(
        story=card(house.build.base_url, site, story, house.clock()),
        action=f"/stories/{story.slug}/comments",
        key=new.key or str(uuid.uuid4()),
        parent=view(parent, None, 0) if parent else None,
        name=new.name,
        text=new.text,
        lang=new.lang or "",
        who=who.name if who else None,
        email=new.email,
    )


@get("/comments/{comment_id:int}/reply", include_in_schema=False)
async def reply(request: AnyRequest, house: Here, comment_id: Id) -> Html:
    who = await guards.person(request, house)
    _, story, parent = await house.db.read(act.access_parent_form, comment_id, house.clock())
    new = act.NewComment(text="", parent=parent.id)
    site, form = await house.db.read(_form, house, story.slug, new, who.id if who else None)
    return _page(house.speaking(site.lang).form_page(site, form))


@get("/comments/{comment_id:int}/mine", include_in_schema=False)
async def mine(request: AnyRequest, house: Here, comment_id: Id) -> Response[Any]:
    """What a writer gets back: their comment, whether it waits, and how to change it. A browser that keeps no cookies
    cannot be known again: it is shown the comment where it stands."""
    try:
        await _own(request, house, comment_id)
    except NotFound:
        theirs = await house.db.read(comments.get, comment_id)
        if theirs is None or theirs.state != State.PUBLISHED:
            raise
        return Redirect(f"/comments/{comment_id}", status_code=303, headers=plain_headers())
    told = await house.db.read(reasons.of_comment, comment_id, house.clock())
    if told and told[0].comment and told[0].comment.state in (State.REMOVED, State.SPAM):
        return Redirect(f"/decisions/{told[0].decision.id}", status_code=303, headers=plain_headers())
    site, story, comment, parent, sentences = await house.db.read(act.access_mine, comment_id)
    shown = card(house.build.base_url, site, story, house.clock())
    can_edit = access.may_edit(comment, site.policy, house.clock())
    until = access.edit_until(comment, site.policy) if can_edit else None
    return _page(
        house.speaking(site.lang).own_comment_page(
            site, shown, own_view(comment, parent), sentences, can_edit, until, told
        )
    )


def own_view(comment: Comment, parent: Comment | None) -> CommentView:
    """The writer sees their text also while it waits."""
    shown = view(comment, parent, 0)
    if comment.state == State.HELD:
        shown.author, shown.html, shown.text = comment.author_name, comment.html, comment.text
    return shown


async def _own(request: AnyRequest, house: House, comment_id: int) -> bool:
    """Whether its writer is signed in; else this browser has just sent it. Raises NotFound."""
    if await guards.wrote(request, house, comment_id):
        return True
    if comment_id in house.tokens.in_cookie(request.cookies.get(COOKIE)):
        return False
    mark = house.tokens.guest(request.cookies.get(GUEST))
    wrote = mark is not None and bool(await house.db.read(comments.written_by_guest, comment_id, mark))
    if wrote:
        return False
    raise NotFound("This page is for the comment's writer, for a short time after it was sent.", code="not-yours")


@get("/comments/{comment_id:int}/edit", include_in_schema=False)
async def edit_form(request: AnyRequest, house: Here, comment_id: Id) -> Html:
    await _own(request, house, comment_id)
    await house.db.read(act.access_own, comment_id, house.clock())  # who types is not told in the end that it is late
    return await _edit_page(house, comment_id, None, None, {}, 200)


@post("/comments/{comment_id:int}/edit", include_in_schema=False)
async def edit(request: AnyRequest, house: Here, comment_id: Id) -> Response[Any]:
    guards.own_pages_only(request, house)
    form = await form_of(request)
    await _own(request, house, comment_id)
    source, lang = form.get("text", ""), form.get("lang", "").strip() or None
    if form.get("action") == "preview":
        return await _edit_page(house, comment_id, source, lang, {}, 200, preview=True)
    try:
        nudged = form.get("action") == "anyway"
        said = await house.external.about_changed(comment_id, source, {"lang": lang})
        changed = await sending.send(house, act.edit, comment_id, source, lang, house.clock(), nudged, said)
    except (Conflict, NotFound):
        raise
    except Problem as problem:
        errors = problem.fields or {"nudge" if isinstance(problem, Nudge) else "": problem.message}
        return await _edit_page(house, comment_id, source, lang, errors, problem.status)
    headers = plain_headers() | just_wrote(house, changed)
    return Redirect(f"/comments/{comment_id}/mine", status_code=303, headers=headers)


async def _edit_page(
    house: House,
    comment_id: int,
    source: str | None,
    lang: str | None,
    errors: dict[str, str],
    status: int,
    preview: bool = False,
) -> Html:
    site, story, comment, _, _ = await house.db.read(act.access_mine, comment_id)
    shown = None
    if preview:
        try:
            shown = act.preview(source or "", site.policy.max_comment_chars)
        except Problem as problem:
            errors, status = problem.fields, problem.status
    form = FormView(
        story=card(house.build.base_url, site, story, house.clock()),
        action=f"/comments/{comment_id}/edit",
        key="",
        parent=None,
        text=comment.text if source is None else source,
        lang=(comment.lang if source is None else lang) or "",
        errors=errors,
        preview_html=shown,
        editing=comment_id,
    )
    return _page(house.speaking(site.lang).form_page(site, form), status)


@post("/comments/{comment_id:int}/delete", include_in_schema=False)
async def delete(request: AnyRequest, house: Here, comment_id: Id) -> Response[Any]:
    guards.own_pages_only(request, house)
    signed_in = await _own(request, house, comment_id)
    changed = await house.db.write(act.delete, comment_id, house.clock(), signed_in)
    headers = plain_headers() | just_wrote(house, changed)
    return Redirect(f"/stories/{changed.story.slug}?v={comment_id}", status_code=303, headers=headers)
