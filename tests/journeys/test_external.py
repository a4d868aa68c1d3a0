"""A service of the site's own is asked about each comment: well, slowly, wrongly, not at all."""

import hashlib
import hmac
import json
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from belowline.actions import external as act
from belowline.errors import Invalid
from belowline.store import log, verdicts
from belowline.web import external as asker
from members import enrol, write
from paper import Paper

SECRET = "a secret of the tests"


class Service:
    """Answers as it is told, and keeps what it was asked."""

    def __init__(self) -> None:
        self.answer: Any = {"outcome": "publish", "score": 0.1}
        self.status = 200
        self.slow_s = 0.0
        self.asked: list[dict[str, Any]] = []
        service = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                at = self.headers["belowline-timestamp"]
                good = hmac.new(SECRET.encode(), at.encode() + b"." + body, hashlib.sha256).hexdigest()
                service.asked.append(json.loads(body))
                time.sleep(service.slow_s)
                signed = hmac.compare_digest(self.headers["belowline-signature"], f"v1={good}")
                said = service.answer if isinstance(service.answer, bytes) else json.dumps(service.answer).encode()
                self.send_response(service.status if signed else 401)
                self.send_header("content-length", str(len(said)))
                self.end_headers()
                self.wfile.write(said)

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/check"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def service() -> Iterator[Service]:
    running = Service()
    yield running
    running.stop()


def ask(paper: Paper, service: Service, **more: str) -> None:
    changes = {"url": service.url, "secret": SECRET, "private": "true", "timeout_ms": "5000", **more}
    write(paper, act.change, "main", changes, paper.clock())
    paper.house.external._looked = float("-inf")  # it looks every few seconds whether there is any


def reason(paper: Paper, comment_id: int) -> str:
    evidence = paper.read(verdicts.of_comment, comment_id)[-1].evidence
    return next((found.reason for found in evidence if found.step == "external"), "")


def test_what_it_says_counts_and_what_it_is_asked_is_signed(own_paper: Paper, service: Service) -> None:
    ask(own_paper, service)
    story = own_paper.add_story(title="The ferry")
    assert own_paper.send(story, "Good morning", email="ada@example.org").json()["comment"]["state"] == "published"
    (asked,) = service.asked
    assert (asked["site"], asked["story"]["title"], asked["text"], asked["name"]) == (
        "main", "The ferry", "Good morning", "Ada",
    )  # fmt: skip
    assert "ada@example.org" not in json.dumps(asked)
    service.answer = {"outcome": "hold", "score": 0.7, "reason": "Brigading.", "sentence": "We look first."}
    held = own_paper.send(story, "Good evening").json()
    assert (held["comment"]["state"], held["sentences"]) == ("held", ["We look first."])
    assert reason(own_paper, held["comment"]["id"]) == "Brigading."
    service.answer = {"outcome": "refuse", "sentence": "Not here."}
    assert own_paper.send(story, "Good night").json()["detail"] == "Not here."
    form = own_paper.client.post(f"/stories/{story.slug}/comments", data={"name": "Ada", "text": "Good night again"})
    assert "Not here." in form.text
    assert enrol(own_paper, "Mara").send(story, "Hello").status_code == 422


def test_a_change_is_asked_about_too(own_paper: Paper, service: Service) -> None:
    ask(own_paper, service)
    sent = own_paper.send(own_paper.add_story(), "Good morning").json()
    service.answer = {"outcome": "hold"}
    path, key = f"/api/v1/comments/{sent['comment']['id']}", {"authorization": f"Bearer {sent['token']}"}
    assert own_paper.client.patch(path, json={"text": "Good evening"}, headers=key).json()["comment"]["state"] == "held"


@pytest.mark.parametrize(("on_failure", "state"), [("publish", "published"), ("hold", "held")])
@pytest.mark.parametrize(
    ("status", "answer"),
    [
        (500, {"outcome": "publish"}),
        (200, b"no json"),
        (200, {"outcome": "delete"}),
        (200, {"outcome": "hold", "score": 7}),
        (200, b"[" * 10_000),
        (200, b"\xff\xfe"),
    ],
)
def test_no_good_answer_counts_as_the_site_chose(
    own_paper: Paper, service: Service, status: int, answer: Any, on_failure: str, state: str
) -> None:
    ask(own_paper, service, on_failure=on_failure)
    service.status, service.answer = status, answer
    sent = own_paper.send(own_paper.add_story(), "Good morning").json()["comment"]
    assert sent["state"] == state
    assert "not heard" in reason(own_paper, sent["id"])


def test_a_wrong_secret_is_no_good_answer(own_paper: Paper, service: Service) -> None:
    ask(own_paper, service, secret="another secret altogether", on_failure="hold")
    assert own_paper.send(own_paper.add_story(), "Good morning").json()["comment"]["state"] == "held"


def test_one_that_hangs_holds_up_nobody_else(own_paper: Paper, service: Service) -> None:
    ask(own_paper, service, timeout_ms="300", on_failure="hold")
    service.slow_s = 20
    story = own_paper.add_story()
    with ThreadPoolExecutor(8) as many:
        states = list(many.map(lambda n: own_paper.send(story, f"Thought {n}").json()["comment"]["state"], range(8)))
    assert states == ["held"] * 8
    started = time.monotonic()
    left = own_paper.send(story, "After several failures").json()["comment"]
    assert "left alone" in reason(own_paper, left["id"])
    texts = [one["text"] for one in service.asked]  # it hears late of those that nobody waits for any more
    assert len(texts) <= 8
    assert "After several failures" not in texts
    assert time.monotonic() - started < 15
    assert own_paper.client.get(f"/stories/{story.slug}").status_code == 200


def test_only_a_few_comments_wait_for_it(own_paper: Paper, service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asker, "AT_ONCE", 2)
    ask(own_paper, service, timeout_ms="2000")
    service.slow_s = 1.0
    story = own_paper.add_story()
    with ThreadPoolExecutor(8) as many:
        ids = list(many.map(lambda n: own_paper.post(story, f"Thought {n}"), range(8)))
    assert any("too many" in reason(own_paper, one) for one in ids)


def test_our_own_network_is_not_asked_and_settings_are_checked(own_paper: Paper, service: Service) -> None:
    for wrong in ({"url": service.url, "secret": SECRET}, {"url": "https://mod.example/", "secret": "short"}, {}):
        with pytest.raises(Invalid):
            write(own_paper, act.change, "main", wrong, own_paper.clock())
    secure = {"url": service.url.replace("http:", "https:"), "secret": SECRET, "on_failure": "hold"}
    write(own_paper, act.change, "main", secure, own_paper.clock())
    own_paper.house.external._looked = float("-inf")
    assert own_paper.send(own_paper.add_story(), "Good morning").json()["comment"]["state"] == "held"
    assert service.asked == []
    assert SECRET not in own_paper.read(log.head).details
    assert own_paper.read(act.shown, "main")["secret"] == "(set)"
    write(own_paper, act.change, "main", None, own_paper.clock())
    assert own_paper.read(act.shown, "main") is None
