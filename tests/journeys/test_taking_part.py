"""Votes, the order best, reports, and what a reader's second call tells: through HTTP, on a real server."""

import concurrent.futures
import datetime as dt
import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import sqlalchemy as sa
from selectolax.lexbor import LexborHTMLParser

import members
from belowline.model.person import Role
from belowline.model.story import Story
from belowline.store.tables import comment as comment_table
from belowline.store.tables_taking_part import vote as vote_table
from paper import Paper

DAY_MS = 86_400_000


@pytest.fixture(scope="module")
def club(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Paper]:
    """A publication where any number of guests may share the tests' one address."""
    running = Paper(tmp_path_factory.mktemp("club"), guests_per_address=100_000).start()
    yield running
    running.assert_counts_are_right()
    running.stop()


def vote(paper: Paper, comment: int, choice: str = "respect", guest: str | None = None, **body: Any) -> httpx.Response:
    headers = {"belowline-guest": guest} if guest else {}
    return paper.client.put(f"/api/v1/comments/{comment}/vote", json={"vote": choice, **body}, headers=headers)


def new_guest(paper: Paper, story: Story) -> str:
    """A browser's mark, as it gets one with its first vote."""
    mark = vote(paper, paper.post(story, "Something to vote on")).json()["guest"]
    assert mark
    return str(mark)


def report(paper: Paper, comment: int, guest: str | None = None, **body: Any) -> httpx.Response:
    headers = {"belowline-guest": guest} if guest else {}
    given = {"reason": "It incites hatred", **body}
    return paper.client.post(f"/api/v1/comments/{comment}/reports", json=given, headers=headers)


def mine(paper: Paper, story: Story, guest: str | None = None, **query: Any) -> dict[str, Any]:
    headers = {"belowline-guest": guest} if guest else {}
    answer = paper.client.get(f"/api/v1/stories/{story.slug}/mine", params=query, headers=headers)
    assert answer.status_code == 200, answer.text
    assert answer.headers["cache-control"] == "private, no-store"
    return dict(answer.json())


def respect_on_page(paper: Paper, story: Story, comment: int) -> str:
    found = LexborHTMLParser(paper.page(f"/stories/{story.slug}")).css_first(f"#c{comment} .respect")
    assert found
    return found.text()


def order_of(paper: Paper, story: Story) -> list[int]:
    """Threads in the order best, over all pages."""
    found: list[int] = []
    url: str | None = f"/stories/{story.slug}?order=best"
    while url:
        page = LexborHTMLParser(paper.page(f"{url}&v=now"))
        tops = page.css("ol.thread > li > article")
        found += [int((one.attributes["id"] or "")[1:]) for one in tops]
        following = page.css_first(".more a")
        url = following.attributes["href"] if following else None
    return found


# --- votes -------------------------------------------------------------------------------------------


def test_a_vote_is_counted_once_changed_and_taken_back(club: Paper) -> None:
    story = club.add_story()
    comment = club.post(story, "The bridge should open at night.")
    assert respect_on_page(club, story, comment) == "Respect"
    first = vote(club, comment)
    assert first.status_code == 200, first.text
    guest = first.json()["guest"]
    assert first.json() == {"vote": "respect", "respect": 1, "guest": guest}
    assert vote(club, comment, guest=guest).json() == {"vote": "respect", "respect": 1, "guest": None}
    assert respect_on_page(club, story, comment) == "1 respect"
    assert vote(club, comment).json()["respect"] == 2
    assert respect_on_page(club, story, comment) == "2 respect"
    assert mine(club, story, guest)["votes"] == {str(comment): "respect"}
    assert vote(club, comment, "none", guest).json()["respect"] == 1
    assert vote(club, comment, "none", guest).json()["respect"] == 1
    assert mine(club, story, guest)["votes"] == {}
    club.assert_counts_are_right()


def test_many_votes_at_once_are_counted_exactly(club: Paper) -> None:
    story = club.add_story()
    comment = club.post(story, "Everybody agrees.")
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: vote(club, comment), range(80)))
    assert {one.status_code for one in answers} == {200}
    assert sorted(one.json()["respect"] for one in answers) == list(range(1, 81))
    club.assert_counts_are_right()


def test_nobody_votes_on_their_own_comment(club: Paper) -> None:
    story = club.add_story()
    sent = club.send(story, "I am right.").json()
    refused = vote(club, sent["comment"]["id"], guest=sent["guest"])
    assert (refused.status_code, refused.json()["code"]) == (403, "own-comment")
    assert vote(club, sent["comment"]["id"]).json()["respect"] == 1


def test_what_is_not_there_takes_no_votes(club: Paper) -> None:
    story = club.add_story()
    held, gone = club.post(story, "One"), club.post(story, "Two")
    club.post(story, "An answer keeps it as a tombstone", parent=gone)
    for comment, state in ((held, "held"), (gone, "removed")):
        club.client.put(f"/api/v1/comments/{comment}/state", json={"state": state}, headers=club.operator)
    assert vote(club, held).status_code == 404
    assert vote(club, gone).json()["code"] == "comment-gone"
    assert vote(club, 2**40).status_code == 404
    open_one = club.post(story, "Three")
    club.client.put(f"/api/v1/stories/{story.slug}/closing", json={"closing": "closed"}, headers=club.operator)
    assert vote(club, open_one).json()["code"] == "discussion-closed"


@pytest.mark.parametrize("mark", ["x", "abc.def", "é.ü", "." * 500, "bWFyaw.AAAAAAAAAAAAAAAAAAAAAAAAAAA"])
def test_a_forged_mark_is_nobodys(club: Paper, mark: str) -> None:
    story = club.add_story()
    comment = club.post(story, "Hello")
    answer = club.client.put(
        f"/api/v1/comments/{comment}/vote", json={"vote": "respect"}, headers={"belowline-guest": mark.encode()}
    )
    assert answer.status_code == 200
    assert answer.json()["guest"] not in (None, mark)


@pytest.mark.parametrize("body", [{"vote": "double"}, {"vote": 1}, {}, {"vote": "respect", "weight": 9}, []])
def test_a_vote_that_is_none_is_refused(club: Paper, body: Any) -> None:
    comment = club.post(club.add_story(), "Hello")
    assert club.client.put(f"/api/v1/comments/{comment}/vote", json=body).status_code == 400


def test_an_unknown_origin_cannot_vote_or_report(club: Paper) -> None:
    comment = club.post(club.add_story(), "Hello")
    headers = {"origin": "https://elsewhere.example"}
    for method, path, body in (
        ("PUT", "vote", {"vote": "respect"}),
        ("POST", "reports", {"reason": "It incites hatred"}),
    ):
        answer = club.client.request(method, f"/api/v1/comments/{comment}/{path}", json=body, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (403, "origin-not-allowed")


def test_one_browser_cannot_stuff_votes(tmp_path: Path) -> None:
    """Who throws the mark away gets a new one, but an address only has so many for one comment."""
    paper = Paper(tmp_path / "data", guests_per_address=3).start()
    try:
        story = paper.add_story()
        comment, other = paper.post(story, "Vote for me"), paper.post(story, "And me")
        marks = [vote(paper, comment).json()["guest"] for _ in range(3)]
        refused = vote(paper, comment)
        assert (refused.status_code, refused.json()["code"]) == (429, "too-many")
        assert int(refused.headers["retry-after"]) > 0
        assert vote(paper, comment, "none", marks[0]).json()["respect"] == 2
        assert vote(paper, other).json()["respect"] == 1
        paper.assert_counts_are_right()
    finally:
        paper.stop()


def test_new_marks_are_limited_by_address(tmp_path: Path) -> None:
    paper = Paper(tmp_path / "data", posts_per_minute=2, guests_per_address=1000).start()
    try:
        story = paper.add_story()
        comment = paper.post(story, "Hello")
        answers = [vote(paper, comment).status_code for _ in range(14)]
        assert answers == [200] * 11 + [429] * 3  # twelve an hour; the first was the writer's own
    finally:
        paper.stop()


def test_guests_vote_only_where_the_site_allows(own_paper: Paper) -> None:
    story = own_paper.add_story()
    comment = own_paper.post(story, "Hello")
    own_paper.set_policy(guest_votes=False)
    assert vote(own_paper, comment).json()["code"] == "sign-in"
    assert mine(own_paper, story)["rules"]["votes"] is False
    assert own_paper.client.get(f"/comments/{comment}/vote").status_code == 403


def test_down_votes_need_the_site_and_a_reason_and_are_never_shown(own_paper: Paper) -> None:
    story = own_paper.add_story()
    better, worse = own_paper.post(story, "Better"), own_paper.post(story, "Worse")
    assert vote(own_paper, worse, "down", reason="It is unkind").json()["code"] == "no-down-votes"
    own_paper.set_policy(down_votes=True)
    assert vote(own_paper, worse, "down").json()["fields"] == {"reason": "Please choose a reason."}
    assert vote(own_paper, worse, "down", reason="I do not like you").status_code == 422
    assert vote(own_paper, worse).json()["respect"] == 1
    for _ in range(2):
        assert vote(own_paper, worse, "down", reason="It is unkind").json()["respect"] == 1
    assert vote(own_paper, better).json()["respect"] == 1
    assert order_of(own_paper, story) == [better, worse]
    assert respect_on_page(own_paper, story, worse) == "1 respect"
    assert "down" not in own_paper.client.get(f"/api/v1/comments/{worse}").text
    own_paper.assert_counts_are_right()


def test_voting_without_javascript(club: Paper) -> None:
    story = club.add_story()
    comment = club.post(story, "Read me slowly.")
    with httpx.Client(base_url=club.base, timeout=20) as reader:
        page = LexborHTMLParser(reader.get(f"/stories/{story.slug}").text)
        link = page.css_first(f"#c{comment} a.respect")
        assert link
        form = LexborHTMLParser(reader.get(link.attributes["href"] or "").text)
        assert form.css_first(".e-content").text().strip() == "Read me slowly."
        assert [one.text() for one in form.css("form.write button")] == ["Respect"]
        done = reader.post(f"/comments/{comment}/vote", data={"vote": "respect"})
        assert (done.status_code, done.headers["location"]) == (303, f"/comments/{comment}?v=voted")
        assert "HttpOnly" in done.headers["set-cookie"]
        assert "SameSite=lax" in done.headers["set-cookie"]
        assert "1 respect" in reader.get(done.headers["location"]).text
        assert "Take it back" in reader.get(f"/comments/{comment}/vote").text
        assert reader.post(f"/comments/{comment}/vote", data={"vote": "respect"}).status_code == 303
        assert respect_on_page(club, story, comment) == "1 respect"
        assert reader.post(f"/comments/{comment}/vote", data={"vote": "maybe"}).status_code == 400
        foreign = reader.post(
            f"/comments/{comment}/vote", data={"vote": "none"}, headers={"origin": "https://evil.example"}
        )
        assert foreign.status_code == 403
        assert respect_on_page(club, story, comment) == "1 respect"


# --- the order best ----------------------------------------------------------------------------------


def test_best_follows_the_votes_and_every_page_is_reached(club: Paper) -> None:
    story = club.add_story()
    threads = [club.post(story, f"Thought {n}") for n in range(120)]
    guests = [new_guest(club, club.add_story()) for _ in range(7)]
    liked = {threads[3]: 7, threads[5]: 6, threads[9]: 5}
    for comment, times in liked.items():
        for guest in guests[:times]:
            assert vote(club, comment, guest=guest).status_code == 200
    order = order_of(club, story)
    assert order[:3] == list(liked)
    assert len(order) == len(set(order)) == 120
    assert order[3:5] == [threads[-1], threads[-2]], "by its own rank, and in the place of newcomers"


def test_early_votes_do_not_decide_for_ever(club: Paper) -> None:
    """A late comment stands on the first page before anybody has voted on it, and rises by merit."""
    story = club.add_story()
    guests = [new_guest(club, club.add_story()) for _ in range(8)]
    early = [club.post(story, f"Early {n}") for n in range(60)]
    for comment, guest in itertools.product(early, guests[:5]):
        vote(club, comment, guest=guest)
    late = club.post(story, "Late but good")
    assert order_of(club, story)[4] == late
    for guest in guests:
        vote(club, late, guest=guest)
    assert order_of(club, story)[0] == late
    assert club.client.get(f"/stories/{story.slug}?order=best").text.index(f"c{late}") > 0


@pytest.mark.parametrize("after", ["1", "1.2.x", "1.2." + ".".join("3" * 40), "-1.5.7.99999999999999999999", ".."])
def test_a_place_that_is_none_is_refused(club: Paper, after: str) -> None:
    story = club.add_story()
    answer = club.client.get(f"/api/v1/stories/{story.slug}/comments", params={"order": "best", "after": after})
    assert answer.status_code == 400


# --- reports -----------------------------------------------------------------------------------------


def test_a_report_reaches_moderators_and_its_reporter_hears(club: Paper) -> None:
    story = club.add_story()
    comment = club.post(story, "Hateful words")
    filed = report(club, comment, text="Look at the *second* word <b>.")
    assert filed.status_code == 201, filed.text
    url, guest = filed.json()["url"], filed.json()["guest"]
    again = report(club, comment, guest)
    assert (again.json()["again"], again.json()["url"]) == (True, url)
    waiting = club.client.get("/api/v1/reports", headers=club.operator).json()
    (found,) = [one for one in waiting if one["comment"] == comment]
    assert (found["reason"], found["text"]) == ("It incites hatred", "Look at the *second* word <b>.")
    page = club.client.get(url)
    assert "A moderator has not decided yet." in page.text
    assert "&lt;b&gt;" in page.text
    assert page.headers["cache-control"] == "no-store"
    club.client.put(f"/api/v1/comments/{comment}/state", json={"state": "removed"}, headers=club.operator)
    assert "A moderator has removed the comment." in club.client.get(url).text
    assert comment not in [one["comment"] for one in club.client.get("/api/v1/reports", headers=club.operator).json()]
    assert club.client.get("/api/v1/reports").status_code == 403
    assert club.client.get("/reports/1.forged").status_code == 404
    club.assert_counts_are_right()


def test_enough_reports_take_a_comment_out_of_sight_until_a_moderator_looks(club: Paper) -> None:
    story = club.add_story()
    comment = club.post(story, "Many dislike this")
    urls = [report(club, comment).json()["url"] for _ in range(4)]
    assert "Many dislike this" in club.page(f"/stories/{story.slug}")
    urls.append(report(club, comment).json()["url"])
    assert "Many dislike this" not in club.page(f"/stories/{story.slug}")
    assert "out of sight" in club.client.get(urls[0]).text
    assert report(club, comment).status_code == 404
    club.client.put(f"/api/v1/comments/{comment}/state", json={"state": "published"}, headers=club.operator)
    assert "lets it stand" in club.client.get(urls[4]).text
    assert report(club, comment).status_code == 201
    assert "Many dislike this" in club.page(f"/stories/{story.slug}")
    club.assert_counts_are_right()


def test_a_site_can_leave_holding_to_moderators(own_paper: Paper) -> None:
    own_paper.set_policy(hold_reports_from=0)
    story = own_paper.add_story()
    comment = own_paper.post(story, "Still here")
    assert [report(own_paper, comment).status_code for _ in range(8)] == [201] * 8
    assert "Still here" in own_paper.page(f"/stories/{story.slug}")


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({"reason": "I am bored"}, {"reason"}),
        ({"text": "x" * 501}, {"text"}),
        ({"reason": "", "text": "y" * 501}, {"reason", "text"}),
    ],
)
def test_a_wrong_report_says_what_is_wrong(club: Paper, body: dict[str, str], fields: set[str]) -> None:
    refused = report(club, club.post(club.add_story(), "Hello"), **body)
    assert refused.status_code == 422
    assert set(refused.json()["fields"]) == fields


def test_reporting_without_javascript(club: Paper) -> None:
    story = club.add_story()
    comment = club.post(story, "Buy my watches")
    with httpx.Client(base_url=club.base, follow_redirects=True, timeout=20) as reader:
        form = LexborHTMLParser(reader.get(f"/comments/{comment}/report").text)
        reasons = [one.attributes["value"] for one in form.css("input[name=reason]")]
        assert "It is advertising or spam" in reasons
        wrong = reader.post(f"/comments/{comment}/report", data={"text": "He sells <i>watches</i>"})
        assert wrong.status_code == 422
        assert "He sells &lt;i&gt;watches" in wrong.text
        done = reader.post(f"/comments/{comment}/report", data={"reason": "It is advertising or spam", "text": ""})
        assert "/reports/" in str(done.url)
        assert "It is advertising or spam" in done.text
        assert str(reader.post(f"/comments/{comment}/report", data={"reason": reasons[0]}).url) == str(done.url)


# --- what is the reader's own ------------------------------------------------------------------------


def test_the_second_call_tells_votes_held_comments_and_what_is_new(own_paper: Paper) -> None:
    story = own_paper.add_story()
    old = own_paper.post(story, "Old")
    seen = mine(own_paper, story)
    assert (seen["new"], seen["votes"], seen["held"]) == ([], {}, [])
    first, second = own_paper.post(story, "New"), own_paper.post(story, "Newer", parent=old)
    own_paper.set_policy(hold_all=True)
    sent = own_paper.send(story, "Mine *waits*", name="Bela", parent=old).json()
    guest = sent["guest"]
    own_paper.set_policy(hold_all=False)
    published = own_paper.client.post(
        f"/api/v1/stories/{story.slug}/comments",
        json={"name": "Bela", "text": "Mine stands"},
        headers={"belowline-guest": guest},
    )
    assert published.json()["guest"] is None
    own_paper.client.put(f"/api/v1/comments/{old}/vote", json={"vote": "respect"}, headers={"belowline-guest": guest})
    told = mine(own_paper, story, guest, since=seen["now"])
    assert told["new"] == [second, first], "others' comments, newest first; the reader's own is not new to them"
    assert told["new_count"] == 2
    assert told["votes"] == {str(old): "respect"}
    (held,) = told["held"]
    assert held["id"] == sent["comment"]["id"]
    assert "Mine <em>waits</em>" in held["html"]
    assert "waiting for a moderator" in held["html"]
    assert "name lost" not in held["html"], "it says whom it answers"
    assert mine(own_paper, story, since=seen["now"])["held"] == [], "nobody else sees it"
    assert mine(own_paper, story, guest, since=told["now"] + DAY_MS)["new"] == []
    assert "Mine" not in own_paper.client.get(f"/stories/{story.slug}").text.replace("Mine stands", "")


@pytest.mark.parametrize("since", ["-1", "x", "1e99", str(2**60)])
def test_a_moment_that_is_none_is_refused(club: Paper, since: str) -> None:
    story = club.add_story()
    answer = club.client.get(f"/api/v1/stories/{story.slug}/mine", params={"since": since})
    assert answer.status_code == 400


def test_a_browser_may_ask_and_vote_from_another_origin(club: Paper) -> None:
    story = club.add_story()
    asked = club.client.options(
        f"/api/v1/stories/{story.slug}/mine",
        headers={
            "origin": "https://paper.example",
            "access-control-request-method": "GET",
            "access-control-request-headers": "belowline-guest",
        },
    )
    assert asked.status_code == 204
    assert "belowline-guest" in asked.headers["access-control-allow-headers"]


def test_moderators_see_what_a_comment_said_before(club: Paper) -> None:
    story = club.add_story()
    sent = club.send(story, "First words").json()
    comment, path = sent["comment"]["id"], f"/api/v1/comments/{sent['comment']['id']}"
    changed = club.client.patch(
        path, json={"text": "Second words"}, headers={"authorization": f"Bearer {sent['token']}"}
    )
    assert changed.status_code == 200
    told = club.client.get(f"{path}/history", headers=club.operator).json()
    assert [one["text"] for one in told] == ["First words", "Second words"]
    assert club.client.get(f"{path}/history").status_code == 403
    assert "First words" not in club.client.get(f"/api/v1/comments/{comment}").text


def test_ready_bytes_carry_nothing_personal(club: Paper) -> None:
    story = club.add_story()
    comment = club.post(story, "Hello")
    guest = vote(club, comment).json()["guest"]
    for path in (f"/stories/{story.slug}", f"/comments/{comment}", f"/api/v1/comments/{comment}"):
        stranger = club.client.get(path, params={"v": "now"})
        known = httpx.get(club.base + path, headers={"belowline-guest": guest, "cookie": f"belowline_guest={guest}"})
        assert known.content == stranger.content
        assert guest not in known.text


# --- signed in ---------------------------------------------------------------------------------------


def test_a_person_has_one_vote_wherever_they_are(club: Paper) -> None:
    club.set_policy(guest_votes=False)
    try:
        story = club.add_story()
        comment = club.post(story, "Vote on me")
        member = members.enrol(club, "Vera One-Vote")
        path, body = f"/api/v1/comments/{comment}/vote", {"vote": "respect"}
        assert member.client.put(path, json=body).json() == {"vote": "respect", "respect": 1, "guest": None}
        elsewhere = {"authorization": f"Bearer {members.embed_tokens(club, member).access}"}
        assert club.client.put(path, json=body, headers=elsewhere).json()["respect"] == 1
        page = member.client.get(f"/comments/{comment}/vote")
        assert "You said that it adds something." in page.text
        assert member.client.post(f"/comments/{comment}/vote", data={"vote": "none"}).status_code == 303
        assert respect_on_page(club, story, comment) == "Respect"
        own = member.post(story, "My own")
        assert member.client.put(f"/api/v1/comments/{own}/vote", json=body).json()["code"] == "own-comment"
        assert (
            member.client.post(f"/api/v1/comments/{own}/reports", json={"reason": "x"}).json()["code"] == "own-comment"
        )
    finally:
        club.set_policy(guest_votes=True)


def test_a_persons_cookie_does_nothing_from_another_site(club: Paper) -> None:
    story = club.add_story()
    comment = club.post(story, "Vote on me")
    member = members.enrol(club, "Carl Crossed")
    member.client.headers["origin"] = "https://evil.example"
    for answer in (
        member.client.put(f"/api/v1/comments/{comment}/vote", json={"vote": "respect"}),
        member.client.post(f"/comments/{comment}/vote", data={"vote": "respect"}),
        member.client.put(f"/api/v1/stories/{story.slug}/visit", params={"until": 1}),
        member.client.put(f"/api/v1/people/{member.person.id}/mute"),
    ):
        assert answer.status_code in (401, 403), answer.text
    assert respect_on_page(club, story, comment) == "Respect"


def test_the_second_call_tells_who_one_is_and_what_waits(club: Paper) -> None:
    story, member = club.add_story(), members.enrol(club, "Nora Newsletter")
    path = f"/api/v1/stories/{story.slug}/mine"
    assert mine(club, story)["me"] is None
    me = member.client.get(path).json()["me"]
    assert me == {"id": member.person.id, "name": "Nora Newsletter", "moderates": False, "unread": 0}
    desk = members.enrol(club, "Mo of the desk", role=Role.MODERATOR)
    assert desk.client.get(path).json()["me"]["moderates"] is True


def test_what_is_new_to_a_person_is_kept_by_the_server(club: Paper) -> None:
    story = club.add_story()
    club.post(story, "Old")
    member = members.enrol(club, "Nora Newsreader")
    path = f"/api/v1/stories/{story.slug}"
    seen = member.client.get(f"{path}/mine").json()
    assert (seen["person"], seen["new"]) == (True, [])
    assert member.client.put(f"{path}/visit", params={"until": seen["now"]}).status_code == 204
    fresh, own = club.post(story, "Fresh"), member.post(story, "Mine")
    told = member.client.get(f"{path}/mine").json()
    assert (told["new"], told["own"]) == ([fresh], [own])
    assert member.client.put(f"{path}/visit", params={"until": told["now"] + DAY_MS}).status_code == 204
    assert member.client.get(f"{path}/mine").json()["new"] == []
    assert club.post(story, "After the visit that lied about the time")
    assert len(member.client.get(f"{path}/mine").json()["new"]) == 1
    assert club.client.put(f"{path}/visit", params={"until": 1}).status_code == 401


def test_mutes_are_a_persons_own(club: Paper) -> None:
    story = club.add_story()
    member, other = members.enrol(club, "Mia Muter"), members.enrol(club, "Loud Louis")
    path, told = f"/api/v1/people/{other.person.id}/mute", f"/api/v1/stories/{story.slug}/mine"
    for _ in range(2):
        assert member.client.put(path).status_code == 204
    assert member.client.get(told).json()["mutes"] == [{"id": other.person.id, "name": "Loud Louis"}]
    assert other.client.get(told).json()["mutes"] == []
    assert member.client.put(f"/api/v1/people/{member.person.id}/mute").status_code == 422
    assert member.client.put(f"/api/v1/people/{2**40}/mute").status_code == 404
    assert member.client.delete(path).status_code == 204
    assert member.client.get(told).json()["mutes"] == []
    assert club.client.put(path).status_code == 401


def test_a_person_deletes_their_comment_at_any_time(tmp_path: Path) -> None:
    paper = Paper(tmp_path / "data").start()
    try:
        story = paper.add_story()
        member, other = members.enrol(paper, "Della Deleter"), members.enrol(paper, "Otto Other")
        comment = member.post(story, "I regret this")
        paper.clock.ahead = dt.timedelta(days=3)
        assert other.client.delete(f"/api/v1/comments/{comment}").status_code == 403
        assert member.client.delete(f"/api/v1/comments/{comment}").status_code == 204
        assert "I regret this" not in paper.page(f"/stories/{story.slug}")
        paper.assert_counts_are_right()
    finally:
        paper.stop()


# --- quotes ------------------------------------------------------------------------------------------


def test_a_quote_keeps_where_its_words_stand(club: Paper) -> None:
    story, elsewhere = club.add_story(), club.add_story()
    first = club.post(story, "The lamp went out at nine.")
    words = {"exact": "went out", "prefix": "The lamp ", "suffix": " at nine."}
    answer = club.post(story, "> went out\n\nAt ten.", quotes=[{"comment": first, **words}, {"exact": "a storm"}])
    kept = club.read(_quotes_of, answer)
    assert [one["source"] for one in kept] == [f"/comments/{first}", f"/stories/{story.slug}"]
    assert kept[0]["selector"] == {"type": "TextQuoteSelector", **words}
    assert club.read(_quotes_of, first) is None
    other = club.post(elsewhere, "Not here")
    refused = club.send(story, "> x", quotes=[{"comment": other, "exact": "x"}])
    assert (refused.status_code, set(refused.json()["fields"])) == (422, {"quotes"})
    for wrong in ([{"exact": ""}], [{"exact": "x" * 2001}], [{"exact": "x", "style": "bad"}], [{"exact": "x"}] * 11):
        assert club.send(story, "> x", quotes=wrong).status_code == 400


def _quotes_of(conn: Any, number: int) -> Any:
    return conn.execute(comment_table.select().where(comment_table.c.id == number)).one().quotes


def test_the_order_best_and_the_second_call_use_indexes(club: Paper) -> None:
    """No table is scanned and nothing is sorted, whatever the size of the discussion."""
    threads = "SELECT id FROM comment WHERE story_id = 1 AND parent_id IS NULL AND shown = 1 "
    queries = (
        threads + "AND (best, id) < (5, 5) ORDER BY best DESC, id DESC LIMIT 51",
        threads + "AND young = 1 ORDER BY created_at DESC, id DESC LIMIT 50",
        "SELECT id FROM comment WHERE story_id = 1 AND state = 'published' AND created_at > 5 "
        "AND (guest IS NULL OR guest != 'x') ORDER BY created_at DESC LIMIT 500",
        "SELECT id FROM comment WHERE story_id = 1 AND state = 'held' AND guest = 'x'",
        "SELECT comment_id, value FROM vote WHERE reader = 'gx' AND story_id = 1",
    )
    for query in queries:
        plan = club.read(_plan, query)
        assert all("USING" in step and "SCAN" not in step and "TEMP B-TREE" not in step for step in plan), (query, plan)


def _plan(conn: Any, query: str) -> list[str]:
    return [str(row[3]) for row in conn.exec_driver_sql("EXPLAIN QUERY PLAN " + query)]


def test_readers_see_what_a_comment_said_before_where_the_site_wants_it(own_paper: Paper) -> None:
    paper = own_paper
    story = paper.add_story()
    sent = paper.send(story, "First *words*").json()
    place = f"/comments/{sent['comment']['id']}"
    mine = {"authorization": f"Bearer {sent['token']}"}
    paper.client.patch(f"/api/v1{place}", json={"text": "Second words"}, headers=mine)
    assert paper.client.get(f"{place}/history").status_code == 404
    paper.set_policy(show_history=True)
    assert f'href="{place}/history"' in paper.page(f"/stories/{story.slug}")
    assert "First <em>words</em>" in paper.client.get(f"{place}/history").text
    paper.client.put(f"/api/v1{place}/state", json={"state": "removed"}, headers=paper.operator)
    assert paper.client.get(f"{place}/history").status_code == 404


def test_a_vote_that_a_reader_cast_came_from_no_import(paper: Paper) -> None:
    comment = paper.post(paper.add_story(), "A vote of one's own")
    vote(paper, comment)
    brought = sa.select(vote_table.c.import_run_id).where(vote_table.c.comment_id == comment)
    assert paper.read(lambda conn: conn.execute(brought).scalars().all()) == [None]
