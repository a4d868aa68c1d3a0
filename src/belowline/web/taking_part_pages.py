"""Voting and reporting without JavaScript: small forms that are pages, and what became of a report."""

from typing import Any

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from belowline.actions import comments as comment_act
from belowline.actions import mine as mine_act
from belowline.actions import reports as report_act
from belowline.actions import votes as vote_act
from belowline.actions.people import Caller
from belowline.errors import BadRequest, Invalid, NotFound
from belowline.model.comment import State
from belowline.rules import text
from belowline.snapshots.discussion import card, view
from belowline.web import guards
from belowline.web.guards import AnyRequest
from belowline.web.guests import page_caller, remember, with_mark
from belowline.web.house import Here, House
from belowline.web.pages import Id
from belowline.web.problems import plain_headers
from belowline.web.taking_part import cast, file
from belowline.web.typed import form_of

NOBODY = "-"  # a mark that no browser has: for forms that are shown before one is given

Html = Response[Any]


def html_page(html: str, status: int = 200) -> Html:
    return Response(html, status_code=status, media_type="text/html", headers=plain_headers())


async def posted(request: AnyRequest, house: House) -> tuple[dict[str, str], Caller, str | None, str]:
    """A form of ours, who sent it, their new mark if they had none, and from which address."""
    guards.own_pages_only(request, house)
    form = await form_of(request)
    place = guards.address(request, house)
    caller, mark = with_mark(await page_caller(request, house), place, house)
    return form, caller, mark, place


# --- votes -------------------------------------------------------------------------------------------


@get("/comments/{comment_id:int}/vote", include_in_schema=False)
async def vote_form(request: AnyRequest, house: Here, comment_id: Id) -> Html:
    caller = await page_caller(request, house)
    if caller.person_id is None and caller.guest is None:
        caller = Caller(guest=NOBODY)
    return html_page(await _vote_page(house, comment_id, caller, None))


@post("/comments/{comment_id:int}/vote", include_in_schema=False)
async def send_vote(request: AnyRequest, house: Here, comment_id: Id) -> Html:
    form, caller, mark, place = await posted(request, house)
    try:
        new = msgspec.convert({"vote": form.get("vote"), "reason": form.get("reason")}, vote_act.NewVote)
    except msgspec.ValidationError as error:
        raise BadRequest("This is not a vote.", fields={"vote": "respect, down or none"}) from error
    try:
        await cast(house, comment_id, new, caller, place)
    except Invalid as problem:
        return remember(html_page(await _vote_page(house, comment_id, caller, problem.message), 422), mark, house)
    answer = Redirect(f"/comments/{comment_id}?v=voted", status_code=303, headers=plain_headers())
    return remember(answer, mark, house)


async def _vote_page(house: House, comment_id: int, caller: Caller, error: str | None) -> str:
    on = await house.db.read(vote_act.access_votable, comment_id, caller, house.clock(), lock=False)
    site, story, comment, parent, _ = await house.db.read(comment_act.access_mine, comment_id)
    shown = card(house.build.base_url, site, story, house.clock())
    choice = vote_act.CHOICES[on.value]
    return house.speaking(site.lang).vote_page(site, shown, view(comment, parent, 0), choice, on.reason, error)


# --- reports -----------------------------------------------------------------------------------------


@get("/comments/{comment_id:int}/report", include_in_schema=False)
async def report_form(request: AnyRequest, house: Here, comment_id: Id) -> Html:
    return html_page(await _report_page(house, comment_id, await page_caller(request, house), {}, {}))


@post("/comments/{comment_id:int}/report", include_in_schema=False)
async def send_report(request: AnyRequest, house: Here, comment_id: Id) -> Html:
    form, caller, mark, place = await posted(request, house)
    new = report_act.NewReport(form.get("reason", ""), form.get("text", ""))
    try:
        filed = await file(house, comment_id, new, caller, place)
    except Invalid as problem:
        wrong = problem.fields or {"": problem.message}
        return remember(html_page(await _report_page(house, comment_id, caller, form, wrong), 422), mark, house)
    token = house.tokens.for_report(filed.report_id)
    return remember(Redirect(f"/reports/{token}", status_code=303, headers=plain_headers()), mark, house)


async def _report_page(
    house: House, comment_id: int, caller: Caller, form: dict[str, str], wrong: dict[str, str]
) -> str:
    site, story, comment = await house.db.read(report_act.access_reportable, comment_id, caller)
    shown = card(house.build.base_url, site, story, house.clock())
    return house.speaking(site.lang).report_page(site, shown, view(comment, None, 0), form, wrong)


@get("/comments/{comment_id:int}/history", include_in_schema=False)
async def history_page(house: Here, comment_id: Id) -> Html:
    """What a comment said before it was changed, where the site shows that."""
    site, story, comment, before = await house.db.read(mine_act.access_history, comment_id)
    shown = card(house.build.base_url, site, story, house.clock())
    versions = [(text.comment_html(said), at) for said, at in before] if comment.format == "markdown" else []
    values = {"site": site, "story": shown, "c": comment, "versions": versions}
    return html_page(house.speaking(site.lang).page("history.html", **values))


@get("/reports/{token:str}", include_in_schema=False)
async def report_state(house: Here, token: FromPath[str]) -> Html:
    """What became of a report, for who has its link."""
    report_id = house.tokens.report(token)
    if report_id is None:
        raise NotFound("There is no such report.", code="unknown-report")
    site, story, report, now = await house.db.read(report_act.access_report, report_id)
    shown = card(house.build.base_url, site, story, house.clock())
    became = report.outcome or ("held" if now == State.HELD else "deleted" if now == State.DELETED else "waits")
    return html_page(house.speaking(site.lang).reported_page(site, shown, report, became))
