"""The desk's page of duties: what is switched on, statements and reports to take away, legal holds."""

import datetime as dt
import io
from collections import Counter
from typing import Any

import msgspec
from litestar import Response, get, post
from litestar.params import FromQuery
from markupsafe import Markup

from belowline.actions import misuse as misuse_act
from belowline.actions import notices as notice_act
from belowline.actions import retention, transparency, year_report
from belowline.actions.misuse import NewMeasure
from belowline.errors import BadRequest, Conflict, Invalid, NotFound
from belowline.model.notice import Against
from belowline.model.person import Role
from belowline.rules import duties
from belowline.rules.dsa_names import CATEGORIES
from belowline.rules.report_sheets import Year
from belowline.snapshots.charts import Series, bars
from belowline.store.holds import What
from belowline.web.desk import AtDesk, Html, at_least, show
from belowline.web.guards import AnyRequest
from belowline.web.house import Here, House
from belowline.web.pages import Id, MaybePlace, Place
from belowline.web.problems import plain_headers
from belowline.web.signin import go
from belowline.web.typed import form_of

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
FIRST, LAST = 2000, 2200


@get("/desk/{site:str}/duties", include_in_schema=False)
async def duties_page(house: Here, desk: AtDesk) -> Html:
    return await _duties(house, desk)


async def _duties(house: House, desk: AtDesk, status: int = 200, **values: Any) -> Html:
    now = house.clock()
    holds = await house.db.read(retention.standing)
    flaggers = [one for one in await house.db.read(notice_act.flaggers) if one.ended_at is None]
    listed = duties.listed(desk.site.policy)
    misuse = await house.db.read(misuse_act.repeated, desk.site, now) if duties.on(desk.site.policy, "misuse") else None
    frame = {
        "misuse": misuse,
        "duties": listed,
        "holds": holds,
        "flaggers": flaggers,
        "today": now.date(),
        "year": now.year,
    }
    return await show(house, desk, "desk/duties.html", "duties", status, **frame, **values)


@post("/desk/{site:str}/holds", include_in_schema=False)
async def place_hold(request: AnyRequest, house: Here, desk: AtDesk) -> Html:
    at_least(desk, Role.EDITOR)
    form = await form_of(request)
    number = form.get("number", "")
    try:
        what = What(form.get("what", ""))
        if not (number.isascii() and number.isdigit() and len(number) <= 18):
            raise Invalid("Give the number of the comment, person or story.", fields={"number": "A number."})
        await house.db.write(
            retention.hold,
            what,
            int(number),
            form.get("reason", ""),
            desk.person.id,
            house.clock(),
            site_id=desk.site.id,
        )
    except ValueError:
        raise BadRequest("Choose what to keep.", fields={"what": "comment, person or story"}) from None
    except (Invalid, Conflict, NotFound) as problem:
        return await _duties(house, desk, problem.status, error=problem.message, form=form)
    return go(f"/desk/{desk.site.key}/duties")


@post("/desk/{site:str}/holds/{hold_id:int}/lift", include_in_schema=False)
async def lift_hold(house: Here, desk: AtDesk, hold_id: Id) -> Html:
    at_least(desk, Role.EDITOR)
    await house.db.write(retention.lift, hold_id, desk.person.id, house.clock())
    return go(f"/desk/{desk.site.key}/duties")


@post("/desk/{site:str}/misuse", include_in_schema=False)
async def against_misuse(request: AnyRequest, house: Here, desk: AtDesk) -> Html:
    """Warns whoever gives manifestly unfounded notices, or takes none of theirs for a time."""
    at_least(desk, Role.EDITOR)
    form = await form_of(request)
    days = form.get("days", "").strip()
    number = int(days) if days.isascii() and days.isdigit() and len(days) <= 4 else None
    try:
        kind = Against(form.get("kind", ""))
        new = NewMeasure(form.get("email", ""), kind, form.get("reason", ""), number)
        await house.db.write(misuse_act.take, desk, new, house.clock())
    except ValueError:
        raise BadRequest("Please choose what to do.", fields={"kind": "Please choose."}) from None
    except (Invalid, Conflict, NotFound) as problem:
        return await _duties(house, desk, problem.status, error=problem.message, tried=form)
    return go(f"/desk/{desk.site.key}/duties#misuse")


@post("/desk/{site:str}/misuse/{measure_id:int}/lift", include_in_schema=False)
async def lift_measure(house: Here, desk: AtDesk, measure_id: Id) -> Html:
    at_least(desk, Role.EDITOR)
    await house.db.write(misuse_act.lift, desk, measure_id, house.clock())
    return go(f"/desk/{desk.site.key}/duties#misuse")


@get("/desk/{site:str}/statements", include_in_schema=False)
async def statements(
    house: Here, desk: AtDesk, since: FromQuery[str] = "", until: FromQuery[str] = "", form: FromQuery[str] = "json"
) -> Response[Any]:
    """Decisions for the transparency database, from one day to another, both in it."""
    start, end = _day(since), _day(until) + dt.timedelta(days=1)
    records = await house.db.read(transparency.records, desk.site, house.settings.base_url, start, end)
    good = [msgspec.to_builtins(one.statement) for one in records if not one.faults]
    if form == "csv":
        text = io.StringIO(newline="")
        transparency.write_csv(text, good)
        return _file(text.getvalue().encode(), "text/csv; charset=utf-8", f"statements-{since}-{until}.csv")
    body = msgspec.json.encode({"statements": good})
    return _file(body, "application/json", f"statements-{since}-{until}.json")


def _day(said: str) -> dt.datetime:
    try:
        return dt.datetime.strptime(said, "%Y-%m-%d").replace(tzinfo=dt.UTC)
    except ValueError:
        raise BadRequest("Give the days as YYYY-MM-DD.", fields={"since": "YYYY-MM-DD"}) from None


@get("/desk/{site:str}/report", include_in_schema=False)
async def report(house: Here, desk: AtDesk, year: MaybePlace = None) -> Html:
    """The year in charts."""
    number = year or house.clock().year
    found = await _year(house, desk, number)
    return await show(house, desk, "desk/report.html", "duties", found=found, year=number, charts=_charts(found))


@get("/desk/{site:str}/report.zip", include_in_schema=False)
async def report_zip(house: Here, desk: AtDesk, year: Place) -> Response[Any]:
    found = await _year(house, desk, year)
    return _file(year_report.as_zip(found), "application/zip", f"{desk.site.key}-report-{year}.zip")


async def _year(house: House, desk: AtDesk, number: int) -> Year:
    if not FIRST <= number <= LAST:
        raise BadRequest("This is no year of ours.", fields={"year": "a year"})
    return await house.db.read(year_report.year, desk.site, number, house.settings.base_url)


def _charts(found: Year) -> list[Markup]:
    by_month = Counter(made.decided_at.month for made, _ in found.statements)
    by_category = Counter(said.category for _, said in found.statements)
    ended = Counter("waits" if one.outcome is None else str(one.outcome) for one, _ in found.appeals)
    noticed = Counter("waits" if one.outcome is None else str(one.outcome) for one in found.notices)
    shown = (
        ("Restrictions, by month", [(name, by_month[n]) for n, name in enumerate(MONTHS, 1)]),
        ("Restrictions, by kind", [(CATEGORIES[name], n) for name, n in by_category.most_common()]),
        ("Appeals, by outcome", ended.most_common()),
        ("Notices of illegal content, by outcome", noticed.most_common()),
        (
            "Held by a program, then decided by a person",
            [("held", found.held), ("published after all", found.held_wrongly)],
        ),
        ("Refused when they were sent, by step", [(step, n) for step, n in found.refused.items() if step]),
    )
    drawn = []
    for title, values in shown:
        labels, numbers = [name for name, _ in values], [float(number) for _, number in values]
        if any(numbers):
            drawn.append(bars(title, labels, [Series("number", numbers)]))
    return drawn


def _file(body: bytes, kind: str, name: str) -> Response[Any]:
    headers = plain_headers() | {"content-disposition": f'attachment; filename="{name}"'}
    return Response(body, media_type=kind, headers=headers)
