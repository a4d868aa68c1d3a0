"""One comment on the desk: what is shown of it, claims, decisions by one after the other, search."""

import datetime as dt
import re
from collections.abc import Iterator

import httpx
import pytest
import sqlalchemy as sa
from selectolax.lexbor import LexborHTMLParser

from belowline.actions import sites as site_act
from belowline.model.comment import State
from belowline.model.evidence import Evidence, Outcome, Verdict
from belowline.model.person import Role
from belowline.store import comments, decisions, log, verdicts
from members import Member, enrol, write
from paper import Paper

LINKS = " ".join(f"https://{name}.example" for name in "abcd")


@pytest.fixture(scope="module")
def news(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Paper]:
    running = Paper(tmp_path_factory.mktemp("news")).start()
    write(running, site_act.add, "other", "The Other Paper")
    yield running
    running.assert_counts_are_right()
    assert running.read(log.first_wrong) is None
    running.stop()


@pytest.fixture
def iris(news: Paper) -> Member:
    return enrol(news, "Iris at the desk", Role.MODERATOR)


@pytest.fixture
def jon(news: Paper) -> Member:
    return enrol(news, "Jon at the desk", Role.MODERATOR)


def held(paper: Paper, words: str = "Look") -> int:
    answer = paper.send(paper.add_story(), f"{words}: {LINKS}")
    return int(answer.json()["comment"]["id"])


def item(member: Member, comment_id: int, queue: str = "held") -> LexborHTMLParser:
    answer = member.client.get(f"/desk/main/comments/{comment_id}", params={"queue": queue})
    assert answer.status_code == 200, answer.text
    return LexborHTMLParser(answer.text)


def decide(member: Member, page: LexborHTMLParser, action: str, reason: str = "", **more: str) -> httpx.Response:
    """Sends the form of an item's page."""
    form = page.css_first(".decide form")
    hidden = {one.attributes["name"]: one.attributes["value"] for one in form.css("input[type=hidden]")}
    data = {**hidden, "action": action, "reason": reason, **more}
    return member.client.post(form.attributes["action"] or "", data=data)


def state(paper: Paper, comment_id: int) -> State:
    return paper.read(comments.must, comment_id).state


def test_a_comment_is_shown_with_what_it_answers_and_why_it_waits(news: Paper, iris: Member) -> None:
    story = news.add_story(title="The quay is wide")
    top = news.post(story, "What the town *needs* is a wider quay.", "Bela")
    one = news.send(story, f"No & no: {LINKS}", "Cleo", top).json()["comment"]["id"]
    page = item(iris, one)
    assert "What the town needs is a wider quay." in page.css_first(".above").text()
    assert "4 links." in page.css_first(".evidence").text()
    assert page.css_first(".subject h1").text() == "Cleo"
    assert page.css_first(".place").text() == "The quay is wide"


def test_the_words_that_the_evidence_names_are_marked(news: Paper, iris: Member) -> None:
    one = news.post(news.add_story(), "Who says knave is a Knave.")
    write(news, _found, one, news.clock())
    assert [mark.text() for mark in item(iris, one).css(".subject mark")] == ["knave", "Knave"]


def _found(conn: sa.Connection, comment_id: int, now: dt.datetime) -> None:
    said = Evidence("words", 1, 0.5, Outcome.PUBLISH, "On the word list: “knave” (severity 2, 2 times).", "")
    verdicts.note(conn, comment_id, Verdict(Outcome.PUBLISH, (said,)), now)


def test_what_a_writer_wrote_cannot_break_the_page(news: Paper, iris: Member) -> None:
    one = news.post(news.add_story(), "<script>alert(1)</script> <img src=x onerror=alert(2)>", "<b>Bold")
    page = item(iris, one, "new")
    assert page.css(".subject script, .subject img, .subject b") == []


def test_reports_revisions_and_the_record_are_shown(news: Paper, iris: Member) -> None:
    writer = enrol(news, "A writer on record")
    one = writer.post(news.add_story(), "What I say here first.")
    other = writer.post(news.add_story(), "What I say elsewhere.")
    writer.client.patch(f"/api/v1/comments/{one}", json={"text": "What I say after some thought."})
    reader = enrol(news, "Who reports")
    report = {"reason": "It incites hatred", "text": "Look at <this>."}
    assert reader.client.post(f"/api/v1/comments/{one}/reports", json=report).status_code < 300
    decide(iris, item(iris, other, "new"), "remove", "rules:insults")
    page = item(iris, one, "reported")
    assert "It incites hatred" in page.css_first(".reports").text()
    assert "Look at <this>." in page.css_first(".reports").text()
    assert "What I say here first." in page.css_first("details .pre").text()
    record = {one.css_first("dt").text(): int(one.css_first("dd").text()) for one in page.css(".record div")}
    assert record == {"published": 1, "removed": 1}
    answer = iris.client.post(f"/desk/main/comments/{one}/note", data={"note": "Warned by mail.", "queue": "all"})
    assert answer.status_code == 303
    assert "Warned by mail." in item(iris, one).css_first(".note").text()


def test_one_after_the_other_and_back(own_paper: Paper) -> None:
    news = own_paper  # what others have in hand elsewhere would come next when their time is over
    iris = enrol(news, "Iris alone", Role.MODERATOR)
    first, second = held(news), held(news)
    answer = decide(iris, item(iris, first), "publish")
    assert answer.headers["location"].startswith(f"/desk/main/comments/{second}?queue=held&did=")
    made = news.read(decisions.of_comment, first)[-1]
    assert (made.action, made.found_by) == ("publish", "machine")
    assert (made.state_before, made.state_after) == ("held", "published")
    assert "Undo" in iris.client.get(answer.headers["location"]).text
    last = decide(iris, item(iris, second), "remove", "law:threat", explanation="See the law.", note="Again.")
    assert last.headers["location"].startswith("/desk/main/queues/held?did=")
    assert state(news, second) == State.REMOVED
    undone = iris.client.post("/desk/main/undo", data={"did": str(made.id), "queue": "held"})
    assert undone.headers["location"] == f"/desk/main/comments/{first}?queue=held"
    assert state(news, first) == State.HELD
    shown = item(iris, second).css_first(".made").text()
    assert "See the law." in shown
    assert "Again." in shown
    assert "Threat" in shown


def test_a_decision_without_a_reason_shows_the_form_again(news: Paper, iris: Member) -> None:
    one = held(news)
    answer = decide(iris, item(iris, one), "remove", explanation="Long words.")
    assert answer.status_code == 422
    page = LexborHTMLParser(answer.text)
    assert "choose the rule" in page.css_first(".problem").text()
    assert page.css_first("textarea[name=explanation]").text() == "Long words."


def test_two_moderators_never_decide_the_same_comment(news: Paper, iris: Member, jon: Member) -> None:
    one = held(news)
    page = item(iris, one)
    assert "In your hands" in page.css_first("#claim").text()
    theirs = item(jon, one)
    assert "Iris at the desk has this comment in hand" in theirs.css_first("#claim").text()
    assert "disabled" in theirs.css_first("[data-decide]").attributes
    answer = decide(jon, theirs, "publish")
    assert answer.status_code == 409
    assert "Iris at the desk has this comment in hand" in answer.text
    queue = jon.client.get("/desk/main/queues/held").text
    assert "Iris at the desk has it" in queue
    box = {"comment": f"{one}:", "action": "publish", "back": "/desk/main/queues/held"}
    assert jon.client.post("/desk/main/bulk", data=box).headers["location"].endswith("left=1")
    assert state(news, one) == State.HELD
    assert decide(iris, page, "publish").status_code == 303
    assert decide(jon, theirs, "spam").status_code == 409
    assert state(news, one) == State.PUBLISHED


def test_a_claim_is_renewed_runs_out_and_tells_of_a_decision(own_paper: Paper) -> None:
    iris = enrol(own_paper, "Iris at the desk", Role.MODERATOR)
    jon = enrol(own_paper, "Jon at the desk", Role.MODERATOR)
    one = held(own_paper)
    page = item(iris, one)
    renew = page.css_first("#claim").attributes["hx-post"] or ""
    own_paper.clock.ahead = dt.timedelta(minutes=2)
    assert "In your hands" in iris.client.post(renew).text
    own_paper.clock.ahead = dt.timedelta(minutes=4)
    assert "Iris at the desk has" in jon.client.post(renew).text
    own_paper.clock.ahead = dt.timedelta(minutes=6)
    theirs = item(jon, one)
    assert "In your hands" in theirs.css_first("#claim").text()
    assert decide(iris, page, "publish").status_code == 409
    decide(jon, theirs, "spam")
    said = iris.client.post(renew).text
    assert "Jon at the desk has decided this comment: spam." in said
    assert "data-taken" in said


def test_next_leaves_a_comment_to_others(news: Paper, iris: Member, jon: Member) -> None:
    one = held(news)
    item(iris, one)
    answer = iris.client.post(f"/desk/main/comments/{one}/next", data={"queue": "held"})
    assert answer.status_code == 303
    assert "In your hands" in item(jon, one).css_first("#claim").text()


def test_a_comment_changed_since_it_was_seen_is_not_decided(news: Paper, iris: Member) -> None:
    writer = enrol(news, "Who changes their mind")
    one = writer.post(news.add_story(), "What I say here first.")
    page = item(iris, one, "new")
    writer.client.patch(f"/api/v1/comments/{one}", json={"text": "Something quite different."})
    answer = decide(iris, page, "keep")
    assert answer.status_code == 409
    assert "changed or decided since" in answer.text
    writer.client.delete(f"/api/v1/comments/{one}")
    answer = decide(iris, item(iris, one), "publish")
    assert answer.status_code == 409
    assert "taken this comment back" in answer.text


def test_a_comment_that_is_changed_after_it_was_seen_is_new_again(news: Paper, iris: Member) -> None:
    writer = enrol(news, "Who thinks again")
    one = writer.post(news.add_story(), "What I say here first.")
    decide(iris, item(iris, one, "new"), "keep")
    assert one not in found(iris, "is:new")
    writer.client.patch(f"/api/v1/comments/{one}", json={"text": "Something quite different."})
    assert one in found(iris, "is:new")


def test_nearly_the_same_text_is_similar(news: Paper, iris: Member) -> None:
    words = "Whoever buys a flat in the new harbour quarter before the winter gets a garage and a boat for nothing"
    one = news.post(news.add_story(), f"{words}, says the company.")
    two = news.post(news.add_story(), f"{words}, says the company!!! Really.", "Somebody else")
    assert f"/comments/{two}" in (item(iris, one, "new").css_first(".together").html or "")


def test_another_sites_comment_is_not_here(news: Paper, iris: Member) -> None:
    elsewhere = enrol(news, "From the other paper", Role.ADMIN, site="other")
    one = held(news)
    root = f"/desk/other/comments/{one}"
    assert elsewhere.client.get(root).status_code == 404
    for what in ("decision", "claim", "next", "note", "pick"):
        answer = elsewhere.client.post(f"{root}/{what}", data={"action": "publish", "note": "x", "queue": "all"})
        assert answer.status_code in (303, 404), what
        assert elsewhere.client.post(f"/desk/main/comments/{one}/{what}").status_code == 403
    assert state(news, one) == State.HELD
    assert "In your hands" in item(iris, one).css_first("#claim").text()


def test_the_same_text_is_found_and_decided_together(news: Paper, iris: Member) -> None:
    ids = [held(news, "The very same paste") for _ in range(3)]
    page = item(iris, ids[0])
    assert page.css_first("#similar").text() == "The same paste, 2 more"
    form = page.css_first("form.together")
    boxes = [one.attributes["value"] for one in form.css("input[name=comment]")]
    data = {"comment": boxes, "action": "remove", "reason": "rules:repeated", "back": "/desk/main/queues/held"}
    iris.client.post("/desk/main/bulk", data=data)
    assert {state(news, one) for one in ids} == {State.REMOVED}
    assert len({news.read(decisions.of_comment, one)[0].batch for one in ids}) == 1


def test_a_comment_is_picked_and_no_longer(news: Paper, iris: Member) -> None:
    one = news.post(news.add_story(), "A word worth reading.")
    iris.client.post(f"/desk/main/comments/{one}/pick", data={"on": "1", "queue": "new"})
    assert news.read(comments.must, one).featured_at is not None
    assert "Pick no longer" in item(iris, one).body.text()
    iris.client.post(f"/desk/main/comments/{one}/pick", data={"on": "0", "queue": "new"})
    assert news.read(comments.must, one).featured_at is None


# --- search --------------------------------------------------------------------------------------------


def found(member: Member, q: str) -> list[int]:
    answer = member.client.get("/desk/main/search", params={"q": q})
    assert answer.status_code == 200, answer.text
    return [int(one) for one in re.findall(r'id="r(\d+)"', answer.text)]


def test_search_finds_by_words_people_stories_states_and_scores(own_paper: Paper) -> None:
    iris = enrol(own_paper, "Iris at the desk", Role.MODERATOR)
    story = own_paper.add_story(title="The lamp room")
    one = own_paper.post(story, "A Zebra in the lamp room.", "Bela")
    two = own_paper.post(own_paper.add_story(), "Another zebra, elsewhere.", "Cleo")
    waits = held(own_paper, "A zebra that waits")
    assert found(iris, "zebra") == [waits, two, one]
    assert found(iris, '"the lamp room"') == [one]
    assert found(iris, "zebra by:bel") == [one]
    assert found(iris, f"story:{story.slug}") == [one]
    assert found(iris, "story:lamp zebra") == [one]
    assert found(iris, "is:held") == [waits]
    assert found(iris, "zebra -is:held") == [two, one]
    assert found(iris, "is:new") == [two, one]
    assert found(iris, "score:links>0.1") == [waits]
    assert found(iris, "after:2100-01-01") == []
    assert found(iris, "before:2100-01-01 zebra") == [waits, two, one]
    answer = iris.client.get("/desk/main/search", params={"q": "is:sad"})
    assert answer.status_code == 422
    assert "nothing that a comment can be" in answer.text
