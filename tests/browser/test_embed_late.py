"""What is a reader's own comes in another order than it was asked for: an older answer undoes nothing."""

import datetime as dt
import json
from collections.abc import Callable

import pytest
from playwright.sync_api import APIResponse, BrowserContext, Locator, Page, Route, expect

from browser.hosts import Host, allow
from browser.pages import comment, stopped
from members import Member, embed_tokens, enrol
from paper import Paper
from post_office import wait_for

Context = Callable[..., BrowserContext]
AGAIN = "document.querySelector('below-line').getToken = null"
"""The page says that somebody may have signed in or out: what is the reader's own is asked for again."""


@pytest.fixture(autouse=True)
def _welcome(paper: Paper, host: Host) -> None:
    allow(paper, host.origin)


def signed_in(paper: Paper, context: Context, member: Member) -> Page:
    """An embed where the member came by our window."""
    tokens = embed_tokens(paper, member)
    until = (paper.clock() + dt.timedelta(minutes=15)).timestamp() * 1000
    kept = {"access": tokens.access, "refresh": tokens.refresh, "until": until, "said": ""}
    page = context().new_page()
    keep = [f"belowline:session:{paper.base}:main", json.dumps(kept)]
    page.add_init_script(
        f"sessionStorage.begun || localStorage.setItem(...{json.dumps(keep)}); sessionStorage.begun = 1"
    )
    return page


def who(page: Page) -> Locator:
    return page.locator("section.discussion > .who")


def ask_and_hold(page: Page) -> tuple[Route, APIResponse]:
    """What is the reader's own is asked for and answered, but the answer stays on its way."""
    held: list[tuple[Route, APIResponse]] = []

    def on_its_way(route: Route) -> None:
        held.append((route, route.fetch()))

    page.route("**/mine*", on_its_way, times=1)
    with page.expect_request("**/mine*"):
        page.evaluate(AGAIN)
    return stopped(page, held)


def arrive(page: Page, held: tuple[Route, APIResponse]) -> None:
    route, answer = held
    with page.expect_event("requestfinished", lambda request: request == route.request):
        route.fulfill(response=answer)
    page.evaluate("new Promise((done) => setTimeout(() => requestAnimationFrame(done), 100))")


def test_notices_that_were_read_meanwhile_are_not_told_again(paper: Paper, host: Host, context: Context) -> None:
    story, ada = paper.add_story(), enrol(paper, "Ada of the ferry")
    paper.post(story, "I do.", name="Bela", parent=ada.post(story, "Does anybody know?"))
    wait_for(lambda: ada.client.get("/api/v1/notifications").json()["unread"] == 1, 30)
    page = signed_in(paper, context, ada)
    page.goto(host.embed(paper, story.slug))
    news = who(page).get_by_role("link", name="1 new notice")
    expect(news).to_be_visible()
    held = ask_and_hold(page)
    with page.expect_response("**/notifications/read"):
        news.click()
    page.get_by_role("dialog", name="Notices").get_by_role("button", name="Close").click()
    arrive(page, held)
    expect(who(page).get_by_role("link", name="Notices", exact=True)).to_be_visible()
    expect(news).to_have_count(0)


def test_who_has_signed_out_stays_a_guest(paper: Paper, host: Host, context: Context) -> None:
    story, ada = paper.add_story(), enrol(paper, "Ada of the lock")
    paper.post(story, "A claim")
    page = signed_in(paper, context, ada)
    page.goto(host.embed(paper, story.slug))
    expect(who(page)).to_contain_text("You are writing as Ada of the lock.")
    held = ask_and_hold(page)
    who(page).get_by_role("button", name="Sign out").click()
    expect(who(page)).to_contain_text("You are writing as a guest.")
    arrive(page, held)
    expect(who(page)).to_contain_text("You are writing as a guest.")
    expect(comment(page, "A claim")).to_be_visible()
