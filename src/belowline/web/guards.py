"""Who is asking: address and origin of a request, and what they may not do."""

from typing import Any
from urllib.parse import urlsplit

from litestar import Request

from belowline.actions.comments import Caller
from belowline.errors import Forbidden
from belowline.rules import access
from belowline.store import sites
from belowline.web.house import House

AnyRequest = Request[Any, Any, Any]


def address(request: AnyRequest, house: House) -> str:
    """The reader's address, as far as the proxies that we trust tell."""
    hops = house.settings.trusted_proxies
    forwarded = [part.strip() for part in request.headers.get("x-forwarded-for", "").split(",") if part.strip()]
    if hops and len(forwarded) >= hops:
        return forwarded[-hops]
    return request.client.host if request.client else "unknown"


def caller(request: AnyRequest, house: House) -> Caller:
    """Origin of a request that writes. Raises Forbidden for one that names no honest origin."""
    origin = request.headers.get("origin")
    if origin is None:  # no browser, or an old one: they send no cookie that could be misused here
        return Caller()
    if access.origin_of(origin) is None:  # "null": a sandboxed frame, a file, a redirect across sites
        raise Forbidden("A comment cannot be sent from this kind of page.", code="origin-not-allowed")
    own = access.origin_of(house.settings.base_url)
    if origin.lower() == own or urlsplit(origin).netloc == request.headers.get("host"):
        return Caller()
    return Caller(origin=origin.lower())


def own_pages_only(request: AnyRequest, house: House) -> None:
    """For forms that act by cookie: never from another site's page."""
    if caller(request, house).origin or request.headers.get("sec-fetch-site", "same-origin") not in (
        "same-origin",
        "none",
    ):
        raise Forbidden("This form works on our own page only.", code="origin-not-allowed")


async def operator(request: AnyRequest, house: House) -> None:
    """For the newsroom's API calls. Raises Forbidden without a good key."""
    scheme, _, key = request.headers.get("authorization", "").partition(" ")
    good = scheme.lower() == "bearer" and await house.db.read(sites.key_holds, key.strip(), "api", house.clock())
    if not good:
        raise Forbidden(
            "This needs an API key: “Authorization: Bearer <key>”. The operator's link, printed at start, gives one.",
            code="key-needed",
        )
