"""With the keyboard alone."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from paper import Paper

Open = Callable[..., Page]


def test_with_the_keyboard_alone(paper: Paper, browse: Open) -> None:
    story = paper.add_story(body="Nothing to stop at.")
    paper.post(story, "A claim", name="Bela")
    page = browse(f"{paper.base}/stories/{story.slug}")
    for _ in range(40):
        page.keyboard.press("Tab")
        focused = page.evaluate_handle("document.activeElement").as_element()
        assert focused is not None
        style = focused.evaluate("one => { const s = getComputedStyle(one); return [s.outlineStyle, s.outlineWidth]; }")
        assert style[0] != "none", focused.evaluate("one => one.outerHTML")
        assert style[1] != "0px"
        if focused.text_content() == "Reply":
            break
    page.keyboard.press("Enter")
    page.keyboard.type("Typed, never clicked.")
    page.keyboard.press("Tab")
    page.keyboard.type("Keys")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(page.get_by_role("form", name="Reply to Bela").get_by_role("button", name="Send")).to_be_focused()
    page.keyboard.press("Enter")
    answer = page.locator("ol.replies article")
    expect(answer).to_contain_text("Typed, never clicked.")
    expect(answer).to_be_focused()


def test_the_skip_link_leads_to_the_discussion(paper: Paper, browse: Open) -> None:
    page = browse(f"{paper.base}/stories/{paper.add_story().slug}")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to the discussion")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    assert page.url.endswith("#discussion")
