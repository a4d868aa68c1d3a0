"""The same without JavaScript: plain forms, plain links."""

import datetime as dt
from collections.abc import Callable
from functools import partial

import pytest
from playwright.sync_api import Page, expect

from browser.hosts import Host, allow
from browser.pages import comment, main_form, press, stored, write
from paper import Paper

Open = Callable[..., Page]


@pytest.fixture
def plain(browse: Open) -> Open:
    return partial(browse, java_script_enabled=False)


def test_write_preview_send(paper: Paper, plain: Open) -> None:
    story = paper.add_story()
    page = plain(f"{paper.base}/stories/{story.slug}")
    write(main_form(page), "I *waited* for this.")
    press(main_form(page), "Preview")
    expect(page.locator(".preview em")).to_have_text("waited")
    form = page.locator("form.write")
    expect(form.locator("textarea")).to_have_value("I *waited* for this.")
    expect(form.locator("input[name=name]")).to_have_value("Ada")
    press(form, "Send")
    expect(page.get_by_role("heading", level=1)).to_have_text("Your comment is published")
    page.get_by_role("link", name="Back to the discussion").click()
    expect(comment(page, "I waited for this.")).to_be_visible()
    expect(comment(page, "I waited for this.")).to_be_in_viewport()


def test_a_reply_has_a_page_of_its_own(paper: Paper, plain: Open) -> None:
    story = paper.add_story()
    top = paper.post(story, "A claim", name="Bela")
    page = plain(f"{paper.base}/stories/{story.slug}")
    comment(page, "A claim").get_by_role("link", name="Reply").click()
    assert page.url == f"{paper.base}/comments/{top}/reply"
    expect(comment(page, "A claim")).to_be_visible()
    write(page.locator("form.write"), "I doubt it.")
    press(page.locator("form.write"), "Send")
    page.get_by_role("link", name="Back to the discussion").click()
    expect(page.locator("ol.replies article")).to_contain_text("I doubt it.")
    expect(page.locator("ol.replies article")).to_contain_text("in reply to Bela")


def test_errors_stand_beside_the_field_and_nothing_typed_is_lost(paper: Paper, plain: Open) -> None:
    story = paper.add_story()
    page = plain(f"{paper.base}/stories/{story.slug}")
    write(main_form(page), "Hear me", name="The Editors")
    press(main_form(page), "Send")
    expect(page.get_by_role("alert")).to_contain_text("Nothing is lost.")
    field = page.locator("form.write input[name=name]")
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(page.locator(f"#{field.get_attribute('aria-describedby')}")).to_be_visible()
    expect(page.locator("form.write textarea")).to_have_value("Hear me")
    field.fill("Ada")
    press(page.locator("form.write"), "Send")
    expect(page.get_by_role("heading", level=1)).to_have_text("Your comment is published")


def test_going_back_and_sending_again_makes_one_comment(paper: Paper, plain: Open) -> None:
    story = paper.add_story()
    page = plain(f"{paper.base}/stories/{story.slug}")
    write(main_form(page), "Once")
    press(main_form(page), "Send")
    expect(page.get_by_role("heading", level=1)).to_have_text("Your comment is published")
    page.go_back()
    write(main_form(page), "Once")
    press(main_form(page), "Send")
    expect(page.get_by_role("heading", level=1)).to_have_text("Your comment is published")
    assert stored(paper, story) == ["Once"]


def test_the_writer_edits_and_deletes(own_paper: Paper, plain: Open) -> None:
    story = own_paper.add_story()
    page = plain(f"{own_paper.base}/stories/{story.slug}")
    write(main_form(page), "Teh first version")
    press(main_form(page), "Send")
    expect(page.get_by_text("You can change or delete it until")).to_be_visible()
    page.get_by_role("link", name="Edit").click()
    form = page.locator("form.write")
    expect(form.locator("textarea")).to_have_value("Teh first version")
    form.locator("textarea").fill("The *first* version")
    press(form, "Preview")
    expect(page.locator(".preview em")).to_have_text("first")
    press(page.locator("form.write"), "Save")
    expect(comment(page, "The first version")).to_contain_text("edited")
    own_paper.clock.ahead = dt.timedelta(minutes=11)
    late = page.context.request.get(page.url.replace("mine", "edit"))
    own_paper.clock.ahead = dt.timedelta()
    assert late.status == 403
    assert "that time is over" in late.text()
    page.get_by_role("button", name="Delete").click()
    expect(page.locator("section.discussion")).to_be_visible()
    expect(page.locator("article.comment")).to_have_count(0)
    assert page.url.startswith(f"{own_paper.base}/stories/{story.slug}")


def test_a_held_comment_says_so(own_paper: Paper, plain: Open) -> None:
    own_paper.set_policy(hold_all=True)
    story = own_paper.add_story()
    page = plain(f"{own_paper.base}/stories/{story.slug}")
    write(main_form(page), "May I?")
    press(main_form(page), "Send")
    expect(page.get_by_role("heading", level=1)).to_have_text("Your comment is waiting for a moderator")
    expect(comment(page, "May I?")).to_be_visible()
    page.get_by_role("link", name="Back to the discussion").click()
    expect(comment(page, "May I?")).to_have_count(0)


def test_folds_lead_to_the_rest_of_a_chain(paper: Paper, plain: Open) -> None:
    story = paper.add_story()
    last = None
    for n in range(1, 15):
        last = paper.post(story, f"Step {n}.", name=f"Walker {n}", parent=last)
    page = plain(f"{paper.base}/stories/{story.slug}")
    expect(comment(page, "Step 14.")).to_have_count(0)
    page.get_by_role("link", name="more repl").click()
    expect(comment(page, "Step 14.")).to_be_visible()
    expect(comment(page, "Step 1.")).to_be_visible()  # the ancestors stand above
    page.get_by_role("link", name="Read the whole discussion (14 comments)").click()
    assert page.url == f"{paper.base}/stories/{story.slug}#discussion"


def test_more_comments_and_orders_are_links(paper: Paper, plain: Open) -> None:
    story = paper.add_story()
    for n in range(1, 53):
        paper.post(story, f"Voice {n}.", name=f"Singer {n}")
    paper.post(story, "An answer", parent=paper.post(story, "Voice 53."))
    page = plain(f"{paper.base}/stories/{story.slug}")
    expect(page.locator("ol.thread > li")).to_have_count(50)
    expect(comment(page, "Voice 1.")).to_have_count(0)
    page.get_by_role("link", name="More comments").click()
    expect(page.locator("ol.thread > li")).to_have_count(3)
    expect(comment(page, "Voice 1.")).to_be_visible()
    page.get_by_role("link", name="Back to the first page of the discussion").click()
    page.get_by_role("link", name="Oldest").click()
    expect(page.locator("article.comment").first).to_contain_text("Voice 1.")
    expect(page.get_by_role("link", name="Oldest")).to_have_attribute("aria-current", "true")
    page.get_by_role("link", name="Most discussed").click()
    expect(page.locator("article.comment").first).to_contain_text("Voice 53.")


def test_a_closed_discussion_says_so_and_has_no_form(paper: Paper, plain: Open) -> None:
    story = paper.add_story(closing="closed")
    page = plain(f"{paper.base}/stories/{story.slug}")
    expect(page.get_by_text("This discussion is closed. It stays here to be read.")).to_be_visible()
    expect(page.locator("form.write")).to_have_count(0)


def test_under_an_embed_a_link_leads_here(paper: Paper, host: Host, plain: Open) -> None:
    story = paper.add_story()
    allow(paper, host.origin)
    page = plain(host.embed(paper, story.slug))
    page.get_by_role("link", name="Read the discussion").click()
    expect(page.get_by_role("heading", name=story.title)).to_be_visible()
    expect(main_form(page)).to_be_visible()
