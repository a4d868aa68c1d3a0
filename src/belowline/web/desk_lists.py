"""The desk's page of lists: words by language with their severity, domains that are always or never linked to."""

import asyncio
import re
from typing import Any, get_args

import msgspec
from litestar import get, post
from litestar.params import FromQuery

from belowline.actions import lists as act
from belowline.actions import ready_lists, replay
from belowline.actions.lists import Fault, Kind, NewList
from belowline.actions.replay import Trial
from belowline.errors import Conflict, Invalid
from belowline.model.person import Role
from belowline.store.lists import print_of
from belowline.web.desk import AtDesk, Html, at_least, show
from belowline.web.desk_trial import DAYS, tried
from belowline.web.guards import AnyRequest
from belowline.web.house import Here, House
from belowline.web.signin import go
from belowline.web.typed import form_of

MAX_SENT = 512 * 1024  # bytes of a form: some 20,000 words
MAX_SHOWN = 150_000  # characters in the field: as a form they grow up to three times
_SPACED = re.compile(r"(?<=\S)[^\S\t]{2,}(\d+)\s*$")
LABELS: dict[str, str] = {"words": "Words", "allowed": "Domains always allowed", "blocked": "Domains never linked to"}


class Chosen(msgspec.Struct, frozen=True):
    """The list that the page shows."""

    kind: Kind
    lang: str
    lines: str
    seen: str
    """Print of the list as the site has it; "": it has none."""
    long: bool = False
    """Too long to be changed here."""


@get("/desk/{site:str}/lists", include_in_schema=False)
async def desk_lists(
    house: Here, desk: AtDesk, kind: FromQuery[str] = "words", lang: FromQuery[str] = "", saved: FromQuery[str] = ""
) -> Html:
    at_least(desk, Role.ADMIN)
    chosen = _kind(kind)
    lines = await house.db.read(act.get, desk.site.key, chosen, lang)
    shown = "\n".join(lines)
    long = len(shown) > MAX_SHOWN
    one = Chosen(chosen, act.base(lang), "" if long else shown, print_of(lines) if lines else "", long)
    return await _page(house, desk, one, saved=bool(saved))


@post("/desk/{site:str}/lists", include_in_schema=False, request_max_body_size=MAX_SENT)
async def set_list(request: AnyRequest, house: Here, desk: AtDesk) -> Html:
    """Made ready first, beside the writer: no comment waits for it."""
    at_least(desk, Role.ADMIN)
    form = await form_of(request)
    chosen, lines = _asked(form)
    try:
        new = await asyncio.to_thread(_read, chosen, lines)
        await house.db.write(act.keep, desk.site.key, new, house.clock(), desk.person.id, chosen.seen)
    except (Invalid, Conflict) as problem:
        return await _refused(house, desk, chosen, lines, problem)
    return go(f"/desk/{desk.site.key}/lists?kind={new.kind}&lang={new.lang}&saved=1")


@post("/desk/{site:str}/lists/try", include_in_schema=False, status_code=200, request_max_body_size=MAX_SENT)
async def try_list(request: AnyRequest, house: Here, desk: AtDesk) -> Html:
    """On what was sent lately, instead of the list that the site has."""
    at_least(desk, Role.ADMIN)
    form = await form_of(request)
    chosen, lines = _asked(form)
    try:
        new = await asyncio.to_thread(_read, chosen, lines)
        trial = Trial(lists={(new.kind, new.lang): new.lines}, days=DAYS)
        run = await house.db.read(replay.begin, desk.site.key, trial, house.clock())
    except Invalid as problem:
        return await _refused(house, desk, chosen, lines, problem)
    changed = chosen.seen != (print_of(new.lines) if new.size else "")
    name = LABELS[new.kind] + (f" ({new.lang})" if new.lang else "")
    changes = {name: f"{new.size:,} {'terms' if new.kind == 'words' else 'domains'}"} if changed else {}
    return await tried(house, desk, run, "lists", form, changes=changes)


async def _page(house: House, desk: AtDesk, one: Chosen, status: int = 200, **values: Any) -> Html:
    has = await house.db.read(act.listed, desk.site.key)
    there = {(each.kind, each.lang): each for each in has}
    always = [("words", ""), ("words", act.base(desk.site.lang)), ("allowed", ""), ("blocked", "")]
    places = list(dict.fromkeys([*always[:1], *(key for key in there if key[0] == "words"), *always[1:]]))
    shown: dict[str, Any] = {"one": one, "places": places, "there": there, "labels": LABELS, **values}
    return await show(house, desk, "desk/lists.html", "lists", status, **shown)


async def _refused(house: House, desk: AtDesk, chosen: Chosen, lines: list[str], problem: Invalid | Conflict) -> Html:
    faults: list[Fault] = []
    if isinstance(problem, Invalid) and "lang" not in problem.fields:
        faults = await asyncio.to_thread(act.faults, chosen.kind, lines)
    return await _page(house, desk, chosen, problem.status, wrong=problem.message, faults=faults)


def _read(chosen: Chosen, lines: list[str]) -> NewList:
    """Raises Invalid."""
    new = act.new_list(chosen.kind, chosen.lang, lines)
    ready_lists.make_ready(new.kind, new.lines)
    return new


def _asked(form: dict[str, str]) -> tuple[Chosen, list[str]]:
    lines = form.get("lines", "").splitlines()
    if form.get("kind") == "words":  # a tab cannot be typed into a form
        lines = [_SPACED.sub(r"\t\1", line) for line in lines]
    while lines and not lines[-1].strip():
        lines.pop()
    return Chosen(_kind(form.get("kind", "")), form.get("lang", ""), "\n".join(lines), form.get("seen", "")), lines


def _kind(given: str) -> Kind:
    for one in act.KINDS:
        if one == given:
            return one
    raise Invalid("There is no list of this kind.", fields={"kind": ", ".join(get_args(Kind))})
