"""The embed wears the host's colours, and nothing else of the host's."""

import re
from collections.abc import Callable

from playwright.sync_api import BrowserContext, Page, Route, expect

from belowline.model.person import Role
from browser.hosts import Host
from browser.pages import comment, main_form, sign_in
from members import enrol
from paper import Paper

Open = Callable[..., Page]


def colour(page: Page, selector: str, name: str = "color") -> str:
    return str(page.locator(selector).first.evaluate(f"one => getComputedStyle(one).getPropertyValue('{name}')"))


def without_light_dark(route: Route) -> None:
    answer = route.fetch()
    route.fulfill(response=answer, body=answer.text().replace("light-dark(", "not-yet("))


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


def test_browsers_from_before_light_dark_show_the_same_colours(
    paper: Paper, host: Host, context: Callable[..., BrowserContext]
) -> None:
    story = paper.add_story()

    def seen(reader: BrowserContext) -> list[str]:
        page, found = reader.new_page(), []
        page.goto(f"{paper.base}/stories/{story.slug}")
        found += [colour(page, "html"), colour(page, "html", "background-color")]
        for theme in ("light", "dark", "auto"):
            page.goto(host.embed(paper, story.slug, attributes=f'theme="{theme}"'))
            expect(main_form(page)).to_be_visible()
            found += [colour(page, "below-line h2"), colour(page, "below-line", "background-color")]
            found += [colour(page, "below-line textarea", "border-top-color")]
        return found

    for scheme in ("light", "dark"):
        now, before = context(color_scheme=scheme), context(color_scheme=scheme)
        before.route("**/*.css*", without_light_dark)
        assert seen(before) == seen(now)


def test_the_desk_is_light_in_browsers_from_before_light_dark(
    paper: Paper, context: Callable[..., BrowserContext]
) -> None:
    somebody = enrol(paper, "Mo Derator", Role.MODERATOR)
    sheet = paper.client.get("/static/desk/desk.css").text
    names = sorted(set(re.findall(r"(--[\w-]+): light-dark", sheet)))

    def seen(reader: BrowserContext) -> list[str]:
        sign_in(reader, somebody)
        page = reader.new_page()
        page.goto(f"{paper.base}/desk/main/queues/held")
        wears = """names => names.map(name => {
            document.body.style.color = `var(${name})`
            return getComputedStyle(document.body).color
        })"""
        return [colour(page, "html", "background-color"), *page.evaluate(wears, names)]

    now = seen(context(color_scheme="light"))
    assert len(set(now)) > 10
    for scheme in ("light", "dark"):
        before = context(color_scheme=scheme)
        before.route("**/*.css*", without_light_dark)
        assert seen(before) == now


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
