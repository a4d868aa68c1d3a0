"""Taking part with JavaScript: votes, reports, mutes, what is new, quotes and keys; also in an embed."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from belowline.model.story import Story
from belowline.store.tables import comment as comment_table
from belowline.words.catalogue import catalogue
from browser.hosts import Host, allow
from browser.pages import Witness, axe, comment, main_form, press, said, taken_over, write
from paper import Paper

Open = Callable[..., Page]


@pytest.fixture
def talk(paper: Paper) -> Story:
    story = paper.add_story(
        body="The ferry crosses the sound twice a day. Nobody is ever quite sure which captain steers it."
    )
    first = paper.post(story, "A claim about the ferry and its captain", name="Bela")
    paper.post(story, "I doubt it.", name="Cleo", parent=first)
    paper.post(story, "Another thread", name="Dora")
    return story


def open_story(browse: Open, paper: Paper, story: Story, **options: Any) -> Page:
    return browse(f"{paper.base}/stories/{story.slug}?v=now", **options)


def select(page: Page, selector: str, start: int, end: int) -> None:
    """Selects a part of the element's first text, as a reader does with the mouse."""
    page.evaluate(
        """([selector, start, end]) => {
            const text = document.createTreeWalker(document.querySelector(selector), NodeFilter.SHOW_TEXT).nextNode();
            document.dispatchEvent(new Event("selectstart", { bubbles: true }));
            getSelection().setBaseAndExtent(text, start, text, end);
        }""",
        [selector, start, end],
    )


def test_nothing_personal_is_loaded_on_a_first_visit(
    paper: Paper, talk: Story, witness: Callable[..., Witness]
) -> None:
    watched = witness(paper.base)
    watched.page.goto(f"{paper.base}/stories/{talk.slug}")
    watched.page.wait_for_load_state("networkidle")
    assert [url for url in watched.requests if "personal.js" in url or "/mine" in url] == []
    watched.assert_nothing_ran()


def test_respect_is_given_and_taken_back(paper: Paper, talk: Story, browse: Open) -> None:
    page = open_story(browse, paper, talk)
    claim = comment(page, "A claim about the ferry and its captain")
    link = claim.locator(".respect")
    expect(link).to_have_text("Respect")
    link.click()
    expect(link).to_have_text("1 respect")
    expect(link).to_have_attribute("aria-pressed", "true")
    expect(said(page)).to_have_text("You respect this comment.")
    page.reload()
    expect(claim.get_by_role("button", name="1 respect", pressed=True)).to_be_visible()
    claim.locator(".respect").focus()
    page.keyboard.press(" ")
    expect(link).to_have_text("Respect")
    expect(link).to_have_attribute("aria-pressed", "false")
    assert page.context.cookies() == []


def test_an_own_comment_takes_no_respect_and_says_why(paper: Paper, talk: Story, browse: Open) -> None:
    page = open_story(browse, paper, talk)
    write(main_form(page), "I am right, am I not?")
    press(main_form(page), "Send")
    own = comment(page, "I am right, am I not?")
    own.locator(".respect").click()
    expect(own.get_by_role("alert")).to_contain_text("This is your own comment")
    expect(own.locator(".respect")).to_have_text("Respect")


def test_a_report_is_sent_and_its_page_is_linked(paper: Paper, talk: Story, browse: Open) -> None:
    page = open_story(browse, paper, talk)
    doubt = comment(page, "I doubt it.")
    doubt.get_by_role("link", name="Report").click()
    dialog = page.get_by_role("dialog", name="Report the comment by Cleo")
    expect(dialog).to_be_visible()
    assert axe(page) == []
    dialog.get_by_label("It is advertising or spam").check()
    dialog.get_by_label("In your own words").fill("Look closely.")
    dialog.get_by_role("button", name="Send").click()
    expect(dialog).to_have_count(0)
    expect(doubt.get_by_role("link", name="Report")).to_be_focused()
    said(page).get_by_role("link").click()
    expect(page.get_by_role("heading", name="Your report")).to_be_visible()
    expect(page.get_by_text("Look closely.")).to_be_visible()
    assert axe(page) == []


def test_the_reasons_of_a_report_are_in_the_discussions_language(paper: Paper, browse: Open) -> None:
    story = paper.add_story(lang="he")
    paper.post(story, "לא נכון", name="Cleo")
    page = open_story(browse, paper, story)
    taken_over(page)
    comment(page, "לא נכון").locator(".report").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label(catalogue("he").gettext("It incites hatred")).check()
    assert not re.search("[A-Za-z]{3}", dialog.inner_text().replace("Cleo", ""))
    dialog.locator("button").first.click()
    expect(said(page).get_by_role("link")).to_be_visible()


def test_a_muted_reader_is_folded_also_next_time(paper: Paper, talk: Story, browse: Open) -> None:
    page = open_story(browse, paper, talk)
    comment(page, "I doubt it.").get_by_role("link", name="Report").click()
    page.get_by_role("button", name="Do not show me comments by Cleo").click()
    expect(page.get_by_text("I doubt it.", exact=True)).to_be_hidden()
    page.reload()
    expect(page.get_by_text("Cleo is muted.")).to_be_visible()
    expect(page.get_by_text("I doubt it.", exact=True)).to_be_hidden()
    expect(page.get_by_text("Another thread", exact=True)).to_be_visible()
    page.get_by_role("button", name="Read them again").click()
    expect(page.get_by_text("I doubt it.", exact=True)).to_be_visible()
    page.reload()
    expect(page.get_by_text("I doubt it.", exact=True)).to_be_visible()


def test_new_since_the_last_visit_is_marked_and_n_goes_there(
    paper: Paper, talk: Story, context: Callable[..., BrowserContext]
) -> None:
    reader = context()
    page = reader.new_page()
    page.goto(f"{paper.base}/stories/{talk.slug}?v=1")
    paper.post(talk, "Fresh from the quay", name="Edda")
    page.goto(f"{paper.base}/stories/{talk.slug}?v=2")
    expect(page.get_by_text("1 comment is new since your last visit.")).to_be_visible()
    fresh = comment(page, "Fresh from the quay")
    expect(fresh.locator("header")).to_contain_text("new")
    expect(page.locator("article.unread")).to_have_count(1)
    page.keyboard.press("n")
    expect(fresh).to_be_focused()
    page.keyboard.press("n")
    expect(said(page)).to_have_text("That was the last new comment here.")
    assert axe(page) == []


def test_an_own_held_comment_is_there_again_after_a_reload(own_paper: Paper, browse: Open) -> None:
    story = own_paper.add_story()
    own_paper.post(story, "Somebody else")
    own_paper.set_policy(hold_all=True)
    page = browse(f"{own_paper.base}/stories/{story.slug}")
    write(main_form(page), "Wait for me")
    press(main_form(page), "Send")
    expect(said(page)).to_contain_text("waiting for a moderator")
    page.reload()
    expect(comment(page, "Wait for me")).to_contain_text("waiting for a moderator")
    other = browse(f"{own_paper.base}/stories/{story.slug}")
    expect(comment(other, "Somebody else")).to_be_visible()
    expect(other.get_by_text("Wait for me")).to_have_count(0)


def test_keys_move_reply_and_help_but_not_while_typing(paper: Paper, talk: Story, browse: Open) -> None:
    page = open_story(browse, paper, talk)
    articles = page.locator("article.comment")
    page.keyboard.press("j")
    expect(articles.nth(0)).to_be_focused()
    page.keyboard.press("j")
    expect(articles.nth(1)).to_be_focused()
    page.keyboard.press("k")
    expect(articles.nth(0)).to_be_focused()
    page.keyboard.press("r")
    field = page.locator("li form.write textarea")
    expect(field).to_be_focused()
    page.keyboard.type("just j and k?")
    expect(field).to_have_value("just j and k?")
    expect(page.get_by_role("dialog")).to_have_count(0)
    articles.nth(0).focus()
    page.keyboard.press("?")
    help_ = page.get_by_role("dialog", name="Keys")
    expect(help_).to_be_visible()
    assert axe(page) == []
    help_.get_by_label("Switch these keys off").check()
    page.keyboard.press("Escape")
    expect(help_).to_have_count(0)
    expect(articles.nth(0)).to_be_focused()
    page.keyboard.press("j")
    expect(articles.nth(0)).to_be_focused()


def test_a_selected_passage_becomes_a_quote_that_links_to_its_place(paper: Paper, talk: Story, browse: Open) -> None:
    page = open_story(browse, paper, talk)
    claim = page.locator("article.comment", has=page.locator(".p-author", has_text="Bela"))
    select(page, f"#{claim.get_attribute('id')} .e-content", 8, 23)
    button = page.get_by_role("button", name="Quote")
    expect(button).to_be_visible()
    button.focus()
    page.keyboard.press("Enter")
    form = page.get_by_role("form", name="Reply to Bela")
    field = form.locator("textarea")
    expect(field).to_be_focused()
    assert re.match(r"> about the ferry\n>\n> — \[Bela wrote\]\(http", field.input_value())
    field.press_sequentially("Which ferry?")
    write(form, field.input_value(), name="Finn")
    press(form, "Send")
    answer = page.locator("article.comment", has=page.locator(".p-author", has_text="Finn"))
    expect(answer.locator("blockquote")).to_contain_text("about the ferry")
    page.locator("h1").click()
    answer.get_by_role("link", name="Bela wrote").click()
    expect(claim).to_be_focused()
    assert page.evaluate("getSelection().toString()") == "about the ferry"
    number = int((answer.get_attribute("id") or "c0")[1:])
    (kept,) = paper.read(_quotes_of, number)
    assert kept["selector"] == {
        "type": "TextQuoteSelector",
        "exact": "about the ferry",
        "prefix": "A claim ",
        "suffix": " and its captain",
    }
    assert kept["source"] == f"/comments/{(claim.get_attribute('id') or '')[1:]}"


def _quotes_of(conn: Any, number: int) -> Any:
    return conn.execute(comment_table.select().where(comment_table.c.id == number)).one().quotes


def test_a_quote_of_the_story_is_found_after_a_small_edit(paper: Paper, talk: Story, browse: Open) -> None:
    page = open_story(browse, paper, talk)
    select(page, ".story .e-content", 40, 88)
    page.keyboard.press("q")
    field = main_form(page).locator("textarea")
    expect(field).to_be_focused()
    assert "[From the story](" in field.input_value()
    write(main_form(page), field.input_value() + "I am sure.", name="Greta")
    press(main_form(page), "Send")
    answer = page.locator("article.comment", has=page.locator(".p-author", has_text="Greta"))
    expect(answer).to_be_visible()
    page.evaluate(
        "(() => { const p = document.querySelector('.story .e-content p');"
        "p.textContent = p.textContent.replace('quite sure', 'really quite certain'); })()"
    )
    answer.get_by_role("link", name="From the story").click()
    assert "Nobody is ever really quite certain which captain steers" in page.evaluate("getSelection().toString()")


def test_votes_and_reports_from_an_embed(
    paper: Paper, talk: Story, host: Host, witness: Callable[..., Witness]
) -> None:
    allow(paper, host.origin)
    watched = witness(host.origin, paper.base)
    page = watched.page
    page.goto(host.embed(paper, talk.slug))
    claim = comment(page, "A claim about the ferry and its captain")
    claim.locator(".respect").click()
    expect(claim.locator(".respect")).to_have_text("1 respect")
    claim.get_by_role("link", name="Report").click()
    dialog = page.get_by_role("dialog", name="Report the comment by Bela")
    dialog.get_by_label("It is unkind").or_(dialog.get_by_label("It incites hatred")).check()
    dialog.get_by_role("button", name="Send").click()
    expect(said(page)).to_contain_text("A moderator will look at it.")
    page.reload()
    expect(claim.get_by_role("button", name="1 respect", pressed=True)).to_be_visible()
    page.keyboard.press("j")
    expect(page.locator("article.comment:focus")).to_have_count(0)
    claim.locator(".respect").focus()
    page.keyboard.press("j")
    expect(comment(page, "I doubt it.")).to_be_focused()
    assert page.context.cookies() == []
    watched.assert_nothing_ran()
