"""What is measured. Each number of Belowline has its yardstick in the same run, taken in turn with it."""

import itertools
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from statistics import median
from typing import NamedTuple

import msgspec

from belowline.store.check import wrong_counts
from belowline.store.db import Database
from benchmarks import fill, isso, judging, load, moving, people, servers

SMALL, HOT, LARGE = 50, 1_000, 20_000
STORIES = 120
COUNTED = 100
ISSO_PATIENCE_S = 30
MOST_POSTS_A_SECOND = 10_000  # that a mixed run has bodies for
WRITTEN_BY_THE_SERVER = ("date", "server", "connection", "transfer-encoding")


class Row(NamedTuple):
    """A line of the table."""

    what: str
    value: str
    budget: str
    kept: bool | None
    """None: no budget, or Isso's."""
    isso: str = "–"


class Bench:
    """Fills, serves, measures; `rows` and `notes` are what came out."""

    def __init__(self, folder: Path, quick: bool) -> None:
        self.folder = folder
        self.quick = quick
        self.seconds = 1.0 if quick else 2.0
        self.rounds = 2 if quick else 5
        self.rows: list[Row] = []
        self.notes: list[str] = []
        self.data = folder / "main"
        self.numbers = itertools.count()
        self.words = fill.fresh()
        self.beside: dict[str, str] = {}
        """Isso's numbers by the name of the row."""

    def run(self, with_isso: bool) -> None:
        self._say("filling")
        stories = fill.publication(self.data, STORIES)
        self.slugs = [slug for slug, _ in stories]
        self.small = fill.discussion(self.data, stories[0], SMALL, fill.MIXED)
        self.hot = fill.discussion(self.data, stories[1], HOT, fill.MIXED)
        self.large = fill.discussion(self.data, stories[2], LARGE, fill.MIXED)
        self.posted = fill.discussion(self.data, stories[3], HOT, fill.MIXED)
        if with_isso:
            self._isso()
        self.cold_page()
        self.judging()
        self.moving(with_isso)
        with servers.belowline(self.data) as (port, pid):
            self.reads(port)
            self.counts(port)
            self.posts(port)
            self.mixed(port)
            self.votes(port)
            servers.fetch(port, f"/stories/{self.large.slug}")
            memory = servers.resident_mb(pid)
        self._check(self.data)
        memory = max(memory, self.sizes())
        self._row(
            "resident memory of the serving process after all this", f"{memory:.0f} MB", "≤ 150 MB", memory <= 150
        )

    def _say(self, what: str) -> None:
        print(f"… {what}", file=sys.stderr, flush=True)

    def _row(self, what: str, value: str, budget: str = "", kept: bool | None = None) -> None:
        self.rows.append(Row(what, value, budget, kept, self.beside.get(what, "–")))

    # --- what is measured ---------------------------------------------------------------------------

    def reads(self, port: int) -> None:
        self._say("reads")
        path = f"/stories/{self.small.slug}"
        headers, body, _ = servers.fetch(port, path)
        kept = [(name.encode(), value.encode()) for name, value in headers if name.lower() not in WRITTEN_BY_THE_SERVER]
        reply = self.folder / "reply"
        reply.write_bytes(msgspec.msgpack.encode((kept, body)))
        with servers.bare(reply) as bare:
            if servers.fetch(bare, path)[1] != body:
                raise RuntimeError("the bare application sends other bytes")
            pairs = self._in_turn(
                lambda: load.reads(port, path, self.seconds), lambda: load.reads(bare, path, self.seconds)
            )
        ratio = median(ours.rate / theirs.rate for ours, theirs in pairs)
        ours, theirs = (median(pair[place].rate for pair in pairs) for place in (0, 1))
        self._row("anonymous reads of a 50-comment page", f"{ours:,.0f}/s")
        self._row("the same bytes from a bare application", f"{theirs:,.0f}/s")
        self._row("ratio of the two", f"{ratio:.2f}", "≥ 0.85", ratio >= 0.85)

    def _in_turn(self, *runs: Callable[[], load.Load]) -> list[tuple[load.Load, ...]]:
        """A B A B …; the first round only warms up."""
        return [tuple(run() for run in runs) for _ in range(self.rounds + 1)][1:]

    def counts(self, port: int) -> None:
        """Each request names other stories, so that none is on the shelf."""
        self._say("counts")
        chosen = ([*self.slugs[n : n + COUNTED - 1], f"none-{n}"] for n in range(STORIES - COUNTED))
        paths = ["/api/v1/counts?" + "&".join(f"story={slug}" for slug in slugs) for slugs in chosen]
        times = [servers.fetch(port, path)[2] for path in paths]
        ms = median(times[1:]) * 1000
        ready = load.drive(port, lambda _: itertools.repeat(load.get(paths[0])), 1, self.seconds / 2)
        self._row("counts of 100 stories, not asked before", f"{ms:.1f} ms", "≤ 5 ms", ms <= 5)
        self._row("counts of 100 stories, ready", f"{ready.p50_ms:.2f} ms")

    def posts(self, port: int) -> None:
        self._say("posts")
        for clients in (1, 8, 32):
            found = load.drive(port, partial(self.post_requests, self.posted), clients, self.seconds * 2)
            self._expect(found, 201)
            name = f"posts, each on disk before its answer, {clients} client{'s' * (clients > 1)}"
            value = f"{found.rate:,.0f}/s, p50 {found.p50_ms:.1f} ms, p99 {found.p99_ms:.1f} ms"
            if clients == 32:
                self._row(name, value, "≥ 1,000/s, p99 ≤ 100 ms", found.rate >= 1000 and found.p99_ms <= 100)
            else:
                self._row(name, value)

    def post_requests(self, story: fill.Filled, _client: int) -> Iterator[bytes]:
        while True:
            yield load.post(self._post_path(story), self._post_body(story))

    def _post_path(self, story: fill.Filled) -> str:
        return f"/api/v1/stories/{story.slug}/comments"

    def _post_body(self, story: fill.Filled) -> bytes:
        """Every second one a reply; each with a key and words of its own."""
        number = next(self.numbers)
        new = {"name": f"Reader {number % 1000}", "text": next(self.words), "key": f"key-{number}"}
        if number % 2:
            new["parent"] = story.parents[number % len(story.parents)]
        return msgspec.json.encode(new)

    def mixed(self, port: int) -> None:
        """One hot discussion: 32 connections that only read, then 32 of whose requests every 20th is a post."""
        self._say("reads and posts together")
        path = f"/stories/{self.hot.slug}"
        servers.fetch(port, path)

        def run(every: int) -> load.Load:
            bodies = [self._post_body(self.hot) for _ in range(int(self.seconds * MOST_POSTS_A_SECOND) if every else 0)]
            return load.mixed(port, path, self._post_path(self.hot), bodies, every, self.seconds)

        pairs = self._in_turn(partial(run, 0), partial(run, 20))
        ratio = median(mixed.rate / alone.rate for alone, mixed in pairs)
        alone, mixed = (median(pair[place].rate for pair in pairs) for place in (0, 1))
        self._row("reads of a hot discussion of 1,000 comments", f"{alone:,.0f}/s")
        self._row("95 % reads and 5 % posts there", f"{mixed:,.0f}/s, p99 {pairs[-1][1].p99_ms:.1f} ms")
        self._row("ratio of the two", f"{ratio:.2f}", "≥ 0.7", ratio >= 0.7)

    def cold_page(self) -> None:
        """Fresh processes, one after the other."""
        self._say("the cold page")
        slug = self.large.slug
        inside = [self._cold(self.data, 0, slug)[slug] for _ in range(self.rounds)]
        whole = []
        for _ in range(self.rounds):
            with servers.belowline(self.data) as (port, _):
                _, body, took = servers.fetch(port, f"/stories/{slug}")
                whole.append(took * 1000)
        ms, cpu = (median(one[name] for one in inside) for name in ("first_ms", "first_cpu_ms"))
        self._row(
            "first page of 20,000 comments, cold process: build and compress", f"{ms:.1f} ms", "≤ 10 ms", ms <= 10
        )
        self._row("the same, processor time alone", f"{cpu:.1f} ms")
        self._row("first page of 20,000 comments, first request to last byte", f"{median(whole):.1f} ms")
        self._row("the same, compressed", f"{len(body) / 1000:.1f} KB", "≤ 30 KB", len(body) <= 30_000)

    def _cold(self, data: Path, rounds: int, *slugs: str) -> dict[str, dict[str, float]]:
        command = [sys.executable, "-m", "benchmarks.cold", str(data), str(rounds), *slugs]
        found: dict[str, dict[str, float]] = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
        return found

    def judging(self) -> None:
        self._say("judging")
        found = judging.measure(self.folder)
        listed = f"judging a comment, all steps but the model, {judging.WORDS:,} words on the list, processor time"
        self._row(listed, f"{found.steps_ms:.2f} ms", "≤ 1 ms", found.steps_ms <= 1)
        self._row("the model, processor time", f"{found.model_ms:.2f} ms", "≤ 0.5 ms", found.model_ms <= 0.5)
        self._row(
            "replay of other rules, one core", f"{found.replay_per_s:,.0f}/s", "≥ 2,000/s", found.replay_per_s >= 2000
        )

    def moving(self, with_isso: bool) -> None:
        """In processor time, so that a busy disk or machine does not count."""
        self._say("in and out")
        found = moving.measure(self.data, self.folder, self.folder / "isso" if with_isso else None)
        for name, (out, back, theirs) in found.items():
            named = "WordPress export file" if name == "wxr" else "our own format"
            what = f"import of 22,050 comments, {named}, processor time"
            self.beside[what] = f"{theirs:,.0f}/s" if theirs else "–"
            self._row(what, f"{back:,.0f}/s", "≥ 10,000/s", back >= 10_000)
            self._row(f"export of the same, {named}, processor time", f"{out:,.0f}/s", "≥ 20,000/s", out >= 20_000)

    def votes(self, port: int) -> None:
        self._say("votes and second calls")
        browsers = people.guests(self.data, 200)
        cast = people.votes(browsers, self.hot)
        found = load.drive(port, lambda _: cast, 32, self.seconds * 2)
        self._expect(found, 200)
        value = f"{found.rate:,.0f}/s, p50 {found.p50_ms:.1f} ms, p99 {found.p99_ms:.1f} ms"
        self._row("votes, each on disk before its answer, 32 clients", value, "≥ 1,500/s", found.rate >= 1500)
        mine = people.second_call(browsers[0], self.hot)
        found = load.drive(port, lambda _: itertools.repeat(mine), 1, self.seconds / 2)
        self._expect(found, 200)
        ms = found.p50_ms
        self._row("a reader's second call: 500 votes, 1,000 comments, all of it", f"{ms:.2f} ms", "≤ 2 ms", ms <= 2)

    def sizes(self) -> float:
        """The same page and the same posts in discussions of very different size. Returns resident MB."""
        counts = (100, 10_000, 100_000 if self.quick else 1_000_000)
        self._say(f"filling {counts[-1]:,} comments")
        data = self.folder / "sizes"
        stories = fill.publication(data, len(counts))
        filled = [fill.discussion(data, story, count, fill.PAIR) for story, count in zip(stories, counts, strict=True)]
        self._say("sizes")
        pages = self._cold(data, 10 if self.quick else 30, *(one.slug for one in filled))
        with servers.belowline(data) as (port, pid):
            runs = [partial(load.drive, port, partial(self.post_requests, one), 8, self.seconds) for one in filled]
            posts = self._in_turn(*runs)
            for one in filled:
                servers.fetch(port, f"/stories/{one.slug}")
            memory = servers.resident_mb(pid)
        for count, place in zip(counts, range(len(counts)), strict=True):
            build = pages[filled[place].slug]
            post = median(turn[place].rate for turn in posts)
            value = f"page {build['next_ms']:.1f} ms (processor {build['next_cpu_ms']:.1f} ms), {post:,.0f} posts/s"
            self._row(f"cost with {count:,} comments, 8 clients", value)
        small, large = (pages[filled[place].slug]["next_cpu_ms"] for place in (0, -1))
        slower = median(turn[0].rate / turn[-1].rate for turn in posts)
        self._row(f"page cost, {counts[-1]:,} against 100", f"{large / small:.2f} ×", "≤ 1.2 ×", large / small <= 1.2)
        self._row(f"post cost, {counts[-1]:,} against 100", f"{slower:.2f} ×", "≤ 1.2 ×", slower <= 1.2)
        ms, cpu = people.queue(data)
        what = f"the desk's held queue, {people.HELD:,} held of {sum(counts):,}"
        self._row(what, f"{ms:.1f} ms (processor {cpu:.1f} ms)", "≤ 30 ms", ms <= 30)
        return memory

    def _expect(self, found: load.Load, status: int) -> None:
        if set(found.statuses) != {status}:
            raise RuntimeError(f"answers were {found.statuses}, not {status}")

    def _check(self, data: Path) -> None:
        """The numbers are worth nothing if the counts are wrong."""
        db = Database(data / "belowline.sqlite3")
        wrong = db.read_now(wrong_counts)
        db.close()
        sent, held = fill.sent(data)
        if wrong or held > sent / 100:
            raise RuntimeError(f"after the posts: {wrong[:3]}, {held} of {sent} held")
        self.notes.append(f"Of {sent:,} posts moderation held {held}; all others stood in the discussion at once.")
        self.notes.append("After the posts every kept count was compared with what is there: all were right.")

    # --- Isso ----------------------------------------------------------------------------------------

    def _isso(self) -> None:
        self._say("Isso")
        data = self.folder / "isso-data"
        with isso.serving(self.folder / "isso", data) as port:
            for number in range(COUNTED):
                isso.discussion(data, f"/small-{number}", SMALL if number == 0 else 1)
            isso.discussion(data, "/large", LARGE)
            isso.discussion(data, "/posted", HOT)
            small = load.drive(
                port, lambda _: itertools.repeat(load.get(isso.read_path("/small-0"))), 8, self.seconds * 2
            )
            self.beside["anonymous reads of a 50-comment page"] = f"{small.rate:,.0f}/s"
            asked = isso.counts_request([f"/small-{number}" for number in range(COUNTED)])
            counts = load.drive(port, lambda _: itertools.repeat(asked), 1, self.seconds)
            self.beside["counts of 100 stories, not asked before"] = f"{counts.p50_ms:.1f} ms"
            for clients in (1, 8, 32):
                self._isso_posts(port, clients)
        with isso.serving(self.folder / "isso", data) as port:  # a fresh one: nothing of the posts still waits
            self._isso_large(port)

    def _isso_large(self, port: int) -> None:
        whole, size = "first page of 20,000 comments, first request to last byte", "the same, compressed"
        try:
            _, body, took = servers.fetch(port, isso.read_path("/large"), timeout_s=ISSO_PATIENCE_S)
        except TimeoutError:
            self.beside[whole] = f"no answer in {ISSO_PATIENCE_S} s"
            return
        self.beside[whole] = f"{took * 1000:,.0f} ms"
        self.beside[size] = f"{len(body) / 1000:,.0f} KB"

    def _isso_posts(self, port: int, clients: int) -> None:
        def requests(_client: int) -> Iterator[bytes]:
            while True:
                number = next(self.numbers)
                yield isso.post_request("/posted", f"{fill.texts()[number % fill.TEXTS]} ({number})")

        found = load.drive(port, requests, clients, self.seconds)
        name = f"posts, each on disk before its answer, {clients} client{'s' * (clients > 1)}"
        self.beside[name] = f"{found.rate:,.0f}/s, p99 {found.p99_ms:,.0f} ms, answers {_tally(found.statuses)}"


def _tally(statuses: dict[int, int]) -> str:
    return ", ".join(f"{status}: {count}" for status, count in sorted(statuses.items()))
