"""“Your data”: what we keep about a person, for them to take."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

from litestar import Response, get
from litestar.response import Stream

from belowline.actions import own_data as act
from belowline.web import erasure, guards
from belowline.web.api_document import answers
from belowline.web.guards import AnyRequest
from belowline.web.house import Here, House
from belowline.web.problems import plain_headers
from belowline.web.signin import go


@get("/me/data", include_in_schema=False)
async def data_page(request: AnyRequest, house: Here) -> Response[Any]:
    who = await guards.signed_in(request, house)
    return await erasure.data_page(request, house) if who else go("/signin?next=/me/data")


@get("/me/data.zip", include_in_schema=False)
async def download(request: AnyRequest, house: Here) -> Stream:
    return await _parcel(request, house)


@get(
    "/me/data",
    summary="All that is kept about you: JSON and CSV in a zip (signed in, own pages)",
    responses=answers(bytes, "application/zip"),
)
async def export(request: AnyRequest, house: Here) -> Stream:
    return await _parcel(request, house)


async def _parcel(request: AnyRequest, house: House) -> Stream:
    guards.own_pages_only(request, house)
    who = await guards.must_be_signed_in(request, house)
    act.access_own_data(who)
    house.exports.check(f"person {who.person.id}")
    headers = plain_headers() | {"content-disposition": 'attachment; filename="belowline-data.zip"'}
    return Stream(_parts(house, who.person.id), media_type="application/zip", headers=headers)


async def _parts(house: House, person_id: int) -> AsyncIterator[bytes]:
    """The zip, a page of rows at a time: reading and packing happen off the event loop."""
    parcel = act.Parcel(house.clock())
    for section in act.SECTIONS:
        for format_ in act.FORMATS:
            parcel.start(section, format_)
            after: tuple[Any, ...] | None = ()
            while after is not None:
                rows, after = await house.db.read(act.page, section, person_id, after or None, house.build.base_url)
                await asyncio.to_thread(parcel.add, rows)
                yield parcel.take()
            parcel.end()
    if picture := await house.db.read(act.picture, person_id):
        parcel.put("picture.webp", picture)
    parcel.close()
    yield parcel.take()
