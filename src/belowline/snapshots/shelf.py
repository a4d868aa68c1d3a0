"""The shelf of ready bytes: every anonymous view, rendered once per change.

A snapshot carries tags that say what it shows ("story:7", "thread:123", "site:1"). A write touches
tags; the snapshots that carry them are old from then on. Those that somebody has read since they were
built are rebuilt together within a moment, in the background, while the old bytes still answer; the
others are dropped and built when next asked for. So many posts in a moment cost one rebuild, and only
of pages that changed and are read. The most read come first, and a round has an end: whoever asks for
thousands of places in a discussion gets them, and keeps nobody's page old.

All methods belong to the event loop's thread; builds run on the database's reader threads.
"""

import asyncio
import contextlib
import datetime as dt
import hashlib
import time
import zlib
from collections import defaultdict
from collections.abc import Callable, Iterable

import brotli
import msgspec
import sqlalchemy as sa
import structlog
import zstandard

from belowline.clock import Clock
from belowline.errors import NotFound
from belowline.store.db import Database

Key = tuple[str, bytes]
"""Path and canonical query string, as the request has them."""

MOMENT_S = 0.05  # writes within it share one rebuild
LOOK_S = 0.5
REST, LONG_REST, LONG_REST_S = 19, 9, 0.3
"""The rebuilder rests this many times as long as it has worked, fewer times where that would be longer than the last:
a hot discussion cannot starve readers."""
ROUND_S = 0.1
"""What a round has not rebuilt within it is dropped, the least read; the most read is rebuilt in any case."""
OVERHEAD_BYTES = 2_000  # a snapshot's headers, tags and dictionary entries, about

log = structlog.get_logger()


class Page(msgspec.Struct, frozen=True):
    """What a build yields."""

    body: bytes
    headers: tuple[tuple[bytes, bytes], ...]
    """Content-Type, Cache-Control and what else belongs to this kind of page."""
    tags: frozenset[str]
    expires_at: dt.datetime | None = None
    """When time alone makes it old: a discussion that closes by age."""


Build = Callable[[sa.Connection], Page]

_COMPRESS: dict[bytes, Callable[[bytes], bytes]] = {
    b"br": lambda body: brotli.compress(body, quality=5),
    b"zstd": lambda body: zstandard.ZstdCompressor(level=6).compress(body),
    b"gzip": lambda body: zlib.compress(body, level=6, wbits=31),
}
IDENTITY = b"identity"


class Variant:
    """One snapshot in one encoding, as ready ASGI messages."""

    __slots__ = ("body", "etag", "not_modified", "start")

    def __init__(self, page: Page, digest: str, encoding: bytes) -> None:
        data = page.body if encoding == IDENTITY else _COMPRESS[encoding](page.body)
        self.etag = f'"{digest}-{encoding.decode()}"'.encode()
        headers = [*page.headers, (b"etag", self.etag), (b"vary", b"accept-encoding")]
        self.not_modified = {"type": "http.response.start", "status": 304, "headers": list(headers)}
        if encoding != IDENTITY:
            headers.append((b"content-encoding", encoding))
        headers.append((b"content-length", str(len(data)).encode()))
        self.start = {"type": "http.response.start", "status": 200, "headers": headers}
        self.body = {"type": "http.response.body", "body": data}


class Snapshot:
    """Ready bytes of one page, in the encodings that readers have asked for."""

    __slots__ = ("build", "digest", "old", "page", "reads", "variants")

    def __init__(self, page: Page, build: Build, encodings: Iterable[bytes]) -> None:
        self.page = page
        self.build = build
        self.digest = hashlib.blake2b(page.body, digest_size=12).hexdigest()
        self.variants = {encoding: Variant(page, self.digest, encoding) for encoding in encodings}
        self.reads = 0
        """How often it was read since it was built; halved whenever memory is short."""
        self.old = False
        """Something on it has changed; a rebuild is on its way."""

    def encode(self, encoding: bytes) -> Variant:
        """Compresses once; safe to call from any thread."""
        variant = Variant(self.page, self.digest, encoding)
        self.variants[encoding] = variant
        return variant

    @property
    def size(self) -> int:
        """Bytes it is charged with: the page, its encodings (a third each, about half of them asked for), the rest."""
        return len(self.page.body) * 3 // 2 + OVERHEAD_BYTES


class Shelf:
    def __init__(self, db: Database, clock: Clock, limit_bytes: int) -> None:
        self.ready: dict[Key, Snapshot] = {}
        self._db = db
        self._clock = clock
        self._limit = limit_bytes
        self._size = 0
        self._by_tag: defaultdict[str, set[Key]] = defaultdict(set)
        self._old: set[Key] = set()
        self._building: dict[Key, asyncio.Task[Snapshot]] = {}
        # Whatever crowd comes, one reader is left for others: 200 strangers who asked for thousands of pages that
        # nobody had built kept a reader of a ready page waiting for 1.5 s, and a post as long; so it is 7 and 32 ms.
        self._at_once = asyncio.Semaphore(max(1, db.readers - 1))
        self._touched_meanwhile: dict[Key, set[str]] = {}
        self._wake = asyncio.Event()
        self._foreign = 0
        self.told: Callable[[Iterable[str]], None] = lambda tags: None  # noqa: ARG005
        """Hears the tags of every touch, and "*" when everything may have changed: those who listen live."""

    async def fetch(self, key: Key, build: Build, fresh: bool = False) -> Snapshot:
        """The snapshot of `key`, built if it is not there; `fresh` waits for one that is not old.

        Raises what the build raises (NotFound and the like); nothing is kept then.
        """
        found = self.ready.get(key)
        if found and not (fresh and found.old):  # also where its rebuild has failed
            return found
        return await self._build_once(key, build)

    def touch(self, tags: Iterable[str]) -> None:
        """Something that these tags name has changed and is committed."""
        tags = set(tags)
        self.told(tags)
        for met in self._touched_meanwhile.values():
            met.update(tags)
        for tag in tags:
            for key in list(self._by_tag.get(tag, ())):
                self._make_old(key)

    def clear(self) -> None:
        """Everything may have changed: another process has written."""
        self.told(("*",))
        for met in self._touched_meanwhile.values():
            met.add("*")
        for key in list(self.ready):
            self._make_old(key)

    async def run(self) -> None:
        """The rebuilder: runs until cancelled. It looks around in a busy hour too, when something always wakes it."""
        looked = time.monotonic()
        while True:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), LOOK_S)
                await asyncio.sleep(MOMENT_S)
            if time.monotonic() - looked >= LOOK_S:
                self._look_around()
                looked = time.monotonic()
            self._wake.clear()
            started = time.perf_counter()
            await self._rebuild(sorted(self._old, key=lambda key: -self.ready[key].reads), started + ROUND_S)
            worked = time.perf_counter() - started
            await asyncio.sleep(min(worked * REST, max(worked * LONG_REST, LONG_REST_S)))

    # --- inside ------------------------------------------------------------------------------------

    def _make_old(self, key: Key) -> None:
        if self.ready[key].reads:
            self.ready[key].old = True
            self._old.add(key)
            self._wake.set()
        else:
            self._drop(key)

    def _look_around(self) -> None:
        """What no write of ours tells: other processes' commits, and discussions that close by age."""
        if self._db.foreign_commits != self._foreign:
            self._foreign = self._db.foreign_commits
            self.clear()
        now = self._clock()
        for key, snapshot in list(self.ready.items()):
            if snapshot.page.expires_at and snapshot.page.expires_at <= now:
                self._make_old(key)

    async def _rebuild(self, keys: list[Key], until: float) -> None:
        for place, key in enumerate(keys):
            if (snapshot := self.ready.get(key)) and key in self._old:
                if place and time.perf_counter() > until:
                    self._drop(key)
                    continue
                try:
                    await self._build_once(key, snapshot.build, ahead=True)
                except NotFound:
                    self._drop(key)
                except Exception:  # keep serving what was true a moment ago; the next touch tries again
                    log.exception("rebuild failed", path=key[0])
                    self._old.discard(key)

    async def _build_once(self, key: Key, build: Build, ahead: bool = False) -> Snapshot:
        """One build a key at a time; whoever comes meanwhile waits for one that has begun after they came. `ahead`: of
        all who wait for other pages."""
        while (running := self._building.get(key)) is not None:
            met = self._touched_meanwhile[key]
            snapshot = await asyncio.shield(running)
            if not met or key not in self._old:
                return snapshot
        self._touched_meanwhile[key] = set()
        self._building[key] = asyncio.ensure_future(self._build(key, build, ahead))
        return await asyncio.shield(self._building[key])  # who asked may go away; others may wait for it

    async def _build(self, key: Key, build: Build, ahead: bool) -> Snapshot:
        before = self.ready.get(key)
        encodings = list(before.variants) if before else []
        try:
            async with contextlib.nullcontext() if ahead else self._at_once:
                snapshot = await self._db.read(lambda conn: Snapshot(build(conn), build, encodings))
        finally:
            met = self._touched_meanwhile.pop(key, set())
            self._building.pop(key, None)
        self._put(key, snapshot)
        if met & snapshot.page.tags or "*" in met:  # it changed while it was built
            snapshot.reads += 1
            self._make_old(key)
        return snapshot

    def _put(self, key: Key, snapshot: Snapshot) -> None:
        self._drop(key)
        self.ready[key] = snapshot
        self._size += snapshot.size
        for tag in snapshot.page.tags:
            self._by_tag[tag].add(key)
        self._make_room(key)

    def _drop(self, key: Key) -> None:
        self._old.discard(key)
        snapshot = self.ready.pop(key, None)
        if snapshot is None:
            return
        self._size -= snapshot.size
        for tag in snapshot.page.tags:
            self._by_tag[tag].discard(key)
            if not self._by_tag[tag]:
                del self._by_tag[tag]

    def _make_room(self, newest: Key) -> None:
        """From the oldest on, those go that nobody has read often enough since the last rounds. The GCLOCK of A. J.
        Smith, Sequentiality and prefetching in database systems, 1978."""
        while self._size > self._limit and len(self.ready) > 1:
            key = next(iter(self.ready))
            snapshot = self.ready[key]
            if snapshot.reads or key == newest:
                snapshot.reads //= 2
                self.ready[key] = self.ready.pop(key)
            else:
                self._drop(key)
