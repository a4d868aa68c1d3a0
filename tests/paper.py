"""A real server for the tests: Granian on a free port, SQLite in a folder of its own, a clock they can move."""

import asyncio
import contextlib
import datetime as dt
import itertools
import os
import socket
import threading
import time
from collections import deque
from pathlib import Path
from typing import Any

import httpx
from granian.constants import Interfaces
from granian.server.embed import Server

from belowline import clock
from belowline.actions import sites as site_act
from belowline.actions import stories as story_act
from belowline.model.site import Policy, Site
from belowline.model.story import Story
from belowline.settings import Settings
from belowline.store import migrate, sites
from belowline.store.check import wrong_counts
from belowline.store.db import Database
from belowline.web.app import make_app

UNHURRIED: dict[str, Any] = {"person_per_minute": 0, "address_per_minute": 0}
"""Tests send from one address, and more in a minute than people do."""


_ports = itertools.count(os.getpid() * 131)
_marks: deque[socket.socket] = deque()
MARKS = 64


def free_port() -> int:
    """Below those that the system gives to connections: otherwise another could have it before it is listened on. Two
    servers on one port would not notice, each gets some of the requests; so a process marks the last that it took by
    the UDP port of the same number, for others that look for one.
    """
    for number in _ports:
        port = 20_000 + number % 12_000
        mark = socket.socket(type=socket.SOCK_DGRAM)
        with contextlib.suppress(OSError), socket.socket() as probe:
            mark.bind(("127.0.0.1", port))
            probe.bind(("127.0.0.1", port))
            _marks.append(mark)
            if len(_marks) > MARKS:
                _marks.popleft().close()
            return port
        mark.close()
    raise AssertionError("there is always a next one")


class MovableClock:
    def __init__(self) -> None:
        self.ahead = dt.timedelta()

    def __call__(self) -> dt.datetime:
        return clock.now() + self.ahead

    def go_to_noon(self) -> None:
        """For a test that counts by days or years, before it begins: no midnight comes in between."""
        now = self()
        noon = now.replace(hour=12, minute=0, second=0, microsecond=0)
        self.ahead += (noon if noon > now else noon + dt.timedelta(days=1)) - now


class Paper:
    """A publication that serves: start it, post to it, look at it."""

    def __init__(self, data: Path, **settings: Any) -> None:
        port = free_port()
        self.settings = Settings(data=str(data), port=port, **{"posts_per_minute": 100_000, **settings})
        self.base = self.settings.base_url
        self.clock = MovableClock()
        self._numbers = itertools.count(1)
        migrate.upgrade(self.settings.database, clock.now())
        db = Database(self.settings.database)
        with db.transaction() as conn:
            if sites.first(conn) is None:
                site_act.add(conn, "main", "The Evening Lamp", "en", Policy(staff_names=("The Editors",), **UNHURRIED))
            self.api_key = sites.add_key(conn, "api", clock.now(), None)
        db.close()
        self.client = httpx.Client(base_url=self.base, timeout=20)

    def start(self) -> "Paper":
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), daemon=True)
        self._ready = threading.Event()
        self._thread.start()
        assert self._ready.wait(60)
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            try:
                self.client.get("/api/v1/counts?story=none")
                return self
            except httpx.TransportError:
                time.sleep(0.05)
        raise RuntimeError("the server did not answer")

    async def _serve(self) -> None:
        app, self.house = make_app(self.settings, self.clock)
        self._loop = asyncio.get_running_loop()
        self._server = Server(
            app, address="127.0.0.1", port=self.settings.port, interface=Interfaces.ASGI, log_enabled=False
        )
        self._ready.set()
        await self._server.serve()

    def stop(self) -> None:
        asyncio.run_coroutine_threadsafe(self.house.live.close(), self._loop).result(20)
        self._loop.call_soon_threadsafe(self._server.stop)
        self._thread.join(20)
        self.client.close()

    # --- what tests do ------------------------------------------------------------------------------

    def add_story(self, **fields: Any) -> Story:
        """A story as the newsroom adds it, by the API."""
        title = fields.pop("title", f"Story {next(self._numbers)} of the day")
        answer = self.client.post("/api/v1/stories", json={"title": title, **fields}, headers=self.operator)
        assert answer.status_code == 201, answer.text
        return self.read(story_act.access_slug, answer.json()["slug"])

    @property
    def operator(self) -> dict[str, str]:
        return {"authorization": f"Bearer {self.api_key}"}

    def send(
        self, story: Story, text: str, name: str = "Ada", parent: int | None = None, **more: Any
    ) -> httpx.Response:
        body = {"name": name, "text": text, "parent": parent, **more}
        return self.client.post(f"/api/v1/stories/{story.slug}/comments", json=body)

    def post(self, story: Story, text: str, name: str = "Ada", parent: int | None = None, **more: Any) -> int:
        answer = self.send(story, text, name, parent, **more)
        assert answer.status_code == 201, answer.text
        return int(answer.json()["comment"]["id"])

    def page(self, path: str) -> str:
        """A page that shows all that is committed here."""
        until = time.monotonic() + 30
        while True:
            ready = self.house.shelf.ready.get((path, b""))
            answer = self.client.get(path, params={"v": "now"} if "?" not in path else None)
            assert answer.status_code == 200, answer.text
            if not (ready and ready.old):
                return answer.text
            assert time.monotonic() < until  # some pages know no `v`: they are new in a moment
            time.sleep(0.02)

    def read(self, work: Any, *args: Any) -> Any:
        return self.house.db.read_now(work, *args)

    def set_policy(self, **changes: Any) -> Site:
        """As `belowline site set` does, from another process' connection."""
        db = Database(self.settings.database)
        with db.transaction() as conn:
            changed = site_act.set_policy(conn, "main", changes, clock.now())
        db.close()
        return changed

    def assert_counts_are_right(self) -> None:
        assert self.read(wrong_counts) == []
