"""Hostile texts in a real browser: posted, previewed, embedded, as names and as titles. Nothing of them may run."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from belowline.model.story import Story
from browser.hosts import Host, allow
from browser.pages import Witness, main_form, press, write
from paper import Paper
from xss_vectors import VECTORS

Watch = Callable[..., Witness]

PROVOKE = """root => {
  const all = [...root.querySelectorAll("article.comment *, .preview *, .story *, .teaser *")];
  const bad = [];
  for (const one of all) {
    for (const { name, value } of one.attributes) {
      if (name.startsWith("on") || name === "style" || name.startsWith("hx-")) bad.push(one.outerHTML.slice(0, 200));
      if (["href", "src", "action", "formaction"].includes(name)
        && !["http:", "https:", "mailto:"].includes(new URL(value, location.href).protocol)) bad.push(value);
    }
    for (const type of ["mouseover", "pointerenter", "focusin", "focus", "wheel", "toggle", "load", "error"])
      one.dispatchEvent(new Event(type, { bubbles: true }));
  }
  const hostile = ":is(script, style, iframe, object, embed, svg, math, template, base, meta, dialog, slot, img)";
  for (const one of root.querySelectorAll(`.comment ${hostile}, .preview ${hostile}`)) bad.push(one.outerHTML);
  return [all.length, bad];
}"""


WORDS = ("title", "deck", "body", "author_name", "author_about", "picture_alt", "picture_credit")


def provoke(page: Page, selector: str) -> int:
    """Sends events to everything a reader wrote; returns how many elements there were."""
    found, bad = page.locator(selector).evaluate(PROVOKE)
    assert bad == []
    return int(found)


def json_safe(text: str) -> str:
    return text.encode("utf-8", "replace").decode()


@pytest.fixture(scope="module")
def hostile(paper: Paper) -> Story:
    """A story under which every text stands that the server takes."""
    story = paper.add_story(title="A hostile evening")
    taken = sum(
        paper.send(story, json_safe(vector), name=f"Guest {n}").status_code == 201 for n, vector in enumerate(VECTORS)
    )
    assert taken >= 150, taken
    return story


@pytest.fixture(scope="module")
def hostile_words(paper: Paper) -> list[str]:
    """Stories whose titles, decks, credits and writers are hostile, and comments by hostile names."""
    stories = []
    for vector in map(json_safe, VECTORS[:-14]):
        fields = dict.fromkeys(WORDS, vector)
        answer = paper.client.post("/api/v1/stories", json=fields, headers=paper.operator)
        if answer.status_code == 201:
            stories.append(answer.json()["slug"])
    return stories


def test_the_witness_would_notice(host: Host, witness: Watch) -> None:
    watched = witness(host.origin)
    watched.page.goto(host.page("<!doctype html><img src=//127.0.0.1:9/x onerror=alert(1)><svg onload=alert(2)></svg>"))
    watched.page.wait_for_function("window.__xss.length === 2")
    assert sorted(watched.executed()) == ["alert 1", "alert 2"]
    assert watched.strangers


def test_nothing_runs_on_our_page(paper: Paper, witness: Watch, hostile: Story) -> None:
    watched = witness(paper.base)
    page, found = watched.page, 0
    page.goto(f"{paper.base}/stories/{hostile.slug}?order=oldest&v=1")
    while True:
        found += provoke(page, "section.discussion")
        more = page.get_by_role("link", name="More comments")
        if not more.count():
            break
        more.click()
        page.wait_for_load_state()
    assert found > 1_000
    page.wait_for_load_state("networkidle")
    watched.assert_nothing_ran()


def test_nothing_runs_in_the_embed(paper: Paper, host: Host, witness: Watch, hostile: Story) -> None:
    allow(paper, host.origin)
    watched = witness(host.origin, paper.base)
    page = watched.page
    page.goto(host.embed(paper, hostile.slug))
    expect(page.locator("below-line section.discussion")).to_be_visible()
    more = page.get_by_role("link", name="More comments")
    while more.count():
        before = page.locator("article.comment").count()
        more.click()
        expect(page.locator("article.comment").nth(before)).to_be_attached()
    assert page.locator("article.comment").count() >= 150
    assert provoke(page, "below-line section.discussion") > 1_000
    page.wait_for_load_state("networkidle")
    watched.assert_nothing_ran()


def test_nothing_runs_in_a_preview_or_in_what_was_just_sent(paper: Paper, witness: Watch) -> None:
    story = paper.add_story()
    watched = witness(paper.base)
    page = watched.page
    page.goto(f"{paper.base}/stories/{story.slug}")
    shown = page.locator("form.write .preview, form.write .error")
    for n, vector in enumerate(VECTORS[:-14:3]):  # all of them stand in the pages above; this is about the script
        write(main_form(page), json_safe(vector), name=f"Guest {n}")
        press(main_form(page), "Send" if n % 2 else "Preview")
        expect(main_form(page).and_(page.locator(":not([data-busy])"))).to_be_visible()
        assert shown.count() or page.locator("article.comment.new").count()
    provoke(page, "section.discussion")
    page.wait_for_load_state("networkidle")
    assert page.locator("article.comment").count() > 20
    watched.assert_nothing_ran()


def test_names_are_text(paper: Paper, host: Host, witness: Watch) -> None:
    allow(paper, host.origin)
    story = paper.add_story()
    taken = [vector for vector in VECTORS if paper.send(story, "Hi", name=json_safe(vector)[:60]).status_code == 201]
    assert len(taken) > 20
    for url in (f"{paper.base}/stories/{story.slug}?v=1", host.embed(paper, story.slug)):
        watched = witness(host.origin, paper.base)
        watched.page.goto(url)
        expect(watched.page.locator("article.comment").first).to_be_visible()
        watched.page.get_by_role("link", name="Reply").first.click()  # its form's label carries the name
        provoke(watched.page, "section.discussion")
        names = watched.page.locator("article .p-author").all_text_contents()
        assert any("<" in name for name in names)
        watched.assert_nothing_ran()


def test_titles_decks_and_credits_are_text(paper: Paper, witness: Watch, hostile_words: list[str]) -> None:
    assert len(hostile_words) > 100
    watched = witness(paper.base, "https://a.example")  # the newsroom's own pictures may be anywhere
    page = watched.page
    page.goto(f"{paper.base}/?v=1")
    while True:
        provoke(page, "main")
        more = page.get_by_role("link", name="Older stories")
        if not more.count():
            break
        more.click()
        page.wait_for_load_state()
    for slug in hostile_words[::6]:
        page.goto(f"{paper.base}/stories/{slug}")
        provoke(page, "main")
    watched.assert_nothing_ran()


def test_what_a_page_says_of_itself_is_text(paper: Paper, host: Host, witness: Watch) -> None:
    allow(paper, host.origin)
    watched = witness(host.origin, paper.base)
    title = "&lt;img src=x onerror=alert(1)&gt;&lt;/script&gt;&lt;script&gt;alert(2)&lt;/script&gt;"
    url = host.page(
        host.pages[host.embed(paper, "a-hostile-page").removeprefix(host.origin)].replace("The ferry steps", title)
    )
    watched.page.goto(url)
    expect(main_form(watched.page)).to_be_visible()
    slug = watched.page.locator("section.discussion").get_attribute("data-story")
    assert re.fullmatch(r"[\w-]+", str(slug))
    watched.page.goto(f"{paper.base}/stories/{slug}")
    expect(watched.page.get_by_role("heading", level=1)).to_contain_text("<img src=x onerror=alert(1)>")
    watched.assert_nothing_ran()
