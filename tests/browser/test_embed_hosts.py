"""The embed on pages that were not made for it: hostile styles, single-page applications, slow and lost servers."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

import members
from belowline.actions import sites as site_act
from browser.hosts import Host, allow
from browser.pages import Witness, comment, main_form, press, sideways, stopped, write
from paper import Paper
from post_office import wait_for

Open = Callable[..., Page]

HOSTILE = """<style>
* { margin: 0; padding: 0; line-height: 3; letter-spacing: 0.2em; box-sizing: border-box }
html { font-size: 62.5% }
body { font: italic 900 1.6rem/3 fantasy; text-transform: uppercase; word-spacing: 1em; text-indent: 3em;
  text-shadow: 2px 2px red; cursor: wait; user-select: none; text-align: justify }
button { width: 100% !important; background: hotpink !important }
textarea { display: none !important }
below-line { white-space: nowrap }
</style>"""
HANDED_DOWN = {
    "fontSize": "17px",
    "letterSpacing": "normal",
    "wordSpacing": "0px",
    "textTransform": "none",
    "textIndent": "0px",
    "whiteSpace": "normal",
    "textShadow": "none",
    "cursor": "auto",
    "userSelect": "auto",
    "fontStyle": "normal",
}

STREAMS = """
window.__streams = [];
const Source = window.EventSource;
window.EventSource = class extends Source { constructor(...all) { super(...all); __streams.push(this); } };
"""
OPEN_STREAMS = "__streams.filter((one) => one.readyState < 2).length"


@pytest.fixture(autouse=True)
def _welcome(paper: Paper, host: Host) -> None:
    allow(paper, host.origin)


def test_what_a_hosts_styles_hand_down_ends_at_the_discussion(paper: Paper, host: Host, browse: Open) -> None:
    story = paper.add_story()
    paper.post(story, "A claim that is long enough to need a second line on a telephone, if it may be broken at all")
    page = browse(host.embed(paper, story.slug, head=HOSTILE), viewport={"width": 360, "height": 800})
    words = page.locator("below-line .e-content p")
    expect(words).to_have_css("font-size", HANDED_DOWN["fontSize"])  # after three seconds it shows without its styles
    seen = words.evaluate("(one, names) => names.map((name) => getComputedStyle(one)[name])", [*HANDED_DOWN])
    assert dict(zip(HANDED_DOWN, seen, strict=True)) == HANDED_DOWN
    assert sideways(page) == 0
    assert page.locator("below-line").evaluate("one => getComputedStyle(one).paddingLeft") == "16px"
    page.add_style_tag(content="below-line { --bl-size: 20px; --bl-padding: 3px }")
    assert words.evaluate("one => getComputedStyle(one).fontSize") == "21.25px"
    assert page.locator("below-line").evaluate("one => getComputedStyle(one).paddingLeft") == "3px"


def test_on_paper_a_dark_discussion_is_light(paper: Paper, host: Host, browse: Open) -> None:
    page = browse(host.embed(paper, paper.add_story().slug, attributes='theme="dark"'))
    heading = page.locator("below-line h2")
    expect(heading).to_have_css("color", "rgb(233, 228, 218)")
    page.emulate_media(media="print")
    expect(heading).to_have_css("color", "rgb(29, 27, 24)")


def test_a_page_that_changes_its_story_in_place(paper: Paper, host: Host, browse: Open) -> None:
    one, two = paper.add_story(), paper.add_story()
    paper.post(one, "In the first")
    paper.post(two, "In the second")
    page = browse(host.embed(paper, one.slug))
    expect(comment(page, "In the first")).to_be_visible()
    page.evaluate("key => document.querySelector('below-line').setAttribute('story', key)", two.slug)
    expect(comment(page, "In the second")).to_be_visible()
    expect(comment(page, "In the first")).to_have_count(0)
    write(main_form(page), "To the second")
    press(main_form(page), "Send")
    expect(comment(page, "To the second")).to_be_visible()
    assert "To the second" in paper.page(f"/stories/{two.slug}")


def test_a_late_answer_for_the_story_before_is_not_shown(
    paper: Paper, host: Host, context: Callable[..., BrowserContext]
) -> None:
    one, two = paper.add_story(), paper.add_story()
    paper.post(one, "In the first")
    paper.post(two, "In the second")
    page, waiting = context().new_page(), list[Route]()
    page.route(f"**/embed/discussion*{one.slug}*", lambda route: waiting.append(route))  # noqa: PLW0108
    page.goto(host.embed(paper, one.slug))
    expect(page.get_by_text("Loading the discussion")).to_be_visible()
    page.evaluate("key => document.querySelector('below-line').setAttribute('story', key)", two.slug)
    expect(comment(page, "In the second")).to_be_visible()
    with page.expect_response(f"**/embed/discussion*{one.slug}*"):
        stopped(page, waiting).continue_()
    expect(comment(page, "In the second")).to_be_visible()
    expect(page.locator("below-line section.discussion")).to_have_count(1)


def test_a_discussion_that_is_gone_listens_no_more_and_one_that_moved_goes_on(
    paper: Paper, host: Host, context: Callable[..., BrowserContext]
) -> None:
    story = paper.add_story()
    page = context().new_page()
    page.add_init_script(STREAMS)
    page.goto(host.embed(paper, story.slug, after="<aside></aside>"))
    page.wait_for_function(f"{OPEN_STREAMS} === 1")
    main_form(page).locator("textarea").fill("Half a thou")
    page.evaluate("document.querySelector('aside').append(document.querySelector('below-line'))")
    page.wait_for_function(f"__streams.length === 2 && {OPEN_STREAMS} === 1")
    expect(main_form(page).locator("textarea")).to_have_value("Half a thou")
    paper.post(story, "News after the move")
    page.get_by_role("button", name="1 new comment").click()
    expect(comment(page, "News after the move")).to_be_visible()
    page.evaluate("document.querySelector('below-line').remove()")
    page.wait_for_function(f"{OPEN_STREAMS} === 0")


def test_what_the_publisher_put_there_shows_until_the_discussion_does(
    paper: Paper, host: Host, context: Callable[..., BrowserContext]
) -> None:
    story, page, waiting = paper.add_story(), context().new_page(), list[Route]()
    paper.post(story, "Here at last")
    page.route("**/embed/discussion*", lambda route: waiting.append(route))  # noqa: PLW0108
    inside = f'<below-line site="main" story="{story.slug}"><b>The copy of this morning</b></below-line>'
    page.goto(host.page(f'<script src="{paper.base}/embed.js" async></script>{inside}'))
    expect(page.get_by_text("Loading the discussion")).to_be_visible()
    expect(page.get_by_text("The copy of this morning")).to_be_visible()
    stopped(page, waiting).abort()
    again = page.get_by_role("button", name="Try again")
    again.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Loading the discussion")).to_be_visible()
    expect(page.get_by_text("The copy of this morning")).to_be_visible()
    stopped(page, waiting).continue_()
    expect(comment(page, "Here at last")).to_be_visible()
    expect(page.get_by_text("The copy of this morning")).to_be_hidden()
    expect(page.get_by_role("heading", name="1 comment")).to_be_focused()


def test_an_order_that_cannot_be_had_says_so_where_the_reader_looks(
    paper: Paper, host: Host, context: Callable[..., Any]
) -> None:
    story, page = paper.add_story(), context(viewport={"width": 800, "height": 700}).new_page()
    for n in range(20):
        paper.post(story, f"Voice {n}.")
    page.goto(host.embed(paper, story.slug))
    expect(comment(page, "Voice 19.")).to_be_visible()
    page.route("**/embed/discussion*", lambda route: route.abort())
    page.get_by_role("link", name="Oldest").click()
    again = page.get_by_role("button", name="Try again")
    expect(again).to_be_in_viewport()
    expect(comment(page, "Voice 19.")).to_be_visible()
    page.unroute("**/embed/discussion*")
    again.click()
    expect(page.locator("article.comment").first).to_contain_text("Voice 0.")
    expect(again).to_have_count(0)


def test_a_page_of_a_foreign_origin_is_told_what_to_do(paper: Paper, browse: Open) -> None:
    stranger = Host()
    try:
        page = browse(stranger.embed(paper, "not-ours-either"))
        expect(page.get_by_text("belowline site allow")).to_be_visible()
    finally:
        stranger.stop()


def test_counts_follow_what_happens_in_an_embed(paper: Paper, host: Host, witness: Callable[..., Witness]) -> None:
    story, other = paper.add_story(), paper.add_story()
    paper.post(story, "One")
    watched = witness(host.origin, paper.base)
    page = watched.page
    places = "".join(f'<i data-belowline-count="{key}">some</i>' for key in (story.slug, other.slug))
    script = f'<script src="{paper.base}/counts.js" data-belowline-site="main" async></script>'
    page.goto(host.embed(paper, story.slug, head=script, before=places))
    expect(page.locator("i")).to_have_text(["1", "0"])
    write(main_form(page), "Two")
    press(main_form(page), "Send")
    expect(page.locator("i")).to_have_text(["2", "0"])
    comment(page, "Two").get_by_role("button", name="Delete").click()
    page.get_by_role("button", name="Really delete it?").click()
    expect(page.locator("i")).to_have_text(["1", "0"])
    assert len([url for url in watched.requests if "/api/v1/counts" in url]) == 1
    watched.assert_nothing_ran()


def test_counts_for_long_keys_and_for_places_that_come_later(
    paper: Paper, host: Host, witness: Callable[..., Witness]
) -> None:
    """A hundred paths as keys make an address that proxies refuse: it is sent in parts."""
    story = paper.add_story(key="late")
    paper.post(story, "One")
    watched = witness(host.origin, paper.base)
    keys = [f"/2026/11/26/{'a-headline-that-goes-on-' * 4}{n}" for n in range(90)]
    places = "".join(f'<i data-belowline-count="{key}">some</i>' for key in keys)
    script = f'<script type="module" src="{paper.base}/counts.js" data-belowline-site="main"></script>'
    watched.page.goto(host.page(f'<!doctype html><link rel="icon" href="data:,">{script}{places}'))
    expect(watched.page.locator("i").last).to_have_text("0")
    asked = [url for url in watched.requests if "/api/v1/counts" in url]
    assert sum(url.count("story=") for url in asked) == len(keys)
    assert max(map(len, asked)) < 7_000
    watched.page.evaluate(
        "document.body.innerHTML = '<b data-belowline-count=late>some</b>';"
        "document.dispatchEvent(new Event('belowline:count'))"
    )
    expect(watched.page.locator("b")).to_have_text("1")
    watched.assert_nothing_ran()


def test_two_discussions_on_one_page_speak_each_its_own_language(paper: Paper, host: Host, browse: Open) -> None:
    english, german = paper.add_story(), paper.add_story(lang="de")
    for story in (english, german):
        paper.post(story, "Somebody's")
    after = f'<below-line site="main" story="{german.slug}"></below-line>'
    page = browse(host.embed(paper, english.slug, after=after), locale="fr-FR")
    here, there = page.locator("below-line").first, page.locator("below-line").last
    expect(there.get_by_role("button", name="Senden")).to_be_visible()
    write(here.locator("form.write"), "In English")
    here.get_by_role("button", name="Send", exact=True).click()
    expect(here.locator(".say")).to_have_text("Your comment is published.")
    write(there.locator("form.write"), "Auf Deutsch")
    there.get_by_role("button", name="Senden").click()
    expect(there.locator(".say")).to_have_text("Ihr Kommentar ist veröffentlicht.")
    expect(there.get_by_role("heading", name="2 Kommentare")).to_be_visible()
    here.get_by_role("link", name="Respect").last.click()
    expect(here.locator(".say")).to_have_text("You respect this comment.")
    there.get_by_role("link", name="Respekt").last.click()
    expect(there.locator(".say")).to_have_text("Sie zollen diesem Kommentar Respekt.")
    here.get_by_role("button", name="Send", exact=True).click()
    expect(here.locator(".error")).to_contain_text("Please write something")
    there.get_by_role("button", name="Senden").click()
    expect(there.locator(".error")).to_contain_text("Bitte schreiben Sie etwas")
    here.get_by_role("button", name="Delete").click()
    here.get_by_role("button", name="Really delete it?").click()
    expect(here.get_by_role("heading", name="1 comment")).to_be_visible()


def test_before_it_is_there_it_is_spoken_of_in_the_language_of_its_page(
    own_paper: Paper, host: Host, context: Callable[..., BrowserContext]
) -> None:
    paper = own_paper
    members.write(paper, site_act.add, "blatt", "Das Blatt", "de")
    allow(paper, host.origin)
    story, page = paper.add_story(lang="de"), context(locale="fr-FR").new_page()
    page.route("**/embed/discussion?*", lambda route: route.abort())
    page.goto(host.embed(paper, story.slug, before='<div lang="de-CH">', after="</div>"))
    state = page.locator("below-line p.state")
    expect(state).to_contain_text("Die Diskussion ist gerade nicht erreichbar.")
    expect(page.locator("below-line").get_by_role("link")).to_have_text("Die Diskussion lesen")
    page.unroute_all()
    state.get_by_role("button", name="Noch einmal versuchen").click()
    expect(page.get_by_role("button", name="Senden")).to_be_visible()


def test_a_pages_function_that_never_answers_does_not_hold_a_comment(
    paper: Paper, host: Host, context: Callable[..., BrowserContext]
) -> None:
    page, story = context().new_page(), paper.add_story()
    page.clock.install()
    page.goto(host.embed(paper, story.slug))
    expect(main_form(page)).to_be_visible()
    never = "() => { window.asked = true; return new Promise(() => {}); }"
    page.evaluate(f"void (document.querySelector('below-line').getToken = {never})")
    wait_for(lambda: bool(page.evaluate("Boolean(window.asked)")), 30)  # from now on it has ten seconds
    write(main_form(page), "Without their login")
    press(main_form(page), "Send")
    page.clock.run_for(11_000)
    expect(comment(page, "Without their login")).to_be_visible()
