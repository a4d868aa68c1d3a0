"""Corrections: the form under a story, what became of a request, and the newsroom's answer by API."""

from typing import Any

import msgspec
from litestar import get, post, put
from litestar.params import FromPath, FromQuery, JSONBody
from litestar.response import Redirect

from belowline.actions import corrections as act
from belowline.actions.corrections import Asked
from belowline.actions.people import Caller
from belowline.errors import Invalid, NotFound
from belowline.snapshots.build import touched_wholly
from belowline.snapshots.discussion import card
from belowline.web import guards
from belowline.web.guards import AnyRequest
from belowline.web.guests import api_caller, page_caller, remember, with_mark
from belowline.web.house import Here, House
from belowline.web.pages import Id
from belowline.web.problems import plain_headers
from belowline.web.taking_part_pages import Html, html_page, posted

FIELDS = ("passage", "prefix", "suffix", "claim", "source", "name")


class SentCorrection(msgspec.Struct, frozen=True):
    id: int
    url: str
    """The page that says what became of it."""
    guest: str | None = None
    """The browser's new mark, if it had none: send it as `Belowline-Guest` from now on."""


class CorrectionItem(msgspec.Struct, frozen=True):
    id: int
    story: str
    """The story's slug."""
    became: str
    passage: str
    claim: str
    source: str
    name: str
    answer: str


@get("/stories/{slug:str}/correct", include_in_schema=False)
async def correction_form(
    request: AnyRequest,
    house: Here,
    slug: FromPath[str],
    passage: FromQuery[str] = "",
    prefix: FromQuery[str] = "",
    suffix: FromQuery[str] = "",
) -> Html:
    form = {
        "passage": passage[: act.MAX_PASSAGE],
        "prefix": prefix[-act.MAX_AROUND :],
        "suffix": suffix[: act.MAX_AROUND],
    }
    return html_page(await _form(house, slug, await page_caller(request, house), form, {}))


@post("/stories/{slug:str}/correct", include_in_schema=False)
async def send_correction(request: AnyRequest, house: Here, slug: FromPath[str]) -> Html:
    form, caller, mark, place = await posted(request, house)
    house.reports.check(place)
    new = act.NewCorrection(**{name: form.get(name, "") for name in FIELDS})
    try:
        asked = await house.db.write(act.ask, slug, new, caller, house.clock())
    except Invalid as problem:
        wrong = problem.fields or {"": problem.message}
        return remember(html_page(await _form(house, slug, caller, form, wrong), 422), mark, house)
    place_to = f"/corrections/{house.tokens.for_correction(asked.correction.id)}"
    return remember(Redirect(place_to, status_code=303, headers=plain_headers()), mark, house)


@get("/corrections/{token:str}", include_in_schema=False)
async def correction_state(house: Here, token: FromPath[str]) -> Html:
    """What became of a request, for who has its link."""
    correction_id = house.tokens.correction(token)
    if correction_id is None:
        raise NotFound("There is no such request.", code="unknown-correction")
    asked = await house.db.read(act.access_correction, correction_id)
    shown = card(house.build.base_url, asked.site, asked.story, house.clock())
    return html_page(
        house.speaking(asked.site.lang).page("corrected.html", site=asked.site, story=shown, asked=asked.correction)
    )


@post("/stories/{slug:str}/corrections", summary="Ask for a correction of a story")
async def ask_correction(
    request: AnyRequest, house: Here, slug: FromPath[str], data: JSONBody[act.NewCorrection]
) -> SentCorrection:
    place = guards.address(request, house)
    house.reports.check(place)
    caller, mark = with_mark(await api_caller(request, house), place, house)
    asked = await house.db.write(act.ask, slug, data, caller, house.clock())
    token = house.tokens.for_correction(asked.correction.id)
    return SentCorrection(asked.correction.id, f"{house.build.base_url}/corrections/{token}", mark)


@put("/corrections/{correction_id:int}", summary="Answer a request for a correction (newsroom)")
async def answer_correction(
    request: AnyRequest, house: Here, correction_id: Id, data: JSONBody[act.Answer]
) -> CorrectionItem:
    await guards.operator(request, house)
    return _item(await answer(house, correction_id, data, None))


async def answer(house: House, correction_id: int, new: act.Answer, by: int | None) -> Asked:
    """Answers, and shows it to everybody."""
    asked = await house.db.write(act.answer, correction_id, new, by, house.clock())
    house.shelf.touch(touched_wholly(asked.story))
    return asked


async def _form(house: House, slug: str, caller: Caller, form: dict[str, Any], wrong: dict[str, str]) -> str:
    site, story = await house.db.read(act.access_correctable, slug, caller)
    shown = card(house.build.base_url, site, story, house.clock())
    return house.speaking(site.lang).page("correct.html", site=site, story=shown, form=form, errors=wrong)


def _item(asked: Asked) -> CorrectionItem:
    one = asked.correction
    return CorrectionItem(
        one.id, asked.story.slug, str(one.became), one.passage, one.claim, one.source, one.name, one.answer
    )
