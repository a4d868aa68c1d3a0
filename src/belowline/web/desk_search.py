"""The desk's search: a page with its conditions in its address."""

from litestar import get
from litestar.params import FromQuery

from belowline.actions import search as act
from belowline.errors import Invalid
from belowline.rules.search import HELP
from belowline.web.desk import AtDesk, Html, show
from belowline.web.house import Here
from belowline.web.pages import MaybePlace


@get("/desk/{site:str}/search", include_in_schema=False)
async def search(
    house: Here,
    desk: AtDesk,
    q: FromQuery[str] = "",
    before: MaybePlace = None,
    did: FromQuery[str | None] = None,
    left: FromQuery[str | None] = None,
) -> Html:
    """Says in a sentence what of the search cannot be read."""
    found, error, status = None, None, 200
    try:
        found = await house.db.read(act.find, desk, q, before, house.clock()) if q.strip() else None
    except Invalid as problem:
        error, status = problem.message, 422
    shown = {"q": q, "found": found, "error": error, "operators": HELP, "did": did, "left": left}
    return await show(house, desk, "desk/search.html", "search", status, **shown)
