"""A reader finds a mistake: asks, is answered in public, and the story bears the stamp; comments that are picked."""

import datetime as dt
import http.server
import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from belowline.actions import corrections as act
from belowline.model.person import Role
from belowline.model.story import Story
from belowline.rules import signing
from belowline.store import corrections, jobs, log, people, sites
from members import browser, enrol, write
from paper import Paper
from post_office import open_office, text_of, wait_for

WRONG = {
    "passage": "opened in 1887",
    "prefix": "The bridge ",
    "suffix": " with a brass band.",
    "claim": "It opened in 1889; the band came two years early.",
    "source": "https://archive.example/bridge",
}
ANSWER = {"became": "accepted", "answer": "The bridge opened in 1889, not 1887."}


def ask(paper: Paper, story: Story, **more: Any) -> httpx.Response:
    return paper.client.post(f"/api/v1/stories/{story.slug}/corrections", json={**WRONG, **more})


def answer(paper: Paper, correction_id: int, **said: Any) -> httpx.Response:
    return paper.client.put(f"/api/v1/corrections/{correction_id}", json=said, headers=paper.operator)


def waiting(paper: Paper) -> list[int]:
    return [one.id for one in paper.read(corrections.waiting, paper.read(sites.first).id)]


def test_without_javascript_from_the_form_to_the_stamp(paper: Paper) -> None:
    story = paper.add_story(body="The bridge opened in 1887 with a brass band.")
    reader = browser(paper)
    assert f"/stories/{story.slug}/correct" in paper.page(f"/stories/{story.slug}")
    form = reader.get(f"/stories/{story.slug}/correct", params={"passage": WRONG["passage"]})
    assert "opened in 1887</textarea>" in form.text
    sent = reader.post(f"/stories/{story.slug}/correct", data={**WRONG, "name": "Bea Rune"})
    assert sent.status_code == 303
    state = reader.get(sent.headers["location"])
    assert "The newsroom has not answered yet." in state.text
    (correction,) = waiting(paper)
    assert answer(paper, correction, **ANSWER).json()["became"] == "accepted"
    page = paper.page(f"/stories/{story.slug}")
    assert "The bridge opened in 1889, not 1887." in page
    assert "Found by Bea Rune" in page
    ld = json.loads(page.split('<script type="application/ld+json">')[1].split("</script>")[0])
    assert ld["correction"][0]["@type"] == "CorrectionComment"
    assert ld["correction"][0]["text"] == ANSWER["answer"]
    assert "The story was corrected." in reader.get(sent.headers["location"]).text
    assert waiting(paper) == []


def test_a_declined_request_is_answered_in_public_without_a_stamp(paper: Paper) -> None:
    story = paper.add_story()
    correction = ask(paper, story).json()["id"]
    assert answer(paper, correction, became="declined", answer="The town's register says 1887.").status_code == 200
    page = paper.page(f"/stories/{story.slug}")
    assert "The town&#39;s register says 1887." in page
    assert "CorrectionComment" not in page
    assert answer(paper, correction, **ANSWER).status_code == 409


def test_closed_without_an_answer_shows_nothing(paper: Paper) -> None:
    story = paper.add_story()
    correction = ask(paper, story, claim="buy cheap bridges").json()["id"]
    assert answer(paper, correction, became="closed").status_code == 200
    assert "cheap bridges" not in paper.page(f"/stories/{story.slug}")


def test_the_same_again_is_kept_once_and_floods_wait(paper: Paper) -> None:
    story = paper.add_story()
    first = ask(paper, story)
    mark = {"belowline-guest": first.json()["guest"]}
    url = f"/api/v1/stories/{story.slug}/corrections"
    assert paper.client.post(url, json=WRONG, headers=mark).json()["id"] == first.json()["id"]
    codes = [paper.client.post(url, json={**WRONG, "claim": f"No. {n}"}, headers=mark).status_code for n in range(6)]
    assert codes == [201] * 4 + [409] * 2


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"passage": " "}, "passage"),
        ({"claim": "x" * 2001}, "claim"),
        ({"source": "\x07"}, "source"),
        ({"name": "The Evening Lamp"}, "name"),
        ({"name": "moderator"}, "name"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_nothing_is_kept(
    paper: Paper, wrong: dict[str, str], field: str
) -> None:
    story, before = paper.add_story(), waiting(paper)
    refused = ask(paper, story, **wrong)
    assert refused.status_code == 422
    assert set(refused.json()["fields"]) == {field}
    form = browser(paper).post(f"/stories/{story.slug}/correct", data={**WRONG, **wrong})
    assert form.status_code == 422
    assert f'id="error-{field}"' in form.text
    assert WRONG["source" if field != "source" else "claim"] in form.text
    assert waiting(paper) == before


def test_only_the_newsroom_answers(paper: Paper) -> None:
    story = paper.add_story()
    correction = ask(paper, story).json()["id"]
    assert paper.client.put(f"/api/v1/corrections/{correction}", json=ANSWER).status_code == 403
    assert answer(paper, correction, became="accepted", answer=" ").status_code == 422
    assert answer(paper, 10**9, **ANSWER).status_code == 404


def test_links_of_others_requests_cannot_be_guessed(paper: Paper) -> None:
    correction = ask(paper, paper.add_story()).json()["id"]
    assert paper.client.get(f"/corrections/{correction}").status_code == 404
    assert paper.client.get(f"/corrections/{correction}.AAAA").status_code == 404


# --- what follows -----------------------------------------------------------------------------------


class Receiver(http.server.BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        signed = (self.headers["belowline-timestamp"], self.headers["belowline-signature"])
        self.server.got.append((signed, body))  # type: ignore[attr-defined]
        self.send_response(503 if len(self.server.got) == 1 else 204)  # type: ignore[attr-defined]
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def cms() -> Iterator[http.server.ThreadingHTTPServer]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    server.got = []  # type: ignore[attr-defined]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def test_the_publications_system_and_the_reader_hear_of_it(tmp_path: Path, cms: Any) -> None:
    with open_office() as post:
        paper = Paper(tmp_path / "data", private_issuers=True, **post.settings()).start()
        try:
            paper.set_policy(correction_webhook=f"http://127.0.0.1:{cms.server_port}/corrections")
            story, reader = paper.add_story(), enrol(paper, "Rolf Reader")
            write(paper, people.change, reader.person.id, email="rolf@readers.example")
            sent = reader.client.post(f"/api/v1/stories/{story.slug}/corrections", json={**WRONG, "name": "x"})
            assert answer(paper, sent.json()["id"], **ANSWER).status_code == 200
            (mail,) = post.wait(1)
            assert ANSWER["answer"] in text_of(mail)
            wait_for(lambda: len(cms.got) == 1)
            soon = dt.timedelta(minutes=1)
            wait_for(lambda: paper.read(jobs.due, paper.clock() + soon, 1) != [])  # it has failed and waits
            paper.clock.ahead += soon
            wait_for(lambda: len(cms.got) == 2)
            (at, signature), body = cms.got[1]
            secret = write(paper, sites.webhook_secret, "main")
            assert signing.holds(secret, body, at, signature, int(paper.clock().timestamp()))
            assert not signing.holds(secret, body + b" ", at, signature, int(paper.clock().timestamp()))
            assert not signing.holds(secret, body, at, signature, int(paper.clock().timestamp()) + 3600)
            assert json.loads(body)["correction"]["text"] == ANSWER["answer"]
            assert json.loads(body)["id"] == json.loads(cms.got[0][1])["id"]
            wait_for(lambda: paper.read(jobs.waiting) == 0)
            assert len(post.mails) == 1
        finally:
            paper.stop()


def test_a_moderator_answers_only_on_their_own_site(own_paper: Paper) -> None:
    paper = own_paper
    story = paper.add_story()
    correction = ask(paper, story).json()["id"]
    reader, moderator = enrol(paper, "Rolf Reader"), enrol(paper, "Mona Pell", Role.MODERATOR)
    with pytest.raises(act.Forbidden):
        write(paper, act.answer, correction, act.Answer("closed"), reader.person.id, paper.clock())
    done = write(paper, act.answer, correction, act.Answer("closed"), moderator.person.id, paper.clock())
    assert done.correction.answered_by == moderator.person.id
    assert paper.read(log.first_wrong) is None


# --- picks ------------------------------------------------------------------------------------------


def test_a_picked_comment_bears_its_mark_until_it_is_taken_back(paper: Paper) -> None:
    story = paper.add_story()
    comment = paper.post(story, "A careful thought.")
    url = f"/api/v1/comments/{comment}/featured"
    assert paper.client.put(url, json={"featured": True}).status_code == 403
    assert paper.client.put(url, json={"featured": True}, headers=paper.operator).json()["featured"] is True
    assert "picked by the newsroom" in paper.page(f"/stories/{story.slug}")
    assert paper.client.put(url, json={"featured": False}, headers=paper.operator).json()["featured"] is False
    assert "picked by the newsroom" not in paper.page(f"/stories/{story.slug}")


def test_what_does_not_stand_cannot_be_picked(paper: Paper) -> None:
    comment = paper.post(paper.add_story(), "A hasty thought.")
    paper.client.put(f"/api/v1/comments/{comment}/state", json={"state": "removed"}, headers=paper.operator)
    answer = paper.client.put(f"/api/v1/comments/{comment}/featured", json={"featured": True}, headers=paper.operator)
    assert answer.status_code == 409


def test_a_comment_is_sent_on_to_the_newsroom(tmp_path: Path) -> None:
    with open_office() as post:
        paper = Paper(tmp_path / "data", **post.settings()).start()
        try:
            comment = paper.post(paper.add_story(), "I was there, and can show you the letter.")
            url = f"/api/v1/comments/{comment}/newsroom"
            assert paper.client.post(url, json={}, headers=paper.operator).status_code == 409
            paper.set_policy(newsroom_email="desk@lamp.example")
            assert paper.client.post(url, json={"note": "Worth a call?"}, headers=paper.operator).status_code == 204
            (mail,) = post.wait(1)
            assert mail["to"] == "desk@lamp.example"
            assert "can show you the letter" in text_of(mail)
            assert "Worth a call?" in text_of(mail)
        finally:
            paper.stop()
