"""The desk's pages on stories: how each discussion goes on; and the corrections that readers ask for."""

from typing import Any

import msgspec
from litestar import get, post
from litestar.params import FromPath, FromQuery

from belowline.actions import corrections as correction_act
from belowline.actions import desk as desk_act
from belowline.actions import stories as act
from belowline.errors import Invalid, Problem
from belowline.model.story import Closing, Mode
from belowline.snapshots.build import story_place, touched_wholly
from belowline.web import desk_hands
from belowline.web.corrections import answer
from belowline.web.desk import AtDesk, Html, show
from belowline.web.guards import AnyRequest
from belowline.web.house import Here, House
from belowline.web.pages import Id, Place
from belowline.web.signin import go
from belowline.web.typed import form_of

CLOSING = {
    Closing.AUTO: "Open, until the site's age rule closes it",
    Closing.OPEN: "Open, whatever its age",
    Closing.CLOSED: "Closed: it can be read, but takes no more comments",
}
MODES = {
    Mode.OPEN: "As the site's rules say",
    Mode.HELD: "Held: a moderator reads every comment before it appears",
    Mode.SLOW: "Slow: everybody waits between two comments",
    Mode.MEMBERS: "Members only: everybody reads, members write",
}


@get("/desk/{site:str}/stories", include_in_schema=False)
async def desk_stories(house: Here, desk: AtDesk, before: FromQuery[str | None] = None) -> Html:
    place = story_place(before)
    found, following = await house.db.read(desk_act.stories_of, desk, place)
    return await show(house, desk, "desk/stories.html", "stories", found=found, following=following)


@get("/desk/{site:str}/stories/{slug:str}", include_in_schema=False)
async def desk_story(house: Here, desk: AtDesk, slug: FromPath[str]) -> Html:
    return await _story(house, desk, slug, {})


@post("/desk/{site:str}/stories/{slug:str}", include_in_schema=False)
async def change_story(request: AnyRequest, house: Here, desk: AtDesk, slug: FromPath[str]) -> Html:
    await house.db.read(desk_act.access_story, desk, slug)
    form = await form_of(request)
    days = form.get("close_after_days", "").strip()
    given = {
        "closing": form.get("closing"),
        "mode": form.get("mode"),
        "question": form.get("question", "") or None,
        "close_after_days": days or None,
    }
    try:
        new = msgspec.convert(given, act.Discussion, strict=False)
        story = await house.db.write(act.set_discussion, slug, new, house.clock(), desk.person.id)
    except msgspec.ValidationError:
        return await _story(house, desk, slug, {"close_after_days": "A number of days, 0 or more."}, 422)
    except Invalid as problem:
        return await _story(house, desk, slug, problem.fields or {"": problem.message}, problem.status)
    house.shelf.touch(touched_wholly(story))
    return go(f"/desk/{desk.site.key}/stories/{slug}?saved=1")


async def _story(house: House, desk: AtDesk, slug: str, errors: dict[str, str], status: int = 200) -> Html:
    story = await house.db.read(desk_act.access_story, desk, slug)
    values: dict[str, Any] = {"story": story, "closings": CLOSING, "modes": MODES, "errors": errors}
    return await show(house, desk, "desk/story.html", "stories", status, **values)


# --- corrections ----------------------------------------------------------------------------------------


@get("/desk/{site:str}/corrections", include_in_schema=False)
async def desk_corrections(house: Here, desk: AtDesk, after: Place = 0) -> Html:
    waiting = await house.db.read(correction_act.waiting, desk.site, after)
    held = await desk_hands.others(house, desk, "correction", [one.correction.id for one in waiting])
    last = waiting[-1].correction.id if len(waiting) == correction_act.PAGE else None
    values: dict[str, Any] = {"waiting": waiting, "hands": held, "following": last}
    return await show(house, desk, "desk/corrections.html", "corrections", **values)


@get("/desk/{site:str}/corrections/{correction_id:int}", include_in_schema=False)
async def desk_correction(request: AnyRequest, house: Here, desk: AtDesk, correction_id: Id) -> Html:
    """Opening it takes it in hand."""
    await desk_hands.opened(request, house, desk, "correction", correction_id)
    return await _correction(house, desk, correction_id, {}, {})


@post("/desk/{site:str}/corrections/{correction_id:int}", include_in_schema=False)
async def answer_correction(request: AnyRequest, house: Here, desk: AtDesk, correction_id: Id) -> Html:
    await house.db.read(desk_act.access_correction, desk, correction_id)
    form = await form_of(request)
    try:
        new = msgspec.convert({name: form.get(name, "") for name in ("became", "answer")}, correction_act.Answer)
        await answer(house, correction_id, new, desk.person.id)
    except msgspec.ValidationError:
        return await _correction(house, desk, correction_id, form, {"became": "Please choose."}, 422)
    except Problem as problem:
        wrong = problem.fields or {"": problem.message}
        return await _correction(house, desk, correction_id, form, wrong, problem.status)
    return go(f"/desk/{desk.site.key}/corrections")


async def _correction(
    house: House, desk: AtDesk, correction_id: int, form: dict[str, str], errors: dict[str, str], status: int = 200
) -> Html:
    found, story = await house.db.read(desk_act.access_correction, desk, correction_id)
    hand = await desk_hands.frame(house, desk, "correction", correction_id)
    one = correction_act.Asked(desk.site, story, found)
    values: dict[str, Any] = {"one": one, "form": form, "errors": errors, **hand}
    return await show(house, desk, "desk/correction.html", "corrections", status, **values)
