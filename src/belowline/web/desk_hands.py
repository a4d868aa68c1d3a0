"""Whose hands an appeal, a notice or a request for a correction is in, while its page stands open."""

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from litestar import post
from litestar.params import FromPath

from belowline.actions import appeals, corrections, hands, notices
from belowline.actions.desk import Desk
from belowline.errors import NotFound
from belowline.store.claims import Claim
from belowline.web.desk import AtDesk, Html, fragment
from belowline.web.guards import AnyRequest
from belowline.web.house import Here, House
from belowline.web.pages import Id
from belowline.web.signin import go

WAITS: dict[str, Callable[[sa.Connection, int, Desk], bool]] = {
    "appeal": appeals.waits,
    "notice": notices.waits,
    "correction": corrections.waits,
}
"""By kind: whether an item of the desk's site still waits; raises NotFound. A kind's list is the page of its plural."""


async def opened(request: AnyRequest, house: House, desk: Desk, kind: str, number: int) -> None:
    """Opening a page takes what it shows in hand; a link on another site's page does not."""
    if request.headers.get("sec-fetch-site", "same-origin") in ("same-origin", "none"):
        await house.db.write(_take, kind, number, desk, house)


def _take(conn: sa.Connection, kind: str, number: int, desk: Desk, house: House) -> bool:
    """Whether it still waits: only then is there anything to have in hand."""
    waits = WAITS[kind](conn, number, desk)
    if waits:
        hands.take(conn, desk, hands.named(kind, number), house.clock())
    return waits


async def frame(house: House, desk: Desk, kind: str, number: int) -> dict[str, Any]:
    """What desk/hand.html shows."""
    held = await house.db.read(hands.look, desk, hands.named(kind, number), house.clock())
    waits = await house.db.read(WAITS[kind], number, desk)
    return {"hand": held, "kind": kind, "number": number, "waits": waits}


async def others(house: House, desk: Desk, kind: str, numbers: list[int]) -> dict[int, Claim]:
    """What of a list somebody else has in hand."""
    return await house.db.read(hands.others, desk, kind, numbers, house.clock())


@post("/desk/{site:str}/hands/{kind:str}/{number:int}", include_in_schema=False, status_code=200)
async def renew(house: Here, desk: AtDesk, kind: FromPath[str], number: Id) -> Html:
    """For a page that stands open: keeps the item in hand, or says who has it or that it is done."""
    _known(kind)
    await house.db.write(_take, kind, number, desk, house)
    values = await frame(house, desk, kind, number)
    return fragment(house.render.page("desk/hand.html", root=f"/desk/{desk.site.key}", **values))


@post("/desk/{site:str}/hands/{kind:str}/{number:int}/leave", include_in_schema=False)
async def leave(house: Here, desk: AtDesk, kind: FromPath[str], number: Id) -> Html:
    """Leaves it to others."""
    _known(kind)
    await house.db.write(hands.lay_down, desk, hands.named(kind, number))
    return go(f"/desk/{desk.site.key}/{kind}s")


def _known(kind: str) -> None:
    if kind not in WAITS:
        raise NotFound("There is nothing of this kind here.", code="unknown-kind")
