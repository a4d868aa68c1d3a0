"""The desk's pages of what is owed: appeals and notices of illegal content, each decided by a person."""

from typing import Any

from litestar import get, post

from belowline.actions import appeals as appeal_act
from belowline.actions import notices as notice_act
from belowline.actions.notices import NewAnswer
from belowline.errors import BadRequest, Conflict, Invalid
from belowline.model.appeal import Outcome
from belowline.model.notice import Manifest
from belowline.model.notice import Outcome as Answered
from belowline.rules import duties
from belowline.web import desk as frame
from belowline.web import desk_hands
from belowline.web.desk import AtDesk, Html, show
from belowline.web.guards import AnyRequest
from belowline.web.house import Here, House
from belowline.web.pages import Id
from belowline.web.signin import go
from belowline.web.typed import form_of

# --- appeals ------------------------------------------------------------------------------------------


@get("/desk/{site:str}/appeals", include_in_schema=False)
async def appeals(house: Here, desk: AtDesk) -> Html:
    waiting, decided = await house.db.read(appeal_act.listed, desk, house.clock())
    held = await desk_hands.others(house, desk, "appeal", [one.appeal.id for one in waiting])
    return await show(house, desk, "desk/appeals.html", "appeals", waiting=waiting, decided=decided, hands=held)


@get("/desk/{site:str}/appeals/{appeal_id:int}", include_in_schema=False)
async def appeal(request: AnyRequest, house: Here, desk: AtDesk, appeal_id: Id) -> Html:
    """Opening it takes it in hand, for who may decide it."""
    if (await house.db.read(appeal_act.open_appeal, appeal_id, desk, house.clock())).may:
        await desk_hands.opened(request, house, desk, "appeal", appeal_id)
    return await _appeal(house, desk, appeal_id)


async def _appeal(house: House, desk: AtDesk, appeal_id: int, status: int = 200, **values: Any) -> Html:
    one = await house.db.read(appeal_act.open_appeal, appeal_id, desk, house.clock())
    hand = await desk_hands.frame(house, desk, "appeal", appeal_id)
    return await show(house, desk, "desk/appeal.html", "appeals", status, one=one, **hand, **values)


@post("/desk/{site:str}/appeals/{appeal_id:int}", include_in_schema=False)
async def decide_appeal(request: AnyRequest, house: Here, desk: AtDesk, appeal_id: Id) -> Html:
    form = await form_of(request)
    outcome = _one_of(Outcome, form.get("outcome", ""))
    try:
        decided = await house.db.write(
            appeal_act.decide, appeal_id, outcome, form.get("answer", ""), desk, house.clock()
        )
    except (Invalid, Conflict) as problem:
        return await _appeal(house, desk, appeal_id, problem.status, error=problem.message, form=form)
    if decided.changed:
        frame.touch(house, decided.changed)
    return go(f"/desk/{desk.site.key}/appeals")


# --- notices of illegal content -----------------------------------------------------------------------


@get("/desk/{site:str}/notices", include_in_schema=False)
async def notices(house: Here, desk: AtDesk) -> Html:
    waiting, answered = await house.db.read(notice_act.listed, desk)
    held = await desk_hands.others(house, desk, "notice", [one.notice.id for one in waiting])
    shown: dict[str, Any] = {"waiting": waiting, "answered": answered, "kind_of": duties.kind_of, "hands": held}
    return await show(house, desk, "desk/notices.html", "notices", **shown)


@get("/desk/{site:str}/notices/{notice_id:int}", include_in_schema=False)
async def notice(request: AnyRequest, house: Here, desk: AtDesk, notice_id: Id) -> Html:
    """Opening it takes it in hand."""
    await desk_hands.opened(request, house, desk, "notice", notice_id)
    return await _notice(house, desk, notice_id)


async def _notice(house: House, desk: AtDesk, notice_id: int, status: int = 200, **values: Any) -> Html:
    said = await house.db.read(notice_act.access_waiting, notice_id, desk)
    kind = duties.kind_of(said.notice.kind)
    law_ = duties.law_of(desk.site.policy, kind) if kind else ""
    shown: dict[str, Any] = {"said": said, "known": kind, "ground": law_, **values}
    hand = await desk_hands.frame(house, desk, "notice", notice_id)
    return await show(house, desk, "desk/notice.html", "notices", status, **hand, **shown)


@post("/desk/{site:str}/notices/{notice_id:int}", include_in_schema=False)
async def answer_notice(request: AnyRequest, house: Here, desk: AtDesk, notice_id: Id) -> Html:
    form = await form_of(request)
    new = NewAnswer(
        _one_of(Answered, form.get("outcome", "")),
        form.get("answer", ""),
        form.get("rule", ""),
        _one_of(Manifest, form.get("manifest", "")),
        form.get("explanation", ""),
    )
    try:
        changed = await house.db.write(notice_act.answer, notice_id, new, desk, house.clock())
    except (Invalid, Conflict) as problem:
        return await _notice(house, desk, notice_id, problem.status, error=problem.message, form=form)
    if changed:
        frame.touch(house, changed)
    return go(f"/desk/{desk.site.key}/notices")


def _one_of(kinds: Any, value: str) -> Any:
    try:
        return kinds(value)
    except ValueError:
        raise BadRequest("Please choose one of the answers.", fields={"outcome": "Please choose."}) from None
