"""Signed in under a page on another origin: by the publication's own login, or by our window. Never a cookie there."""

import datetime as dt
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey
from playwright.sync_api import BrowserContext, Page, Route, expect

from belowline.actions import ways
from belowline.model.story import Story
from belowline.store import sessions
from browser.hosts import Host, allow
from browser.pages import Witness, axe, comment, main_form, press, said, sign_in, stopped
from members import enrol, write
from paper import Paper
from post_office import wait_for

Open = Callable[..., Page]

SECRET = "a shared secret of the publication, long enough"
AGREED = {"jwt.on": True, "jwt.issuer": "lamp-login", "jwt.audience": "belowline:main", "jwt.secret": SECRET}


@pytest.fixture
def agreed(tmp_path: Path, host: Host) -> Iterator[Paper]:
    running = Paper(tmp_path / "data", signins_per_minute=1000).start()
    allow(running, host.origin)
    write(running, ways.change, "main", AGREED)
    yield running
    running.assert_counts_are_right()
    running.stop()


@pytest.fixture
def talk(agreed: Paper) -> Story:
    story = agreed.add_story()
    agreed.post(story, "A claim", name="Bela")
    return story


def signed(paper: Paper, name: str = "Nora Lindqvist", **more: Any) -> str:
    now = int(paper.clock().timestamp())
    claims = {"iss": "lamp-login", "aud": "belowline:main", "sub": name, "iat": now, "exp": now + 300, "name": name}
    once = {"jti": f"once-{time.monotonic_ns()}"}
    return jwt.encode({"alg": "HS256"}, {**claims, **once, **more}, OctKey.import_key(SECRET), algorithms=["HS256"])


def who(page: Page) -> Any:
    return page.locator("section.discussion > .who")


def asked(watched: Witness, path: str) -> int:
    return sum(path in url for url in watched.requests)


def test_the_pages_own_token_signs_in(agreed: Paper, talk: Story, host: Host, witness: Callable[..., Witness]) -> None:
    watched = witness(host.origin, agreed.base)
    page = watched.page
    url = host.embed(agreed, talk.slug, attributes=f'jwt="{signed(agreed)}"')
    page.goto(url)
    expect(who(page)).to_contain_text("You are writing as Nora Lindqvist.")
    expect(main_form(page).get_by_label("Your name")).to_be_hidden()
    expect(who(page).get_by_role("button", name="Sign out")).to_have_count(0)  # the publication's own way out
    assert axe(page) == []
    main_form(page).locator("textarea").fill("As myself.")
    press(main_form(page), "Send")
    mine = comment(page, "As myself.")
    expect(mine).to_contain_text("Nora Lindqvist")
    expect(mine.get_by_role("button", name="Edit")).to_be_visible()
    comment(page, "A claim").locator(".respect").click()
    expect(comment(page, "A claim").locator(".respect")).to_have_text("1 respect")
    page.get_by_role("link", name="Follow this discussion").click()
    expect(said(page)).to_have_text("You will hear of what is new here.")
    page.get_by_role("link", name="Stop following").click()
    expect(page.get_by_role("link", name="Follow this discussion")).to_be_visible()
    page.reload()  # the same token in a page from a cache: good once, but its reader is the same
    expect(who(page)).to_contain_text("You are writing as Nora Lindqvist.")
    expect(comment(page, "A claim").get_by_role("button", name="1 respect", pressed=True)).to_be_visible()
    assert asked(watched, "/sites/main/session") == 1
    assert page.context.cookies() == []
    watched.assert_nothing_ran()


def test_a_callback_is_asked_and_the_token_is_refreshed(
    agreed: Paper, talk: Story, host: Host, witness: Callable[..., Witness]
) -> None:
    watched = witness(host.origin, agreed.base)
    page = watched.page
    page.expose_function("login", lambda: signed(agreed))
    page.goto(
        host.embed(agreed, talk.slug, head="<script>window.addEventListener('DOMContentLoaded', () => {"
                   "document.querySelector('below-line').getToken = () => window.login(); });</script>")
    )  # fmt: skip
    expect(who(page)).to_contain_text("You are writing as Nora Lindqvist.")
    agreed.clock.ahead += dt.timedelta(minutes=20)
    comment(page, "A claim").locator(".respect").click()
    expect(comment(page, "A claim").locator(".respect")).to_have_text("1 respect")
    assert asked(watched, "/session/refresh") == 1
    assert asked(watched, "/sites/main/session") == 1
    write(agreed, sessions.end_all, 1)  # then the page's login is asked once more
    comment(page, "A claim").locator(".respect").click()
    expect(comment(page, "A claim").locator(".respect")).to_have_text("Respect")
    assert asked(watched, "/sites/main/session") == 2
    page.evaluate("() => { document.querySelector('below-line').getToken = () => null; }")
    expect(who(page)).to_contain_text("You are writing as a guest.")
    expect(main_form(page).get_by_label("Your name")).to_be_visible()
    page.evaluate("() => { document.querySelector('below-line').getToken = () => { throw new Error('no'); }; }")
    expect(who(page)).to_contain_text("You are writing as a guest.")


def test_a_page_that_takes_its_time_signs_nobody_out_before_it_says_so(
    agreed: Paper, talk: Story, host: Host, context: Callable[..., BrowserContext]
) -> None:
    page = context().new_page()
    page.clock.install()
    page.goto(host.embed(agreed, talk.slug, attributes=f'jwt="{signed(agreed)}"'))
    expect(who(page)).to_contain_text("You are writing as Nora Lindqvist.")
    give = "document.querySelector('below-line').getToken = () => new Promise((done) => { window.done = done; })"
    page.goto(
        host.embed(agreed, talk.slug, head=f"<script>addEventListener('DOMContentLoaded', () => {{{give}}})</script>")
    )
    wait_for(lambda: bool(page.evaluate("Boolean(window.done)")), 30)
    page.clock.run_for(11_000)
    expect(who(page)).to_contain_text("You are writing as Nora Lindqvist.")
    page.evaluate("window.done(null)")
    expect(who(page)).to_contain_text("You are writing as a guest.")
    page.evaluate("void (document.querySelector('below-line').getToken = () => { throw new Error('no'); })")
    expect(who(page)).to_contain_text("You are writing as a guest.")


def test_another_reader_of_the_page_is_another_here(agreed: Paper, talk: Story, host: Host, browse: Open) -> None:
    page = browse(host.embed(agreed, talk.slug, attributes=f'jwt="{signed(agreed)}"'))
    expect(who(page)).to_contain_text("You are writing as Nora Lindqvist.")
    element = page.locator("below-line")
    element.evaluate("(one, jwt) => one.setAttribute('jwt', jwt)", signed(agreed, "Otto Brandt"))
    expect(who(page)).to_contain_text("You are writing as Otto Brandt.")
    element.evaluate("one => one.removeAttribute('jwt')")
    expect(who(page)).to_contain_text("You are writing as a guest.")
    page.reload()
    element.evaluate("one => one.setAttribute('jwt', 'no.token.here')")
    expect(who(page)).to_contain_text("You are writing as a guest.")


def test_what_the_page_says_last_counts_though_an_earlier_word_is_answered_later(
    agreed: Paper, talk: Story, host: Host, context: Callable[..., BrowserContext]
) -> None:
    page, waiting = context().new_page(), list[Route]()
    page.route("**/sites/main/session", lambda route: waiting.append(route), times=1)  # noqa: PLW0108
    with page.expect_request("**/sites/main/session"):
        page.goto(host.embed(agreed, talk.slug, attributes=f'jwt="{signed(agreed)}"'))
    page.evaluate("void (document.querySelector('below-line').getToken = () => null)")
    expect(comment(page, "A claim")).to_be_visible()
    with page.expect_event("requestfinished", lambda one: one.url.endswith("/session") and one.method == "DELETE"):
        stopped(page, waiting).continue_()
    expect(who(page)).to_contain_text("You are writing as a guest.")
    kept = page.evaluate("Object.keys(localStorage).filter((one) => one.includes(':session:'))")
    assert kept == []


def test_signing_in_by_the_window(
    agreed: Paper, talk: Story, host: Host, context: Callable[..., BrowserContext]
) -> None:
    nora, reader = enrol(agreed, "Nora Lindqvist"), context()
    sign_in(reader, nora)
    page = reader.new_page()
    page.goto(host.embed(agreed, talk.slug))
    comment(page, "A claim").get_by_role("link", name="Reply").click()
    form = page.get_by_role("form", name="Reply to Bela")
    form.locator("textarea").fill("Begun as a guest.")
    with page.expect_popup() as opened:
        who(page).get_by_role("link", name="Sign in").click()
    with opened.value.expect_event("close"):
        opened.value.get_by_role("button", name="Go on as Nora Lindqvist").click()
    expect(who(page)).to_contain_text("You are writing as Nora Lindqvist.")
    expect(form.get_by_label("Your name")).to_be_hidden()
    press(form, "Send")
    expect(comment(page, "Begun as a guest.")).to_contain_text("Nora Lindqvist")
    agreed.post(talk, "I answer you.", name="Bela", parent=agreed.post(talk, "x"))
    page.reload()
    expect(who(page)).to_contain_text("You are writing as Nora Lindqvist.")
    agreed.clock.ahead += dt.timedelta(hours=1)  # too late for a guest's key; who is signed in may still delete
    page.reload()
    expect(who(page)).to_contain_text("You are writing as Nora Lindqvist.")
    page.evaluate(
        "Object.keys(localStorage).filter(k => k.includes(':mine:')).forEach(k => localStorage.removeItem(k))"
    )
    page.reload()
    own = comment(page, "Begun as a guest.")
    own.get_by_role("button", name="Delete").click()
    own.get_by_role("button", name="Really delete it?").click()
    expect(own).to_have_count(0)
    who(page).get_by_role("button", name="Sign out").click()
    expect(who(page)).to_contain_text("You are writing as a guest.")
    expect(said(page)).to_have_text("You are signed out.")
    expect(who(page).get_by_role("link", name="Sign in")).to_be_focused()
    page.reload()
    expect(who(page)).to_contain_text("You are writing as a guest.")
    assert [one["domain"] for one in reader.cookies()] == ["127.0.0.1"]


def test_the_window_signs_in_where_the_browser_keeps_nothing(
    agreed: Paper, talk: Story, host: Host, context: Callable[..., BrowserContext]
) -> None:
    nora, reader = enrol(agreed, "Nora Lindqvist"), context()
    sign_in(reader, nora)
    page = reader.new_page()
    page.add_init_script("Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('no'); } })")
    page.goto(host.embed(agreed, talk.slug))
    with page.expect_popup() as opened:
        who(page).get_by_role("link", name="Sign in").click()
    with opened.value.expect_event("close"):
        opened.value.get_by_role("button", name="Go on as Nora Lindqvist").click()
    expect(who(page)).to_contain_text("You are writing as Nora Lindqvist.")
    main_form(page).locator("textarea").fill("For as long as this page is open.")
    press(main_form(page), "Send")
    expect(comment(page, "For as long as this page is open.")).to_contain_text("Nora Lindqvist")


def test_notices_are_shown_in_the_page(agreed: Paper, talk: Story, host: Host, browse: Open) -> None:
    page = browse(host.embed(agreed, talk.slug, attributes=f'jwt="{signed(agreed)}"'))
    expect(who(page).get_by_role("link", name="Notices")).to_be_visible()
    main_form(page).locator("textarea").fill("Does anybody know?")
    press(main_form(page), "Send")
    mine = comment(page, "Does anybody know?")
    expect(mine).to_be_visible()
    agreed.post(talk, "I do.", name="Bela", parent=int((mine.get_attribute("id") or "c0")[1:]))
    for _ in range(120):
        page.evaluate("document.querySelector('below-line').getToken = null")
        if who(page).get_by_text("1 new notice").count():
            break
        page.wait_for_timeout(250)
    who(page).get_by_role("link", name="1 new notice").click()
    dialog = page.get_by_role("dialog", name="Notices")
    expect(dialog).to_contain_text("Bela answers your comment: I do.")
    assert axe(page) == []
    dialog.get_by_role("button", name="Close").click()
    expect(who(page).get_by_role("link", name="Notices", exact=True)).to_be_focused()
    page.reload()
    expect(who(page).get_by_role("link", name="Notices", exact=True)).to_be_visible()


def test_a_moderator_goes_from_a_comment_to_the_desk(agreed: Paper, talk: Story, host: Host, browse: Open) -> None:
    page = browse(host.embed(agreed, talk.slug, attributes=f'jwt="{signed(agreed, role="moderator")}"'))
    desk = f"{agreed.base}/desk/main"
    expect(who(page).get_by_role("link", name="The desk")).to_have_attribute("href", desk)
    claim = comment(page, "A claim")
    expect(claim.get_by_role("link", name="Moderate")).to_have_attribute(
        "href", f"{desk}/comments/{(claim.get_attribute('id') or '')[1:]}"
    )
    page.locator("below-line").evaluate("one => one.removeAttribute('jwt')")
    expect(who(page)).to_contain_text("You are writing as a guest.")
    expect(page.get_by_role("link", name="Moderate")).to_have_count(0)


def test_two_tabs_that_are_late_stay_signed_in_both(
    agreed: Paper, talk: Story, host: Host, context: Callable[..., BrowserContext]
) -> None:
    agreed.post(talk, "Another", name="Cleo")
    reader, url = context(), host.embed(agreed, talk.slug, attributes=f'jwt="{signed(agreed)}"')
    pages = [reader.new_page(), reader.new_page()]
    for page in pages:
        page.goto(url)
        expect(who(page)).to_contain_text("You are writing as Nora Lindqvist.")
    for _ in range(2):
        agreed.clock.ahead += dt.timedelta(minutes=20)
        for page, text in zip(pages, ("A claim", "Another"), strict=True):
            comment(page, text).locator(".respect").click()
        for page in pages:
            expect(said(page)).to_have_text(re.compile("You respect this comment|Your vote is taken back"))
            expect(who(page)).to_contain_text("You are writing as Nora Lindqvist.")
            page.reload()
            expect(who(page)).to_contain_text("You are writing as Nora Lindqvist.")


def test_a_tab_that_has_not_heard_of_the_others_exchange_spoils_nothing(
    agreed: Paper, talk: Story, host: Host, context: Callable[..., BrowserContext]
) -> None:
    """What one tab keeps reaches the other a moment later, so both may show the same refresh token."""
    agreed.post(talk, "Another", name="Cleo")
    reader, url = context(), host.embed(agreed, talk.slug, attributes=f'jwt="{signed(agreed)}"')
    first, second = reader.new_page(), reader.new_page()
    for page in (first, second):
        with page.expect_response("**/visit?*"):
            page.goto(url)
        expect(who(page)).to_contain_text("You are writing as Nora Lindqvist.")
    second.evaluate("old = {...localStorage}, Storage.prototype.getItem = (name) => old[name] ?? null, 0")
    agreed.clock.ahead += dt.timedelta(minutes=20)
    waiting: list[Route] = []
    with first.expect_response("**/session/refresh"):
        first.route("**/vote", lambda route: waiting.append(route), times=1)  # noqa: PLW0108
        first.route("**/vote", lambda route: route.continue_(), times=1)  # with the token that is over
        comment(first, "A claim").locator(".respect").click()
    held = stopped(first, waiting)
    comment(second, "Another").locator(".respect").click()
    expect(said(second)).to_have_text("You respect this comment.")
    held.continue_()
    expect(said(first)).to_have_text("You respect this comment.")


def test_guests_load_nothing_for_signing_in(
    agreed: Paper, talk: Story, host: Host, witness: Callable[..., Witness]
) -> None:
    watched = witness(host.origin, agreed.base)
    watched.page.goto(host.embed(agreed, talk.slug))
    expect(comment(watched.page, "A claim")).to_be_visible()
    watched.page.wait_for_load_state("networkidle")
    assert (asked(watched, "session"), asked(watched, "personal.js")) == (0, 0)
