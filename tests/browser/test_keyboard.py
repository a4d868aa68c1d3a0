"""With the keyboard alone, and what a screen reader is told meanwhile (the accessibility tree)."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from belowline.model.story import Story
from browser.hosts import Host, allow
from browser.pages import comment, main_form, said, stored
from paper import Paper

Open = Callable[..., Page]

MOST_STOPS = 60


def tab_to(page: Page, target: Locator, key: str = "Tab") -> None:
    """Presses Tab until the target has the focus; every stop on the way shows it."""
    for _ in range(MOST_STOPS):
        page.keyboard.press(key)
        outline = page.evaluate(
            """() => {
                let at = document.activeElement;
                while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
                const style = getComputedStyle(at);
                return at === document.body || (style.outlineStyle !== "none" && style.outlineWidth !== "0px");
            }"""
        )
        assert outline, page.evaluate("document.activeElement.outerHTML")
        if target.evaluate("one => one.getRootNode().activeElement === one"):
            return
    raise AssertionError(f"the Tab key does not lead to {target}")


@pytest.fixture(params=["own page", "embed"])
def place(request: pytest.FixtureRequest, paper: Paper, host: Host, browse: Open) -> tuple[Page, Story]:
    story = paper.add_story(body="Nothing to stop at.")
    paper.post(story, "A claim", name="Bela")
    paper.post(story, "Another", name="Cleo")
    allow(paper, host.origin)
    url = f"{paper.base}/stories/{story.slug}" if request.param == "own page" else host.embed(paper, story.slug)
    page = browse(url)
    expect(comment(page, "A claim")).to_be_visible()
    return page, story


def test_write_reply_vote_and_report(paper: Paper, place: tuple[Page, Story]) -> None:
    page, story = place
    form = main_form(page)
    # Write.
    tab_to(page, form.get_by_label("Your comment"))
    page.keyboard.type("Typed, never clicked.")
    tab_to(page, form.get_by_label("Your name"))
    page.keyboard.type("Keys")
    tab_to(page, form.get_by_role("button", name="Send"))
    page.keyboard.press("Enter")
    mine = comment(page, "Typed, never clicked.")
    expect(mine).to_be_focused()
    expect(said(page)).to_have_text("Your comment is published.")
    expect(page.get_by_role("heading", name="3 comments")).to_be_visible()
    # Reply.
    claim = comment(page, "A claim")
    tab_to(page, claim.get_by_role("link", name="Reply"))
    page.keyboard.press("Enter")
    reply = page.get_by_role("form", name="Reply to Bela")
    expect(reply.get_by_role("textbox", name="Reply to Bela")).to_be_focused()
    page.keyboard.type("I doubt it.")
    tab_to(page, reply.get_by_role("button", name="Send"))
    page.keyboard.press("Enter")
    expect(comment(page, "I doubt it.")).to_be_focused()
    expect(reply).to_have_count(0)
    # Vote.
    respect = claim.locator(".respect")
    tab_to(page, respect, "Shift+Tab")
    page.keyboard.press("Enter")
    expect(said(page)).to_have_text("You respect this comment.")
    expect(claim.get_by_role("button", name="1 respect", pressed=True)).to_be_focused()
    # Report: the dialog keeps the focus and gives it back.
    report = claim.get_by_role("link", name="Report")
    tab_to(page, report)
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="Report the comment by Bela")
    first = dialog.get_by_role("radio", name="It insults or threatens somebody")
    expect(first).to_be_focused()
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(report).to_be_focused()
    page.keyboard.press("Enter")
    expect(first).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(dialog.get_by_role("radio", name="It incites hatred", checked=True)).to_be_focused()
    tab_to(page, dialog.get_by_role("textbox", name="In your own words (optional)"))
    page.keyboard.type("Look closely.")
    tab_to(page, dialog.get_by_role("button", name="Send"))
    page.keyboard.press("Enter")
    expect(dialog).to_have_count(0)
    expect(said(page)).to_contain_text("Thank you. A moderator will look at it.")
    expect(report).to_be_focused()
    assert sorted(stored(paper, story)) == ["A claim", "Another", "I doubt it.", "Typed, never clicked."]


def test_what_a_screen_reader_is_told(place: tuple[Page, Story]) -> None:
    page, _ = place
    section = page.get_by_role("region", name="2 comments")
    expect(section).to_match_aria_snapshot("""
        - region "2 comments":
          - heading "2 comments" [level=2]
          - paragraph:
            - text: You are writing as a guest.
            - link "Sign in"
          - text: Your comment
          - textbox "Your comment"
          - text: Your name
          - textbox "Your name"
          - text: Language
          - combobox "Language"
          - button "Send"
          - button "Preview"
          - status
          - navigation "Order of comments":
            - link "Newest"
            - link "Oldest"
            - link "Most discussed"
            - link "Best"
          - list:
            - listitem:
              - article:
                - text: Cleo
                - link
                - paragraph: Another
                - link "Reply"
                - link "Respect"
                - link "Report"
            - listitem:
              - article:
                - text: Bela
    """)
    form = main_form(page)
    form.get_by_role("button", name="Send").press("Enter")
    text = form.get_by_role("textbox", name="Your comment")
    expect(text).to_be_focused()
    expect(text).to_have_attribute("aria-invalid", "true")
    expect(text).to_have_accessible_name("Your comment")
    expect(text).to_have_accessible_description("Please write something: the comment is empty.")
    name = form.get_by_role("textbox", name="Your name")
    expect(name).to_have_accessible_description("Please give a name with at least one letter, digit or emoji.")


def test_keys_lead_through_the_discussion(place: tuple[Page, Story]) -> None:
    page, _ = place
    tab_to(page, page.locator("section.discussion").get_by_role("link", name="Newest"))
    page.keyboard.press("j")
    expect(comment(page, "Another")).to_be_focused()
    page.keyboard.press("j")
    expect(comment(page, "A claim")).to_be_focused()
    page.keyboard.press("j")  # the last stays
    expect(comment(page, "A claim")).to_be_focused()
    page.keyboard.press("k")
    expect(comment(page, "Another")).to_be_focused()
    page.keyboard.press("r")
    reply = page.get_by_role("form", name="Reply to Cleo")
    expect(reply.get_by_role("textbox", name="Reply to Cleo")).to_be_focused()
    page.keyboard.type("jk? are letters here")
    expect(reply.get_by_role("textbox", name="Reply to Cleo")).to_have_value("jk? are letters here")
    page.reload()  # a draft survives
    expect(page.get_by_role("textbox", name="Reply to Cleo")).to_have_value("jk? are letters here")
    tab_to(page, page.get_by_role("form", name="Reply to Cleo").get_by_role("button", name="Cancel"))
    page.keyboard.press("Enter")
    expect(comment(page, "Another").get_by_role("link", name="Reply")).to_be_focused()
    page.keyboard.press("?")
    help = page.get_by_role("dialog", name="Keys")
    expect(help.get_by_role("button", name="Close")).to_be_focused()
    tab_to(page, help.get_by_role("checkbox", name="Switch these keys off"), "Shift+Tab")
    page.keyboard.press(" ")
    page.keyboard.press("Escape")
    expect(comment(page, "Another").get_by_role("link", name="Reply")).to_be_focused()
    page.keyboard.press("j")
    expect(comment(page, "Another").get_by_role("link", name="Reply")).to_be_focused()


def test_the_skip_link_leads_to_the_discussion(paper: Paper, browse: Open) -> None:
    page = browse(f"{paper.base}/stories/{paper.add_story().slug}")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to the discussion")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("#discussion$"))
