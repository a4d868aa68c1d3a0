"""Every kind of page, narrow and wide, light and dark: nothing sticks out, and axe-core finds nothing."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from browser.hosts import Host, allow
from browser.own_pages import OWN, Town
from browser.pages import axe, main_form, press, sideways, taken_over, write
from paper import Paper

HEATED = "give-harbour-street-back-to-its-feet"
RTL = "khubz-al-mina"
LONG_WORD = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft" * 2

Visit = Callable[[Page], None]


def at(paper: Paper, path: str) -> Visit:
    return lambda page: void(page.goto(paper.base + path))


def void(_: object) -> None:
    """For lambdas that are called for what they do."""


def deepest(paper: Paper) -> str:
    """The address of a comment with many ancestors in the heated story."""
    page = paper.page(f"/stories/{HEATED}")
    fold = re.search(r'class="fold"><a href="(/comments/\d+)"', page)
    ids = re.findall(r'id="c(\d+)"', page)
    return fold[1] if fold else f"/comments/{ids[-1]}"


def first(paper: Paper, slug: str) -> str:
    ids = re.findall(r'id="c(\d+)"', paper.page(f"/stories/{slug}"))
    return f"/comments/{ids[0]}"


def error_page(paper: Paper) -> Visit:
    def visit(page: Page) -> None:
        page.goto(f"{paper.base}{first(paper, HEATED)}/reply")
        page.locator("form.write").evaluate("form => { form.noValidate = true; }")
        write(page.locator("form.write"), "x", name="Harbour Courier")
        press(page.locator("form.write"), "Preview")
        expect(page.locator(".preview")).to_be_visible()
        press(page.locator("form.write"), "Send")
        expect(page.locator(".error")).to_be_visible()

    return visit


def error_in_place(paper: Paper) -> Visit:
    """The script's own errors, preview and reply form, on the story's page."""

    def visit(page: Page) -> None:
        page.goto(f"{paper.base}/stories/{RTL}")
        taken_over(page)
        page.locator("a.reply").first.click()
        reply = page.locator("li form.write")
        write(reply, "نعم", name="Harbour Courier")
        reply.locator("button[value=preview]").click()
        expect(reply.locator(".preview")).to_be_visible()
        reply.locator("button[value=send]").click()
        expect(reply.locator(".error")).to_be_visible()

    return visit


def mine_page(paper: Paper) -> Visit:
    def visit(page: Page) -> None:
        page.goto(f"{paper.base}{first(paper, HEATED)}/reply")
        write(page.locator("form.write"), f"My own, with a word: {LONG_WORD}", name="Narrow")
        press(page.locator("form.write"), "Send")
        expect(page.get_by_role("link", name="Edit")).to_be_visible()

    return visit


def posted(paper: Paper) -> Visit:
    """A comment that was just put in place, with its buttons."""

    def visit(page: Page) -> None:
        page.goto(f"{paper.base}/stories/die-werft-baut-wieder-aus-holz")
        taken_over(page)
        write(main_form(page), "> zitiert\n\n`code` und\n\n- eine\n- Liste", name="Anna")
        press(main_form(page), "Senden")
        expect(page.get_by_role("button", name="Bearbeiten").first).to_be_visible()

    return visit


def asked_in_arabic(paper: Paper, path: str) -> Visit:
    """A reader's own page, for a browser that prefers Arabic."""

    def visit(page: Page) -> None:
        page.route("**/*", lambda asks: asks.continue_(headers={**asks.request.headers, "accept-language": "ar"}))
        page.goto(paper.base + path)
        expect(page.locator("html")).to_have_attribute("dir", "rtl")

    return visit


def embedded(paper: Paper, host: Host, slug: str, theme: str = "auto", more: str = "") -> Visit:
    def visit(page: Page) -> None:
        url = host.embed(
            paper, slug, attributes=f'theme="{theme}" {more}', head="<style>:root{color-scheme:light dark}</style>"
        )
        host.pages[url.removeprefix(host.origin)] = host.pages[url.removeprefix(host.origin)].replace(
            'site="main"', 'site="harbour-courier"'
        )
        page.goto(url)
        expect(page.locator("below-line section.discussion")).to_be_visible()

    return visit


PAGES: dict[str, Callable[[Paper, Host], Visit]] = {
    "front": lambda paper, _: at(paper, "/"),
    "story": lambda paper, _: at(paper, f"/stories/{HEATED}"),
    "rtl-story": lambda paper, _: at(paper, f"/stories/{RTL}"),
    "closed-story": lambda paper, _: at(paper, "/stories/odile-brannock-who-taught-the-town-to-swim"),
    "permalink": lambda paper, _: at(paper, deepest(paper)),
    "rtl-permalink": lambda paper, _: at(paper, first(paper, RTL)),
    "form": lambda paper, _: at(paper, f"{first(paper, HEATED)}/reply"),
    "rtl-form": lambda paper, _: at(paper, f"{first(paper, RTL)}/reply"),
    "form-error": lambda paper, _: error_page(paper),
    "error-in-place": lambda paper, _: error_in_place(paper),
    "mine": lambda paper, _: mine_page(paper),
    "posted": lambda paper, _: posted(paper),
    "api": lambda paper, _: at(paper, "/api"),
    "problem": lambda paper, _: at(paper, "/stories/there-is-none"),
    "embed": lambda paper, host: embedded(paper, host, "island-ferry-gets-its-evening-boat"),
    "rtl-embed": lambda paper, host: embedded(paper, host, RTL),
    "rtl-asked-embed": lambda paper, host: embedded(
        paper, host, "island-ferry-gets-its-evening-boat", more='lang="ar"'
    ),
    "rtl-signin": lambda paper, _: asked_in_arabic(paper, "/signin"),
    "rtl-report": lambda paper, _: asked_in_arabic(paper, f"{first(paper, RTL)}/report"),
    "rtl-vote": lambda paper, _: asked_in_arabic(paper, f"{first(paper, RTL)}/vote"),
    "rtl-problem": lambda paper, _: asked_in_arabic(paper, "/stories/there-is-none"),
}

NO_SCRIPT = {"form-error", "mine"}


@pytest.fixture(scope="module")
def readers(chromium: Browser) -> Iterator[Callable[..., BrowserContext]]:
    """One browser for each look: its cache spares the pages their styles."""
    made: dict[tuple[str, bool], BrowserContext] = {}

    def reader(scheme: str, script: bool) -> BrowserContext:
        if (scheme, script) not in made:
            made[scheme, script] = chromium.new_context(
                color_scheme=scheme,  # type: ignore[arg-type]
                reduced_motion="reduce",
                locale="en-GB",
            )
            if not script:  # axe-core needs one itself, so only ours is kept away
                made[scheme, script].route("**/static/page.js*", lambda route: route.abort())
        return made[scheme, script]

    yield reader
    for one in made.values():
        one.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_nothing_sticks_out_and_all_can_use_it(
    town: Paper, host: Host, readers: Callable[..., BrowserContext], name: str, scheme: str
) -> None:
    allow(town, host.origin, "harbour-courier")
    page = readers(scheme, name not in NO_SCRIPT).new_page()
    page.set_viewport_size({"width": 1280, "height": 900})
    PAGES[name](town, host)(page)
    page.wait_for_load_state()  # with its styles
    assert sideways(page) == 0
    assert axe(page) == []
    page.set_viewport_size({"width": 360, "height": 740})
    assert sideways(page) == 0
    assert axe(page) == []
    page.close()


@pytest.fixture(scope="module")
def lived_in(town: Paper) -> Town:
    return Town(town)


@pytest.mark.parametrize("name", OWN)
def test_readers_own_pages(lived_in: Town, readers: Callable[..., BrowserContext], name: str) -> None:
    """One load each: wide and light, then narrow and dark."""
    page = readers("light", True).new_page()
    page.set_viewport_size({"width": 1280, "height": 900})
    OWN[name](lived_in, page)
    assert sideways(page) == 0
    assert axe(page) == []
    page.emulate_media(color_scheme="dark")
    page.set_viewport_size({"width": 360, "height": 740})
    assert sideways(page) == 0
    assert axe(page) == []
    page.close()


def test_the_measures_would_notice(host: Host, readers: Callable[..., BrowserContext]) -> None:
    page = readers("light", True).new_page()
    page.set_viewport_size({"width": 360, "height": 740})
    bad = "<img src=data:,><div style='width:900px'>wide</div><p style='color:#aaa'>pale</p>"
    page.goto(host.page(f"<!doctype html><title>x</title>{bad}"))
    assert sideways(page) > 500
    assert {one.partition(":")[0] for one in axe(page)} >= {"image-alt", "color-contrast", "html-has-lang"}
    page.close()
