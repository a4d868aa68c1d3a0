"""Requests as the network brings them: HEAD, wrong methods, bodies that stop half-way, addresses behind proxies."""

import asyncio
import re
import socket
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.robotparser import RobotFileParser

import httpx
import pytest
from litestar import Router

from belowline.model.person import Role
from belowline.web.bodies import Bodies
from belowline.web.routes import ROUTES
from members import enrol
from paper import Paper
from post_office import wait_for


@pytest.mark.parametrize(
    "path", ["{story}?order=oldest", "/signin", "/static/page.css", "/api", "/nowhere", "{story}/live"]
)
def test_head_is_get_without_its_body_whether_it_was_read_before_or_not(paper: Paper, path: str) -> None:
    story = paper.add_story()
    path = path.format(story=f"/api/v1/stories/{story.slug}" if path.endswith("live") else f"/stories/{story.slug}")
    plain = {"accept-encoding": "identity"}
    first = paper.client.head(path, headers=plain)
    whole = paper.client.get(path, headers=plain)
    assert (first.status_code, first.content) == (whole.status_code, b"")
    assert {**first.headers, "date": ""} == {**whole.headers, "date": ""}
    assert whole.content


def test_head_of_a_stream_ends(paper: Paper) -> None:
    story = paper.add_story()
    answer = paper.client.head(f"/api/v1/stories/{story.slug}/live", headers={"accept": "text/event-stream"})
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/event-stream")
    wait_for(lambda: paper.house.live.listeners == 0)  # another test's may still be leaving


@pytest.mark.parametrize("path", ["/signin", "/api/v1/stories"])
def test_a_wrong_method_is_told_the_right_ones(paper: Paper, path: str) -> None:
    answer = paper.client.request("PROPFIND", path)
    assert answer.status_code == 405
    assert {"GET", "HEAD"} <= set(answer.headers["allow"].split(", "))


def test_pages_name_their_charset_once(paper: Paper) -> None:
    for path in ("/signin", "/nowhere", "/api", "/terms"):
        assert paper.client.get(path).headers["content-type"] == "text/html; charset=utf-8"


def test_watchmen_and_crawlers_are_told_what_they_need(paper: Paper) -> None:
    healthy = paper.client.get("/healthz")
    assert (healthy.status_code, healthy.text, healthy.headers["cache-control"]) == (200, "ok\n", "no-store")
    rules = RobotFileParser()
    rules.parse(paper.client.get("/robots.txt").text.replace("*/", "").splitlines())  # it knows no stars
    for path in ("/", "/stories/one", "/embed/discussion?story=one", "/api/v1/counts", "/feed.atom"):
        assert rules.can_fetch("Crawler", path), path
    assert not rules.can_fetch("Crawler", "/signin?next=/")
    text = paper.client.get("/robots.txt").text
    assert "Disallow: /comments/*/\n" in text


def test_no_body_is_said_in_our_words(paper: Paper) -> None:
    answer = paper.client.post("/api/v1/preview")
    assert answer.status_code == 400
    assert "not JSON" in answer.json()["detail"]
    assert "fields" not in answer.json()
    assert paper.client.post("/api/v1/preview", json=[]).json()["fields"].keys() == {"body"}


@pytest.mark.parametrize("after", ["é", "%ff", "٣", "-1", "1e3", "9" * 40, "%00", "", "1&after=2"])
def test_an_odd_place_in_a_stream_is_none(paper: Paper, after: str) -> None:
    story = paper.add_story()
    paper.post(story, "Here")
    answer = paper.client.get(f"/api/v1/stories/{story.slug}/live?after={after}")
    assert (answer.status_code, answer.json()["count"]) == (200, 1)


@pytest.mark.parametrize(
    "text", [">", "> >", "-", "1.", "#", "```\n```", "` `", "[](http://a.example)", "&#8203;", "* *"]
)
def test_what_would_show_nothing_is_empty(paper: Paper, text: str) -> None:
    answer = paper.send(paper.add_story(), text)
    assert (answer.status_code, answer.json()["fields"].keys()) == (422, {"text"})


@pytest.mark.parametrize("text", ["> a", "***", "👍", "?", "- 1", "[a](http://a.example)", "&amp;", "`x`", "مرحبا"])
def test_the_least_that_shows_is_enough(paper: Paper, text: str) -> None:
    assert paper.send(paper.add_story(), text).status_code == 201


# --- bodies that stop half-way ---------------------------------------------------------------------


def sent(app: Any, pieces: Iterator[dict[str, Any]], method: str = "POST") -> list[dict[str, Any]]:
    """What is answered to a client that sends these pieces, and then nothing any more."""
    answers: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        for piece in pieces:
            return piece
        await asyncio.Event().wait()
        raise AssertionError

    async def send(message: dict[str, Any]) -> None:
        answers.append(message)

    head = {"http_version": "1.1", "headers": [(b"content-length", b"3")]}
    asyncio.run(Bodies(app, patience_s=0.01)({"type": "http", "method": method, **head}, receive, send))
    return answers


async def read_all(_scope: Any, receive: Callable[[], Any], send: Callable[[Any], Any]) -> None:
    try:
        while (await receive()).get("more_body"):
            pass
    except Exception:  # as the framework does
        await send({"status": 500})
    await send({"status": 200})


def test_a_body_that_does_not_come_is_given_up() -> None:
    piece = {"type": "http.request", "body": b"a", "more_body": True}
    assert [one.get("status") for one in sent(read_all, iter([piece]))] == [408, None]
    assert [one.get("status") for one in sent(read_all, iter([piece, {"type": "http.disconnect"}]))] == [408, None]
    assert sent(read_all, iter([piece, {"type": "http.request", "body": b""}])) == [{"status": 200}]


def test_who_is_cut_off_in_the_middle_of_sending_is_no_error_of_ours(
    own_paper: Paper, capfd: pytest.CaptureFixture[str]
) -> None:
    story = own_paper.add_story()
    for path in (f"/api/v1/stories/{story.slug}/comments", f"/stories/{story.slug}/comments"):
        with socket.create_connection(("127.0.0.1", own_paper.settings.port)) as client:
            head = f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n"
            client.sendall(head.encode() + b'{"text": "I was ab')
    own_paper.post(story, "The next one")
    assert "failed" not in "".join(capfd.readouterr())
    assert "1 comment" in own_paper.page(f"/stories/{story.slug}")


def test_who_is_answered_before_all_is_read_is_told_that_the_connection_ends(paper: Paper) -> None:
    path = f"/stories/{paper.add_story().slug}/comments"
    for length in ("Content-Length: 90000", "Transfer-Encoding: chunked"):
        with socket.create_connection(("127.0.0.1", paper.settings.port), 10) as client:
            form = "Content-Type: application/x-www-form-urlencoded"
            client.sendall(f"POST {path} HTTP/1.1\r\nHost: x\r\n{form}\r\n{length}\r\n\r\n".encode())
            client.sendall(b"11171\r\n" * ("chunked" in length) + b"text=" + b"x" * 70_000)
            told = client.makefile("rb").read().partition(b"\r\n\r\n")[0].lower()
        assert b" 413 " in told
        assert b"connection: close" in told
    whole = paper.client.post(path, data={"text": ""})
    refused = paper.client.post("/api/v1/stories/none/comments", json={"name": "A", "text": "b"})
    gone = paper.client.delete("/api/v1/comments/999999999")
    for answer, status in ((whole, 422), (refused, 404), (gone, 403)):
        assert answer.status_code == status
        assert "connection" not in answer.headers


# --- addresses ---------------------------------------------------------------------------------------


def statuses(base: str, *forwarded: list[tuple[str, str]]) -> list[int]:
    """A preview from each of these."""
    url = f"{base}/api/v1/preview"
    return [httpx.post(url, json={"text": "hello"}, headers=headers).status_code for headers in forwarded]


def test_the_limit_goes_by_what_the_trusted_proxy_says(tmp_path: Path) -> None:
    behind = Paper(tmp_path / "data", posts_per_minute=1, trusted_proxies=1).start()  # so 6 previews a minute
    own_line = [[("x-forwarded-for", f"192.0.2.{n}"), ("x-forwarded-for", "198.51.100.1")] for n in range(7)]
    assert statuses(behind.base, *own_line) == [200] * 6 + [429]
    same_line = [[("x-forwarded-for", f"192.0.2.{n}, 198.51.100.2")] for n in range(7)]
    assert statuses(behind.base, *same_line) == [200] * 6 + [429]
    one_network = [[("x-forwarded-for", f"2001:db8:0:1::{n:x}")] for n in range(7)]
    assert statuses(behind.base, *one_network, [("x-forwarded-for", "2001:db8:0:2::1")]) == [200] * 6 + [429, 200]
    behind.stop()


def test_without_proxies_nobody_chooses_an_address(tmp_path: Path) -> None:
    bare = Paper(tmp_path / "data", posts_per_minute=1).start()
    assert statuses(bare.base, *[[("x-forwarded-for", f"192.0.2.{n}")] for n in range(7)]) == [200] * 6 + [429]
    bare.stop()


NUMBERS = ("before", "after", "year", "days", "undone", "since", "until")


def addresses() -> Iterator[tuple[str, str]]:
    """(method, path with {names}) of all that the framework answers."""

    for found in ROUTES:
        if isinstance(found, Router):
            for one in found.routes:
                yield from ((method, one.path) for method in one.methods if method != "OPTIONS")
        else:
            yield from ((method, path) for method in found.http_methods for path in found.paths)


LEAVES = ("/api/v1/session", "/signout", "/me/sessions/", "/me/delete", "/api/v1/me/erasure")
"""Ends the sign-in of who asks."""


def asking(method: str, path: str, number: int) -> dict[str, Any]:
    """What each address takes, so that it is the number that is wrong."""
    if method == "GET":
        return {"params": {name: str(number) for name in NUMBERS}}
    if not path.startswith("/api/"):
        return {"data": {"did": str(number)}}
    if "/corrections/" in path:
        return {"json": {"became": "closed"}}
    bodies: dict[str, dict[str, Any]] = {
        "/parent": {"parent": number},
        "/following": {"kind": "story", "subject": number},
        "/notifications/read": {"up_to": number},
        "/featured": {"featured": True},
        "/vote": {"vote": "respect"},
        "/state": {"state": "removed"},
        "/comments": {"name": "Ada", "text": "An answer to nothing", "parent": number},
    }
    return {"json": next((body for end, body in bodies.items() if path.endswith(end)), {})}


def test_numbers_that_no_database_holds_are_refused_everywhere(own_paper: Paper) -> None:
    admin = enrol(own_paper, "Nora Quist", Role.ADMIN)
    story = own_paper.add_story()
    own_paper.post(story, "Here")
    reached: dict[int, list[str]] = defaultdict(list)
    for method, path in sorted(set(addresses())):
        if path.startswith(LEAVES):
            continue
        for number in (2**63, 10**40, -1):
            filled = re.sub(r"\{\w+:int\}", str(number), path).replace("{site:str}", "main")
            filled = filled.replace("{slug:str}", story.slug).replace("{queue:str}", "held")
            filled = re.sub(r"\{(\w+):\w+\}", "none", filled)
            options = asking(method, path, number)
            answer = admin.client.request(method, filled, **options)
            if answer.status_code in (401, 403):
                key = {"authorization": f"Bearer {own_paper.api_key}"}
                answer = admin.client.request(method, filled, **options, headers=key)
            reached[answer.status_code].append(f"{method} {filled}")
    assert [reached[status] for status in reached if status >= 500] == []
    assert len(reached[200]) > 100
    assert len(reached[401]) < 40, reached[401]
