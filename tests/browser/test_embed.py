"""The discussion under a page on another origin."""

import json
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from browser.hosts import SPACER, Host, allow
from browser.pages import Witness, cache_between, comment, main_form, press, said, write, write_and_come_back
from paper import Paper

Open = Callable[..., Page]

UNREACHABLE = "The discussion cannot be reached just now."


@pytest.fixture(autouse=True)
def _welcome(paper: Paper, host: Host) -> None:
    allow(paper, host.origin)


def section(page: Page) -> Any:
    return page.locator("below-line section.discussion")


def test_read_post_and_reply_from_another_origin(paper: Paper, host: Host, witness: Callable[..., Witness]) -> None:
    story = paper.add_story()
    paper.post(story, "A claim", name="Bela")
    paper.post(story, "Another", name="Cleo")
    watched = witness(host.origin, paper.base)
    page = watched.page
    page.goto(host.embed(paper, story.slug))
    expect(comment(page, "A claim")).to_be_visible()
    write(main_form(page), "From *afar*.")
    press(main_form(page), "Preview")
    expect(main_form(page).get_by_role("group", name="Preview").locator("em")).to_have_text("afar")
    press(main_form(page), "Send")
    expect(comment(page, "From afar.")).to_be_focused()
    expect(said(page)).to_have_text("Your comment is published.")
    comment(page, "A claim").get_by_role("link", name="Reply").click()
    form = page.get_by_role("form", name="Reply to Bela")
    write(form, "I doubt it.", name=None)
    press(form, "Send")
    expect(page.locator("ol.replies article")).to_contain_text("I doubt it.")
    page.get_by_role("link", name="Oldest").click()
    expect(page.locator("article.comment").first).to_contain_text("A claim")
    assert page.context.cookies() == []
    assert {urlsplit(url).path for url in watched.requests if url.startswith(paper.base)} >= {
        "/embed.js",
        "/embed/discussion",
        "/static/embed.css",
    }
    watched.assert_nothing_ran()
    assert "I doubt it." in paper.page(f"/stories/{story.slug}")


def test_a_cache_between_does_not_hide_what_one_has_just_written(
    paper: Paper, host: Host, context: Callable[..., BrowserContext]
) -> None:
    story, page = paper.add_story(), context().new_page()
    page.clock.install()
    kept = cache_between(page, "**/embed/discussion?*")
    url = host.embed(paper, story.slug)
    write_and_come_back(page, url, "Mine, and just now")
    assert len(kept) == 2
    page.clock.fast_forward(61_000)
    page.goto(url)
    expect(main_form(page)).to_be_visible()
    assert len(kept) == 2, "and then everybody's again"


def test_nothing_is_fetched_before_the_reader_comes_near(
    paper: Paper, host: Host, witness: Callable[..., Witness]
) -> None:
    story = paper.add_story()
    paper.post(story, "Down here")
    watched = witness(host.origin, paper.base)
    watched.page.goto(host.embed(paper, story.slug, before=SPACER))
    watched.page.wait_for_load_state("networkidle")
    assert not [url for url in watched.requests if "/embed/discussion" in url]
    expect(watched.page.get_by_role("link", name="Read the discussion")).to_be_attached()
    watched.page.mouse.wheel(0, 3_200)
    expect(comment(watched.page, "Down here")).to_be_attached()
    assert len([url for url in watched.requests if "/embed/discussion" in url]) == 1


def test_drafts_and_own_comments_are_kept_on_the_hosts_page(
    paper: Paper, host: Host, context: Callable[..., BrowserContext]
) -> None:
    story, reader = paper.add_story(), context()
    url = host.embed(paper, story.slug)
    page = reader.new_page()
    page.goto(url)
    main_form(page).locator("textarea").fill("Half a thou")
    page.close()
    page = reader.new_page()
    page.goto(url)
    expect(main_form(page).locator("textarea")).to_have_value("Half a thou")
    write(main_form(page), "A whole thought")
    press(main_form(page), "Send")
    comment(page, "A whole thought").get_by_role("button", name="Edit").click()
    form = page.get_by_role("form", name="Edit your comment")
    form.locator("textarea").fill("A better thought")
    press(form, "Save")
    expect(comment(page, "A better thought")).to_contain_text("edited")
    page.get_by_role("button", name="Delete").click()
    page.get_by_role("button", name="Really delete it?").click()
    expect(comment(page, "A better thought")).to_have_count(0)
    assert "thought" not in paper.page(f"/stories/{story.slug}")


def test_orders_folds_and_more_open_in_place(paper: Paper, host: Host, browse: Open) -> None:
    story = paper.add_story()
    for n in range(1, 52):
        paper.post(story, f"Voice {n}.", name=f"Singer {n}")
    last = paper.post(story, "Step 0.")
    for n in range(1, 12):
        last = paper.post(story, f"Step {n}.", parent=last)
    page = browse(host.embed(paper, story.slug))
    here = page.url
    expect(comment(page, "Step 0.")).to_be_visible()
    expect(comment(page, "Step 11.")).to_have_count(0)
    page.get_by_role("link", name="more repl").click()
    expect(comment(page, "Step 11.")).to_be_attached()
    assert page.locator("article.comment").evaluate_all("all => new Set(all.map(one => one.id)).size === all.length")
    page.get_by_role("link", name="More comments").click()
    expect(comment(page, "Voice 1.")).to_be_visible()
    expect(page.get_by_role("link", name="More comments")).to_have_count(0)
    expect(said(page)).to_have_text("More comments are shown.")
    page.get_by_role("link", name="Oldest").click()
    expect(page.locator("article.comment").first).to_contain_text("Voice 1.")
    expect(page.get_by_role("link", name="Oldest")).to_be_focused()
    expect(page.get_by_role("link", name="Oldest")).to_have_attribute("aria-current", "true")
    assert page.url == here


def test_out_of_reach_it_says_so_and_tries_again(paper: Paper, host: Host, context: Callable[..., Any]) -> None:
    story = paper.add_story()
    paper.post(story, "Here after all")
    page = context().new_page()
    page.route("**/embed/discussion*", lambda route: route.abort())
    page.goto(host.embed(paper, story.slug))
    expect(page.get_by_role("status").filter(has_text=UNREACHABLE)).to_be_visible()
    expect(page.get_by_text("Loading")).to_have_count(0)
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_text(UNREACHABLE)).to_be_visible()
    page.unroute("**/embed/discussion*")
    page.get_by_role("button", name="Try again").click()
    expect(comment(page, "Here after all")).to_be_visible()
    expect(page.get_by_text(UNREACHABLE)).to_have_count(0)


@pytest.mark.parametrize(
    ("status", "media", "body"),
    [
        (500, "text/html", "<h1>Oops</h1>"),
        (502, "application/json", "{"),
        (200, "text/html", "<p>A captive portal</p>"),
    ],
)
def test_a_broken_answer_ends_in_a_sentence(
    paper: Paper, host: Host, context: Callable[..., Any], status: int, media: str, body: str
) -> None:
    page = context().new_page()
    page.route("**/embed/discussion*", lambda route: route.fulfill(status=status, content_type=media, body=body))
    page.goto(host.embed(paper, paper.add_story().slug))
    expect(page.get_by_role("button", name="Try again")).to_be_visible()
    expect(page.get_by_text("Loading")).to_have_count(0)
    expect(page.get_by_text("Oops")).to_have_count(0)


def test_a_server_that_never_answers_is_not_waited_for_for_ever(
    paper: Paper, host: Host, context: Callable[..., Any]
) -> None:
    page = context().new_page()
    page.clock.install()
    waiting: list[Route] = []
    page.route("**/embed/discussion*", lambda route: waiting.append(route))  # noqa: PLW0108 (append takes no marks)
    page.goto(host.embed(paper, paper.add_story().slug))
    expect(page.get_by_text("Loading the discussion")).to_be_visible()
    page.clock.fast_forward(11_000)
    expect(page.get_by_text("The answer is taking too long.")).to_be_visible()
    expect(page.get_by_text("Loading")).to_have_count(0)
    expect(page.get_by_role("button", name="Try again")).to_be_visible()
    for route in waiting:
        route.abort()


def test_a_new_page_announces_itself(paper: Paper, host: Host, browse: Open) -> None:
    page = browse(host.embed(paper, "ferry-steps"))
    expect(main_form(page)).to_be_visible()
    write(main_form(page), "The first word here")
    press(main_form(page), "Send")
    expect(comment(page, "The first word here")).to_be_visible()
    slug = section(page).get_attribute("data-story")
    card = paper.client.get(f"/api/v1/stories/{slug}").json()
    assert (card["title"], card["url"]) == ("The ferry steps", page.url)


@pytest.fixture
def stranger() -> Iterator[Host]:
    running = Host()
    yield running
    running.stop()


def test_from_an_origin_that_is_not_the_sites_nothing_is_taken(paper: Paper, stranger: Host, browse: Open) -> None:
    page = browse(stranger.embed(paper, "not-ours"))
    expect(page.get_by_role("status").filter(has=page.get_by_role("button", name="Try again"))).to_be_visible()
    expect(page.get_by_text("Loading")).to_have_count(0)
    assert paper.client.get("/embed/discussion?site=main&story=not-ours").status_code == 404
    story = paper.add_story()
    paper.post(story, "Readable everywhere")
    page = browse(stranger.embed(paper, story.slug))
    expect(comment(page, "Readable everywhere")).to_be_visible()
    write(main_form(page), "But not writable")
    press(main_form(page), "Send")
    expect(main_form(page).get_by_role("alert")).to_be_visible()
    expect(main_form(page).locator("textarea")).to_have_value("But not writable")
    assert "But not writable" not in paper.page(f"/stories/{story.slug}")


def test_counts_are_filled_in_one_request(paper: Paper, host: Host, witness: Callable[..., Witness]) -> None:
    talked, silent = paper.add_story(), paper.add_story()
    paper.post(talked, "One")
    paper.post(talked, "Two")
    watched = witness(host.origin, paper.base)
    places = "".join(
        f'<p><span id="{name}" data-belowline-count="{key}">some</span></p>'
        for name, key in (("talked", talked.slug), ("again", talked.slug), ("silent", silent.slug), ("lost", "nobodys"))
    )
    script = f'<script src="{paper.base}/counts.js" data-belowline-site="main" async></script>'
    watched.page.goto(host.page(f'<!doctype html><link rel="icon" href="data:,">{script}{places}'))
    expect(watched.page.locator("#talked")).to_have_text("2")
    expect(watched.page.locator("#again")).to_have_text("2")
    expect(watched.page.locator("#silent")).to_have_text("0")
    assert watched.page.locator("#lost").text_content() in ("0", "some")
    assert len([url for url in watched.requests if "/api/v1/counts" in url]) == 1
    watched.assert_nothing_ran()


def test_the_host_hears_of_what_happens(paper: Paper, host: Host, browse: Open) -> None:
    story = paper.add_story()
    ears = (
        "<script>window.heard = []; for (const type of ['belowline:loaded', 'belowline:posted'])"
        " document.addEventListener(type, (event) => heard.push([type, event.detail]));</script>"
    )
    page = browse(host.embed(paper, story.slug, head=ears))
    write(main_form(page), "Heard?")
    press(main_form(page), "Send")
    expect(comment(page, "Heard?")).to_be_visible()
    loaded, posted = page.evaluate("heard")
    assert loaded == ["belowline:loaded", {"story": story.slug}]
    assert (posted[0], posted[1]["state"]) == ("belowline:posted", "published")


def test_two_discussions_on_one_page_and_one_taken_away(paper: Paper, host: Host, browse: Open) -> None:
    one, two = paper.add_story(), paper.add_story()
    paper.post(one, "In the first")
    paper.post(two, "In the second")
    page = browse(host.embed(paper, one.slug, after=f'<below-line site="main" story="{two.slug}"></below-line>'))
    expect(comment(page, "In the first")).to_be_visible()
    expect(comment(page, "In the second")).to_be_visible()
    page.evaluate("document.querySelector('below-line').remove()")
    expect(comment(page, "In the first")).to_have_count(0)
    expect(comment(page, "In the second")).to_be_visible()


def test_it_lives_under_a_strict_content_security_policy(
    paper: Paper, host: Host, witness: Callable[..., Witness]
) -> None:
    story = paper.add_story()
    paper.post(story, "Strictly speaking")
    rule = (
        f"default-src 'none'; script-src {paper.base}; style-src {paper.base}; connect-src {paper.base}; "
        "img-src data:; require-trusted-types-for 'script'; trusted-types belowline"
    )
    head = f'<meta http-equiv="Content-Security-Policy" content="{rule}">'
    html = host.pages[urlsplit(host.embed(paper, story.slug)).path].replace("<head>", f"<head>{head}")
    watched = witness(host.origin, paper.base)
    watched.page.goto(host.page(html))
    expect(comment(watched.page, "Strictly speaking")).to_be_visible()
    comment(watched.page, "Strictly speaking").get_by_role("link", name="Respect").click()  # personal.js
    expect(said(watched.page)).to_have_text("You respect this comment.")
    watched.assert_nothing_ran()
    assert json.dumps(watched.page.context.cookies()) == "[]"
