"""The shelf over HTTP: the same bytes to all, new ones in a moment, nothing stale."""

import gzip
import threading
import time
from pathlib import Path

import brotli
import httpx
import pytest
import sqlalchemy as sa
import zstandard

from belowline.snapshots.shelf import MOMENT_S, Page
from members import browser
from paper import Paper
from post_office import wait_for


def test_encodings_carry_the_same_page(paper: Paper) -> None:
    story = paper.add_story()
    paper.post(story, "Compressed")
    path = f"/stories/{story.slug}"
    plain = paper.client.get(path, headers={"accept-encoding": "identity"}).content
    unpack = {
        "br": brotli.decompress,
        "gzip": gzip.decompress,
        "zstd": lambda data: zstandard.ZstdDecompressor().decompressobj().decompress(data),
    }
    for encoding, decode in unpack.items():
        with paper.client.stream("GET", path, headers={"accept-encoding": encoding}) as answer:
            raw = b"".join(answer.iter_raw())
        assert answer.headers["content-encoding"] == encoding
        assert answer.headers["vary"] == "accept-encoding"
        assert decode(raw) == plain
        assert len(raw) == int(answer.headers["content-length"]) < len(plain)


@pytest.mark.parametrize(
    ("accept", "chosen"),
    [
        ("gzip, deflate, br, zstd", "br"),
        ("gzip;q=1.0, zstd;q=0.5", "zstd"),
        ("br;q=0, gzip", "gzip"),
        ("*", "br"),
        ("identity", None),
        ("", None),
        ("BR", "br"),
        ("compress, x", None),
    ],
)
def test_the_encoding_is_one_that_is_accepted(paper: Paper, accept: str, chosen: str | None) -> None:
    story = paper.add_story()
    answer = paper.client.get(f"/stories/{story.slug}", headers={"accept-encoding": accept})
    assert answer.headers.get("content-encoding") == chosen


def test_unchanged_pages_answer_304(paper: Paper) -> None:
    story = paper.add_story()
    path = f"/stories/{story.slug}"
    first = paper.client.get(path)
    again = paper.client.get(path, headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert "max-age=0" in first.headers["cache-control"]
    assert "public" in first.headers["cache-control"]
    assert "stale" not in first.headers["cache-control"], "Firefox would show writers a page without their words"
    assert "stale-while-revalidate" in first.headers["cdn-cache-control"]
    paper.post(story, "Changed")
    paper.page(path)
    changed = paper.client.get(path, headers={"if-none-match": first.headers["etag"]})
    assert changed.status_code == 200
    assert changed.headers["etag"] != first.headers["etag"]


def test_head_has_the_headers_and_no_body(paper: Paper) -> None:
    story = paper.add_story()
    path = f"/stories/{story.slug}"
    paper.client.get(path)
    answer = paper.client.head(path)
    assert answer.status_code == 200
    assert answer.content == b""
    assert int(answer.headers["content-length"]) > 0


def test_readers_see_a_post_within_a_moment(paper: Paper) -> None:
    story = paper.add_story()
    path = f"/stories/{story.slug}"
    paper.client.get(path)
    paper.client.get(path)
    paper.post(story, "Within a moment")
    wait_for(lambda: "Within a moment" in httpx.get(paper.base + path).text)


def rebuilt(paper: Paper) -> None:
    """Waits until no page is old."""
    wait_for(lambda: not any(snapshot.old for snapshot in list(paper.house.shelf.ready.values())))


def test_only_pages_that_changed_are_rebuilt(own_paper: Paper) -> None:
    """Where another process has written, as for the test before perhaps, all are."""
    paper = own_paper
    story, other = paper.add_story(), paper.add_story()
    tops = [paper.post(story, f"thought {n}") for n in range(60)]
    first, last = f"/stories/{story.slug}", paper.page(f"/stories/{story.slug}?order=oldest")
    assert "thought 0" in last
    for path in (
        first,
        f"{first}?order=oldest",
        f"/comments/{tops[0]}",
        f"/comments/{tops[30]}",
        f"/stories/{other.slug}",
    ):
        paper.client.get(path)
        paper.client.get(path)
    before = dict(paper.house.shelf.ready)
    paper.post(story, "a reply", parent=tops[30])
    paper.page(first)
    rebuilt(paper)
    after = paper.house.shelf.ready
    same = {key for key, snapshot in before.items() if after.get(key) is snapshot}
    assert (f"/comments/{tops[0]}", b"") in same
    assert (f"/stories/{other.slug}", b"") in same
    assert (f"/comments/{tops[30]}", b"") not in same
    assert (first, b"") not in same


def test_many_posts_in_a_moment_cost_few_rebuilds(paper: Paper) -> None:
    story = paper.add_story()
    path = f"/stories/{story.slug}"
    etags, began = set(), time.monotonic()
    with httpx.Client(base_url=paper.base) as somebody_else:
        for n in range(100):
            paper.post(story, f"quick {n}")
            etags.add(somebody_else.get(path).headers["etag"])
    assert len(etags) <= 2 + (time.monotonic() - began) / MOMENT_S
    assert "100 comments" in paper.page(path)


def test_the_writer_sees_their_own_write_at_once(paper: Paper) -> None:
    story = paper.add_story()
    path = f"/stories/{story.slug}"
    paper.client.get(path)
    for n in range(20):
        paper.post(story, f"at once {n}")
        assert f"at once {n}" in paper.client.get(path).text


@pytest.mark.parametrize("form", [False, True])
def test_the_writer_sees_their_own_change_at_once(paper: Paper, monkeypatch: pytest.MonkeyPatch, form: bool) -> None:
    async def not_yet(*_: object) -> None:
        """The old bytes stay until somebody waits for new ones."""

    story, writer = paper.add_story(), browser(paper)
    path = f"/stories/{story.slug}"
    sent = writer.post(f"/api/v1/stories/{story.slug}/comments", json={"name": "Ada", "text": "Teh first"}).json()
    comment, token = sent["comment"]["id"], {"authorization": f"Bearer {sent['token']}"}
    if form:
        writer.cookies.set("belowline_guest", sent["guest"])

    def change(text: str) -> httpx.Response:
        writer.cookies.delete("belowline_written")  # of what was written before
        writer.get(path)
        if form:
            place = f"/comments/{comment}/{'edit' if text else 'delete'}"
            return writer.post(place, data={"text": text})
        address = f"/api/v1/comments/{comment}"
        if text:
            return writer.patch(address, json={"text": text}, headers=token)
        return writer.delete(address, headers=token)

    monkeypatch.setattr(paper.house.shelf, "_rebuild", not_yet)
    for before, text in (("Teh first", "The second"), ("The second", "")):
        done = change(text)
        assert done.status_code < 400, done.text
        assert before in httpx.get(paper.base + path).text
        mine = writer.get(path).text
        assert before not in mine
        assert text in mine


def test_writers_see_their_own_write_where_a_rebuild_has_failed(own_paper: Paper) -> None:
    story = own_paper.add_story()
    path = f"/stories/{story.slug}"
    own_paper.client.get(path)
    snapshot = own_paper.house.shelf.ready[path, b""]
    tried, build = threading.Event(), snapshot.build

    def refused_once(conn: sa.Connection) -> Page:
        if tried.is_set():
            return build(conn)
        tried.set()
        raise RuntimeError("the disk cannot be read")

    snapshot.build = refused_once
    own_paper.post(story, "My own words")
    assert tried.wait(30)
    wait_for(lambda: (path, b"") not in own_paper.house.shelf._old)
    assert "My own words" in own_paper.client.get(path).text


def test_after_a_restart_nothing_stale_is_served(tmp_path: Path) -> None:
    first = Paper(tmp_path / "data").start()
    story = first.add_story()
    first.post(story, "Before the restart")
    etag = first.client.get(f"/stories/{story.slug}").headers["etag"]
    first.post(story, "Just before the restart")
    first.stop()
    second = Paper(tmp_path / "data").start()
    answer = second.client.get(f"/stories/{story.slug}", headers={"if-none-match": etag})
    assert answer.status_code == 200
    assert "Just before the restart" in answer.text
    second.assert_counts_are_right()
    second.stop()


def test_what_another_process_writes_is_seen(own_paper: Paper) -> None:
    story = own_paper.add_story()
    assert "<form" in own_paper.client.get(f"/stories/{story.slug}").text
    own_paper.set_policy(close_after_days=0)
    wait_for(lambda: "<form" not in own_paper.client.get(f"/stories/{story.slug}").text)


def test_what_another_process_writes_is_seen_in_a_busy_hour_too(own_paper: Paper) -> None:
    """One page is read and changed all the time: the rebuilder is never at rest."""
    quiet, busy = (f"/stories/{own_paper.add_story().slug}" for _ in range(2))
    assert own_paper.client.get(quiet).status_code == 200
    own_paper.set_policy(announcement="On Sunday this page rests from 2 to 4.")
    deadline = time.monotonic() + 30
    while "On Sunday" not in own_paper.client.get(quiet).text:
        assert time.monotonic() < deadline
        own_paper.client.get(busy)
        own_paper.client.post(f"/api/v1{busy}/comments", json={"name": "Ada", "text": f"At {time.monotonic()}"})


def test_a_small_shelf_still_keeps_large_pages(tmp_path: Path) -> None:
    small = Paper(tmp_path / "data", cache_mb=0).start()
    story = small.add_story()
    small.post(story, "Big " * 2000)
    path = f"/stories/{story.slug}"
    rebuilt(small)  # what was read before: it would take the place of what is read now
    small.client.get(path)
    assert (path, b"") in small.house.shelf.ready
    small.client.get("/")
    assert len(small.house.shelf.ready) == 1
    assert "Big Big" in small.client.get(path).text
    small.stop()
