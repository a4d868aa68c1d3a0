"""A reader on our own page."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from browser.pages import comment
from paper import Paper

Open = Callable[..., Page]


def test_a_permalink_opens_at_its_comment(paper: Paper, browse: Open) -> None:
    story = paper.add_story()
    chain = [paper.post(story, "level 0")]
    for n in range(1, 16):
        chain.append(paper.post(story, f"level {n}", parent=chain[-1]))
    page = browse(f"{paper.base}/comments/{chain[12]}", viewport={"width": 360, "height": 700})
    expect(comment(page, "level 12")).to_be_in_viewport()
    expect(comment(page, "level 11")).to_be_in_viewport()  # with what it answers
    page.goto(f"{paper.base}/comments/{chain[0]}")
    expect(comment(page, "level 0")).to_be_in_viewport()
    assert page.evaluate("scrollY") == 0  # where it is seen anyway, nothing moves
