"""Passkeys, with Chromium's own virtual authenticator."""

import datetime as dt
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
from playwright.sync_api import BrowserContext, CDPSession, Page, expect

from belowline.actions import sites as site_act
from belowline.actions import ways
from members import write
from paper import Paper


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Paper]:
    """Under a name: an address of numbers cannot have passkeys."""
    paper = Paper(tmp_path / "data", signins_per_minute=1000)
    public = f"http://localhost:{paper.settings.port}"
    paper.settings = msgspec.structs.replace(paper.settings, public_url=public)
    paper.base = public
    paper.start()
    yield paper
    paper.stop()


class Device:
    """A browser with an authenticator that says yes."""

    def __init__(self, context: BrowserContext) -> None:
        self.page: Page = context.new_page()
        self.cdp: CDPSession = context.new_cdp_session(self.page)
        self.cdp.send("WebAuthn.enable")
        options = {
            "protocol": "ctap2",
            "transport": "internal",
            "hasResidentKey": True,
            "hasUserVerification": True,
            "isUserVerified": True,
            "automaticPresenceSimulation": True,
        }
        added = self.cdp.send("WebAuthn.addVirtualAuthenticator", {"options": options})
        self.authenticator: str = added["authenticatorId"]

    def credentials(self) -> list[dict[str, Any]]:
        asked = {"authenticatorId": self.authenticator}
        return list(self.cdp.send("WebAuthn.getCredentials", asked)["credentials"])


def name_of(paper: Paper, page: Page) -> str | None:
    me = page.request.get(f"{paper.base}/api/v1/session").json()["me"]
    return me and me["name"]


def test_a_reader_begins_by_a_passkey_and_comes_back_by_it(here: Paper, context: Callable[..., BrowserContext]) -> None:
    device = Device(context())
    page = device.page
    page.goto(f"{here.base}/signin?next=/me/sessions")
    page.get_by_role("button", name="Make a passkey").click()
    page.wait_for_url("**/me/sessions")
    expect(page.get_by_text(re.compile("Passkey “Chrome, Linux”"))).to_be_visible()
    name = name_of(here, page)
    assert re.fullmatch(r"Reader \d+", name or "")
    assert len(device.credentials()) == 1
    page.get_by_role("button", name="Sign out", exact=True).click()
    page.wait_for_url("**/signin")
    assert name_of(here, page) is None
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url("**/me")
    assert name_of(here, page) == name
    page.goto(f"{here.base}/me/sessions")
    page.get_by_role("button", name="Remove").click()
    expect(page.get_by_text(re.compile("Passkey “"))).to_have_count(0)
    page.wait_for_load_state()
    page.get_by_role("button", name="Sign out", exact=True).click()
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("alert")).to_contain_text("not known here")
    assert name_of(here, page) is None


def test_who_says_no_is_told_and_can_try_again(here: Paper, context: Callable[..., BrowserContext]) -> None:
    device = Device(context())
    device.cdp.send("WebAuthn.setUserVerified", {"authenticatorId": device.authenticator, "isUserVerified": False})
    device.page.goto(f"{here.base}/signin")
    device.page.get_by_role("button", name="Make a passkey").click()
    expect(device.page.get_by_role("alert")).to_contain_text("No passkey was used")
    assert device.credentials() == []


def test_an_answer_is_good_once_in_time_and_only_from_our_page(
    here: Paper, context: Callable[..., BrowserContext]
) -> None:
    device = Device(context())
    page = device.page
    page.goto(f"{here.base}/signin")
    page.get_by_role("button", name="Make a passkey").click()
    page.wait_for_url("**/me")
    page.goto(f"{here.base}/me/sessions")
    page.get_by_role("button", name="Sign out", exact=True).click()
    page.wait_for_url("**/signin")
    caught: list[str] = []
    page.route(
        "**/api/v1/passkeys/session", lambda route: (caught.append(route.request.post_data or ""), route.abort())
    )
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("alert")).to_be_visible()
    answer = json.loads(caught[0])
    cookie = {one["name"]: one["value"] for one in page.context.cookies()}["belowline_passkey"]

    def send(changed: dict[str, Any], origin: str = here.base, with_cookie: str = cookie) -> httpx.Response:
        headers = {"origin": origin, "cookie": f"belowline_passkey={with_cookie}"}
        return httpx.post(f"{here.base}/api/v1/passkeys/session", json=changed, headers=headers)

    assert send(answer, "https://evil.example").status_code == 403
    assert send(answer, with_cookie="").status_code == 401
    here.clock.ahead = dt.timedelta(minutes=6)
    assert send(answer).status_code == 401
    here.clock.ahead = dt.timedelta()
    for broken in ({"credential": {}}, {"credential": {"id": answer["credential"]["id"]}}, {"credential": {"id": 5}}):
        assert send(answer | broken).json()["code"] == "bad-passkey"
    good = send(answer | {"next": "https://evil.example"})
    assert (good.status_code, good.json()["next"]) == (200, "/")
    again = send(answer)
    assert (again.status_code, again.json()["code"]) == (401, "token-used")


def test_a_window_tells_the_page_that_opened_it_alone(here: Paper, context: Callable[..., BrowserContext]) -> None:
    device = Device(context())
    page = device.page
    page.goto(f"{here.base}/signin")
    page.get_by_role("button", name="Make a passkey").click()
    page.wait_for_url("**/me")
    name = name_of(here, page)
    publisher = "http://www.lamp.example"
    write(here, site_act.allow_origin, "main", publisher)
    page.context.route(
        f"{publisher}/**", lambda route: route.fulfill(body="<!doctype html><h1>Story</h1>", content_type="text/html")
    )
    page.goto(f"{publisher}/story")
    page.evaluate("addEventListener('message', event => { window.heard = [event.origin, event.data]; })")
    with page.context.expect_page() as opened:
        page.evaluate(f"void window.open('{here.base}/signin/window?site=main&origin={publisher}')")
    opened.value.get_by_role("button", name=f"Go on as {name}").click()
    page.wait_for_function("window.heard")
    origin, told = page.evaluate("window.heard")
    assert (origin, told["type"], told["expires_in"]) == (here.base, "belowline:session", 900)
    me = httpx.get(f"{here.base}/api/v1/session", headers={"authorization": f"Bearer {told['access']}"}).json()["me"]
    assert me["name"] == name


def test_where_passkeys_are_off_there_is_no_door(here: Paper, context: Callable[..., BrowserContext]) -> None:
    write(here, ways.change, "main", {"passkey": False})
    page = Device(context()).page
    page.goto(f"{here.base}/signin")
    assert page.get_by_role("button", name="Sign in with a passkey").count() == 0
    assert (
        httpx.post(f"{here.base}/api/v1/passkeys/question", json={}, headers={"origin": here.base}).status_code == 403
    )
