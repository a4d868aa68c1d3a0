"""The desk's pages on the room itself: figures with charts, second looks, the rules of the site, the log."""

import json
from typing import Any

from litestar import get, post
from litestar.params import FromQuery

from belowline.actions import desk as desk_act
from belowline.actions import figures as figure_act
from belowline.actions import logbook, replay
from belowline.actions import second_looks as look_act
from belowline.actions import sites as site_act
from belowline.errors import Invalid
from belowline.model.person import Role
from belowline.snapshots import charts
from belowline.snapshots.charts import Series
from belowline.web.desk import AtDesk, Html, at_least, show
from belowline.web.desk_fields import GROUPS, fields, from_form
from belowline.web.guards import AnyRequest
from belowline.web.house import Here, House
from belowline.web.pages import MaybePlace, Place
from belowline.web.signin import go
from belowline.web.typed import form_of

SPANS = (7, 30, 90)


@get("/desk/{site:str}/figures", include_in_schema=False)
async def desk_figures(house: Here, desk: AtDesk, days: Place = 30) -> Html:
    span = days if days in SPANS else 30
    found = await house.db.read(figure_act.figures, desk.site.id, span, house.clock())
    labels = [f"{day:%d %b}" for day in found.days]
    came = [Series("published at once", found.published), Series("held", found.held)]
    drawn = [
        charts.bars("Comments a day", labels, came),
        charts.bars("Decisions by people a day, all moderators together", labels, [Series("decisions", found.decided)]),
        charts.lines("Minutes that held comments waited (median)", labels, [Series("minutes", found.wait_minutes)]),
    ]
    if found.steps:
        precision = Series("taken down", [one.precision for one in found.steps])
        title = "Of what a step held, the share that people took down"
        drawn.append(charts.bars(title, [one.step for one in found.steps], [precision], "%"))
    return await show(house, desk, "desk/figures.html", "figures", found=found, charts=drawn, span=span, spans=SPANS)


# --- second looks -----------------------------------------------------------------------------------------


@get("/desk/{site:str}/second-look", include_in_schema=False)
async def second_look(house: Here, desk: AtDesk) -> Html:
    """A comment that somebody else has decided, as it was then; not what was decided."""
    found = await house.db.read(look_act.following, desk)
    return await show(house, desk, "desk/second_look.html", "second-look", found=found)


@post("/desk/{site:str}/second-look", include_in_schema=False)
async def say(request: AnyRequest, house: Here, desk: AtDesk) -> Html:
    form = await form_of(request)
    number = form.get("decision", "")
    decision = int(number) if number.isascii() and number.isdigit() and len(number) <= 18 else 0
    await house.db.write(look_act.say, decision, form.get("said", ""), desk, house.clock())
    return go(f"/desk/{desk.site.key}/second-look")


# --- rules ------------------------------------------------------------------------------------------------


@get("/desk/{site:str}/rules", include_in_schema=False)
async def desk_rules(house: Here, desk: AtDesk, share: FromQuery[str | None] = None) -> Html:
    """`share`: in per cent, what the model shall hold; the page then suggests from where it holds."""
    if share is None:
        return await rules_page(house, desk, {}, "")
    try:
        wanted = float(share.replace(",", "."))
        found = await house.db.read(replay.by_example, desk.site.key, wanted / 100, house.clock())
    except (ValueError, Invalid):
        return await rules_page(house, desk, {}, "A share is a number above 0 and below 100.", 422)
    return await rules_page(house, desk, {}, "", suggested=found, share=share)


@post("/desk/{site:str}/rules", include_in_schema=False)
async def change_rules(request: AnyRequest, house: Here, desk: AtDesk) -> Html:
    at_least(desk, Role.ADMIN)
    form = await form_of(request)
    try:
        changes = from_form(form, desk.site.policy)
        await house.db.write(site_act.set_policy, desk.site.key, changes, house.clock(), desk.person.id)
    except Invalid as problem:
        return await rules_page(house, desk, form, problem.message, problem.status)
    house.shelf.clear()
    return go(f"/desk/{desk.site.key}/rules?saved=1")


async def rules_page(
    house: House, desk: AtDesk, form: dict[str, str], wrong: str, status: int = 200, **more: Any
) -> Html:
    shown = fields(desk.site.policy, form)
    values: dict[str, Any] = {"groups": GROUPS, "fields": shown, "wrong": wrong, **more}
    return await show(house, desk, "desk/rules.html", "rules", status, **values)


# --- the log ----------------------------------------------------------------------------------------------


@get("/desk/{site:str}/log", include_in_schema=False)
async def desk_log(house: Here, desk: AtDesk, before: MaybePlace = None, proved: FromQuery[str] = "") -> Html:
    """Newest first; `proved` asks to prove every row."""
    entries = await house.db.read(desk_act.log_page, desk, before)
    wrong = await house.db.read(logbook.fault) if proved else None
    told = [(entry, name, json.loads(entry.details)) for entry, name in entries]
    return await show(house, desk, "desk/log.html", "log", entries=told, proved=bool(proved), wrong=wrong)
