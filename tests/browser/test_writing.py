"""A reader writes on our own page, with JavaScript."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from belowline.model.story import Story
from browser.pages import cache_between, comment, main_form, press, said, stored, taken_over, write, write_and_come_back
from paper import Paper

Open = Callable[..., Page]


def open_story(browse: Open, paper: Paper, story: Story, **options: Any) -> Page:
    return browse(f"{paper.base}/stories/{story.slug}", **options)


def count(paper: Paper, story: Story) -> int:
    return int(paper.client.get(f"/api/v1/stories/{story.slug}").json()["comment_count"])


def test_write_preview_send_and_see_it_in_place(paper: Paper, browse: Open) -> None:
    story = paper.add_story()
    paper.post(story, "An earlier word", name="Bela")
    page = open_story(browse, paper, story)
    write(main_form(page), "I *waited* for this.")
    press(main_form(page), "Preview")
    preview = main_form(page).get_by_role("group", name="Preview")
    expect(preview.locator("em")).to_have_text("waited")
    expect(preview).to_be_focused()
    assert stored(paper, story) == ["An earlier word"]
    press(main_form(page), "Send")
    mine = comment(page, "I waited for this.")
    expect(mine).to_be_visible()
    expect(mine).to_be_focused()
    expect(page.locator("article.comment").first).to_contain_text("I waited for this.")
    expect(said(page)).to_have_text("Your comment is published.")
    assert said(page).get_attribute("role") == "status"
    expect(main_form(page).locator("textarea")).to_have_value("")
    expect(main_form(page).locator("input[name=name]")).to_have_value("Ada")
    expect(preview).to_have_count(0)
    assert stored(paper, story) == ["I waited for this.", "An earlier word"]


def test_a_cache_between_does_not_hide_what_one_has_just_written(paper: Paper, browse: Open) -> None:
    story = paper.add_story()
    paper.post(story, "An earlier word", name="Bela")
    page = browse(f"{paper.base}/terms")
    kept = cache_between(page, lambda url: f"/stories/{story.slug}" in url and "/api/" not in url)
    url = f"{paper.base}/stories/{story.slug}"
    write_and_come_back(page, url, "Mine, and just now")
    assert [one.partition("?")[1] for one in kept] == ["", "?"]
    comment(page, "Mine, and just now").get_by_role("button", name="Edit").click()
    form = page.get_by_role("form", name="Edit your comment")
    form.locator("textarea").fill("Mine, and changed")
    press(form, "Save")
    expect(comment(page, "Mine, and changed")).to_be_visible()
    page.goto(url)
    expect(comment(page, "Mine, and changed")).to_be_visible()
    comment(page, "Mine, and changed").get_by_role("button", name="Delete").click()
    comment(page, "Mine, and changed").get_by_role("button", name="Really delete it?").click()
    expect(said(page)).to_have_text("Your comment is deleted.")
    page.goto(url)
    expect(comment(page, "An earlier word")).to_be_visible()
    expect(page.locator("article.comment")).to_have_count(1)
    asked = len(kept)
    page.clock.install()
    page.clock.fast_forward(61_000)
    page.goto(url)
    expect(main_form(page)).to_have_attribute("novalidate", "")
    assert len(kept) == asked, "and then everybody's again"


def test_the_first_comment_takes_the_place_of_the_invitation(paper: Paper, browse: Open) -> None:
    page = open_story(browse, paper, paper.add_story())
    expect(page.get_by_text("Nobody has written here yet.")).to_be_visible()
    write(main_form(page), "First.")
    press(main_form(page), "Send")
    expect(comment(page, "First.")).to_be_visible()
    expect(page.get_by_text("Nobody has written here yet.")).to_have_count(0)


def test_a_reply_opens_in_place_and_stays_in_its_thread(paper: Paper, browse: Open) -> None:
    story = paper.add_story()
    top = paper.post(story, "A claim", name="Bela")
    paper.post(story, "Another thread", name="Cleo")
    page = open_story(browse, paper, story)
    address = page.url
    comment(page, "A claim").get_by_role("link", name="Reply").click()
    form = page.get_by_role("form", name="Reply to Bela")
    expect(form.locator("textarea")).to_be_focused()
    assert form.evaluate("form => form.previousElementSibling.id") == f"c{top}"
    write(form, "I doubt it.")
    press(form, "Send")
    answer = page.locator("ol.replies article")
    expect(answer).to_contain_text("I doubt it.")
    expect(answer).to_be_focused()
    expect(answer.get_by_role("link", name="Bela")).to_be_visible()
    assert answer.evaluate("one => one.closest('ol.replies').closest('li').querySelector('article').id") == f"c{top}"
    expect(form).to_have_count(0)
    assert page.url == address
    page.reload()
    expect(page.locator("ol.replies article")).to_contain_text("I doubt it.")


def test_a_cancelled_reply_leaves_no_trace(paper: Paper, browse: Open) -> None:
    story = paper.add_story()
    paper.post(story, "A claim", name="Bela")
    page = open_story(browse, paper, story)
    link = comment(page, "A claim").get_by_role("link", name="Reply")
    link.click()
    form = page.get_by_role("form", name="Reply to Bela")
    form.locator("textarea").fill("Better not")
    press(form, "Cancel")
    expect(form).to_have_count(0)
    expect(link).to_be_focused()
    page.reload()
    expect(form).to_have_count(0)


def test_drafts_survive_reload_and_a_closed_tab(paper: Paper, context: Callable[..., BrowserContext]) -> None:
    story, reader = paper.add_story(), context()
    top = paper.post(story, "A claim", name="Bela")
    url = f"{paper.base}/stories/{story.slug}"
    page = reader.new_page()
    page.goto(url)
    main_form(page).locator("textarea").fill("Half a thou")
    comment(page, "A claim").get_by_role("link", name="Reply").click()
    page.get_by_role("form", name="Reply to Bela").locator("textarea").fill("Half an answ")
    page.reload()
    expect(main_form(page).locator("textarea")).to_have_value("Half a thou")
    page.close()
    again = reader.new_page()
    again.goto(url)
    expect(main_form(again).locator("textarea")).to_have_value("Half a thou")
    reply = again.get_by_role("form", name="Reply to Bela")
    expect(reply.locator("textarea")).to_have_value("Half an answ")
    assert reply.locator("input[name=parent]").input_value() == str(top)
    write(main_form(again), "A whole thought")
    press(main_form(again), "Send")
    expect(comment(again, "A whole thought")).to_be_visible()
    again.reload()
    expect(main_form(again).locator("textarea")).to_have_value("")


def test_what_was_typed_before_the_script_came_is_a_draft_too(paper: Paper, browse: Open) -> None:
    page = browse(f"{paper.base}/terms")
    late: list[Route] = []

    def hold(route: Route) -> None:
        late.append(route)

    page.route("**/static/page.js*", hold)
    asked = paper.add_story()
    paper.post(asked, "A claim", name="Bela")
    story = f"{paper.base}/stories/{asked.slug}"
    with page.expect_request("**/static/page.js*"):
        page.goto(story, wait_until="commit")
    write(main_form(page), "Quicker than the network")
    late[0].continue_()
    expect(main_form(page)).to_have_attribute("novalidate", "")
    comment(page, "A claim").get_by_role("link", name="Reply").click()
    expect(page.get_by_role("form", name="Reply to Bela").locator("textarea")).to_have_value("")
    page.unroute("**/static/page.js*")
    page.goto(f"{paper.base}/terms")
    page.goto(story)
    expect(main_form(page).locator("textarea")).to_have_value("Quicker than the network")


def test_two_tabs_send_two_comments(paper: Paper, context: Callable[..., BrowserContext]) -> None:
    story, reader = paper.add_story(), context()
    tabs = [reader.new_page(), reader.new_page()]
    for tab, text in zip(tabs, ("One tab", "Another tab"), strict=True):
        tab.goto(f"{paper.base}/stories/{story.slug}")
        main_form(tab).locator("textarea").fill("")
        write(main_form(tab), text)
    for tab, text in zip(tabs, ("One tab", "Another tab"), strict=True):
        press(main_form(tab), "Send")
        expect(comment(tab, text)).to_be_visible()
        for one in tabs:  # each may have a process of its own, which hears a moment later what another has kept
            one.wait_for_function(f"!localStorage['belowline:drafts:{paper.base}/api/v1:{story.slug}']", polling=50)
    assert stored(paper, story) == ["Another tab", "One tab"]


def test_errors_stand_beside_the_field_and_nothing_typed_is_lost(paper: Paper, browse: Open) -> None:
    story = paper.add_story()
    page = open_story(browse, paper, story)
    write(main_form(page), "Hear me", name="The Editors")
    press(main_form(page), "Send")
    field = main_form(page).locator("input[name=name]")
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_be_focused()
    described = field.get_attribute("aria-describedby")
    error = page.locator(f"#{described}")
    expect(error).to_be_visible()
    assert error.evaluate("one => one.closest('.field').querySelector('input')?.name") == "name"
    expect(field).to_have_value("The Editors")
    expect(main_form(page).locator("textarea")).to_have_value("Hear me")
    assert count(paper, story) == 0
    field.fill("Ada")
    press(main_form(page), "Send")
    expect(comment(page, "Hear me")).to_be_visible()
    expect(field).not_to_have_attribute("aria-invalid", "true")


def test_an_empty_comment_is_refused_in_words(paper: Paper, browse: Open) -> None:
    page = open_story(browse, paper, paper.add_story())
    press(main_form(page), "Send")
    expect(main_form(page).locator("textarea")).to_have_attribute("aria-invalid", "true")
    expect(main_form(page).locator(".field.text > .error")).to_be_visible()


def test_a_double_click_makes_one_comment(paper: Paper, browse: Open) -> None:
    story = paper.add_story()
    page = open_story(browse, paper, story)
    write(main_form(page), "Once")
    main_form(page).get_by_role("button", name="Send").dblclick()
    expect(comment(page, "Once")).to_be_visible()
    page.wait_for_load_state("networkidle")
    expect(comment(page, "Once")).to_have_count(1)
    assert stored(paper, story) == ["Once"]


def test_a_lost_answer_and_a_retry_make_one_comment(paper: Paper, browse: Open) -> None:
    story = paper.add_story()
    page = open_story(browse, paper, story)
    lost: list[int] = []

    def lose(route: Route) -> None:
        lost.append(route.fetch().status)
        route.abort()

    page.route("**/api/v1/stories/*/comments", lose, times=1)
    write(main_form(page), "Did it arrive?")
    press(main_form(page), "Send")
    expect(main_form(page).get_by_role("alert")).to_contain_text("What you wrote is kept here.")
    expect(main_form(page).locator("textarea")).to_have_value("Did it arrive?")
    assert lost == [201]
    press(main_form(page), "Try again")
    expect(comment(page, "Did it arrive?")).to_be_visible()
    expect(main_form(page).get_by_role("alert")).to_have_count(0)
    assert stored(paper, story) == ["Did it arrive?"]


def test_a_lost_answer_a_reload_and_sending_again_make_one_comment(paper: Paper, browse: Open) -> None:
    story = paper.add_story()
    page = open_story(browse, paper, story)
    page.route("**/api/v1/stories/*/comments", lambda route: (route.fetch(), route.abort()), times=1)
    write(main_form(page), "And over a reload?")
    press(main_form(page), "Send")
    expect(main_form(page).get_by_role("alert")).to_be_visible()
    page.reload()
    write(main_form(page), "And over a reload?")
    press(main_form(page), "Send")
    expect(comment(page, "And over a reload?")).to_have_count(1)
    assert stored(paper, story) == ["And over a reload?"]


def test_a_lost_answer_does_not_bar_other_words(paper: Paper, browse: Open) -> None:
    story = paper.add_story()
    page = open_story(browse, paper, story)
    tries: list[str] = []

    def lose_the_first_answer(route: Route) -> None:
        tries.append(route.request.url)
        if len(tries) == 1:
            route.fetch()
            route.abort()
        else:
            route.continue_()

    page.route("**/comments", lose_the_first_answer)
    write(main_form(page), "The first wording")
    press(main_form(page), "Send")
    expect(main_form(page).get_by_role("button", name="Try again")).to_be_visible()
    main_form(page).locator("textarea").fill("Other words")
    press(main_form(page), "Send")
    expect(main_form(page).locator(".error")).to_contain_text("that comment was kept")
    expect(main_form(page).locator("textarea")).to_have_value("Other words")
    press(main_form(page), "Send")
    expect(comment(page, "Other words")).to_be_visible()
    assert stored(paper, story) == ["Other words", "The first wording"]


def test_nothing_typed_while_it_is_on_its_way_is_lost(paper: Paper, browse: Open) -> None:
    page = open_story(browse, paper, paper.add_story())
    underway: list[Route] = []

    def hold(route: Route) -> None:
        underway.append(route)

    page.route("**/comments", hold)
    write(main_form(page), "Hello")
    with page.expect_request("**/comments"):
        press(main_form(page), "Send")
    text = main_form(page).locator("textarea")
    expect(text).not_to_be_editable()
    text.press("x")
    expect(text).to_have_value("Hello")
    underway[0].continue_()
    expect(comment(page, "Hello")).to_be_visible()
    expect(text).to_be_editable()


def test_an_answer_to_what_is_gone_is_refused_in_a_whole_sentence(paper: Paper, browse: Open) -> None:
    story = paper.add_story()
    top = paper.send(story, "Soon gone").json()
    page = open_story(browse, paper, story)
    page.get_by_role("link", name="Reply").click()
    form = page.locator("li > form.write")
    write(form, "An answer")
    own = {"authorization": f"Bearer {top['token']}"}
    assert paper.client.delete(f"/api/v1/comments/{top['comment']['id']}", headers=own).status_code < 300
    press(form, "Send")
    expect(form.locator(".error")).to_contain_text("The comment you answer is not here any more.")
    expect(form.locator("textarea")).to_have_value("An answer")


def test_a_double_click_on_delete_asks_first(paper: Paper, browse: Open) -> None:
    story = paper.add_story()
    page = open_story(browse, paper, story)
    write(main_form(page), "Not so fast")
    press(main_form(page), "Send")
    page.locator("button.delete").dblclick()
    expect(page.get_by_role("button", name="Really delete it?")).to_be_visible()
    assert stored(paper, story) == ["Not so fast"]
    page.get_by_role("button", name="Really delete it?").click()
    expect(comment(page, "Not so fast")).to_have_count(0)


def test_the_writer_edits_and_deletes_within_the_window(own_paper: Paper, browse: Open) -> None:
    story = own_paper.add_story()
    page = open_story(browse, own_paper, story)
    write(main_form(page), "Teh first version")
    press(main_form(page), "Send")
    comment(page, "Teh first version").get_by_role("button", name="Edit").click()
    form = page.get_by_role("form", name="Edit your comment")
    expect(form.locator("textarea")).to_have_value("Teh first version")
    expect(form.locator("textarea")).to_be_focused()
    form.locator("textarea").fill("The first version")
    press(form, "Save")
    fresh = comment(page, "The first version")
    expect(fresh).to_contain_text("edited")
    expect(fresh).to_be_focused()
    expect(said(page)).to_have_text("Your change is saved.")
    assert stored(own_paper, story) == ["The first version"]
    page.reload()
    fresh.get_by_role("button", name="Delete").click()
    page.get_by_role("button", name="Really delete it?").click()
    expect(fresh).to_have_count(0)
    expect(said(page)).to_have_text("Your comment is deleted.")
    assert stored(own_paper, story) == []


@pytest.mark.parametrize("held", [False, True])
def test_a_change_that_was_begun_survives_a_reload(own_paper: Paper, browse: Open, held: bool) -> None:
    own_paper.set_policy(hold_all=held)
    story = own_paper.add_story()
    page = open_story(browse, own_paper, story)
    write(main_form(page), "Teh first version")
    press(main_form(page), "Send")
    page.get_by_role("button", name="Edit").click()
    form = page.get_by_role("form", name="Edit your comment")
    form.locator("textarea").fill("The first vers")
    page.reload()
    expect(form.locator("textarea")).to_have_value("The first vers")
    expect(comment(page, "Teh first version")).to_be_hidden()
    press(form, "Cancel")
    page.reload()
    expect(comment(page, "Teh first version")).to_be_visible()
    expect(form).to_have_count(0)
    page.get_by_role("button", name="Edit").click()
    form.locator("textarea").fill("The first version")
    page.reload()
    press(form, "Save")
    expect(comment(page, "The first version")).to_be_visible()
    page.reload()
    expect(comment(page, "The first version")).to_be_visible()
    expect(form).to_have_count(0)
    assert stored(own_paper, story) == ([] if held else ["The first version"])


def test_after_the_window_nothing_offers_a_change(own_paper: Paper, browse: Open) -> None:
    story = own_paper.add_story()
    page = open_story(browse, own_paper, story)
    write(main_form(page), "Said is said")
    press(main_form(page), "Send")
    expect(page.get_by_role("button", name="Edit")).to_be_visible()
    page.clock.set_fixed_time(dt.datetime.now(dt.UTC) + dt.timedelta(minutes=11))
    page.reload()
    expect(comment(page, "Said is said")).to_be_visible()
    expect(page.get_by_role("button", name="Edit")).to_have_count(0)


def test_a_late_change_is_refused_in_a_sentence(own_paper: Paper, browse: Open) -> None:
    story = own_paper.add_story()
    page = open_story(browse, own_paper, story)
    write(main_form(page), "Said is said")
    press(main_form(page), "Send")
    page.get_by_role("button", name="Edit").click()
    own_paper.clock.ahead = dt.timedelta(minutes=11)
    form = page.get_by_role("form", name="Edit your comment")
    form.locator("textarea").fill("Unsaid")
    press(form, "Save")
    expect(form.get_by_role("alert")).to_be_visible()
    expect(form.locator("textarea")).to_have_value("Unsaid")
    assert stored(own_paper, story) == ["Said is said"]


def test_a_held_comment_says_so_and_only_its_writer_sees_it(own_paper: Paper, browse: Open) -> None:
    own_paper.set_policy(hold_all=True)
    story = own_paper.add_story()
    page = open_story(browse, own_paper, story)
    write(main_form(page), "May I?")
    press(main_form(page), "Send")
    expect(comment(page, "May I?")).to_contain_text("waiting for a moderator")
    expect(page.locator(".note")).to_contain_text("Your comment is waiting for a moderator.")
    expect(said(page)).to_contain_text("Your comment is waiting for a moderator.")
    page.reload()
    expect(comment(page, "May I?")).to_contain_text("waiting for a moderator")
    expect(page.get_by_text("Nobody has written here yet.")).to_have_count(0)
    page.get_by_role("button", name="Edit").click()
    form = page.get_by_role("form", name="Edit your comment")
    form.locator("textarea").fill("May I, please?")
    press(form, "Save")
    expect(comment(page, "May I, please?")).to_contain_text("now")
    other = open_story(browse, own_paper, story)
    expect(other.locator("section.discussion")).to_be_visible()
    expect(other.locator("article.comment")).to_have_count(0)


def test_who_goes_back_to_the_page_finds_what_they_wrote(paper: Paper, browse: Open) -> None:
    story = paper.add_story()
    page = open_story(browse, paper, story)
    write(main_form(page), "Here to stay")
    press(main_form(page), "Send")
    expect(comment(page, "Here to stay")).to_be_visible()
    page.goto(f"{paper.base}/terms")
    page.go_back()
    expect(comment(page, "Here to stay")).to_be_visible()
    expect(page.get_by_role("heading", name="1 comment")).to_be_visible()


def test_times_are_said_as_people_say_them(paper: Paper, browse: Open) -> None:
    story = paper.add_story()
    paper.post(story, "A while ago")
    page = open_story(browse, paper, story, timezone_id="UTC")
    time = comment(page, "A while ago").locator("time")
    expect(time).to_have_text("now")
    minute = dt.datetime.fromisoformat(str(time.get_attribute("datetime")))
    for seconds, said_then in ((61, "now"), (119, "now"), (121, "1 minute ago"), (181, "2 minutes ago")):
        page.clock.set_fixed_time(minute + dt.timedelta(seconds=seconds))  # written in that minute, perhaps at its end
        page.reload()
        expect(time).to_have_text(said_then)
    page.clock.set_fixed_time(dt.datetime.now(dt.UTC) + dt.timedelta(hours=3, minutes=1))
    page.reload()
    expect(time).to_have_text("3 hours ago")
    page.clock.set_fixed_time(dt.datetime.now(dt.UTC) + dt.timedelta(hours=47))  # not yesterday any more
    page.reload()
    expect(time).to_have_text("1 day ago")
    page.clock.set_fixed_time(dt.datetime.now(dt.UTC) - dt.timedelta(hours=1))
    page.reload()
    expect(time).to_have_text("now")
    written = str(time.get_attribute("datetime"))
    assert written[:4] in str(time.get_attribute("title"))
    assert written.endswith("Z")
    page.emulate_media(media="print")  # on paper, "3 hours ago" is no time
    assert time.evaluate("it => getComputedStyle(it, '::after').content") == f'"{time.get_attribute("title")}"'
    expect(page.locator(".discussion > .who")).to_be_hidden()


@pytest.mark.parametrize("lang", ["hy", "ka", "az"])
def test_a_browser_that_lacks_a_language_leaves_the_servers_times(paper: Paper, browse: Open, lang: str) -> None:
    story = paper.add_story(lang=lang)
    paper.post(story, "A while ago")
    page = browse(f"{paper.base}/stories/{story.slug}")
    taken_over(page)
    expect(comment(page, "A while ago").locator("footer a")).to_have_count(3)
    shown = comment(page, "A while ago").locator("time").inner_text()
    assert [wrong for wrong in ("now", "ago", "-") if wrong in shown] == []
    assert page.locator(".fine > .utc").count() == (":" in shown)  # 26 noy 2026 11:24, and that this is UTC
