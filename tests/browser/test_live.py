"""New comments while the page is open: a bar that waits to be asked, nothing that jumps; names after an @."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, Route, expect

from belowline.model.story import Story
from browser.hosts import Host, allow
from browser.pages import Witness, axe, comment, main_form
from members import enrol
from paper import Paper

Open = Callable[..., Page]


@pytest.fixture
def talk(paper: Paper) -> Story:
    story = paper.add_story()
    for number in range(12):
        paper.post(story, f"Thread {number}. " + "A line that takes its room. " * 12, name="Bela")
    return story


def come(page: Page, url: str) -> None:
    """Opens a page that listens."""
    with page.expect_response(lambda response: response.request.resource_type == "eventsource"):
        page.goto(url)
        page.locator("section.discussion").scroll_into_view_if_needed()


def bar(page: Page, name: str) -> Locator:
    return page.locator(".live").get_by_role("button", name=name, exact=True)


def test_replies_wait_behind_a_bar_and_move_nothing(paper: Paper, talk: Story, witness: Callable[..., Witness]) -> None:
    first = paper.post(talk, "The thread on top", name="Cleo")
    watched = witness(paper.base)
    page = watched.page
    come(page, f"{paper.base}/stories/{talk.slug}?v=now#discussion")
    # Safari never corrects what has moved, and Chromium only with its next frame.
    page.evaluate("document.documentElement.style.overflowAnchor = 'none'")
    reading = page.locator("article.comment", has_text="Thread 5.")
    reading.scroll_into_view_if_needed()
    before = reading.bounding_box()
    paper.post(talk, "An answer from elsewhere", name="Dora", parent=first)
    expect(bar(page, "1 new reply")).to_be_visible()
    paper.post(talk, "A thread of its own " + "with many words " * 40, name="Dora")
    expect(bar(page, "2 new comments")).to_be_visible()
    assert page.locator(".live").get_attribute("role") == "status"
    assert page.locator("article.comment").count() == 13, "nothing comes in unasked"
    after = reading.bounding_box()
    assert before
    assert after
    assert abs(after["y"] - before["y"]) < 1, "the bar itself moves nothing"
    assert axe(page) == []
    bar(page, "2 new comments").click()
    expect(comment(page, "An answer from elsewhere")).to_be_attached()
    assert page.locator(f"#c{first}").locator("xpath=..").locator("ol.replies article").count() == 1
    expect(page.locator("ol.thread > li").first).to_contain_text("A thread of its own")
    shown = reading.bounding_box()
    assert shown
    assert abs(shown["y"] - before["y"]) < 2, "what is being read stays where it is"
    expect(page.locator(".live button")).to_have_count(0)
    expect(page.locator("section.discussion > .say")).to_have_text("2 new comments are shown.")
    expect(comment(page, "An answer from elsewhere")).to_be_focused()
    watched.assert_nothing_ran()


def test_ones_own_comment_is_no_news(paper: Paper, talk: Story, context: Callable[..., BrowserContext]) -> None:
    page = context().new_page()
    come(page, f"{paper.base}/stories/{talk.slug}?v=now#discussion")
    form = main_form(page)
    form.locator("textarea").fill("My own words")
    form.locator("[name=name]").fill("Ada")
    form.get_by_role("button", name="Send").click()
    expect(comment(page, "My own words")).to_be_visible()
    page.wait_for_timeout(2_000)
    assert page.locator(".live button").count() == 0


def test_the_bar_works_in_an_embed(paper: Paper, host: Host, talk: Story, witness: Callable[..., Witness]) -> None:
    allow(paper, host.origin)
    watched = witness(host.origin, paper.base)
    page = watched.page
    come(page, host.embed(paper, talk.slug))
    paper.post(talk, "Seen from the publisher", name="Dora")
    bar(page, "1 new comment").click()
    expect(comment(page, "Seen from the publisher")).to_be_focused()
    assert page.context.cookies() == []
    watched.assert_nothing_ran()


def test_polling_takes_over_where_streams_do_not_pass(
    paper: Paper, talk: Story, context: Callable[..., BrowserContext]
) -> None:
    page = context().new_page()
    polls = []

    def gate(route: Route) -> None:
        if "event-stream" in route.request.headers.get("accept", ""):
            route.fulfill(status=502)
        else:
            polls.append(route.request.url)
            route.continue_()

    page.route("**/live*", gate)
    page.clock.install()
    come(page, f"{paper.base}/stories/{talk.slug}?v=now#discussion")
    paper.post(talk, "Found by asking", name="Dora")
    with page.expect_response(lambda answer: "/live?" in answer.url and answer.ok):
        page.clock.run_for(20_000)
    page.clock.run_for(1_000)
    expect(bar(page, "1 new comment")).to_be_visible()
    assert polls


def test_a_name_is_chosen_by_keyboard(paper: Paper, browse: Open) -> None:
    story = paper.add_story()
    enrol(paper, "Adele Harbour").post(story, "I have been here")
    enrol(paper, "Ada Harbour").post(story, "I too")
    page = browse(f"{paper.base}/stories/{story.slug}?v=now#discussion")
    field = main_form(page).locator("textarea")
    field.press_sequentially("I agree with @ad")
    names = page.get_by_role("listbox", name="People in this discussion")
    expect(names.get_by_role("option")).to_have_text(["Ada Harbour", "Adele Harbour"])
    assert field.get_attribute("aria-activedescendant") == names.get_by_role("option").first.get_attribute("id")
    assert axe(page) == []
    field.press("ArrowDown")
    expect(names.get_by_role("option", selected=True)).to_have_text("Adele Harbour")
    field.press("Enter")
    expect(field).to_have_value("I agree with @Adele Harbour ")
    expect(names).to_have_count(0)
    field.press_sequentially("and @har")
    expect(names).to_be_visible()
    field.press("Escape")
    expect(names).to_have_count(0)
    expect(field).to_have_value("I agree with @Adele Harbour and @har")


def test_who_was_chosen_stays_so_when_the_next_letter_is_answered(paper: Paper, browse: Open) -> None:
    story = paper.add_story()
    for name in ("Anton Quay", "Adele Harbour", "Ada Harbour"):
        enrol(paper, name).post(story, "I have been here")
    page = browse(f"{paper.base}/stories/{story.slug}?v=now#discussion")
    field = main_form(page).locator("textarea")
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/names?prefix=ad", hold)
    field.press_sequentially("I agree with @a")
    options = page.get_by_role("listbox", name="People in this discussion").get_by_role("option")
    expect(options).to_have_text(["Ada Harbour", "Adele Harbour", "Anton Quay"])
    with page.expect_request("**/names?prefix=ad"):
        field.press_sequentially("d")
    field.press("ArrowDown")
    held[0].continue_()
    expect(options).to_have_text(["Ada Harbour", "Adele Harbour"])
    expect(options.nth(1)).to_have_attribute("aria-selected", "true")
    field.press("Enter")
    expect(field).to_have_value("I agree with @Adele Harbour ")


def test_a_button_under_the_names_is_pressed_where_it_stands(paper: Paper, browse: Open) -> None:
    story = paper.add_story()
    enrol(paper, "Ada Harbour").post(story, "I have been here")
    page = browse(f"{paper.base}/stories/{story.slug}?v=now#discussion")
    form = main_form(page)
    form.locator("input[name=name]").fill("Bela")
    form.locator("textarea").press_sequentially("I agree with @ad")
    names = page.get_by_role("listbox", name="People in this discussion")
    expect(names).to_be_visible()
    form.get_by_role("button", name="Send").hover()
    page.mouse.down()
    expect(form.locator("textarea")).not_to_be_focused()
    expect(names).to_be_visible()
    page.mouse.up()
    expect(comment(page, "I agree with @ad")).to_be_visible()
    expect(names).to_have_count(0)
