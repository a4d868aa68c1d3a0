"""The moderators' desk: who gets in, the queues with their counts, decisions on many and back."""

import datetime as dt
import re
from collections.abc import Iterator

import httpx
import pytest
from selectolax.lexbor import LexborHTMLParser

from belowline.actions import desk as desk_act
from belowline.actions import queues as queue_act
from belowline.actions import sites as site_act
from belowline.model.person import Role
from belowline.store import decisions, log, sites
from members import Member, browser, enrol, write
from paper import Paper


@pytest.fixture(scope="module")
def news(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Paper]:
    """A publication with a desk; it has a second site, where nobody of the tests works unless they say so."""
    running = Paper(tmp_path_factory.mktemp("news")).start()
    write(running, site_act.add, "other", "The Other Paper")
    yield running
    running.assert_counts_are_right()
    assert running.read(log.first_wrong) is None
    running.stop()


@pytest.fixture
def ada(news: Paper) -> Member:
    return enrol(news, "Iris at the desk", Role.MODERATOR)


def held(
    paper: Paper, text: str = "Look: https://a.example https://b.example https://c.example https://d.example"
) -> int:
    """A comment that the pipeline holds, for its links."""
    answer = paper.send(paper.add_story(), text)
    assert answer.json()["comment"]["state"] == "held", answer.text
    return int(answer.json()["comment"]["id"])


def counts(member: Member) -> dict[str, int]:
    """As the page's navigation shows them: the queues of comments."""
    page = LexborHTMLParser(member.client.get("/desk/main/queues/all").text)
    found = [one.text(separator=" ").split() for one in page.css(".queues a")]
    shown = {one[0].lower(): int(one[-1].replace(",", "")) for one in found}
    return {queue.key: shown[queue.key] for queue in queue_act.COMMENTS}


def queue(member: Member, name: str) -> dict[int, str]:
    """Comment id to the value of its box."""
    page = LexborHTMLParser(member.client.get(f"/desk/main/queues/{name}").text)
    boxes = [one.attributes["value"] or "" for one in page.css(".row input")]
    return {int(value.partition(":")[0]): value for value in boxes}


def bulk(member: Member, values: list[str], action: str, reason: str = "", queue: str = "held") -> httpx.Response:
    form = {"comment": values, "action": action, "reason": reason, "back": f"/desk/main/queues/{queue}"}
    return member.client.post("/desk/main/bulk", data=form)


def state(paper: Paper, comment_id: int) -> str:
    return str(paper.read(desk_act.access_comment, None, comment_id)[2].state)


# --- who gets in ---------------------------------------------------------------------------------------


def test_guests_are_sent_to_sign_in_and_back(news: Paper) -> None:
    answer = news.client.get("/desk/main/queues/held?after=3")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/signin?next=/desk/main/queues/held%3Fafter%3D3"
    part = news.client.get("/desk/main/counts", headers={"hx-request": "true"})
    assert (part.status_code, part.headers["hx-refresh"]) == (401, "true")


@pytest.mark.parametrize("role", [Role.READER, Role.MEMBER, Role.AUTHOR, Role.STAFF])
def test_who_does_not_moderate_stays_outside(news: Paper, role: Role) -> None:
    member = enrol(news, f"A {role} outside", role)
    assert member.client.get("/desk").status_code == 403
    assert member.client.get("/desk/main/queues/held").status_code == 403
    assert bulk(member, [f"{held(news)}:"], "publish").status_code == 403


@pytest.mark.parametrize("role", [Role.MODERATOR, Role.EDITOR, Role.ADMIN])
def test_who_moderates_comes_in(news: Paper, role: Role) -> None:
    member = enrol(news, f"A {role} inside", role)
    assert member.client.get("/desk", follow_redirects=True).url.path == "/desk/main/queues/held"


def test_a_moderator_acts_on_the_sites_they_serve_alone(news: Paper, ada: Member) -> None:
    elsewhere = enrol(news, "From the other paper", Role.MODERATOR, site="other")
    one = held(news)
    assert elsewhere.client.get("/desk/main/queues/held").status_code == 403
    assert elsewhere.client.get("/desk/nowhere/queues/held").status_code == 403
    form = {"comment": [f"{one}:"], "action": "publish", "back": "/desk/other/queues/held"}
    answer = elsewhere.client.post("/desk/other/bulk", data=form)
    assert answer.headers["location"] == "/desk/other/queues/held?left=1"
    assert state(news, one) == "held"
    assert elsewhere.client.get("/desk/other/queues/all").text.count('class="row"') == 0
    assert one in queue(ada, "held")


def test_a_sign_in_lasts_twelve_hours_at_the_desk(own_paper: Paper) -> None:
    member = enrol(own_paper, "Night shift", Role.EDITOR)
    assert member.client.get("/desk/main/queues/held").status_code == 200
    own_paper.clock.ahead = dt.timedelta(hours=12, minutes=1)
    assert member.client.get("/desk/main/queues/held").headers["location"].startswith("/signin?next=")
    assert bulk(member, ["1:"], "publish").status_code == 401
    assert member.client.get("/me").status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"origin": "https://evil.example", "hx-request": "true"},
        {},
    ],
)
def test_no_other_page_can_decide_with_the_moderators_cookie(news: Paper, ada: Member, headers: dict[str, str]) -> None:
    one = held(news)
    box = queue(ada, "held")[one]
    form = {"comment": box, "action": "publish", "back": "/"}
    with httpx.Client(base_url=news.base, cookies=dict(ada.client.cookies), timeout=20) as client:
        assert client.post("/desk/main/bulk", data=form, headers=headers).status_code in (401, 403)
    assert state(news, one) == "held"


def test_the_operators_link_makes_the_first_admin_once(own_paper: Paper) -> None:
    key = write(own_paper, sites.add_key, "once", own_paper.clock(), None)
    visitor = browser(own_paper)
    visitor.follow_redirects = True
    assert f"/operator/{key}/desk" in visitor.get(f"/operator/{key}").text
    assert visitor.post(f"/operator/{key}/desk").url.path == "/desk/main/queues/held"
    assert visitor.post(f"/operator/{key}/desk").status_code == 404
    assert [one.what for one in own_paper.read(lambda conn: list(log.entries(conn)))] == ["role", "sign-in"]


# --- queues --------------------------------------------------------------------------------------------


def test_counts_follow_every_change_at_once(own_paper: Paper) -> None:
    ada = enrol(own_paper, "Iris at the desk", Role.MODERATOR)
    story = own_paper.add_story()
    assert counts(ada) == {"held": 0, "reported": 0, "new": 0, "spam": 0, "all": 0}
    one, two = own_paper.post(story, "The first word of many."), own_paper.post(story, "And a second one.")
    waits = held(own_paper)
    assert counts(ada) == {"held": 1, "reported": 0, "new": 2, "spam": 0, "all": 3}
    reader = enrol(own_paper, "Who reports")
    reported = reader.client.post(f"/api/v1/comments/{one}/reports", json={"reason": "It incites hatred"})
    assert reported.status_code in (200, 201), reported.text
    assert counts(ada) == {"held": 1, "reported": 1, "new": 2, "spam": 0, "all": 3}
    bulk(ada, list(queue(ada, "reported").values()), "publish")
    assert counts(ada) == {"held": 1, "reported": 0, "new": 1, "spam": 0, "all": 3}
    bulk(ada, list(queue(ada, "new").values()), "spam")
    bulk(ada, list(queue(ada, "held").values()), "publish")
    assert counts(ada) == {"held": 0, "reported": 0, "new": 0, "spam": 1, "all": 3}
    assert (state(own_paper, two), state(own_paper, waits)) == ("spam", "published")


def test_the_newsrooms_own_comments_are_new_to_nobody(news: Paper, ada: Member) -> None:
    before = counts(ada)["new"]
    ada.post(news.add_story(), "A word from the desk.")
    assert counts(ada)["new"] == before


def test_a_queue_says_why_a_comment_waits(news: Paper, ada: Member) -> None:
    held(news)
    assert "4 links." in ada.client.get("/desk/main/queues/held").text


def test_a_long_queue_has_pages(own_paper: Paper) -> None:
    ada = enrol(own_paper, "Iris at the desk", Role.MODERATOR)
    story = own_paper.add_story()
    ids = [own_paper.post(story, f"Word number {number} of many.") for number in range(queue_act.PAGE + 3)]
    first = LexborHTMLParser(ada.client.get("/desk/main/queues/new").text)
    assert len(first.css(".row")) == queue_act.PAGE
    second = ada.client.get(first.css_first(".more a").attributes["href"] or "").text
    assert [int(one) for one in re.findall(r'id="r(\d+)"', second)] == ids[queue_act.PAGE :]
    assert ada.client.get("/desk/main/queues/none").status_code == 404


# --- decisions -----------------------------------------------------------------------------------------


def test_a_decision_against_a_comment_needs_a_reason(news: Paper, ada: Member) -> None:
    one = held(news)
    box = queue(ada, "held")[one]
    answer = bulk(ada, [box], "remove")
    assert answer.status_code == 422
    assert "choose the rule" in answer.text
    assert bulk(ada, [box], "remove", "rules:nonsense").status_code == 422
    assert bulk(ada, [box], "explode").status_code == 422
    assert bulk(ada, [], "publish").status_code == 422
    assert bulk(ada, ["x:"], "publish").status_code == 400
    assert state(news, one) == "held"


def test_many_are_decided_together_and_taken_back_together(news: Paper, ada: Member) -> None:
    ids = [held(news) for _ in range(3)]
    boxes = queue(ada, "held")
    answer = bulk(ada, [boxes[one] for one in ids], "remove", "law:threat")
    batch = answer.headers["location"].partition("did=")[2]
    assert [state(news, one) for one in ids] == ["removed"] * 3
    made = news.read(decisions.of_batch, batch)
    assert {(one.action, one.ground, one.reason, one.found_by, one.decided_by) for one in made} == {
        ("remove", "law", "threat", "machine", ada.person.id)
    }
    assert "Undo" in ada.client.get(answer.headers["location"]).text
    ada.client.post("/desk/main/undo", data={"did": batch, "back": "/desk/main/queues/held"})
    assert [state(news, one) for one in ids] == ["held"] * 3
    assert all(one.undone_by == ada.person.id for one in news.read(decisions.of_batch, batch))
    again = ada.client.post("/desk/main/undo", data={"did": batch, "back": "/desk/main/queues/held"})
    assert again.headers["location"].endswith("left=3")


def test_what_changed_since_it_was_seen_is_left(news: Paper, ada: Member) -> None:
    one, two = held(news), held(news)
    boxes = queue(ada, "held")
    other = enrol(news, "Bea at the desk", Role.MODERATOR)
    bulk(other, [boxes[one]], "publish")
    answer = bulk(ada, [boxes[one], boxes[two]], "spam")
    assert "left=1" in answer.headers["location"]
    assert (state(news, one), state(news, two)) == ("published", "spam")
    assert "1 left" in ada.client.get(answer.headers["location"]).text


def test_readers_see_a_decision_at_once(news: Paper, ada: Member) -> None:
    story = news.add_story()
    one = news.post(story, "This will not stand for long.")
    assert "This will not stand" in news.page(f"/stories/{story.slug}")
    box = queue(ada, "new")[one]
    batch = bulk(ada, [box], "remove", "rules:off-topic").headers["location"].partition("did=")[2]
    assert "This will not stand" not in news.page(f"/stories/{story.slug}")
    ada.client.post("/desk/main/undo", data={"did": batch, "back": "/"})
    assert "This will not stand" in news.page(f"/stories/{story.slug}")
    assert one in queue(ada, "new"), "nobody has looked, as before"


def test_the_api_decides_by_the_same_way(news: Paper) -> None:
    one = news.post(news.add_story(), "To be taken down by a program.")
    body = {"state": "removed", "ground": "law", "reason": "insult", "explanation": "As the court has said."}
    answer = news.client.put(f"/api/v1/comments/{one}/state", json=body, headers=news.operator)
    assert answer.status_code == 200, answer.text
    made = news.read(decisions.of_comment, one)
    assert [(m.action, m.reason, m.explanation, m.decided_by) for m in made] == [
        ("remove", "insult", "As the court has said.", None)
    ]
    assert (
        news.client.put(
            f"/api/v1/comments/{one}/state", json={**body, "reason": "none such"}, headers=news.operator
        ).status_code
        == 422
    )
