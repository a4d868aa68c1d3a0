"""Listeners hear of new comments: once a second at most, nothing missed, nothing of what is not published."""

import asyncio
import itertools
import json
import queue
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from belowline.actions import comments as act
from belowline.errors import Unavailable
from belowline.model.comment import State
from belowline.store import news
from belowline.store.db import Database
from belowline.web import live
from belowline.web.live import Live
from paper import Paper
from post_office import wait_for

STREAM = {"accept": "text/event-stream"}


class Ear:
    """Listens on a thread of its own; `events` are (seconds, event id, news)."""

    def __init__(self, base: str, slug: str, after: int | None = None, **headers: str) -> None:
        self.events: queue.Queue[tuple[float, str, dict[str, Any]]] = queue.Queue()
        self.listening = threading.Event()
        self.ended = threading.Event()
        self.headers: httpx.Headers | None = None
        query = {} if after is None else {"after": after}
        self._client = httpx.Client(base_url=base, timeout=30)
        self._ask = ("GET", f"/api/v1/stories/{slug}/live"), {"params": query, "headers": STREAM | headers}
        threading.Thread(target=self._run, daemon=True).start()
        assert self.listening.wait(30)

    def _run(self) -> None:
        (method, path), options = self._ask
        try:
            with self._client.stream(method, path, **options) as answer:
                self.headers = answer.headers
                self._socket = answer.extensions["network_stream"].get_extra_info("socket")
                fields: dict[str, str] = {}
                for line in answer.iter_lines():
                    self.listening.set()
                    name, _, value = line.partition(": ")
                    fields[name] = value
                    if not line and "data" in fields:
                        self.events.put((time.monotonic(), fields["id"], json.loads(fields["data"])))
                        fields = {}
        except httpx.HTTPError:
            pass
        self.ended.set()

    def hear(self, timeout: float = 20) -> tuple[float, str, dict[str, Any]]:
        return self.events.get(timeout=timeout)

    def close(self) -> None:
        """As a closed tab does."""
        self._socket.shutdown(socket.SHUT_RDWR)
        assert self.ended.wait(20)
        self._client.close()


@contextmanager
def listening(paper: Paper, slug: str, after: int | None = None, **headers: str) -> Iterator[Ear]:
    ear = Ear(paper.base, slug, after, **headers)
    yield ear
    ear.close()


def test_a_listener_hears_what_is_new_within_a_second(paper: Paper) -> None:
    story = paper.add_story()
    root = paper.post(story, "The first word")
    with listening(paper, story.slug) as ear:
        reply = paper.post(story, "An answer", parent=root)
        written = time.monotonic()
        heard, last, news = ear.hear()
        assert heard - written < 1.5
        assert news == {"count": 2, "ids": [reply], "roots": [root]}
        assert last == str(reply)
        assert ear.headers is not None
        assert ear.headers["access-control-allow-origin"] == "*"
        assert "set-cookie" not in ear.headers


def test_many_comments_are_told_together_once_a_second(paper: Paper, monkeypatch: pytest.MonkeyPatch) -> None:
    story = paper.add_story()
    times: set[float] = set()
    event = live._event

    def noting(newest: int, found: Any) -> dict[str, Any]:
        """When the server tells: when a listener's thread hears of it is the machine's business."""
        times.add(paper.house.live._by_slug[story.slug].told_at)
        return event(newest, found)

    monkeypatch.setattr(live, "_event", noting)
    with listening(paper, story.slug) as ear:
        ids: list[int] = []
        began = time.monotonic()
        while (took := time.monotonic() - began) < 2.5 or len(ids) <= 10:
            ids.append(paper.post(story, f"Thought {len(ids)}"))
            time.sleep(0.03)
        told: list[int] = []
        while told != ids:
            told += ear.hear()[2]["ids"]
        assert len(times) <= took + 2
        assert all(b - a > 0.99 for a, b in itertools.pairwise(sorted(times)))


def test_other_stories_and_held_comments_are_not_told(own_paper: Paper) -> None:
    own_paper.set_policy(hold_links_from=1)
    story, other = own_paper.add_story(), own_paper.add_story()
    with listening(own_paper, story.slug) as ear:
        own_paper.post(other, "Elsewhere")
        held = own_paper.send(story, "See https://a.example/").json()["comment"]
        assert held["state"] == "held"
        shown = own_paper.post(story, "In the open")
        assert ear.hear()[2]["ids"] == [shown]
        own_paper.client.put(
            f"/api/v1/comments/{held['id']}/state", json={"state": "published"}, headers=own_paper.operator
        )
        news = ear.hear()[2]
        assert news["ids"] == [held["id"]], "approved later, told then"
        assert news["count"] == 2
        assert ear.events.empty()


def test_who_comes_back_hears_what_was_missed(paper: Paper) -> None:
    story = paper.add_story()
    first, second, third = (paper.post(story, f"Number {n}") for n in range(3))
    with listening(paper, story.slug, after=first) as ear:
        assert ear.hear()[2]["ids"] == [second, third]
    with listening(paper, story.slug, after=first, **{"last-event-id": str(second)}) as ear:
        assert ear.hear()[2]["ids"] == [third], "the last event counts, not the page"


def test_what_another_process_writes_is_told(own_paper: Paper) -> None:
    story = own_paper.add_story()
    with listening(own_paper, story.slug) as ear:
        db = Database(own_paper.settings.database)
        with db.transaction() as conn:
            new = act.NewComment(name="Ada", text="By another process")
            posted = act.post(conn, story.slug, new, act.Caller(), own_paper.clock())
        db.close()
        assert posted.comment.state == State.PUBLISHED
        assert ear.hear()[2]["ids"] == [posted.comment.id]


def test_polling_tells_the_same(paper: Paper) -> None:
    story = paper.add_story()
    first, second = (paper.post(story, f"Number {n}") for n in range(2))
    path = f"/api/v1/stories/{story.slug}/live"
    assert paper.client.get(path, params={"after": first}).json() == {"count": 2, "ids": [second], "roots": [second]}
    elsewhere = paper.post(paper.add_story(), "Elsewhere")
    for nonsense in ["", "-1", "x", "9" * 40, str(elsewhere)]:
        assert paper.client.get(path, params={"after": nonsense}).json() == {"count": 2, "ids": [], "roots": []}


def test_what_is_told_while_a_listener_is_welcomed_reaches_it_too(paper: Paper) -> None:
    story = paper.add_story()
    first = paper.post(story, "Before")
    db = Database(paper.settings.database)
    heard: list[bytes] = []
    missed: list[int] = []

    async def meet() -> None:
        own = Live(db)
        telling = asyncio.create_task(own.run())

        async def send(message: Any) -> None:
            heard.append(message.get("body", b""))
            if not missed:
                missed.append(await asyncio.to_thread(paper.post, story, "Meanwhile"))
                own.hear([f"story:{story.id}", f"comment:{missed[0]}"])
                while own._by_slug[story.slug].newest < missed[0]:  # those who listen already are told
                    await asyncio.sleep(0.01)

        async def receive() -> Any:
            return {"type": "http.disconnect"}

        await own.listen(story.slug, first, receive, send)
        telling.cancel()

    asyncio.run(asyncio.wait_for(meet(), 60))
    db.close()
    assert f"id: {missed[0]}\n".encode() in heard[-1]


def test_what_could_not_be_read_is_told_by_the_next_round(own_paper: Paper, monkeypatch: pytest.MonkeyPatch) -> None:
    story, house = own_paper.add_story(), own_paper.house
    read, refused = house.db.read, list[Any]()

    async def refuse_once(work: Any, *args: Any) -> Any:
        if work is news.of and args[1] and not refused:
            refused.append(args)
            raise Unavailable("The database is busy.")
        return await read(work, *args)

    with listening(own_paper, story.slug) as ear:
        first = own_paper.post(story, "Told at once")
        assert ear.hear(20)[2]["ids"] == [first]  # the round that every listener begins with is over
        monkeypatch.setattr(house.db, "read", refuse_once)
        number = own_paper.post(story, "Told after all")
        assert ear.hear(20)[2]["ids"] == [number]
    assert refused


def test_an_unknown_story_is_a_plain_error(paper: Paper) -> None:
    for headers in ({}, STREAM):
        answer = paper.client.get("/api/v1/stories/none-such/live", headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (404, "unknown-story")


def test_listeners_go_with_their_tab_and_at_shutdown(tmp_path: Path) -> None:
    paper = Paper(tmp_path / "data").start()
    story = paper.add_story()
    ears = [Ear(paper.base, story.slug) for _ in range(3)]
    served = paper.house.live
    wait_for(lambda: served.listeners == 3)
    ears[0].close()
    wait_for(lambda: served.listeners == 2)
    paper.stop()
    assert not paper._thread.is_alive(), "open streams do not hold the server up"
    assert all(ear.ended.wait(20) for ear in ears[1:])
    assert served.listeners == 0
