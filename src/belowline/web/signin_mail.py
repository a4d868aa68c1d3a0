"""Signing in by mail: ask, then open the link on any device, or type its code where one asked."""

from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from belowline.actions import signin_mail as act
from belowline.actions import ways
from belowline.errors import Forbidden, Invalid, TooMany
from belowline.mail.send import Mail, send
from belowline.model.site import Site
from belowline.store.mail_codes import Asked
from belowline.web import guards
from belowline.web.guards import AnyRequest
from belowline.web.house import Here, House
from belowline.web.signin import Html, page, set_cookie, site_of, welcome
from belowline.web.typed import form_of
from belowline.words import N_

COOKIE = "belowline_asked"


@post("/signin/mail", include_in_schema=False, status_code=200)
async def ask(request: AnyRequest, house: Here) -> Html:
    """Sends the link and shows where to type the code. The answer is the same for every address."""
    guards.own_pages_only(request, house)
    form = await form_of(request)
    site = await site_of(house, form.get("site") or None)
    offered = await house.db.read(ways.offered, site, bool(house.settings.mail_host))
    if not offered.email:
        raise Forbidden("Nobody signs in by mail here.", code="way-off")
    try:
        house.signins.check(guards.address(request, house))
        place = form.get("next", "")
        email, asked = await house.db.write(act.ask, form.get("email", ""), place, house.clock())
    except (Invalid, TooMany) as problem:
        status, typed = problem.status, form.get("email", "")
        error = problem.fields.get("email") or problem.message
        values = {"site": site, "ways": offered, "next": form.get("next", ""), "error": error, "email": typed}
        return page(house, "signin.html", status, who=None, **values)
    await send(_mail(house, site, email, asked), house.settings)
    answer = page(house, "signin_code.html", site=site, email=email, error=None)
    set_cookie(house, answer, COOKIE, asked.browser, int(act.GOOD_FOR.total_seconds()))
    return answer


def _mail(house: House, site: Site, email: str, asked: Asked) -> Mail:
    link = f"{house.settings.base_url}/signin/mail/{asked.link}"
    values = {"site": site, "link": link, "code": f"{asked.code[:3]} {asked.code[3:]}"}
    name = " ".join(site.name.split())
    render = house.speaking(site.lang)
    return Mail(
        to=email,
        subject=render.say(N_(f"{name}: your link to sign in")),
        text=render.page("mail_signin.txt", **values),
        html=render.page("mail_signin.html", **values),
    )


@get("/signin/mail/{link:str}", include_in_schema=False)
async def confirm(house: Here, link: FromPath[str]) -> Html:
    """Shows a button and changes nothing: mail scanners and previews open links too."""
    found = await house.db.read(act.access_link, link, house.clock())
    site = await site_of(house, None)
    return page(house, "signin_confirm.html", site=site, email=found.email, link=link)


@post("/signin/mail/{link:str}", include_in_schema=False)
async def use_link(request: AnyRequest, house: Here, link: FromPath[str]) -> Response[Any]:
    guards.own_pages_only(request, house)
    entered = await house.db.write(act.use_link, link, house.clock())
    return await welcome(request, house, entered.person.id, entered.next)


@post("/signin/code", include_in_schema=False)
async def use_code(request: AnyRequest, house: Here) -> Response[Any]:
    guards.own_pages_only(request, house)
    house.signins.check(guards.address(request, house))
    form = await form_of(request)
    browser = request.cookies.get(COOKIE, "")
    entered = await house.db.write(act.use_code, browser, form.get("code", ""), house.clock())
    if entered is None:
        site = await site_of(house, None)
        error = N_("This code is not right, or not any more. After five tries only the link in the mail is good.")
        return page(house, "signin_code.html", 422, site=site, email=None, error=error)
    answer = await welcome(request, house, entered.person.id, entered.next)
    answer.delete_cookie(COOKIE, path="/")
    return answer
