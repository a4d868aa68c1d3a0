"""The desk's pages of imports: upload a file, look at what would happen, bring it in, show the receipt, take it back.

The work itself is done elsewhere (jobs/upload.py); these pages say what is wished and show how far it is.
"""

import asyncio
from pathlib import Path
from typing import Any

import msgspec
from litestar import Response, get, post

from belowline.actions import imports as act
from belowline.actions.desk import Desk
from belowline.errors import BadRequest, Conflict, Invalid, Problem, TooLarge, Unavailable
from belowline.model.person import Role
from belowline.model.upload import Stage, Upload, Wish
from belowline.store import uploads as rows
from belowline.transfer import receipt_page, undo, uploads
from belowline.transfer.receipt import Receipt
from belowline.transfer.sources import ABOUT, SOURCES
from belowline.transfer.threads import FLAT_SOURCES
from belowline.web.desk import AtDesk, Html, at_least, fragment, show
from belowline.web.guards import AnyRequest
from belowline.web.house import Here, House
from belowline.web.pages import Id, MaybePlace
from belowline.web.problems import plain_headers
from belowline.web.signin import go
from belowline.web.typed import form_of
from belowline.web.uploading import check_size, receive


@get("/desk/{site:str}/imports", include_in_schema=False)
async def imports_page(house: Here, desk: AtDesk, undone: MaybePlace = None) -> Html:
    at_least(desk, Role.ADMIN)
    return await _imports(house, desk, undone=undone)


async def _imports(house: House, desk: Desk, status: int = 200, **values: Any) -> Html:
    runs, waiting = await house.db.read(act.listed, desk)
    values = {"wrong": "", "undone": None, "form": {}} | values
    values |= {"sources": ABOUT, "limit_mb": house.settings.upload_mb, "runs": runs, "uploads": waiting}
    return await show(house, desk, "desk/imports.html", "imports", status, **values)


@post("/desk/{site:str}/imports", include_in_schema=False, request_max_body_size=None)
async def upload(request: AnyRequest, house: Here, desk: AtDesk) -> Html:
    """The file goes to the disk as it comes; its size is bounded by the setting `upload_mb`."""
    at_least(desk, Role.ADMIN)
    arriving = _Arriving(house, desk)
    try:
        check_size(request, house.settings.upload_mb, Path(house.settings.data))
        await receive(request, house.settings.upload_mb, arriving.opened)
        await house.db.write(act.arrived, arriving.number, house.clock())
    except BaseException as error:
        await arriving.give_up()
        if isinstance(error, Invalid | TooLarge | Unavailable):
            return await _imports(house, desk, error.status, wrong=error.message, form=arriving.fields)
        raise
    return go(f"/desk/{desk.site.key}/imports/uploads/{arriving.number}")


class _Arriving:
    """A file on its way to a folder of its own."""

    def __init__(self, house: House, desk: Desk) -> None:
        self._house, self._desk = house, desk
        self.number = 0
        self.fields: dict[str, str] = {}

    async def opened(self, fields: dict[str, str], name: str) -> Path:
        self.fields = fields
        house, source = self._house, fields.get("source", "")
        if source not in SOURCES:
            raise Invalid("Please choose the system that the file comes from.", fields={"source": "Please choose."})
        values = {"source": source, "maps": act.maps_of(fields.get("maps", "")), "threading": _threading(fields)}
        place = uploads.place(name)
        made = await house.db.write(act.receive, self._desk, name, house.clock(), place=place, **values)
        self.number = made.id
        where = uploads.folder(house.settings.data, made.id)
        await asyncio.to_thread(where.mkdir, parents=True)
        return where / place

    async def give_up(self) -> None:
        if self.number:  # the file first: it may be what fills the disk
            await asyncio.to_thread(uploads.remove, self._house.settings.data, self.number)
            await self._house.db.write(rows.drop, self.number)


def _threading(fields: dict[str, str]) -> bool | None:
    if "threading" in fields:
        return True
    return False if fields.get("source") in FLAT_SOURCES else None


# --- an upload ------------------------------------------------------------------------------------------


@get("/desk/{site:str}/imports/uploads/{upload_id:int}", include_in_schema=False)
async def upload_page(house: Here, desk: AtDesk, upload_id: Id) -> Html:
    at_least(desk, Role.ADMIN)
    return await _upload(house, desk, upload_id)


async def _upload(house: House, desk: Desk, upload_id: int, status: int = 200, **values: Any) -> Html:
    one = await house.db.read(act.access_upload, upload_id, desk)
    if one.stage == Stage.DONE and one.run_id is not None:
        return go(f"/desk/{desk.site.key}/imports/{one.run_id}")
    receipt = None if one.receipt is None else msgspec.convert(one.receipt, Receipt, strict=False)
    values = {"wrong": "", "form": {}} | values | await _how_far(house, one)
    values |= {"receipt": receipt, "shown": receipt_page.fragment(receipt) if receipt else ""}
    values |= {"maps": "\n".join(f"{old}={new}" for old, new in one.maps.items()), "about": ABOUT[one.source]}
    return await show(house, desk, "desk/upload.html", "imports", status, **values)


async def _how_far(house: House, one: Upload) -> dict[str, Any]:
    where = uploads.folder(house.settings.data, one.id)
    return {"one": one, "progress": await asyncio.to_thread(uploads.progress, where)}


@get("/desk/{site:str}/imports/uploads/{upload_id:int}/progress", include_in_schema=False)
async def upload_progress(house: Here, desk: AtDesk, upload_id: Id) -> Html:
    """For htmx: how far it is; and, when it is done, that the page is another now."""
    at_least(desk, Role.ADMIN)
    one = await house.db.read(act.access_upload, upload_id, desk)
    values = await _how_far(house, one)
    part = fragment(house.render.page("desk/upload_progress.html", root=f"/desk/{desk.site.key}", **values))
    if one.stage != Stage.WORKING:
        part.headers["hx-refresh"] = "true"
    return part


@post("/desk/{site:str}/imports/uploads/{upload_id:int}", include_in_schema=False)
async def go_on(request: AnyRequest, house: Here, desk: AtDesk, upload_id: Id) -> Html:
    """`do`: bring it in, whole or the good part; preview it again with other maps; delete the file."""
    at_least(desk, Role.ADMIN)
    form = await form_of(request)
    do, now = form.get("do", ""), house.clock()
    one = await house.db.read(act.access_upload, upload_id, desk)
    try:
        if do == "delete":
            await house.db.write(act.drop, upload_id, desk)
            await asyncio.to_thread(uploads.remove, house.settings.data, upload_id)
            return go(f"/desk/{desk.site.key}/imports")
        if do == Wish.PREVIEW:
            maps = act.maps_of(form.get("maps", ""))
            threading = _threading(form | {"source": one.source})
            await house.db.write(act.preview_again, upload_id, maps, threading, desk, now)
        elif do in (Wish.WHOLE, Wish.GOOD_PART, "again"):
            wish = one.wish if do == "again" else Wish(do)
            await house.db.write(act.order, upload_id, wish, desk, now)
        else:
            raise BadRequest("Please choose what to do with the file.")
    except (Invalid, Conflict) as problem:
        return await _upload(house, desk, upload_id, problem.status, wrong=problem.message, form=form)
    return go(f"/desk/{desk.site.key}/imports/uploads/{upload_id}")


# --- a run ----------------------------------------------------------------------------------------------


@get("/desk/{site:str}/imports/{run_id:int}", include_in_schema=False)
async def run_page(house: Here, desk: AtDesk, run_id: Id) -> Html:
    at_least(desk, Role.ADMIN)
    return await _run(house, desk, run_id)


async def _run(house: House, desk: Desk, run_id: int, status: int = 200, wrong: str = "") -> Html:
    one = await house.db.read(act.access_run, run_id, desk)
    receipt = None if one.receipt is None else msgspec.convert(one.receipt, Receipt, strict=False)
    shown = receipt_page.fragment(receipt) if receipt else ""
    values = {"one": one, "shown": shown, "wrong": wrong, "about": ABOUT.get(one.source, one.source)}
    return await show(house, desk, "desk/import.html", "imports", status, **values)


@get("/desk/{site:str}/imports/{run_id:int}/receipt.json", include_in_schema=False)
async def receipt_json(house: Here, desk: AtDesk, run_id: Id) -> Response[bytes]:
    at_least(desk, Role.ADMIN)
    one = await house.db.read(act.access_run, run_id, desk)
    if one.receipt is None:
        raise Conflict("This import was interrupted; it has no receipt yet.", code="no-receipt")
    name = f'attachment; filename="receipt-{run_id}.json"'
    headers = plain_headers() | {"content-disposition": name}
    body = msgspec.convert(one.receipt, Receipt, strict=False).json()
    return Response(body, media_type="application/json", headers=headers)


@post("/desk/{site:str}/imports/{run_id:int}/undo", include_in_schema=False)
async def take_back(house: Here, desk: AtDesk, run_id: Id) -> Html:
    """Whole, or not at all where readers have answered. It begins at once; a job does it (jobs/take_back.py)."""
    at_least(desk, Role.ADMIN)
    await house.db.read(act.access_run, run_id, desk)
    try:
        await house.db.write(undo.order, run_id, house.clock(), desk.person.id)
    except Problem as problem:
        return await _run(house, desk, run_id, problem.status, problem.message)
    house.shelf.clear()
    return go(f"/desk/{desk.site.key}/imports?undone={run_id}")
