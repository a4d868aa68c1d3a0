"""Web push: the key, the switch of one session, and the browser's helper."""

import msgspec
from litestar import delete, get, post
from litestar.params import JSONBody
from litestar.types import ASGIApp

from belowline.actions import push as act
from belowline.web import assets, guards
from belowline.web.guards import AnyRequest
from belowline.web.house import Here
from belowline.web.ready import ready


class PushKey(msgspec.Struct, frozen=True):
    key: str
    """For `applicationServerKey`, base64url."""
    on: bool
    """Whether this session's browser is told."""


@get("/push.js", include_in_schema=False)
async def helper(house: Here) -> ASGIApp:
    """The service worker: it stands at the root, so that it may show notices for every page of ours."""
    return await ready(house, "/push.js", {}, assets.worker, "push.js")


@get("/push", summary="The key for web push, and whether this session has it on (signed in)")
async def push_key(request: AnyRequest, house: Here) -> PushKey:
    who = await guards.must_be_signed_in(request, house)
    key = await house.db.write(act.key)
    return PushKey(key, await house.db.read(act.is_on, who.session.id))


@post("/push", summary="Have this browser show your notices (signed in, own pages)", status_code=204)
async def start_push(request: AnyRequest, house: Here, data: JSONBody[act.Subscription]) -> None:
    who = await guards.must_be_signed_in(request, house)
    await house.db.write(act.start, who, data, house.settings.private_push, house.clock())


@delete("/push", summary="Have it show them no more (signed in)")
async def stop_push(request: AnyRequest, house: Here) -> None:
    who = await guards.must_be_signed_in(request, house)
    await house.db.write(act.stop, who)
