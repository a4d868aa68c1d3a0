"""The shelf under a crowd: what is read most is renewed first, and nobody's page waits for a stranger's thousands."""

import asyncio
import threading
import time

import pytest
import sqlalchemy as sa

from belowline.clock import now
from belowline.snapshots import shelf as shelves
from belowline.snapshots.shelf import Build, Key, Page, Shelf
from belowline.store.db import Database


class Builds:
    """Pages that take a while; counts how often each was built and how many at once."""

    def __init__(self, takes_s: float = 0.005) -> None:
        self.order: list[str] = []
        self.most = self._running = 0
        self._takes_s, self._lock = takes_s, threading.Lock()

    def of(self, path: str) -> tuple[Key, Build]:
        def build(_conn: sa.Connection) -> Page:
            with self._lock:
                self.order.append(path)
                self._running += 1
                self.most = max(self.most, self._running)
            time.sleep(self._takes_s)
            with self._lock:
                self._running -= 1
            return Page(path.encode(), (), frozenset({"story:1"}))

        return (path, b""), build


def test_a_stranger_s_thousands_keep_no_page_old(db: Database) -> None:
    async def work() -> None:
        builds, shelf = Builds(), Shelf(db, now, 2**26)
        strange = [f"/stories/a?after={n}" for n in range(300)]
        for path in [*strange, *strange[:150], "/unread", *["/stories/a"] * 9]:
            (await shelf.fetch(*builds.of(path))).reads += path != "/unread"
        builds.order.clear()
        shelf.touch({"story:1"})
        assert ("/unread", b"") not in shelf.ready
        running = asyncio.create_task(shelf.run())
        while any(one.old for one in shelf.ready.values()):
            await asyncio.sleep(0.01)
        running.cancel()
        assert builds.order[0] == "/stories/a"
        assert len(builds.order) < 60, "a round has an end"
        assert set(shelf.ready) == {(path, b"") for path in builds.order}

    asyncio.run(work())


def test_the_page_read_most_is_renewed_though_the_round_was_kept_waiting(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A busy machine gives the rebuilder no turn until its time is over."""
    monkeypatch.setattr(shelves, "ROUND_S", -1)

    async def work() -> None:
        builds, shelf = Builds(0), Shelf(db, now, 2**26)
        for path in ["/a", "/b", "/b"]:
            (await shelf.fetch(*builds.of(path))).reads += 1
        shelf.touch({"story:1"})
        running = asyncio.create_task(shelf.run())
        while any(one.old for one in shelf.ready.values()):
            await asyncio.sleep(0.01)
        running.cancel()
        assert builds.order == ["/a", "/b", "/b"]
        assert set(shelf.ready) == {("/b", b"")}

    asyncio.run(work())


def test_a_crowd_builds_each_page_once_and_leaves_a_reader_for_others(db: Database) -> None:
    async def work() -> None:
        builds, shelf = Builds(), Shelf(db, now, 2**26)
        await asyncio.gather(*(shelf.fetch(*builds.of(f"/{n % 50}")) for n in range(500)))
        assert sorted(builds.order) == sorted(f"/{n}" for n in range(50))
        assert builds.most < db.readers

    asyncio.run(work())


def test_a_flood_of_addresses_keeps_what_readers_need(db: Database) -> None:
    async def work() -> None:
        builds, shelf = Builds(0), Shelf(db, now, 100 * 2_010)
        for n in range(1000):
            (await shelf.fetch(*builds.of(f"/nobody/{n}"))).reads += 1
            if n % 20 == 0:
                (await shelf.fetch(*builds.of("/stories/a"))).reads += 1
        assert builds.order.count("/stories/a") == 1
        assert len(shelf.ready) <= 100

    asyncio.run(work())
