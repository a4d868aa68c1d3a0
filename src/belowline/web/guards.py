"""Who is asking: address and origin of a request, and what they may not do."""

import contextlib
from typing import Any
from urllib.parse import urlsplit

from litestar import Request

from belowline.actions import signin
from belowline.actions.people import Caller
from belowline.errors import Forbidden, Unauthorized, Unavailable
from belowline.model.person import Person, SignedIn
from belowline.rules import access
from belowline.rules.addresses import place
from belowline.store import comments, sessions, sites
from belowline.web import language
from belowline.web.house import House

AnyRequest = Request[Any, Any, Any]


def address(request: AnyRequest, house: House) -> str:
    """The reader's network address, as far as the proxies that we trust tell; of IPv6 the half that one
    connection has, since it may choose the rest anew for each request."""
    hops = house.settings.trusted_proxies
    lines = request.headers.getall("x-forwarded-for", []) if hops else []  # some proxies add a line of their own
    forwarded = [part.strip() for part in ",".join(lines).split(",") if part.strip()]
    if hops and len(forwarded) >= hops:
        return place(forwarded[-hops])
    return place(request.client.host) if request.client else "unknown"


def caller(request: AnyRequest, house: House) -> Caller:
    """Origin of a request that writes. Raises Forbidden for one that names no honest origin."""
    origin = request.headers.get("origin")
    if origin is None:  # no browser, or an old one: they send no cookie that could be misused here
        return Caller()
    if access.origin_of(origin) is None:  # "null": a sandboxed frame, a file, a redirect across sites
        raise Forbidden("Nothing can be sent from this kind of page.", code="origin-not-allowed")
    own = access.origin_of(house.settings.base_url)
    if origin.lower() == own or urlsplit(origin).netloc == request.headers.get("host"):
        return Caller()
    return Caller(origin=origin.lower())


def own_pages_only(request: AnyRequest, house: House) -> None:
    """For forms that act by cookie: never from another site's page. Raises Forbidden."""
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


# --- who is signed in -------------------------------------------------------------------------------


def cookie_name(house: House) -> str:
    """The prefix makes browsers refuse the cookie from any other host. RFC 6265bis, 4.1.3.2."""
    return "__Host-belowline" if house.settings.base_url.startswith("https:") else "belowline_session"


async def signed_in(request: AnyRequest, house: House) -> SignedIn | None:
    """By the cookie on our own pages, by the short-lived token elsewhere; None for a guest.

    Raises Unauthorized for a token that is over, so that nobody who signed in writes as a guest unawares.
    """
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    now = house.clock()
    if scheme.lower() == "bearer" and token.strip().startswith(signin.ACCESS_PREFIX):
        access_token = token.strip().removeprefix(signin.ACCESS_PREFIX)
        who = await house.db.read(sessions.by_access, access_token, now)
        if who is None:
            raise Unauthorized("This sign-in is over. Refresh it, or sign in again.", code="token-over")
        return who
    cookie = request.cookies.get(cookie_name(house))
    if not cookie or not _cookie_counts(request, house):
        return None
    who = await house.db.read(sessions.by_token, cookie, "page", now)
    if who and not request.url.path.startswith("/api/"):  # scripts ask in the language of their discussion
        language.chosen(who.person.lang)
    if who and now - who.session.seen_at > signin.SEEN_EVERY:
        with contextlib.suppress(Unavailable):  # who reads may read on where nothing can be written
            await house.db.write(signin.saw, who, now)
    return who


def _cookie_counts(request: AnyRequest, house: House) -> bool:
    """Reading: always, since other origins cannot read the answer. Writing: only where the browser says that the
    request comes from our own page, whatever it knows of SameSite."""
    if request.method in ("GET", "HEAD"):
        return True
    origin = request.headers.get("origin")
    if origin is None:
        return request.headers.get("sec-fetch-site") in ("same-origin", "none")
    return origin.lower() == access.origin_of(house.settings.base_url) or (
        urlsplit(origin).netloc == request.headers.get("host")
    )


async def person(request: AnyRequest, house: House) -> Person | None:
    """Who is signed in; None for a guest. Raises Unauthorized for a token that is over."""
    who = await signed_in(request, house)
    return who.person if who else None


async def must_be_signed_in(request: AnyRequest, house: House) -> SignedIn:
    """Raises Unauthorized for guests."""
    who = await signed_in(request, house)
    if who is None:
        raise Unauthorized("Please sign in first.")
    return who


async def known_caller(request: AnyRequest, house: House) -> Caller:
    """`caller`, with who is signed in. Raises Forbidden and Unauthorized."""
    asks = caller(request, house)
    who = await signed_in(request, house)
    return Caller(asks.origin, who.person.id, who.session.site_id) if who else asks


async def wrote(request: AnyRequest, house: House, comment_id: int) -> bool:
    """Whether who is signed in wrote this comment."""
    who = await signed_in(request, house)
    if who is None:
        return False
    comment = await house.db.read(comments.get, comment_id)
    return comment is not None and comment.person_id == who.person.id
