"""Whether this process serves: for a proxy or a watchman who asks every few seconds."""

from litestar import Response, get

from belowline.store import sites
from belowline.web.house import Here
from belowline.web.problems import plain_headers


@get("/healthz", include_in_schema=False)
async def healthz(house: Here) -> Response[str]:
    """Reads one row. 503 where the database cannot be read, as for every other request."""
    await house.db.read(sites.first)
    return Response("ok\n", media_type="text/plain", headers=plain_headers())
