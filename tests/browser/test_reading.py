"""A reader on our own page."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from browser.pages import axe, comment, sideways
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


@pytest.mark.parametrize("width", [360, 1280])
def test_the_longest_words_stay_on_the_page(paper: Paper, browse: Open, width: int) -> None:
    word = "Donaudampfschifffahrtsgesellschaftskapitaensmuetzenabzeichen" * 2
    table = (
        f"| {'|'.join(f' column {n} ' for n in range(12))} |\n|{'---|' * 12}\n| {'|'.join([' fairly long '] * 12)} |"
    )
    story = paper.add_story(
        title=f"Of the {word}",
        deck=word,
        body=f"{word}\n\n{table}\n\n## {word}",
        author_about=word,
        picture_url="https://a.example/1.jpg",
        picture_caption=word,
        picture_credit=word,
    )
    page = browse(f"{paper.base}/stories/{story.slug}", viewport={"width": width, "height": 800})
    assert sideways(page) == 0
    assert axe(page) == []
    page.goto(paper.base)
    assert sideways(page) == 0
