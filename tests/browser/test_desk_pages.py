"""Every page of the desk with a busy day's work on it: nothing sticks out, all can use it, by keys and without script.

BELOWLINE_SHOTS=folder takes a picture of each, to look at.
"""

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from browser.busy_desk import SITE, Newsroom, open_courier
from browser.pages import EARS, axe, sideways, sign_in
from members import Member

FOLDER = os.environ.get("BELOWLINE_SHOTS", "")
TALLEST = 2_400


@pytest.fixture(scope="module")
def newsroom(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Newsroom]:
    paper = open_courier(tmp_path_factory.mktemp("courier"))
    yield Newsroom(paper)
    paper.assert_counts_are_right()
    paper.stop()


def at_desk(one: BrowserContext, who: Member) -> Page:
    sign_in(one, who)
    page = one.new_page()
    page.add_init_script(EARS)
    return page


def to(page: Page, name: str) -> None:
    page.get_by_role("navigation", name="Desk").get_by_role("link", name=name).click()


def shoot(page: Page, name: str) -> None:
    size = page.evaluate("[innerWidth, document.documentElement.scrollHeight]")
    clip = {"x": 0, "y": 0, "width": size[0], "height": min(size[1], TALLEST)}
    page.screenshot(path=Path(FOLDER) / f"{name}.png", full_page=True, clip=clip)  # type: ignore[arg-type]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_sticks_out_and_all_can_use_it(
    newsroom: Newsroom, context: Callable[..., BrowserContext], scheme: str
) -> None:
    one = context(color_scheme=scheme, viewport={"width": 1280, "height": 900})
    page = at_desk(one, newsroom.admin)
    wrong: list[str] = []
    for name, place in newsroom.pages.items():
        page.set_viewport_size({"width": 1280, "height": 900})
        page.goto(f"{newsroom.paper.base}/desk/{SITE}/{place}")
        wrong += [f"{name}: {fault}" for fault in (*axe(page), *page.evaluate("window.__violations"))]
        for width in (1280, 820, 390):
            page.set_viewport_size({"width": width, "height": 900})
            if sideways(page):
                wrong.append(f"{name} sticks out at {width}")
            if FOLDER:
                shoot(page, f"{name}-{width}-{scheme}")
    page.goto(f"{newsroom.paper.base}/desk/{SITE}/lists")
    page.locator("textarea").fill("trams  3")
    page.get_by_role("button", name="Try on the last 30 days").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Tried")
    page.wait_for_load_state("load")  # the keys come with the script
    page.keyboard.press("?")
    expect(page.locator("#keys dl")).to_be_visible()
    wrong += [f"trial: {fault}" for fault in axe(page)]
    assert wrong == []


def test_the_keys_are_listed_over_the_page_and_the_focus_comes_back(
    newsroom: Newsroom, context: Callable[..., BrowserContext]
) -> None:
    page = at_desk(context(viewport={"width": 820, "height": 700}), newsroom.admin)
    page.goto(f"{newsroom.paper.base}/desk/{SITE}/comments/{newsroom.held}?queue=held")
    page.get_by_role("button", name="Keep the note").focus()
    scrolled = page.evaluate("scrollY")
    page.keyboard.press("?")
    box = page.locator("#keys dl").bounding_box()
    assert box
    assert box["y"] >= 0
    assert box["y"] + box["height"] <= 700
    listed = set(" ".join(page.locator("#keys dt").all_inner_texts()).split())
    marked = {one.get_attribute("data-key") for one in page.locator("[data-key]").all()}
    assert marked - {str(number) for number in range(1, 10)} <= listed
    assert {"j", "k", "o", "x", "/", "?", "Esc"} <= listed
    page.keyboard.press("Escape")
    expect(page.locator("#keys dl")).to_be_hidden()
    expect(page.get_by_role("button", name="Keep the note")).to_be_focused()
    assert page.evaluate("scrollY") == scrolled
    page.keyboard.press("b")
    page.wait_for_url(re.compile(f"queues/held#r{newsroom.held}$"))
    expect(page.locator(f"#r{newsroom.held} a.open")).to_be_focused()


def test_a_shift_without_script(newsroom: Newsroom, context: Callable[..., BrowserContext]) -> None:
    """By links, forms and buttons alone: what waits is decided."""
    page = at_desk(context(java_script_enabled=False), newsroom.admin)
    main = page.get_by_role("main")
    page.goto(f"{newsroom.paper.base}/desk")
    one = newsroom.held_too("Decided without a script.")
    to(page, "Held")
    page.locator(f"#r{one}").get_by_role("link", name="Open").click()
    page.get_by_label("No advertising").check()
    page.get_by_label("To its writer").fill("Without the links, please.")
    page.get_by_role("button", name="Reject").click()
    page.get_by_role("button", name="Undo").first.click()
    page.get_by_role("button", name="Publish").click()
    to(page, "Search")
    page.get_by_role("searchbox").fill("Decided without a script")
    page.get_by_role("button", name="Search").click()
    page.locator(f"#r{one}").get_by_role("checkbox").check()
    page.get_by_label("Reason").select_option("rules:spam")
    page.get_by_role("button", name="Spam").click()
    page.get_by_role("button", name="Undo").click()
    to(page, "Appeals")
    page.get_by_role("link", name="Open appeal").first.click()
    page.get_by_label("Answer to the writer").fill("You were, as we see now.")
    page.get_by_role("button", name="Publish again").click()
    expect(main).to_contain_text("reversed")
    to(page, "Notices")
    page.get_by_role("link", name="Open notice").first.click()
    page.get_by_role("button", name="Leave it to others").click()
    page.get_by_role("link", name="Open notice").first.click()
    page.get_by_label("Neither: it stands").check()
    page.get_by_label("Answer to whoever gave the notice").fill("It is an opinion.")
    page.get_by_role("button", name="Decide and answer").click()
    expect(main).to_contain_text("Nothing waits here.")
    to(page, "Corrections")
    page.get_by_role("link", name="Open request").first.click()
    page.get_by_label("The answer, in public").fill("It was Ropewalk.")
    page.get_by_role("button", name="Corrected").click()
    to(page, "People")
    page.get_by_label("A name begins with").fill("peer")
    page.get_by_role("button", name="Find").click()
    page.get_by_role("link", name="Peer Lindqvist").first.click()
    page.get_by_label("A note for other moderators").fill("Was right about the alderman.")
    page.get_by_role("button", name="Keep the note").click()
    page.get_by_role("button", name="Lift").first.click()
    expect(main).to_contain_text("None lasts.")


def test_the_room_without_script(newsroom: Newsroom, context: Callable[..., BrowserContext]) -> None:
    page = at_desk(context(java_script_enabled=False), newsroom.admin)
    main = page.get_by_role("main")
    page.goto(f"{newsroom.paper.base}/desk")
    to(page, "Stories")
    page.get_by_role("link", name="Give Harbour Street").click()
    page.get_by_label("Slow: everybody waits").check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_label("Slow: everybody waits")).to_be_checked()
    to(page, "Second look")
    page.get_by_role("button", name="I would remove it").click()
    to(page, "Figures")
    page.get_by_role("link", name="7 days").click()
    page.locator("summary", has_text="The numbers").first.click()
    expect(page.locator(".chart table").first).to_be_visible()
    to(page, "Rules")
    page.get_by_label("A comment with this many links").fill("2")
    page.get_by_role("button", name="Try on the last 30 days").click()
    page.get_by_role("button", name="Set it from now on").click()
    expect(page.get_by_label("A comment with this many links")).to_have_value("2")
    to(page, "Lists")
    page.get_by_role("link", name="Domains always allowed").click()
    page.get_by_label("One domain a line").fill("not a domain")
    page.get_by_role("button", name="Set from now on").click()
    expect(page.locator("#faults")).to_contain_text("Line 1")
    page.get_by_label("One domain a line").fill("harbour.example")
    page.get_by_role("button", name="Try on the last 30 days").click()
    page.get_by_role("button", name="Set it from now on").click()
    expect(main).to_contain_text("Set from now on, and in the log.")
    to(page, "Duties")
    page.get_by_label("number").fill(str(newsroom.noticed))
    page.get_by_label("Because").fill("A court asks for it.")
    page.get_by_role("button", name="Keep it").click()
    page.get_by_role("button", name="Lift").click()
    page.get_by_role("link", name=str(newsroom.paper.clock().year)).click()
    expect(main).to_contain_text("restriction")
    to(page, "Log")
    page.get_by_role("link", name="Prove every row").click()
    expect(main).to_contain_text("Every row follows from the one before.")
