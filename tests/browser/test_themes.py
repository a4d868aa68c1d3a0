"""The embed wears the host's colours, and nothing else of the host's."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from browser.hosts import Host
from browser.pages import comment, main_form
from paper import Paper

Open = Callable[..., Page]


def colour(page: Page, selector: str, name: str = "color") -> str:
    return str(page.locator(selector).first.evaluate(f"one => getComputedStyle(one).getPropertyValue('{name}')"))


def test_light_and_dark_by_the_hosts_choice_or_the_readers(paper: Paper, host: Host, browse: Open) -> None:
    story = paper.add_story()
    seen = {}
    for theme in ("light", "dark", "auto"):
        for scheme in ("light", "dark"):
            url = host.embed(paper, story.slug, attributes=f'theme="{theme}"')
            page = browse(url, color_scheme=scheme)
            expect(main_form(page)).to_be_visible()
            seen[theme, scheme] = colour(page, "below-line section.discussion")
    assert seen["light", "light"] == seen["light", "dark"] == seen["auto", "light"]
    assert seen["dark", "light"] == seen["dark", "dark"] == seen["auto", "dark"]
    assert seen["auto", "light"] != seen["auto", "dark"]


def test_the_host_themes_by_properties_and_parts_and_by_nothing_else(paper: Paper, host: Host, browse: Open) -> None:
    story = paper.add_story()
    paper.post(story, "A claim", name="Bela")
    style = (
        "<style>below-line { --bl-accent: rgb(1, 2, 3); --bl-ink: rgb(4, 5, 6); --bl-background: transparent }"
        "below-line::part(author) { color: rgb(7, 8, 9) } below-line::part(button) { border-radius: 31px }"
        "p, a, button, article { color: rgb(200, 0, 0) !important; display: block !important }</style>"
    )
    page = browse(host.embed(paper, story.slug, head=style))
    expect(comment(page, "A claim")).to_be_visible()
    assert colour(page, "below-line section.discussion") == "rgb(4, 5, 6)"
    assert colour(page, "below-line button[value=send]", "background-color") == "rgb(1, 2, 3)"
    assert colour(page, "below-line button[value=send]", "border-radius") == "31px"
    assert colour(page, "below-line article .p-author") == "rgb(7, 8, 9)"
    assert colour(page, "below-line article .e-content p") != "rgb(200, 0, 0)"
    assert colour(page, "below-line", "background-color") == "rgba(0, 0, 0, 0)"
