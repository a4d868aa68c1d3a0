"""What the newsroom picks out, by API."""

import msgspec
from litestar import post, put
from litestar.params import JSONBody

from belowline.actions import picks as act
from belowline.actions.comments import Changed
from belowline.snapshots import api_views
from belowline.snapshots.build import touched_by
from belowline.web import guards
from belowline.web.guards import AnyRequest
from belowline.web.house import Here, House
from belowline.web.pages import Id
from belowline.web.writing import own_view


class Picked(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    featured: bool


class SendOn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    note: str = ""


@put("/comments/{comment_id:int}/featured", summary="Pick a comment as worth reading, or no longer (newsroom)")
async def feature(request: AnyRequest, house: Here, comment_id: Id, data: JSONBody[Picked]) -> api_views.CommentItem:
    await guards.operator(request, house)
    changed = await pick(house, comment_id, data.featured, None)
    return api_views.comment(own_view(changed.comment, changed.parent), house.build.base_url)


@post("/comments/{comment_id:int}/newsroom", summary="Mail a comment to the newsroom (newsroom)", status_code=204)
async def send_on(request: AnyRequest, house: Here, comment_id: Id, data: JSONBody[SendOn]) -> None:
    await guards.operator(request, house)
    await house.db.write(act.send_on, comment_id, data.note, None, house.clock())


async def pick(house: House, comment_id: int, on: bool, by: int | None) -> Changed:
    """Picks, and shows it to everybody."""
    changed = await house.db.write(act.feature, comment_id, on, by, house.clock())
    house.shelf.touch(touched_by(changed.story, changed.comment))
    return changed
