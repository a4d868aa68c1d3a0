"""Nothing acknowledged is lost: the server dies by SIGKILL while clients post, and starts again."""

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import msgspec
import pytest
from sqlalchemy import Connection

from belowline.actions.stories import NewStory, add
from belowline.clock import now
from belowline.model.comment import Comment
from belowline.store import comments, sites, stories
from belowline.store.check import wrong_counts
from belowline.store.db import Database
from paper import free_port

CLIENTS = 8


class Program:
    """`belowline serve` as a process of its own."""

    def __init__(self, data: Path) -> None:
        self.port = free_port()
        self.base = f"http://127.0.0.1:{self.port}"
        command = [sys.executable, "-m", "belowline.cli", "serve", "--data", str(data), "--port", str(self.port)]
        environment = os.environ | {"BELOWLINE_POSTS_PER_MINUTE": "1000000"}
        self.process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        for _ in range(1200):
            with contextlib.suppress(httpx.TransportError):
                httpx.get(self.base)
                return
            time.sleep(0.05)
        raise RuntimeError("the server did not start")

    def client(self) -> httpx.Client:
        """Patient: a disk that is busy is not yet a server that has died."""
        return httpx.Client(base_url=self.base, timeout=60)

    def kill(self, how: signal.Signals = signal.SIGKILL) -> int:
        self.process.send_signal(how)
        return self.process.wait(20)


def post_until_it_dies(program: Program, slug: str, number: int, acknowledged: list[str]) -> None:
    with program.client() as client, contextlib.suppress(httpx.HTTPError):
        parent = None
        for n in range(100_000):
            text = f"client {number} comment {n}"
            body = {"name": f"Client {number}", "text": text, "key": text, "parent": parent}
            answer = client.post(f"/api/v1/stories/{slug}/comments", json=body)
            assert answer.status_code == 201, answer.text
            acknowledged.append(text)
            parent = answer.json()["comment"]["id"] if n % 3 else None


@pytest.mark.parametrize("answered", [30, 400])
def test_every_acknowledged_comment_survives_kill_9_once(tmp_path: Path, answered: int) -> None:
    data = tmp_path / "data"
    program = Program(data)
    db = Database(data / "belowline.sqlite3")
    with db.transaction() as conn:
        story = add_story(conn)
    acknowledged: list[str] = []
    posting = [
        threading.Thread(target=post_until_it_dies, args=(program, story, number, acknowledged))
        for number in range(CLIENTS)
    ]
    for thread in posting:
        thread.start()
    deadline = time.monotonic() + 60
    while len(acknowledged) < answered and time.monotonic() < deadline:
        time.sleep(0.001)
    program.kill()
    for thread in posting:
        thread.join()
    assert len(acknowledged) >= answered

    again = Program(data)
    kept = Counter(one.text for one in db.read_now(latest, story))
    assert [text for text in acknowledged if kept[text] != 1] == []
    assert max(kept.values()) == 1
    assert db.read_now(wrong_counts) == []
    retry = {"name": "Client 0", "text": acknowledged[0], "key": acknowledged[0]}
    with again.client() as client:
        answer = client.post(f"/api/v1/stories/{story}/comments", json=retry)
    assert answer.status_code == 200  # the lost answer, asked for again: the same comment
    assert again.kill(signal.SIGTERM) == 0
    db.close()


class Told:
    """What the server said that it keeps of one thing, and what it was asked for since."""

    def __init__(self, kept: str) -> None:
        self.kept = kept
        self.asked: list[str] = []

    @contextlib.contextmanager
    def asking(self, value: str) -> Iterator[None]:
        self.asked.append(value)
        yield  # raises where no answer comes
        self.kept, self.asked = value, []


def change_until_it_dies(
    program: Program, slug: str, first: int, texts: dict[int, Told], votes: dict[str, Told]
) -> None:
    """One browser's comments: written, edited twice, every third taken back; and its vote, to and fro."""
    with program.client() as client, contextlib.suppress(httpx.TransportError):
        guest = ""
        for n in range(100_000):
            known = {"belowline-guest": guest} if guest else {}
            body = {"name": "Nova", "text": f"First {n}"}
            sent = client.post(f"/api/v1/stories/{slug}/comments", json=body, headers=known).raise_for_status().json()
            guest = guest or sent["guest"]
            told = texts[sent["comment"]["id"]] = Told(body["text"])
            address, own = f"/api/v1/comments/{sent['comment']['id']}", {"authorization": f"Bearer {sent['token']}"}
            for text in (f"Second {n}", f"Third {n}"):
                with told.asking(text):
                    client.patch(address, json={"text": text}, headers=own).raise_for_status()
            if n % 3 == 0:
                with told.asking("deleted"):
                    client.delete(address, headers=own).raise_for_status()
            vote = ("respect", "none")[n % 2]
            with votes.setdefault(guest, Told("none")).asking(vote):
                place = f"/api/v1/comments/{first}/vote"
                client.put(place, json={"vote": vote}, headers={"belowline-guest": guest}).raise_for_status()


def test_every_acknowledged_change_survives_kill_9(tmp_path: Path) -> None:
    data = tmp_path / "data"
    program = Program(data)
    db = Database(data / "belowline.sqlite3")
    with db.transaction() as conn:
        story = add_story(conn)
    with program.client() as client:
        body = {"name": "Ada", "text": "Vote on this"}
        sent = client.post(f"/api/v1/stories/{story}/comments", json=body)
    first = sent.json()["comment"]["id"]
    texts: dict[int, Told] = {}
    votes: dict[str, Told] = {}
    with ThreadPoolExecutor(CLIENTS) as pool:
        clients = [pool.submit(change_until_it_dies, program, story, first, texts, votes) for _ in range(CLIENTS)]
        deadline = time.monotonic() + 60
        while len(texts) < 100 and time.monotonic() < deadline:
            time.sleep(0.001)
        program.kill()
    for one in clients:
        one.result()  # raises what was refused
    assert len(texts) >= 100

    again = Program(data)
    kept = db.read_now(lambda conn: {number: comments.get(conn, number) for number in texts})
    for number, told in texts.items():
        found = kept[number]
        assert found is not None
        assert ("deleted" if found.state == "deleted" else found.text) in (told.kept, *told.asked)
    with again.client() as client:
        for guest, vote in votes.items():
            answer = client.get(f"/api/v1/stories/{story}/mine", headers={"belowline-guest": guest}).json()
            assert answer["votes"].get(str(first), "none") in (vote.kept, *vote.asked)
    assert db.read_now(wrong_counts) == []
    assert again.kill(signal.SIGTERM) == 0
    db.close()


def add_story(conn: Connection) -> str:
    site = sites.first(conn)
    assert site is not None
    quick = msgspec.structs.replace(site.policy, person_per_minute=0, address_per_minute=0)  # of which there is one
    sites.change(conn, msgspec.structs.replace(site, policy=quick))
    return add(conn, NewStory(title="While it lasts"), now()).slug


def latest(conn: Connection, slug: str) -> list[Comment]:
    story = stories.by_slug(conn, slug)
    assert story is not None
    return comments.latest(conn, story.id, 1_000_000)
