"""The desk's page for a suspicion of serious crime: recorded with one form, its notification prepared to be sent."""

from typing import Any

from litestar import get, post

from belowline.actions import serious_crime as act
from belowline.errors import Conflict, Invalid
from belowline.web.desk import AtDesk, Html, show
from belowline.web.guards import AnyRequest
from belowline.web.house import Here, House
from belowline.web.pages import Id
from belowline.web.signin import go
from belowline.web.typed import form_of


@get("/desk/{site:str}/comments/{comment_id:int}/suspicion", include_in_schema=False)
async def suspicion(house: Here, desk: AtDesk, comment_id: Id) -> Html:
    return await _page(house, desk, comment_id)


async def _page(house: House, desk: AtDesk, comment_id: int, status: int = 200, **values: Any) -> Html:
    case = await house.db.read(act.open_case, comment_id, desk, house.settings.base_url)
    return await show(house, desk, "desk/suspicion.html", "all", status, case=case, **values)


@post("/desk/{site:str}/comments/{comment_id:int}/suspicion", include_in_schema=False)
async def suspect(request: AnyRequest, house: Here, desk: AtDesk, comment_id: Id) -> Html:
    """`did`: suspect, or informed."""
    form = await form_of(request)
    work = act.informed if form.get("did") == "informed" else act.suspect
    try:
        await house.db.write(work, comment_id, form.get("text", ""), desk, house.clock())
    except (Invalid, Conflict) as problem:
        return await _page(house, desk, comment_id, problem.status, error=problem.message, form=form)
    return go(f"/desk/{desk.site.key}/comments/{comment_id}/suspicion")
