"""Notices of illegal content: given by anybody, received with a receipt; trusted flaggers; terms and contact."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from belowline.actions import notices as notice_act
from belowline.model.person import Role
from belowline.store import comments, log, notices, people
from members import browser, enrol, write
from paper import Paper
from post_office import PostOffice, link_in, open_office, text_of

Office = tuple[Paper, PostOffice]


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with open_office() as post:
        running = Paper(tmp_path / "data", **post.settings()).start()
        yield running, post
        running.assert_counts_are_right()
        running.stop()


def give(client: httpx.Client, place: str, **changes: Any) -> httpx.Response:
    form = {
        "location": place,
        "kind": "insult",
        "explanation": "It calls my neighbour a thief, which he is not.",
        "name": "Nell Near",
        "email": "nell@neighbours.example",
        "good_faith": "yes",
    }
    return client.post("/notices/new", data={**form, **changes})


def test_a_notice_has_a_receipt_and_a_page(office: Office) -> None:
    paper, post = office
    comment = paper.post(paper.add_story(), "He is a thief")
    client = browser(paper)
    assert f'href="/notices/new?comment={comment}"' in client.get(f"/comments/{comment}/report").text
    form = client.get(f"/notices/new?comment={comment}")
    assert f"{paper.base}/comments/{comment}" in form.text
    answer = give(client, f"{paper.base}/comments/{comment}")
    assert answer.status_code == 303, answer.text
    page = client.get(answer.headers["location"]).text
    assert "Receipt no. 1" in page
    assert "It waits to be read. A person decides." in page
    (mail,) = post.wait(1)
    assert (mail["To"], mail["Subject"]) == ("nell@neighbours.example", "Receipt of your notice · The Evening Lamp")
    assert "calls my neighbour a thief" in text_of(mail)
    assert link_in(mail, "/notices/") == paper.base + answer.headers["location"]
    assert client.get("/notices/1").status_code == 404
    assert client.get("/notices/1.forged").status_code == 404
    (waiting,) = paper.read(notices.waiting, [1], 10)
    assert (waiting.comment_id, waiting.flagger_id) == (comment, None)
    assert paper.read(log.first_wrong) is None


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"kind": "rude"}, "Please choose what it is."),
        ({"explanation": " "}, "Please say why it is illegal."),
        ({"name": ""}, "Please give your name."),
        ({"email": "nobody"}, "address"),
        ({"good_faith": ""}, "A notice needs this statement."),
        ({"location": "https://elsewhere.example/a-page"}, "Give the exact address of the comment"),
        ({"location": "/comments/999999"}, "Give the exact address of the comment"),
        ({"location": "/comments/" + "9" * 3000}, "Give the exact address of the comment"),
        ({"location": "https://[broken"}, "Give the exact address of the comment"),
    ],
)
def test_what_is_missing_is_said_and_nothing_is_lost(paper: Paper, changes: dict[str, str], said: str) -> None:
    comment = paper.post(paper.add_story(), "Something")
    answer = give(browser(paper), f"{paper.base}/comments/{comment}", **changes)
    assert answer.status_code == 422
    assert said in answer.text
    if "explanation" not in changes:
        assert "calls my neighbour a thief" in answer.text


def test_who_tells_of_child_abuse_need_not_say_who_they_are(office: Office) -> None:
    paper, post = office
    comment = paper.post(paper.add_story(), "…")
    member = enrol(paper, "Ada Morn")
    given = give(member.client, f"https://news.example/a#c{comment}", kind="child-abuse", name="", email="")
    assert given.status_code == 303, given.text
    (waiting,) = paper.read(notices.waiting, [1], 10)
    assert (waiting.name, waiting.email, waiting.person_id) == (None, None, None)
    assert post.mails == []


def test_trusted_flaggers_come_first_where_the_duty_is_on(own_paper: Paper) -> None:
    paper = own_paper
    place = f"{paper.base}/comments/{paper.post(paper.add_story(), 'Something')}"
    body = enrol(paper, "Hotline")
    write(paper, people.change, body.person.id, email="desk@hotline.example")
    write(paper, notice_act.add_flagger, "The Hotline", "desk@hotline.example", None, None, paper.clock())
    give(browser(paper), place)
    give(body.client, place, email="desk@hotline.example")
    assert [one.flagger_id for one in paper.read(notices.waiting, [1], 10)] == [None, None]
    paper.set_policy(publisher_size="medium")
    trusted = give(body.client, place, email="desk@hotline.example")
    assert "trusted flagger" in body.client.get(trusted.headers["location"]).text
    give(browser(paper), place, email="desk@hotline.example")  # who only names the address is not believed
    waiting = paper.read(notices.waiting, [1], 10)
    assert [one.id for one in waiting] == [3, 1, 2, 4]
    write(paper, notice_act.end_flagger, 1, paper.clock())
    give(body.client, place)
    assert paper.read(notices.get, 5).flagger_id is None


def test_another_site_cannot_give_notices_for_its_readers(paper: Paper) -> None:
    comment = paper.post(paper.add_story(), "Something")
    client = httpx.Client(base_url=paper.base, headers={"origin": "https://evil.example"}, timeout=20)
    assert give(client, f"{paper.base}/comments/{comment}").status_code == 403


def test_terms_and_contact_say_what_the_policy_says(own_paper: Paper) -> None:
    page = own_paper.client.get("/terms").text
    assert "Be civil" in page
    assert "does not fit the rules of the house" not in page
    assert "184 days" in page
    assert "Misuse" not in page
    assert "has not said yet how it is reached" in own_paper.client.get("/contact").text
    publisher = {
        "name": "Lamp Press",
        "address": "1 Quay, Port",
        "email": "talk@lamp.example",
        "languages": ["en", "de", "not-one"],
    }
    own_paper.set_policy(
        publisher_size="medium",
        publisher={**publisher, "authority": "The Coordinator"},
        rules=[{"key": "kind", "title": "Be <kind>", "text": "Always."}],
    )
    terms, contact = own_paper.client.get("/terms").text, own_paper.client.get("/contact").text
    assert "Be &lt;kind&gt;" in terms
    assert "Misuse" in terms
    assert "The Coordinator" in terms
    for words in ("Lamp Press", "1 Quay, Port", 'href="mailto:talk@lamp.example"', "English, German, not-one"):
        assert words in contact
    german = own_paper.client.get("/contact", headers={"accept-language": "de"}).text
    assert "Englisch, Deutsch, not-one" in german
    assert own_paper.client.get("/terms?site=nowhere").status_code == 404
    assert 'href="/terms?site=main"' in own_paper.client.get("/sites/main").text


def test_a_person_decides_on_a_notice_and_both_are_told(office: Office) -> None:
    paper, post = office
    writer, mo = enrol(paper, "Ada Morn"), enrol(paper, "Mo Judge", Role.MODERATOR)
    write(paper, people.change, writer.person.id, email="ada@readers.example")
    comments_ = [writer.post(paper.add_story(), text) for text in ("He is a thief", "He may be right", "Fool")]
    pages = [give(browser(paper), f"/comments/{one}").headers["location"] for one in comments_]
    post.wait(3)
    listed = mo.client.get("/desk/main/notices").text
    assert "calls my neighbour a thief" in listed
    desk = "/desk/main/notices"
    assert mo.client.post(f"{desk}/1", data={"outcome": "law", "answer": ""}).status_code == 422
    assert mo.client.post(f"{desk}/1", data={"outcome": "burn", "answer": "x"}).status_code == 400
    assert writer.client.get(f"{desk}/1").status_code == 403
    answers = (
        {"outcome": "law", "answer": "You are right.", "manifest": "illegal", "explanation": "It is a false fact."},
        {"outcome": "kept", "answer": "It is an opinion."},
        {"outcome": "rules", "answer": "Not illegal, but not allowed here.", "rule": "insults"},
    )
    for number, form in enumerate(answers, 1):
        done = mo.client.post(f"{desk}/{number}", data=form)
        assert done.status_code == 303, done.text
    again = mo.client.post(f"{desk}/1", data=answers[0])
    assert (again.status_code, "answered already" in again.text) == (409, True)
    states = [paper.read(comments.get, one).state for one in comments_]
    assert states == ["removed", "published", "removed"]
    post.wait(6)
    assert [mail["Subject"].split(" · ")[0] for mail in post.mails[3:]] == ["The answer to your notice"] * 3
    first = paper.client.get(pages[0]).text
    assert "found to be illegal" in first
    assert "You are right." in first
    assert "Mo Judge" not in first
    assert "stands" in paper.client.get(pages[1]).text
    told = writer.client.get("/me/decisions").text
    assert "The law was broken: Insult or defamation" in told
    assert "nell@" not in told
    assert paper.read(notices.get, 1).decision_id
    assert paper.read(notices.count_waiting, 1) == 0
