"""Web push: asked for by a click, readable by one browser alone, sent once, and over when the browser is gone."""

import asyncio
import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import http_ece
import pytest

from belowline.actions import notify
from belowline.actions import push as act
from belowline.actions.push import Message
from belowline.rules import webpush
from belowline.store import jobs, pushes
from members import Member, embed_tokens, enrol, write
from paper import Paper
from post_office import wait_for
from push_service import Browser, PushService, who_signed

Post = tuple[Paper, PushService]
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def post(tmp_path: Path) -> Iterator[Post]:
    service = PushService()
    paper = Paper(tmp_path / "data", private_push=True).start()
    yield paper, service
    paper.stop()
    service.close()


@pytest.fixture
def by_hand(tmp_path: Path) -> Iterator[Post]:
    """The jobs are done when a test says so, and not while it moves the clock or mends the service."""
    service = PushService()
    paper = Paper(tmp_path / "data", private_push=True, worker=False).start()
    yield paper, service
    paper.stop()
    service.close()


def work(paper: Paper) -> None:
    """All jobs that are due, and those that follow from them."""
    while asyncio.run_coroutine_threadsafe(paper.house.jobs.once(), paper._loop).result(60):
        pass


def switch_on(member: Member, browser: Browser) -> None:
    answer = member.client.post("/api/v1/push", json=browser.subscription)
    assert answer.status_code == 204, answer.text


def follow(paper: Paper, service: PushService) -> tuple[Member, Member, Browser, str, int]:
    story = paper.add_story(title="The tide")
    ada, ben = enrol(paper, "Ada Morn"), enrol(paper, "Ben Dusk")
    ada.client.post("/api/v1/following", json={"kind": "story", "subject": story.id})
    browser = Browser(service, "ada")
    switch_on(ada, browser)
    return ada, ben, browser, story.slug, story.id


def say(ben: Member, slug: str, text: str) -> int:
    answer = ben.client.post(f"/api/v1/stories/{slug}/comments", json={"text": text})
    assert answer.status_code == 201
    return int(answer.json()["comment"]["id"])


def test_a_notice_comes_signed_and_readable_by_one_browser_alone(post: Post) -> None:
    paper, service = post
    ada, ben, browser, slug, _ = follow(paper, service)
    number = say(ben, slug, "Words for nobody's push service")
    wait_for(lambda: len(service.taken) == 1)
    path, headers, body = service.taken[0]
    assert path == "/send/ada"
    assert (headers["content-encoding"], headers["ttl"]) == ("aes128gcm", "86400")
    told = browser.read(body)
    assert told.pop("tag") == headers["topic"]
    assert told == {"title": "Ben Dusk: The tide", "url": f"{paper.base}/comments/{number}"}
    key = ada.client.get("/api/v1/push").json()
    claims = who_signed(headers, key["key"])
    assert key["on"]
    assert claims["aud"] == f"http://127.0.0.1:{service.port}"
    assert claims["sub"].startswith("mailto:")
    assert claims["exp"] < (paper.clock() + 24 * HOUR).timestamp()
    with pytest.raises(http_ece.ECEException):
        Browser(service, "somebody").read(body)
    assert b"tide" not in body
    assert key["key"] == enrol(paper, "Cleo").client.get("/api/v1/push").json()["key"], "one key, kept"


def test_many_at_once_are_one_and_nothing_is_told_twice(by_hand: Post) -> None:
    paper, service = by_hand
    ada, ben, browser, slug, _ = follow(paper, service)
    service.status = 503
    say(ben, slug, "First")
    work(paper)
    assert any(job.error for job in paper.read(jobs.all_waiting))
    tried = service.asked[0]
    say(ben, slug, "Second")
    say(ben, slug, "Third")
    service.status = 201
    paper.clock.ahead += HOUR
    work(paper)
    assert paper.read(jobs.waiting) == 0
    told = [browser.read(body) for _, _, body in service.taken]
    again = browser.read(tried[2])
    assert again in told, "the second try says the same, under the same tag"
    assert len({one["tag"] for one in told}) == len(told)
    more = [one for one in told if one != again]
    assert more
    assert {one["title"] for one in more} <= {"Ben Dusk: The tide", "2 new comments: The tide"}
    many = len(service.taken)
    ada.client.post("/api/v1/notifications/read", json={"up_to": 2**50})
    paper.clock.ahead += HOUR
    work(paper)
    assert paper.read(jobs.waiting) == 0
    assert len(service.taken) == many


def test_a_message_that_arrives_does_not_stand_for_one_that_does_not(by_hand: Post) -> None:
    """Two are under way at once: one that is tried again, and one of what came since."""
    paper, service = by_hand
    _, ben, _, slug, _ = follow(paper, service)
    (push,) = paper.read(pushes.of_follower, 1)

    def take(job: int) -> Message | None:
        taken = write(paper, act.take, push, job, paper.base)
        return taken and taken[1]

    def noted(text: str) -> int:
        comment = say(ben, slug, text)
        write(paper, notify.tell, comment, 0, paper.clock())
        return comment

    first = noted("First")
    one = take(1001)
    assert one
    assert one.url == f"{paper.base}/comments/{first}"
    noted("Second")
    both = take(1002)
    assert both
    assert both.title == "2 new comments: The tide"
    write(paper, pushes.told, push, 1001)
    assert take(1002) == both, "the service refused it, and it is tried again"
    write(paper, pushes.told, push, 1002)
    assert take(1003) is None


@pytest.mark.parametrize("status", [404, 410])
def test_a_browser_that_is_gone_is_forgotten(post: Post, status: int) -> None:
    paper, service = post
    ada, ben, _, slug, _ = follow(paper, service)
    service.status = status
    say(ben, slug, "To nobody")
    wait_for(lambda: not ada.client.get("/api/v1/push").json()["on"])
    say(ben, slug, "Again to nobody")
    wait_for(lambda: paper.read(jobs.waiting) == 0)
    assert len(service.asked) == 1


def test_too_much_at_once_is_tried_later(post: Post) -> None:
    paper, service = post
    _, ben, browser, slug, _ = follow(paper, service)
    service.status = 429
    say(ben, slug, "Later")
    wait_for(lambda: any(job.error for job in paper.read(jobs.all_waiting)))
    service.status = 201
    paper.clock.ahead += HOUR
    wait_for(lambda: len(service.taken) == 1)
    assert browser.read(service.taken[0][2])["title"] == "Ben Dusk: The tide"


def test_it_is_switched_off_by_its_switch_and_by_signing_out(post: Post) -> None:
    paper, service = post
    ada, ben, browser, slug, _ = follow(paper, service)
    page = ada.client.get("/following").text
    assert 'data-push="on"' in page
    assert "notices.js" in page
    assert ada.client.delete("/api/v1/push").status_code == 204
    assert 'data-push="off"' in ada.client.get("/following").text
    switch_on(ada, browser)
    ada.client.post("/signout")
    say(ben, slug, "To nobody")
    wait_for(lambda: paper.read(jobs.waiting) == 0)
    assert service.asked == []


def test_bad_subscriptions_are_refused(post: Post) -> None:
    paper, service = post
    ada = enrol(paper, "Ada Morn")
    good = Browser(service, "ada").subscription
    keys = dict(good["keys"])  # type: ignore[call-overload]
    bad = [
        {**good, "endpoint": "javascript:alert(1)"},
        {**good, "endpoint": "https://user@push.example/x"},
        {**good, "endpoint": f"https://push.example/{'x' * 2000}"},
        {**good, "keys": {**keys, "p256dh": keys["p256dh"][:-4]}},
        {**good, "keys": {**keys, "p256dh": "A" * 87}},
        {**good, "keys": {**keys, "auth": "AA"}},
        {**good, "keys": {**keys, "auth": "not base64 at all!"}},
    ]
    for one in bad:
        assert ada.client.post("/api/v1/push", json=one).status_code == 422, one
    assert paper.client.post("/api/v1/push", json=good).status_code == 401
    token = {"authorization": f"Bearer {embed_tokens(paper, ada).access}"}
    assert paper.client.post("/api/v1/push", json=good, headers=token).status_code == 403, "own pages only"
    with pytest.raises(Exception, match="subscription"):
        webpush.check("http://push.example/x", **keys, private=False)


def test_a_private_address_is_not_asked(tmp_path: Path) -> None:
    """Where the operator has not allowed it, an endpoint in our own network gets nothing and is forgotten."""
    service = PushService()
    paper = Paper(tmp_path / "data").start()
    story = paper.add_story()
    ada = enrol(paper, "Ada Morn")
    ada.client.post("/api/v1/following", json={"kind": "story", "subject": story.id})
    browser = Browser(service, "ada")
    assert ada.client.post("/api/v1/push", json=browser.subscription).status_code == 422
    inside = {**browser.subscription, "endpoint": f"https://127.0.0.1:{service.port}/send/ada"}
    assert ada.client.post("/api/v1/push", json=inside).status_code == 204
    paper.post(story, "Into our own network?", name="Ben")
    wait_for(lambda: not ada.client.get("/api/v1/push").json()["on"])
    assert service.asked == []
    paper.stop()
    service.close()


def test_the_helper_is_ours_and_small(post: Post) -> None:
    paper, _ = post
    answer = paper.client.get("/push.js")
    assert answer.headers["content-type"].startswith("text/javascript")
    assert "sandbox" not in answer.headers["content-security-policy"]
    assert len(answer.content) < 1500
    assert "push" not in paper.client.get("/").text
