"""What the newsroom decided about a reader, for that reader: the reasons, and the way to appeal."""

from typing import Any

from litestar import Response, get, post
from litestar.params import FromQuery

from belowline.actions import appeals as appeal_act
from belowline.actions import reasons as act
from belowline.actions.reasons import Reasons, Viewer
from belowline.errors import Invalid
from belowline.web import guards
from belowline.web.guards import AnyRequest
from belowline.web.guests import page_caller
from belowline.web.house import Here, House
from belowline.web.pages import Id
from belowline.web.signin import Html, go, page, site_of
from belowline.web.typed import form_of
from belowline.web.writing import COOKIE

Shown = FromQuery[str]


async def viewer(request: AnyRequest, house: House, mark: str = "", token: str = "") -> Viewer:
    """Who asks, by session, by a browser's mark or cookie, by a mail's link or a comment's token."""
    caller = await page_caller(request, house)
    mine = house.tokens.in_cookie(request.cookies.get(COOKIE))
    named = token.partition(".")[0]
    if named.isascii() and named.isdigit() and house.tokens.is_for(int(named), token):
        mine.append(int(named))
    return Viewer(caller.person_id, caller.guest, tuple(mine), mark)


@get("/decisions/{decision_id:int}", include_in_schema=False)
async def decision_page(request: AnyRequest, house: Here, decision_id: Id, mark: Shown = "", token: Shown = "") -> Html:
    """`mark`: from a mail's link; `token`: the comment's, as its writer got it."""
    asks = await viewer(request, house, mark, token)
    said = await house.db.read(act.access_reasons, decision_id, asks, house.clock())
    return _page(house, said, mark, token, {}, "")


@post("/decisions/{decision_id:int}/appeal", include_in_schema=False)
async def appeal(request: AnyRequest, house: Here, decision_id: Id) -> Response[Any]:
    guards.own_pages_only(request, house)
    form = await form_of(request)
    mark, token, text = form.get("mark", ""), form.get("token", ""), form.get("text", "")
    asks = await viewer(request, house, mark, token)
    said = await house.db.read(act.access_reasons, decision_id, asks, house.clock())
    house.reports.check(guards.address(request, house))
    try:
        await house.db.write(appeal_act.file, decision_id, text, asks, house.clock())
    except Invalid as problem:
        return _page(house, said, mark, token, problem.fields, text, problem.status)
    proof = f"?mark={mark}" if mark else f"?token={token}" if token else ""
    return go(f"/decisions/{decision_id}{proof}")


@get("/me/decisions", include_in_schema=False)
async def my_decisions(request: AnyRequest, house: Here) -> Html:
    """Decisions about whoever asks: the signed-in person, or what this browser wrote as a guest."""
    asks = await viewer(request, house)
    found = await house.db.read(act.about, asks, house.clock())
    site = found[0].site if found else await site_of(house, None)
    return page(house, "duties/mine.html", site=site, found=found, known=asks.person_id is not None)


def _page(
    house: House, said: Reasons, mark: str, token: str, errors: dict[str, str], text: str, status: int = 200
) -> Html:
    values = {"said": said, "mark": mark, "token": token, "errors": errors, "text": text}
    return page(house, "duties/decision.html", status, site=said.site, **values)
