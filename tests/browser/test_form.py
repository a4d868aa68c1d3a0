"""What the form asks and tells: the nudge, the count above it, an e-mail address, who may write."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from browser.pages import axe, comment, main_form, press, said, sign_in, stored, write
from members import enrol
from paper import Paper

Open = Callable[..., Page]
LOUD = "THIS IS WHAT EVERYBODY HERE SHOULD HAVE KNOWN"


@pytest.fixture
def mailing(tmp_path: Path) -> Iterator[Paper]:
    """A publication whose server can send mails."""
    running = Paper(tmp_path / "data", mail_host="127.0.0.1", mail_from="talk@lamp.example").start()
    yield running
    running.stop()


def test_the_count_and_the_orders_follow(paper: Paper, browse: Open) -> None:
    page = browse(f"{paper.base}/stories/{paper.add_story().slug}")
    heading = page.locator("#discussion-title")
    orders = page.get_by_role("navigation", name="Order of comments")
    expect(heading).to_have_text("Comments")
    expect(orders).to_have_count(0)
    write(main_form(page), "First.")
    press(main_form(page), "Send")
    expect(heading).to_have_text("1 comment")
    expect(orders).to_have_count(0)
    write(main_form(page), "Second.")
    press(main_form(page), "Send")
    expect(heading).to_have_text("2 comments")
    expect(orders.get_by_role("link", name="Oldest")).to_be_visible()
    comment(page, "Second.").get_by_role("button", name="Delete").click()
    comment(page, "Second.").get_by_role("button", name="Really delete it?").click()
    expect(heading).to_have_text("1 comment")


def test_a_nudge_can_be_heeded_or_not(own_paper: Paper, browse: Open) -> None:
    own_paper.set_policy(nudges=True)
    story = own_paper.add_story()
    page = browse(f"{own_paper.base}/stories/{story.slug}")
    form = main_form(page)
    write(form, LOUD)
    press(form, "Send")
    question = page.get_by_role("alertdialog", name="All capitals read like shouting. Send it anyway?")
    expect(question.get_by_role("button", name="Change it")).to_be_focused()
    expect(form.get_by_role("button", name="Send", exact=True)).to_be_hidden()
    assert axe(page) == []
    page.keyboard.press("Enter")
    expect(question).to_have_count(0)
    expect(form.locator("textarea")).to_be_focused()
    expect(form.locator("textarea")).to_have_value(LOUD)
    press(form, "Send")
    expect(question).to_be_visible()
    form.locator("textarea").press_sequentially("!")
    expect(question).to_have_count(0)
    press(form, "Send")
    question.get_by_role("button", name="Send anyway").click()
    expect(comment(page, LOUD + "!")).to_be_focused()
    expect(said(page)).to_have_text("Your comment is published.")
    assert stored(own_paper, story) == [LOUD + "!"]
    comment(page, LOUD + "!").get_by_role("button", name="Edit").click()
    form = page.get_by_role("form", name="Edit your comment")
    form.locator("textarea").fill(LOUD + " BEFORE")
    press(form, "Save")
    question.get_by_role("button", name="Send anyway").click()
    expect(comment(page, LOUD + " BEFORE")).to_contain_text("edited")


@pytest.mark.parametrize("script", [True, False])
def test_a_guest_may_leave_an_address(mailing: Paper, browse: Open, script: bool) -> None:
    story = mailing.add_story()
    page = browse(f"{mailing.base}/stories/{story.slug}", java_script_enabled=script)
    form = main_form(page)
    assert axe(page) == [] if script else True
    write(form, "Mine, later.")
    form.get_by_label("Your e-mail (optional)").fill("nobody")
    form.evaluate("form => { form.noValidate = true; }")
    press(form, "Send")
    form = page.locator("form.write")
    field = form.get_by_label("Your e-mail (optional)")
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(form).to_contain_text("An address such as ada@example.org.")
    field.fill("ada@lamp.example")
    press(form, "Send")
    expect(comment(page, "Mine, later.")).to_be_visible()
    assert "lamp.example" not in mailing.page(f"/stories/{story.slug}")


def test_no_address_is_asked_for_where_no_mail_is_sent(paper: Paper, browse: Open) -> None:
    page = browse(f"{paper.base}/stories/{paper.add_story().slug}")
    expect(main_form(page)).to_be_visible()
    expect(page.get_by_label("Your e-mail")).to_have_count(0)


def test_where_guests_may_not_write_the_form_says_so(own_paper: Paper, browse: Open) -> None:
    own_paper.set_policy(guests=False)
    page = browse(f"{own_paper.base}/stories/{own_paper.add_story().slug}")
    expect(page.locator("section.discussion > .who")).to_have_text("Sign in to write here. Sign in")
    expect(main_form(page).locator("input[name=name]")).to_have_count(0)
    own_paper.set_policy(members_only=True)
    page = browse(f"{own_paper.base}/stories/{own_paper.add_story().slug}")
    expect(page.locator("section.discussion > .who")).to_contain_text(
        "Only members of this publication can write here."
    )


def test_who_is_signed_in_on_our_own_page(paper: Paper, context: Callable[..., BrowserContext]) -> None:
    story, nora, reader = paper.add_story(), enrol(paper, "Nora of the quay"), context()
    sign_in(reader, nora)
    page = reader.new_page()
    page.goto(f"{paper.base}/stories/{story.slug}")
    who = page.locator("section.discussion > .who")
    who.get_by_role("link", name="Sign in").click()
    page.get_by_role("link", name="Go on").click()
    expect(page).to_have_url(f"{paper.base}/stories/{story.slug}#discussion")
    expect(who).to_contain_text("You are writing as Nora of the quay.")
    expect(main_form(page).get_by_label("Your name")).to_be_hidden()
    main_form(page).locator("textarea").fill("Under my own name.")
    press(main_form(page), "Send")
    expect(comment(page, "Under my own name.")).to_contain_text("Nora of the quay")
    expect(who.get_by_role("link", name="Notices")).to_have_attribute("href", f"{paper.base}/notifications")
    assert axe(page) == []
    other = reader.new_page()  # signed out there, unnoticed here: nothing is sent under a guest's name unawares
    other.goto(f"{paper.base}/stories/{story.slug}")
    other.locator("section.discussion > .who").get_by_role("button", name="Sign out").click()
    expect(other.locator("section.discussion > .who")).to_contain_text("You are writing as a guest.")
    main_form(page).locator("textarea").fill("Still me?")
    press(main_form(page), "Send")
    expect(who).to_contain_text("You are writing as a guest.")
    expect(main_form(page).get_by_label("Your name")).to_be_visible()
    assert "Still me?" not in paper.page(f"/stories/{story.slug}")
