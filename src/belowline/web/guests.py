"""Browsers that we know again: a signed mark, in a header of the API's calls or in a cookie of our own pages.

It is given with a browser's first vote, report or comment, says nothing of its reader, and is worth only as
much as the limits on the network address behind it: who throws it away gets a new one, a few times.
"""

from typing import Any

import msgspec
from litestar import Response

from belowline.actions.comments import Changed
from belowline.actions.people import Caller
from belowline.errors import TooMany
from belowline.snapshots.build import touched_by
from belowline.snapshots.serve import JUST_WRITTEN
from belowline.web import guards
from belowline.web.guards import AnyRequest
from belowline.web.house import House

HEADER = "belowline-guest"
COOKIE = "belowline_guest"
A_YEAR_S = 365 * 24 * 3600


async def api_caller(request: AnyRequest, house: House) -> Caller:
    """Origin, and person or else browser, of a call. Raises Forbidden for no honest origin, Unauthorized."""
    return _or_guest(await guards.known_caller(request, house), request.headers.get(HEADER), house)


async def page_caller(request: AnyRequest, house: House) -> Caller:
    """The same for one of our own pages. Forms that act check `guards.own_pages_only` first."""
    return _or_guest(await guards.known_caller(request, house), request.cookies.get(COOKIE), house)


def _or_guest(caller: Caller, mark: str | None, house: House) -> Caller:
    if caller.person_id is not None:
        return caller
    return msgspec.structs.replace(caller, guest=house.tokens.guest(mark))


def with_mark(caller: Caller, place: str, house: House, *, must: bool = True) -> tuple[Caller, str | None]:
    """The caller as somebody who is known again, and the new mark if one was made.

    Raises TooMany where an address asks for too many; not `must`: the caller then stays unknown.
    """
    caller = msgspec.structs.replace(caller, address=house.tokens.address(place))
    if caller.person_id is not None or caller.guest:
        return caller, None
    try:
        house.new_guests.check(place)
    except TooMany:
        if must:
            raise
        return caller, None
    guest, token = house.tokens.new_guest()
    return msgspec.structs.replace(caller, guest=guest), token


def remember(answer: Response[Any], mark: str | None, house: House) -> Response[Any]:
    """The answer with a new mark as a cookie of our own pages."""
    if mark:
        secure = house.settings.base_url.startswith("https:")
        answer.set_cookie(COOKIE, mark, max_age=A_YEAR_S, httponly=True, samesite="lax", secure=secure)
    return answer


def just_wrote(house: House, changed: Changed) -> dict[str, str]:
    """A reader's comment is new, changed or gone: readers' pages that show it are old now. Gives a header by which this
    browser's pages wait for some seconds until they show it (snapshots/serve.py)."""
    house.shelf.touch(touched_by(changed.story, changed.comment))
    secure = "; Secure" if house.settings.base_url.startswith("https:") else ""
    return {"set-cookie": f"{JUST_WRITTEN.decode()}1; Max-Age=10; Path=/; HttpOnly; SameSite=lax{secure}"}
