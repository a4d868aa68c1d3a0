"""Bad input: a clear error, and nothing written."""

import json

import httpx
import pytest

from paper import Paper

BAD_TEXTS = ["", "   \n\t ", "a" * 10_001, "bell \x07", "nul \x00", "\u200b\u200d"]


@pytest.mark.parametrize("text", BAD_TEXTS)
def test_texts_that_are_refused(paper: Paper, text: str) -> None:
    story = paper.add_story()
    answer = paper.send(story, text)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["fields"]["text"]
    assert paper.client.get(f"/api/v1/stories/{story.slug}").json()["comment_count"] == 0


@pytest.mark.parametrize(
    "name", ["", " ", "x" * 61, "The Edit0rs", "THE EVENING LAMP", "Тhе Editоrs", "a\u202eb\u0007"]
)
def test_names_that_are_refused(paper: Paper, name: str) -> None:
    story = paper.add_story()
    answer = paper.send(story, "Hello", name=name)
    assert answer.status_code == 422
    assert set(answer.json()["fields"]) == {"name"}


def test_parents_that_are_refused(paper: Paper) -> None:
    here, there = paper.add_story(), paper.add_story()
    other = paper.post(there, "In another story")
    for parent in (other, 2**50, 10**30, -1, 0):
        answer = paper.send(here, "An answer to nothing", parent=parent)
        assert answer.status_code in (400, 422), (parent, answer.text)
    assert paper.client.get(f"/api/v1/stories/{here.slug}").json()["comment_count"] == 0


def test_unknown_stories_and_comments(paper: Paper) -> None:
    answer = paper.client.post("/api/v1/stories/nowhere/comments", json={"name": "A", "text": "b"})
    assert (answer.status_code, answer.json()["code"]) == (404, "unknown-story")
    for path in (
        "/stories/nowhere",
        "/comments/999999999",
        "/comments/0",
        f"/comments/{2**70}",
        "/sites/none",
        "/nothing",
    ):
        page = paper.client.get(path)
        assert page.status_code in (400, 404), path
        assert page.headers["content-type"].startswith("text/html")
    for path in ("/api/v1/stories/nowhere", "/api/v1/comments/999999999", "/embed/discussion?story=none"):
        problem = paper.client.get(path)
        assert problem.status_code == 404
        assert problem.json()["status"] == 404


def test_closed_discussions_take_nothing(paper: Paper) -> None:
    story = paper.add_story(closing="closed")
    answer = paper.send(story, "Let me in")
    assert (answer.status_code, answer.json()["code"]) == (409, "discussion-closed")
    form = paper.client.post(f"/stories/{story.slug}/comments", data={"name": "A", "text": "Let me in"})
    assert form.status_code == 409
    assert "Let me in" in form.text
    assert "closed" in form.text


def test_who_comes_too_late_to_reply_finds_back_to_the_discussion(paper: Paper) -> None:
    story = paper.add_story()
    parent = paper.post(story, "Answer me")
    closing = {"closing": "closed"}
    paper.client.put(f"/api/v1/stories/{story.slug}/closing", json=closing, headers=paper.operator)
    answer = paper.client.get(f"/comments/{parent}/reply")
    assert answer.status_code == 409
    assert "This discussion is closed" in answer.text
    assert f'href="/comments/{parent}#discussion"' in answer.text
    form = {"name": "A", "text": "What I thought", "parent": str(parent)}
    sent = paper.client.post(f"/stories/{story.slug}/comments", data=form)
    assert sent.status_code == 409
    assert "What I thought</textarea>" in sent.text
    assert f'href="/stories/{story.slug}#discussion"' in sent.text


def test_what_was_typed_too_late_is_given_back(own_paper: Paper) -> None:
    story = own_paper.add_story()
    form = {"name": "Ada", "text": "First words", "key": "k"}
    sent = own_paper.client.post(f"/stories/{story.slug}/comments", data=form)
    edit = sent.headers["location"].replace("/mine", "/edit")
    assert own_paper.client.get(edit).status_code == 200
    own_paper.client.cookies.clear()
    late = own_paper.client.post(edit, data={"text": "Better <words>\nin two lines"})
    assert late.status_code == 404
    assert "What you wrote" in late.text
    assert "Better &lt;words&gt;\nin two lines</textarea>" in late.text


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"[]",
        b'"text"',
        b'{"name":"A","text":"b","admin":true}',
        b'{"name":"A","text":5}',
        b'{"name":"A"}',
        b'{"name":"A","text":"b","parent":"1"}',
        b'{"name":"A","text":"\\ud800"}',
        b'{"name":"A","text":"\xff\xfe"}',
        b'{"name":"A","text":"b","lang":"no such language!"}',
        b'{"name":"A","text":"b","key":"' + b"k" * 201 + b'"}',
        b"[" * 50_000,
    ],
)
def test_bodies_that_are_refused(paper: Paper, body: bytes) -> None:
    story = paper.add_story()
    headers = {"content-type": "application/json"}
    answer = paper.client.post(f"/api/v1/stories/{story.slug}/comments", content=body, headers=headers)
    assert answer.status_code in (400, 422), answer.text
    assert json.loads(answer.content)["status"] == answer.status_code
    assert paper.client.get(f"/api/v1/stories/{story.slug}").json()["comment_count"] == 0


@pytest.mark.parametrize("kind", [None, "text/plain", "application/x-www-form-urlencoded", "application/jsonp"])
def test_json_that_does_not_say_so_is_refused(paper: Paper, kind: str | None) -> None:
    """A page of another origin may send it without asking first."""
    story = paper.add_story()
    headers = {"content-type": kind} if kind else {}
    body = b'{"name":"Ada","text":"Sent as something else"}'
    for path in (f"/api/v1/stories/{story.slug}/comments", "/api/v1/preview", "/api/v1/stories"):
        answer = paper.client.post(path, content=body, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (415, "not-json"), path
        assert answer.headers["content-type"] == "application/problem+json"
        assert "application/json" in answer.json()["detail"]
    assert paper.client.get(f"/api/v1/stories/{story.slug}").json()["comment_count"] == 0


@pytest.mark.parametrize(
    "kind",
    ["application/json; charset=utf-8", "Application/JSON", "application/json;charset=UTF-8", "application/ld+json"],
)
def test_json_may_be_said_in_several_ways(paper: Paper, kind: str) -> None:
    story = paper.add_story()
    body = b'{"name":"Ada","text":"Sent as JSON"}'
    answer = paper.client.post(f"/api/v1/stories/{story.slug}/comments", content=body, headers={"content-type": kind})
    assert answer.status_code == 201
    answer = paper.client.post("/api/v1/preview", content=b'{"text":"x"}', headers={"content-type": kind})
    assert answer.status_code == 200


def test_bodies_over_64_kib(paper: Paper) -> None:
    story = paper.add_story()
    answer = paper.send(story, "x" * 70_000)
    assert answer.status_code == 413
    form = paper.client.post(f"/stories/{story.slug}/comments", data={"name": "A", "text": "x" * 70_000})
    assert form.status_code == 413


def test_other_sites_pages_cannot_post(paper: Paper) -> None:
    story = paper.add_story()
    address = f"/api/v1/stories/{story.slug}/comments"
    for origin in ("https://evil.example", "null", paper.base + ".evil.example", "ftp://x"):
        answer = paper.client.post(address, json={"name": "A", "text": "b"}, headers={"origin": origin})
        assert (answer.status_code, answer.json()["code"]) == (403, "origin-not-allowed")
        form = paper.client.post(
            f"/stories/{story.slug}/comments", data={"name": "A", "text": "b"}, headers={"origin": origin}
        )
        assert form.status_code == 403
    own = paper.client.post(address, json={"name": "A", "text": "b"}, headers={"origin": paper.base})
    assert own.status_code == 201


def test_too_many_from_one_address(own_paper: Paper) -> None:
    own_paper.house.posts._most = 3
    story = own_paper.add_story()
    for n in range(3):
        own_paper.post(story, f"Number {n}")
    answer = own_paper.send(story, "Number 4")
    assert answer.status_code == 429
    assert 0 < int(answer.headers["retry-after"]) <= 61
    form = own_paper.client.post(f"/stories/{story.slug}/comments", data={"name": "A", "text": "Kept for later"})
    assert form.status_code == 429
    assert "Kept for later" in form.text
    assert int(form.headers["retry-after"]) > 0


@pytest.mark.parametrize("after", ["x", "1", "1.", ".1", "1.x", "9" * 40 + ".1", "1.1.1", "٣.٣", "--1.2"])
def test_places_that_are_none(paper: Paper, after: str) -> None:
    story = paper.add_story()
    assert paper.client.get(f"/stories/{story.slug}", params={"after": after}).status_code == 400


def test_orders_that_are_none(paper: Paper) -> None:
    story = paper.add_story()
    assert paper.client.get(f"/stories/{story.slug}?order=loudest").status_code == 400
    assert paper.client.get(f"/api/v1/stories/{story.slug}/comments?order=loudest").json()["fields"]["order"]


def test_stories_need_the_newsrooms_key(paper: Paper) -> None:
    for headers in ({}, {"authorization": "Bearer wrong"}, {"authorization": "Basic x"}):
        answer = paper.client.post("/api/v1/stories", json={"title": "Fake"}, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (403, "key-needed")


def test_pages_forbid_what_they_do_not_need(paper: Paper) -> None:
    story = paper.add_story()
    for path in ("/", f"/stories/{story.slug}", "/nothing"):
        policy = paper.client.get(path).headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "script-src 'self'" in policy
        assert "unsafe" not in policy


def test_methods_that_an_address_does_not_take(paper: Paper) -> None:
    assert paper.client.put("/").status_code == 405
    answer = paper.client.request("PURGE", "/api/v1/stories")
    assert isinstance(answer, httpx.Response)
    assert answer.status_code in (404, 405, 501)
