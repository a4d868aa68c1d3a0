"""The desk beside its queues: people, stories, corrections, second looks, figures, rules, the log."""

import datetime as dt
import json
import re
from collections.abc import Iterator

import httpx
import pytest

from belowline.actions import desk as desk_act
from belowline.actions import figures as figure_act
from belowline.actions import moderate
from belowline.actions import sites as site_act
from belowline.model.decision import Action, Ground, NewDecision
from belowline.model.person import Role
from belowline.store import log, record, sanctions, second_looks, sites, stories
from members import Member, browser, enrol, write
from paper import Paper

PAGES = ("people", "stories", "corrections", "figures", "second-look", "rules", "log")


@pytest.fixture(scope="module")
def news(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Paper]:
    running = Paper(tmp_path_factory.mktemp("room")).start()
    write(running, site_act.add, "other", "The Other Paper")
    running.set_policy(second_look_share=1.0)
    yield running
    running.assert_counts_are_right()
    assert running.read(log.first_wrong) is None
    running.stop()


@pytest.fixture(scope="module")
def mona(news: Paper) -> Member:
    return enrol(news, "Mona Pell", Role.MODERATOR)


@pytest.fixture(scope="module")
def admin(news: Paper) -> Member:
    return enrol(news, "Ada Admin", Role.ADMIN)


def page(who: Member, place: str, status: int = 200) -> str:
    answer = who.client.get(f"/desk/main/{place}")
    assert answer.status_code == status, answer.text
    return answer.text


def send(who: Member, place: str, **form: str) -> httpx.Response:
    return who.client.post(f"/desk/main/{place}", data=form)


@pytest.mark.parametrize("place", PAGES)
def test_every_page_opens_for_moderators_alone(news: Paper, mona: Member, place: str) -> None:
    assert "<h1>" in page(mona, place)
    assert news.client.get(f"/desk/main/{place}").status_code == 303
    assert enrol(news, "Rolf Reader").client.get(f"/desk/main/{place}").status_code == 403
    assert mona.client.get(f"/desk/other/{place}").status_code == 403


# --- people -----------------------------------------------------------------------------------------


def test_a_person_is_found_noted_suspended_and_let_go(news: Paper, mona: Member) -> None:
    reader = enrol(news, "Quentin Quarrel")
    reader.post(news.add_story(), "I beg to differ.")
    assert f"/people/{reader.person.id}" in page(mona, "people?q=quent")
    place = f"people/{reader.person.id}"
    assert send(mona, f"{place}/notes", text="Was warned by <b>mail</b>.").status_code == 303
    assert "Was warned by &lt;b&gt;mail&lt;/b&gt;." in page(mona, place)
    refused = send(mona, f"{place}/sanctions", kind="suspend", reason="You insulted others.")
    assert refused.status_code == 422
    assert "You insulted others.</textarea>" in refused.text
    assert "A suspension needs a number of days" in refused.text
    assert send(mona, f"{place}/sanctions", kind="suspend", days="7", reason="You insulted others.").status_code == 303
    (made,) = news.read(sanctions.of, mona_site(news), reader.person.id)
    assert made.lasts(news.clock())
    assert "Quentin Quarrel" in page(mona, "people").split("Under a sanction")[1]
    assert send(mona, f"sanctions/{made.id}/lift", back="/desk/main/people").status_code == 303
    assert not news.read(sanctions.of, mona_site(news), reader.person.id)[0].lasts(news.clock())


def mona_site(news: Paper) -> int:
    return int(news.read(sites.first).id)


def test_a_guest_is_reached_by_what_they_wrote(news: Paper, mona: Member) -> None:
    comment = news.post(news.add_story(), "A guest's word.", "Gast", email="gast@example.org")
    assert "a guest" in page(mona, f"comments/{comment}/writer")
    assert send(mona, f"comments/{comment}/writer", kind="ban", reason="Spam.").status_code == 303
    assert "A guest" in page(mona, "people")
    assert send(mona, f"comments/{comment}/writer", kind="boo", reason="x").status_code == 422


def test_nobody_promotes_themselves_and_only_admins_promote(news: Paper, mona: Member, admin: Member) -> None:
    reader = enrol(news, "Paula Promoted")
    for who, whom in ((mona, reader), (mona, mona), (admin, admin)):
        assert send(who, f"people/{whom.person.id}/role", role="admin").status_code == 403
    assert send(admin, f"people/{reader.person.id}/role", role="moderator").status_code == 303
    assert (reader.person.id, "Paula Promoted", "moderator") in news.read(record.who_work_here, mona_site(news))


def test_forms_of_the_desk_work_from_our_own_pages_only(news: Paper, mona: Member) -> None:
    reader = enrol(news, "Cora Cross")
    form = {"kind": "ban", "reason": "x"}
    url = f"/desk/main/people/{reader.person.id}/sanctions"
    answer = mona.client.post(url, data=form, headers={"origin": "https://evil.example"})
    assert answer.status_code in (401, 403)
    assert news.read(sanctions.of, mona_site(news), reader.person.id) == []


# --- stories and corrections --------------------------------------------------------------------------


def test_a_discussion_is_steered_from_its_page(news: Paper, mona: Member) -> None:
    story = news.add_story()
    assert story.slug in page(mona, "stories")
    form = {"closing": "open", "mode": "held", "question": "Who was there?", "close_after_days": "9"}
    assert send(mona, f"stories/{story.slug}", **form).status_code == 303
    kept = news.read(stories.get, story.id)
    assert (kept.closing, kept.mode, kept.question, kept.close_after_days) == ("open", "held", "Who was there?", 9)
    assert "Who was there?" in news.page(f"/stories/{story.slug}")
    assert send(mona, f"stories/{story.slug}", **{**form, "close_after_days": "soon"}).status_code == 422
    assert send(mona, "stories/nothing-here", **form).status_code == 404


def test_a_correction_is_answered_at_the_desk(news: Paper, mona: Member) -> None:
    story = news.add_story()
    wrong = {"passage": "in 1887", "claim": "It was 1889.", "source": "The town's archive"}
    asked = browser(news).post(f"/stories/{story.slug}/correct", data=wrong)
    assert asked.status_code == 303
    waiting = page(mona, "corrections")
    found = re.search(r'/corrections/(\d+)"', waiting)
    assert found
    place = f"corrections/{found[1]}"
    assert "It was 1889." in page(mona, place)
    assert send(mona, place, became="accepted", answer=" ").status_code == 422
    assert send(mona, place, became="accepted", answer="It was 1889.").status_code == 303
    assert "It was 1889." in news.page(f"/stories/{story.slug}")
    assert "Nothing waits here." in page(mona, "corrections")
    assert "It was 1889." in page(mona, place)


# --- the room -----------------------------------------------------------------------------------------


def decide(news: Paper, who: Member, comment: int, action: Action) -> int:
    desk = news.read(desk_act.access_desk, who.person, "main")
    grounds = (Ground.NONE, "") if action == Action.PUBLISH else (Ground.RULES, desk.site.policy.rules[0].key)
    return int(write(news, moderate.decide, comment, NewDecision(action, *grounds), desk, news.clock()).decision.id)


def test_a_second_look_is_blind_and_by_somebody_else(news: Paper, mona: Member) -> None:
    other = enrol(news, "Nils Other", Role.MODERATOR)
    comment = news.post(news.add_story(), "An uncommon remark about herrings.")
    decision = decide(news, mona, comment, Action.REMOVE)
    assert "herrings" not in page(mona, "second-look")
    shown = page(other, "second-look")
    assert "herrings" in shown
    assert "removed" not in shown.split("<main")[1]
    assert send(mona, "second-look", decision=str(decision), said="publish").status_code == 404
    assert send(other, "second-look", decision=str(decision), said="maybe").status_code == 422
    assert send(other, "second-look", decision=str(decision), said="publish").status_code == 303
    assert send(other, "second-look", decision=str(decision), said="remove").status_code == 404
    since = news.clock() - dt.timedelta(days=1)
    assert ("remove", "publish") in news.read(second_looks.pairs, mona_site(news), since)


def test_figures_count_what_happened(own_paper: Paper) -> None:
    who = enrol(own_paper, "Mona Pell", Role.MODERATOR)
    story = own_paper.add_story()
    own_paper.post(story, "Plain and published.")
    own_paper.set_policy(hold_all=True)
    held = [own_paper.send(story, f"Held, number {n}.").json()["comment"]["id"] for n in range(4)]
    own_paper.clock.ahead += dt.timedelta(minutes=30)
    for comment, action in zip(held, (Action.PUBLISH, Action.REMOVE, Action.REMOVE), strict=False):
        decide(own_paper, who, comment, action)
    found = own_paper.read(figure_act.figures, mona_site(own_paper), 7, own_paper.clock())
    assert (sum(found.published), sum(found.held), sum(found.decided)) == (1, 4, 3)
    assert found.held_share == 80
    assert found.median_wait_minutes is not None
    assert 29 < found.median_wait_minutes < 35
    by_step = {one.step: (one.decided, one.removed) for one in found.steps}
    assert by_step["prior-review"] == (3, 2)
    assert len(found.days) == 7
    shown = page(who, "figures?days=7")
    assert shown.count("<svg") >= 4
    assert "prior-review" in shown


def test_figures_of_nothing_are_no_error(own_paper: Paper) -> None:
    who = enrol(own_paper, "Mona Pell", Role.MODERATOR)
    assert "–" in page(who, "figures")


def test_only_admins_change_the_rules_and_all_is_told_at_once(own_paper: Paper) -> None:
    paper = own_paper
    moderator, admin = enrol(paper, "Mona Pell", Role.MODERATOR), enrol(paper, "Ada Admin", Role.ADMIN)
    story = paper.add_story()
    shown = page(admin, "rules")
    names = re.findall(r'<(?:input|textarea)[^>]* name="(\w+)"', shown)
    checked = set(re.findall(r'name="(\w+)" value="1" checked', shown))
    site = paper.read(sites.first)
    plain = json.loads(json.dumps(site.policy, default=lambda one: {k: getattr(one, k) for k in one.__struct_fields__}))
    assert set(plain) <= set(names)
    form = dict.fromkeys(checked, "1") | {"announcement": "We rest on Sunday.", "edit_window_s": "900"}
    assert send(moderator, "rules", **form).status_code == 403
    assert send(admin, "rules", **form).status_code == 303
    policy = paper.read(sites.first).policy
    assert (policy.announcement, policy.edit_window_s, policy.guests) == ("We rest on Sunday.", 900, True)
    assert "We rest on Sunday." in paper.client.get(f"/stories/{story.slug}").text
    refused = send(admin, "rules", **{**form, "edit_window_s": "a while"})
    assert refused.status_code == 422
    assert 'value="a while"' in refused.text
    assert paper.read(sites.first).policy == policy


def test_the_log_shows_who_did_what_and_proves_itself(news: Paper, mona: Member) -> None:
    news.set_policy(slow_mode_s=61)
    shown = page(mona, "log")
    assert "slow_mode_s" in shown
    assert "Every row follows from the one before." in page(mona, "log?proved=1")


def test_rules_are_tried_before_they_hold(own_paper: Paper) -> None:
    paper = own_paper
    admin, moderator = enrol(paper, "Ada Admin", Role.ADMIN), enrol(paper, "Mona Pell", Role.MODERATOR)
    story = paper.add_story()
    linked = paper.post(story, "See https://one.example and https://two.example for the harbour's own plans.")
    paper.post(story, "No link stands in this comment about the herring season.")
    shown = page(admin, "rules")
    form = dict.fromkeys(re.findall(r'name="(\w+)" value="1" checked', shown), "1") | {"hold_links_from": "2"}
    assert send(moderator, "rules/try", **form).status_code == 403
    tried = send(admin, "rules/try", **form)
    assert tried.status_code == 200
    assert "1 would fare otherwise" in tried.text
    assert f'id="r{linked}"' in tried.text
    assert "<b>hold_links_from</b>: 2" in tried.text
    assert paper.read(sites.first).policy.hold_links_from == 4, "nothing is changed yet"
    again = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', tried.text))
    assert send(admin, "rules", **again).status_code == 303
    policy = paper.read(sites.first).policy
    assert (policy.hold_links_from, policy.guests) == (2, True)
    assert send(admin, "rules/try", **{**form, "hold_links_from": "many"}).status_code == 422


def test_the_model_suggests_from_where_to_hold(own_paper: Paper) -> None:
    admin = enrol(own_paper, "Ada Admin", Role.ADMIN)
    story = own_paper.add_story()
    for number in range(12):
        own_paper.post(story, f"Remark number {number} about the harbour, the herrings and the long winter evenings.")
    assert "These are few to go by." in page(admin, "rules?share=50")
    for wrong in ("much", "0", "100"):
        assert admin.client.get("/desk/main/rules", params={"share": wrong}).status_code == 422


def test_a_comment_is_sent_on_to_the_newsroom_from_the_desk(own_paper: Paper) -> None:
    who = enrol(own_paper, "Mona Pell", Role.MODERATOR)
    comment = own_paper.post(own_paper.add_story(), "I kept the letter of 1974.")
    assert "Send it to the newsroom" not in page(who, f"comments/{comment}")
    assert send(who, f"comments/{comment}/newsroom", word="Call them?").status_code == 409
    own_paper.set_policy(newsroom_email="desk@lamp.example")
    assert "Send it to the newsroom" in page(who, f"comments/{comment}")
    assert send(who, f"comments/{comment}/newsroom", word="Call them?").status_code == 303
    sent = own_paper.read(lambda conn: [one for one in log.entries(conn) if one.what == "sent on"])
    assert [one.actor_id for one in sent] == [who.person.id]
