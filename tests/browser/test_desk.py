"""The desk in browsers: two moderators at once, keys, live claims, no script at all, and how it looks."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from belowline.actions import stories as story_act
from belowline.model.comment import State
from belowline.model.person import Role
from belowline.store import comments
from browser.pages import EARS, axe, sideways, sign_in
from members import Member, enrol
from paper import Paper

SITE = "harbour-courier"
HEATED = "give-harbour-street-back-to-its-feet"
LINKS = " ".join(f"https://{name}.example" for name in "abcd")

RENEWED_MS = 40_000  # a renewal that comes while desk.js waits for one falls away: the next comes after 15 seconds

Desk = Callable[..., Page]


@pytest.fixture
def at_desk(town: Paper, context: Callable[..., BrowserContext]) -> Iterator[Desk]:
    """Opens the desk as a moderator, in a browser of their own; nothing may break the page's policy."""
    opened: list[Page] = []

    def open_page(member: Member, path: str, **options: object) -> Page:
        one = context(**{"viewport": {"width": 1280, "height": 900}, **options})
        sign_in(one, member)
        page = one.new_page()
        page.add_init_script(EARS)
        page.goto(f"{town.base}/desk/{SITE}/{path}")
        opened.append(page)
        return page

    yield open_page
    for page in opened:
        if page.evaluate("typeof window.__violations === 'object'"):
            assert page.evaluate("window.__violations") == []


@pytest.fixture(scope="module")
def nora(town: Paper) -> Member:
    return enrol(town, "Nora Quist", Role.EDITOR, SITE)


@pytest.fixture(scope="module")
def ilse(town: Paper) -> Member:
    return enrol(town, "Ilse Hartwig", Role.MODERATOR, SITE)


def held(town: Paper, words: str) -> int:
    story = town.read(story_act.access_slug, HEATED)
    return int(town.send(story, f"{words} {LINKS}", "Peer Lindqvist").json()["comment"]["id"])


def state(town: Paper, comment_id: int) -> State:
    return town.read(comments.must, comment_id).state


def renew(page: Page) -> None:
    """What desk.js does every quarter of a minute."""
    page.evaluate("document.querySelector('#claim').dispatchEvent(new Event('renew'))")


def test_two_moderators_in_two_browsers(town: Paper, at_desk: Desk, nora: Member, ilse: Member) -> None:
    one = held(town, "Two want to decide this.")
    first = at_desk(nora, f"comments/{one}?queue=held")
    expect(first.locator("#claim")).to_contain_text("In your hands")
    second = at_desk(ilse, f"comments/{one}?queue=held")
    expect(second.locator("#claim")).to_contain_text("Nora Quist has this comment in hand")
    expect(second.get_by_role("button", name="Publish")).to_be_disabled()
    second.keyboard.press("a")
    expect(second.locator("#claim")).to_contain_text("Nora Quist has this comment in hand")
    assert state(town, one) == State.HELD
    first.keyboard.press("a")
    first.wait_for_url(re.compile("did="))
    assert state(town, one) == State.PUBLISHED
    renew(second)
    expect(second.locator("#claim")).to_contain_text(
        "Nora Quist has decided this comment: publish.", timeout=RENEWED_MS
    )
    expect(second.get_by_role("button", name="Publish")).to_be_disabled()


def test_a_free_comment_comes_into_the_hands_of_who_waits(
    town: Paper, at_desk: Desk, nora: Member, ilse: Member
) -> None:
    one = held(town, "Left to the other.")
    first = at_desk(nora, f"comments/{one}?queue=held")
    second = at_desk(ilse, f"comments/{one}?queue=held")
    expect(second.get_by_role("button", name="Publish")).to_be_disabled()
    first.keyboard.press("n")
    first.wait_for_url(re.compile(f"(?<!/{one})\\?queue=held|queues/held"))
    renew(second)
    expect(second.locator("#claim")).to_contain_text("In your hands", timeout=RENEWED_MS)
    expect(second.get_by_role("button", name="Publish")).to_be_enabled()


def test_everything_goes_by_keys(town: Paper, at_desk: Desk, nora: Member) -> None:
    one = held(town, "To be rejected by keys.")
    page = at_desk(nora, f"comments/{one}?queue=held")
    page.keyboard.press("r")
    expect(page.locator("#reasons")).to_be_focused()
    assert state(town, one) == State.HELD
    page.keyboard.press("1")
    page.keyboard.press("w")
    page.keyboard.type("Please say it again without the names.")
    page.keyboard.press("Escape")
    page.keyboard.press("r")
    page.wait_for_url(re.compile("did="))
    assert state(town, one) == State.REMOVED
    page.keyboard.press("u")
    page.wait_for_url(re.compile(f"/comments/{one}"))
    assert state(town, one) == State.HELD
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_have_attribute("open", "")
    page.keyboard.press("b")
    page.wait_for_url(re.compile("queues/held"))
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(page.locator(".row.here input[type=checkbox]")).to_be_checked()
    page.keyboard.press("o")
    page.wait_for_url(re.compile(r"/comments/\d+"))
    page.keyboard.press("/")
    page.wait_for_url(re.compile("/search"))
    expect(page.get_by_role("searchbox")).to_be_focused()


def test_a_key_that_comes_before_the_page_has_found_its_row_keeps_its_place(
    town: Paper, at_desk: Desk, nora: Member
) -> None:
    second, first = (held(town, f"In a row, number {number}.") for number in range(2))
    page = at_desk(nora, "search")
    pressed = "for (const key of 'jx') document.dispatchEvent(new KeyboardEvent('keydown', { key }))"
    page.add_init_script(f"addEventListener('load', () => {{ {pressed} }})")
    page.goto(f"{town.base}/desk/{SITE}/search?q=%22In a row%22#r{second}")
    row = page.locator(f"#r{first}")
    expect(row.get_by_role("checkbox")).to_be_checked()
    page.evaluate("new Promise((done) => setTimeout(() => requestAnimationFrame(done), 100))")
    expect(page.locator(".row.here")).to_have_count(1)
    expect(row).to_contain_class("here")


def test_without_script_the_desk_works(town: Paper, at_desk: Desk, nora: Member) -> None:
    one = held(town, "Decided without any script.")
    page = at_desk(nora, "queues/held", java_script_enabled=False)
    page.locator(f"#r{one}").get_by_role("link", name="Open").click()
    page.get_by_label("Be civil").check()
    page.get_by_role("button", name="Reject").click()
    assert state(town, one) == State.REMOVED
    page.get_by_role("button", name="Undo").first.click()
    assert state(town, one) == State.HELD


def test_all_on_a_page_are_chosen_at_once(town: Paper, at_desk: Desk, nora: Member) -> None:
    ids = [held(town, f"Chosen together, number {number}.") for number in range(2)]
    page = at_desk(nora, "search?q=%22Chosen together%22 is:held")
    page.get_by_label("All on this page").check()
    page.get_by_label("Reason").select_option("rules:spam")
    page.get_by_role("button", name="Spam").click()
    page.wait_for_url(re.compile("did="))
    assert {state(town, one) for one in ids} == {State.SPAM}
    page.get_by_role("button", name="Undo").click()
    page.wait_for_load_state()
    assert {state(town, one) for one in ids} == {State.HELD}


def test_the_counts_follow_while_the_page_stands_open(town: Paper, at_desk: Desk, nora: Member) -> None:
    page = at_desk(nora, "queues/held")
    count = page.locator(".queues a", has_text="Held").locator(".count")
    before = int(count.inner_text())
    held(town, "One more that waits.")
    expect(count).to_have_text(str(before + 1), timeout=30_000)


def pages(town: Paper) -> dict[str, str]:
    one = held(town, "Pictured.")
    return {
        "desk-queue": "queues/held",
        "desk-new": "queues/new",
        "desk-item": f"comments/{one}?queue=held",
        "desk-search": "search?q=is:held",
        "desk-operators": "search",
        "desk-wrong": "search?q=is:sad",
        "desk-empty": "queues/reported",
    }


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 820, 390])
def test_nothing_sticks_out_and_all_can_use_it(
    town: Paper, at_desk: Desk, nora: Member, scheme: str, width: int
) -> None:
    for name, path in pages(town).items():
        page = at_desk(nora, path, color_scheme=scheme, viewport={"width": width, "height": 900})
        assert sideways(page) == 0, name
        assert axe(page) == [], name


def test_the_script_that_is_not_ours_is_the_one_that_was_published() -> None:
    static = Path(__file__).parents[2] / "src" / "belowline" / "static" / "desk"
    assert 'version:"2.0.11"' in (static / "htmx-2.0.11.min.js").read_text("utf-8")
    assert "Zero-Clause BSD" in (static / "htmx-LICENSE.txt").read_text("utf-8")
