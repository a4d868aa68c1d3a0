"""One comment on the desk: opened, taken in hand, decided, and on to the next."""

from typing import Any

from litestar import get, post
from litestar.params import FromQuery

from belowline.actions import items as act
from belowline.actions import moderate
from belowline.actions import picks as pick_act
from belowline.actions import queues as queue_act
from belowline.actions.desk import Desk, access_comment
from belowline.errors import Conflict, Invalid
from belowline.web import desk as frame
from belowline.web import picks
from belowline.web.desk import AtDesk, Html, fragment, show
from belowline.web.desk_decide import asked
from belowline.web.guards import AnyRequest
from belowline.web.house import Here, House
from belowline.web.pages import Id
from belowline.web.signin import go
from belowline.web.typed import form_of

DEFAULT = "all"


@get("/desk/{site:str}/comments/{comment_id:int}", include_in_schema=False)
async def item(
    request: AnyRequest,
    house: Here,
    desk: AtDesk,
    comment_id: Id,
    queue: FromQuery[str] = DEFAULT,
    did: FromQuery[str | None] = None,
) -> Html:
    """Opening a comment takes it in hand; a link on another site's page does not."""
    if request.headers.get("sec-fetch-site", "same-origin") in ("same-origin", "none"):
        await house.db.write(act.claim, desk, comment_id, house.clock())
    return await _page(house, desk, comment_id, queue, did=did)


@post("/desk/{site:str}/comments/{comment_id:int}/claim", include_in_schema=False, status_code=200)
async def claim(house: Here, desk: AtDesk, comment_id: Id, seen: FromQuery[str] = "") -> Html:
    """Renews the claim of a page that stands open, and says what has happened since."""
    await house.db.write(act.claim, desk, comment_id, house.clock())
    opened = await house.db.read(act.open_item, desk, comment_id, house.clock())
    html = house.render.page("desk/claim.html", root=f"/desk/{desk.site.key}", one=opened, seen=seen)
    return fragment(html)


@post("/desk/{site:str}/comments/{comment_id:int}/decision", include_in_schema=False)
async def decide(request: AnyRequest, house: Here, desk: AtDesk, comment_id: Id) -> Html:
    """What the form says is done, or the page says why not."""
    form = await form_of(request)
    queue = form.get("queue", DEFAULT)
    try:
        decided = await house.db.write(moderate.decide, comment_id, asked(form), desk, house.clock())
    except (Invalid, Conflict) as problem:
        return await _page(house, desk, comment_id, queue, problem.status, error=problem.message, form=form)
    frame.touch(house, decided.changed)
    return await _on(house, desk, queue, comment_id, f"did={decided.decision.id}")


@post("/desk/{site:str}/comments/{comment_id:int}/next", include_in_schema=False)
async def following(request: AnyRequest, house: Here, desk: AtDesk, comment_id: Id) -> Html:
    """Leaves it to others and goes on."""
    await house.db.write(act.release, desk, comment_id)
    return await _on(house, desk, (await form_of(request)).get("queue", DEFAULT), comment_id, "")


@post("/desk/{site:str}/comments/{comment_id:int}/note", include_in_schema=False)
async def note(request: AnyRequest, house: Here, desk: AtDesk, comment_id: Id) -> Html:
    form = await form_of(request)
    queue = form.get("queue", DEFAULT)
    try:
        await house.db.write(act.note, desk, comment_id, form.get("note", ""), house.clock())
    except Invalid as problem:
        return await _page(house, desk, comment_id, queue, problem.status, error=problem.message, form=form)
    return go(f"/desk/{desk.site.key}/comments/{comment_id}?queue={queue_act.access_queue(queue).key}#writer")


@post("/desk/{site:str}/comments/{comment_id:int}/pick", include_in_schema=False)
async def pick(request: AnyRequest, house: Here, desk: AtDesk, comment_id: Id) -> Html:
    """Worth reading, or no longer."""
    form = await form_of(request)
    await house.db.read(access_comment, desk, comment_id)
    await picks.pick(house, comment_id, form.get("on") == "1", desk.person.id)
    key = queue_act.access_queue(form.get("queue", DEFAULT)).key
    return go(f"/desk/{desk.site.key}/comments/{comment_id}?queue={key}")


@post("/desk/{site:str}/comments/{comment_id:int}/newsroom", include_in_schema=False)
async def send_on(request: AnyRequest, house: Here, desk: AtDesk, comment_id: Id) -> Html:
    """Mails it to the newsroom's address, with a word beside it."""
    form = await form_of(request)
    key = queue_act.access_queue(form.get("queue", DEFAULT)).key
    await house.db.read(access_comment, desk, comment_id)
    try:
        await house.db.write(pick_act.send_on, comment_id, form.get("word", ""), desk.person.id, house.clock())
    except (Conflict, Invalid) as problem:
        return await _page(house, desk, comment_id, key, problem.status, error=problem.message, form=form)
    return go(f"/desk/{desk.site.key}/comments/{comment_id}?queue={key}&sent=1")


async def _on(house: House, desk: Desk, queue: str, comment_id: int, said: str) -> Html:
    """To the next comment of the queue, or to the queue when it is done."""
    key = queue_act.access_queue(queue).key
    after = await house.db.read(queue_act.following, desk, key, comment_id, house.clock())
    root = f"/desk/{desk.site.key}"
    place = f"{root}/queues/{key}?{said}" if after is None else f"{root}/comments/{after}?queue={key}&{said}"
    return go(place.rstrip("?&"))


async def _page(
    house: House, desk: Desk, comment_id: int, queue: str, status: int = 200, did: str | None = None, **values: Any
) -> Html:
    key = queue_act.access_queue(queue).key
    opened = await house.db.read(act.open_item, desk, comment_id, house.clock())
    shown = {"one": opened, "queue": key, "seen": opened.mark, "error": None, "form": {}, "left": None} | values
    return await show(house, desk, "desk/item.html", key, status, did=did, **shown)
