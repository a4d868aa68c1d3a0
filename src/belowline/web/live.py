"""Live: who listens to a story hears of new comments within a second, by server-sent events.

A listener costs one parked coroutine and the server's own connection, about 26 KB together. What is
told is small: which comments are new and in which threads; their HTML comes from the shelf.

All belongs to the event loop's thread.
"""

import asyncio
import contextlib
import time
from collections import deque
from collections.abc import Iterable
from typing import Any

import msgspec
import structlog

from belowline.errors import NotFound, TooMany
from belowline.snapshots.serve import Receive, Send
from belowline.store import news, stories
from belowline.store.db import Database

EVERY_S = 1.0  # one story tells at most once in it
MOMENT_S = 0.05  # what is written within it is told together
HEARTBEAT_S = 20  # shorter than the patience of common proxies (30 s and more)
AT_ONCE = 250  # listeners told before others have a turn
MOST_LISTENERS = 20_000

PLAIN = [
    (b"access-control-allow-origin", b"*"),
    (b"cache-control", b"no-store"),
    (b"x-content-type-options", b"nosniff"),
]
_STREAM = [*PLAIN, (b"content-type", b"text/event-stream"), (b"x-accel-buffering", b"no")]
_START = {"type": "http.response.start", "status": 200, "headers": _STREAM}
_HELLO = {"type": "http.response.body", "body": b"retry: 4000\n: listening\n\n", "more_body": True}
_BEAT = {"type": "http.response.body", "body": b":\n\n", "more_body": True}
_END = {"type": "http.response.body", "body": b"", "more_body": False}

log = structlog.get_logger()


class Channel:
    """One story's listeners, and what they have not been told."""

    __slots__ = ("changed", "listeners", "newest", "recent", "story_id", "told_at", "unsure", "users")

    def __init__(self, story_id: int, newest: int) -> None:
        self.story_id = story_id
        self.newest = newest
        """The last comment told of."""
        self.listeners: set[Send] = set()
        self.recent: deque[int] = deque(maxlen=2 * news.MOST)
        """Comments told of lately: an edit touches them again."""
        self.users = 0
        """Requests that hold it, whether they listen yet or not."""
        self.changed: set[int] = set()
        """Comments that were touched."""
        self.unsure = True
        """We may not have been told of all: ask for all that is new."""
        self.told_at = 0.0

    @property
    def waits(self) -> bool:
        return self.unsure or bool(self.changed)


class Live:
    def __init__(self, db: Database) -> None:
        self._db = db
        self._channels: dict[int, Channel] = {}
        self._by_slug: dict[str, Channel] = {}
        self._wake = asyncio.Event()
        self._closing = False

    @property
    def listeners(self) -> int:
        return sum(len(channel.listeners) for channel in self._channels.values())

    def hear(self, tags: Iterable[str]) -> None:
        """What the shelf was told to touch: `story:7` with `comment:123`; `*` for another process' writes."""
        if not self._channels:
            return
        by_kind: dict[str, list[int]] = {"story": [], "comment": []}
        for tag in tags:
            kind, _, number = tag.partition(":")
            if kind in by_kind:
                by_kind[kind].append(int(number))
            elif tag == "*":
                for channel in self._channels.values():
                    channel.unsure = True
                self._wake.set()
        for story_id in by_kind["story"]:
            if (met := self._channels.get(story_id)) and by_kind["comment"]:
                met.changed.update(by_kind["comment"])
                self._wake.set()

    async def run(self) -> None:
        """Tells, and keeps connections warm, until cancelled."""
        beat_at = time.monotonic() + HEARTBEAT_S
        while True:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), EVERY_S)
                await asyncio.sleep(MOMENT_S)
            self._wake.clear()
            try:
                await self._tell_all()
                if time.monotonic() >= beat_at:
                    beat_at = time.monotonic() + HEARTBEAT_S
                    for channel in list(self._channels.values()):
                        await _send_to(channel, _BEAT)
            except Exception:  # the database is busy: the next round tells it
                log.exception("telling listeners failed")

    async def close(self) -> None:
        """Ends every stream; browsers come back by themselves, to whoever serves then."""
        self._closing = True
        for channel in list(self._channels.values()):
            await _send_to(channel, _END)

    async def _tell_all(self) -> None:
        now = time.monotonic()
        for channel in [one for one in self._channels.values() if one.waits]:
            rest = channel.told_at + EVERY_S - now
            if rest > 0:
                asyncio.get_running_loop().call_later(rest, self._wake.set)
                continue
            ids = sorted(channel.changed.difference(channel.recent))
            after = channel.newest if channel.unsure else None
            channel.changed, channel.unsure = set(), False
            try:
                found = await self._db.read(news.of, channel.story_id, ids, after)
            except Exception:
                channel.changed.update(ids)
                channel.unsure |= after is not None
                raise
            if found.ids:
                channel.recent.extend(found.ids)
                channel.told_at = time.monotonic()
                channel.newest = max([channel.newest, *found.ids])
                await _send_to(channel, _event(channel.newest, found))

    # --- one request --------------------------------------------------------------------------------

    async def listen(self, slug: str, after: int | None, receive: Receive, send: Send) -> None:
        """One listener, until it goes; first what came after the comment `after`.

        Raises TooMany and NotFound before anything is sent.
        """
        if self._closing or self.listeners >= MOST_LISTENERS:
            raise TooMany("Too many listen already; poll instead.", retry_after=30)
        channel = await self._channel(slug)
        try:
            seen = channel.newest if after is None else after
            await send(_START)
            await send(_HELLO)
            while seen < (newest := channel.newest):  # others may be told of more while this one is sent what it missed
                found = await self._db.read(news.since, channel.story_id, seen)
                if found.ids:
                    await send(_event(newest, found))
                seen = newest
            channel.listeners.add(send)
            while (await receive())["type"] != "http.disconnect":
                pass
        finally:
            channel.listeners.discard(send)
            channel.users -= 1
            if not channel.users:
                self._channels.pop(channel.story_id, None)
                self._by_slug.pop(slug, None)

    async def poll(self, slug: str, after: int) -> news.News:
        """What came after the comment `after`, and how many there are. Raises NotFound."""
        return await self._db.read(_poll, slug, after)

    async def _channel(self, slug: str) -> Channel:
        known = self._by_slug.get(slug)
        if known is None:
            story_id, newest = await self._db.read(_find, slug)
            known = self._channels.setdefault(story_id, Channel(story_id, newest))
            self._by_slug[slug] = known
            self._wake.set()
        known.users += 1
        return known


def _find(conn: Any, slug: str) -> tuple[int, int]:
    story = stories.by_slug(conn, slug)
    if story is None:
        raise NotFound("There is no such story.", code="unknown-story")
    return story.id, news.newest(conn, story.id)


def _poll(conn: Any, slug: str, after: int) -> news.News:
    return news.since(conn, _find(conn, slug)[0], after)


def _event(newest: int, found: news.News) -> dict[str, Any]:
    data = b"event: comment\nid: %d\ndata: %b\n\n" % (newest, msgspec.json.encode(found))
    return {"type": "http.response.body", "body": data, "more_body": True}


async def _send_to(channel: Channel, message: dict[str, Any]) -> None:
    for number, send in enumerate(list(channel.listeners), 1):
        try:
            await send(message)
        except Exception:  # it has gone; its own coroutine notices too
            channel.listeners.discard(send)
        if number % AT_ONCE == 0:
            await asyncio.sleep(0)
