"""Jobs: in the comment's transaction, tried again, buried with their error; who dies loses and doubles nothing."""

import datetime as dt
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from belowline import clock
from belowline.actions import notify
from belowline.jobs.loop import ATTEMPTS, pause
from belowline.store import jobs, notifications, people
from belowline.store.db import Database
from members import enrol, write
from paper import Paper
from post_office import PostOffice, open_office, text_of, wait_for

HOUR = dt.timedelta(hours=1)


@pytest.fixture
def post() -> Iterator[PostOffice]:
    with open_office() as office:
        yield office


def followed_paper(data: Path, post: PostOffice, **settings: object) -> tuple[Paper, str, int]:
    """A paper whose story has one follower with an address; the story's slug and id."""
    paper = Paper(data, **post.settings(), **settings).start()
    story = paper.add_story()
    ada = enrol(paper, "Ada Morn")
    write(paper, people.change, ada.person.id, email="ada@readers.example")
    ada.client.post("/api/v1/following", json={"kind": "story", "subject": story.id})
    return paper, story.slug, story.id


def run_cli(data: Path, *arguments: str) -> str:
    command = [sys.executable, "-m", "belowline.cli", *arguments, "--data", str(data)]
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout


def test_a_mail_server_that_is_down_is_tried_again(tmp_path: Path, post: PostOffice) -> None:
    paper, slug, _ = followed_paper(tmp_path / "data", post)
    post.refuse = True
    answer = paper.client.post(f"/api/v1/stories/{slug}/comments", json={"name": "Ben", "text": "While it is down"})
    assert answer.status_code == 201, "a reader's comment never waits for the mail"
    wait_for(lambda: any(job.error for job in paper.read(jobs.all_waiting)))
    assert post.mails == []
    post.refuse = False
    paper.clock.ahead += HOUR
    (mail,) = post.wait(1)
    assert "While it is down" in text_of(mail)
    wait_for(lambda: paper.read(jobs.waiting) == 0)
    paper.stop()


def test_what_never_works_is_buried_with_its_error_and_can_be_revived(tmp_path: Path, post: PostOffice) -> None:
    data = tmp_path / "data"
    paper, slug, _ = followed_paper(data, post)
    post.refuse = True
    paper.client.post(f"/api/v1/stories/{slug}/comments", json={"name": "Ben", "text": "In vain"})
    until = time.monotonic() + 30
    while not paper.read(jobs.buried):
        assert time.monotonic() < until
        paper.clock.ahead += HOUR * 5
        time.sleep(0.1)
    (job,) = paper.read(jobs.buried)
    assert job.kind == "mail"
    assert job.attempts == ATTEMPTS
    paper.stop()
    listed = run_cli(data, "jobs")
    assert f"{job.id}\tmail" in listed
    assert "Unavailable" in listed
    assert "tries again" in run_cli(data, "jobs", "--retry", str(job.id))
    post.refuse = False
    again = Paper(data, **post.settings()).start()
    (mail,) = post.wait(1)
    assert "In vain" in text_of(mail)
    again.stop()


def test_two_loops_share_the_work(tmp_path: Path) -> None:
    paper = Paper(tmp_path / "data", worker=False)
    db = Database(paper.settings.database)
    now = clock.now()
    with db.transaction() as conn:
        for number in range(5):
            jobs.add(conn, "notify", {"comment": number}, now)
            jobs.add(conn, "mail", {"follower": 1}, now, key="mail:1")
        first, second = jobs.claim(conn, now, HOUR, 4), jobs.claim(conn, now, HOUR, 4)
        assert len(first) == 4
        assert len(second) == 2, "five, and one under the key"
        assert not {job.id for job in first} & {job.id for job in second}
        assert jobs.claim(conn, now, HOUR, 4) == []
        later = jobs.claim(conn, now + HOUR, HOUR, 9)
        assert [job.attempts for job in later] == [2] * 6, "a lease that is over is everybody's"
    db.close()
    paper.client.close()


def test_pauses_grow_and_end() -> None:
    pauses = [pause(attempt) for attempt in range(1, ATTEMPTS)]
    assert pauses == sorted(pauses)
    assert sum(pauses, dt.timedelta()) < dt.timedelta(hours=12)


def test_a_comment_that_nobody_waits_for_adds_no_job(tmp_path: Path) -> None:
    paper = Paper(tmp_path / "data", worker=False).start()  # nobody does a job before it is looked for
    paper.post(paper.add_story(), "Into the quiet")
    assert paper.read(jobs.all_waiting) == []
    paper.stop()


def test_a_second_try_of_a_mail_says_what_the_first_said_and_no_more(tmp_path: Path, post: PostOffice) -> None:
    """Mail programs drop what comes twice under one Message-ID: what was new in it would be lost."""
    paper, slug, _ = followed_paper(tmp_path / "data", post, worker=False)

    def tell(text: str) -> None:
        sent = paper.client.post(f"/api/v1/stories/{slug}/comments", json={"name": "Ben", "text": text}).json()
        write(paper, notify.tell, sent["comment"]["id"], 0, paper.clock())

    def said(job: jobs.Job) -> list[str]:
        letter = write(paper, notify.take, job.payload["follower"], job.id)
        return [notice.text for notice in letter.notices] if letter else []

    def mails() -> list[jobs.Job]:
        return [job for job in paper.read(jobs.all_waiting) if job.kind == "mail"]

    tell("One")
    (first,) = mails()
    assert said(first) == ["One"]
    tell("Two")
    assert said(first) == ["One"], "the server may have taken the mail of who died before we noted it"
    write(paper, notifications.mailed, first.id, paper.clock())
    assert said(first) == [], "noted, and died before the job was done"
    assert [said(job) for job in mails()] == [[], ["Two"]]
    paper.stop()


@pytest.mark.parametrize("delay", [0.0, 0.05, 0.2])
def test_kill_9_between_loses_no_mail_and_doubles_none(tmp_path: Path, post: PostOffice, delay: float) -> None:
    """The worker dies at different moments, again and again; what a mail server was told twice has one Message-ID."""
    data = tmp_path / "data"
    paper, slug, _ = followed_paper(data, post, worker=False)
    texts = [f"Comment number {n:03}" for n in range(20)]
    for text in texts:
        sent = paper.client.post(f"/api/v1/stories/{slug}/comments", json={"name": "Ben", "text": text})
        assert sent.status_code == 201
    environment = os.environ | {f"BELOWLINE_{name.upper()}": str(value) for name, value in post.settings().items()}
    command = [sys.executable, "-m", "belowline.cli", "worker", "--data", str(data)]
    for _ in range(3):
        worker = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE)
        assert worker.stdout is not None
        worker.stdout.readline()
        time.sleep(delay)
        worker.send_signal(signal.SIGKILL)
        worker.wait(60)
    run_cli(data, "jobs", "--free")
    worker = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE)
    assert worker.stdout is not None
    worker.stdout.readline()
    wait_for(lambda: paper.read(jobs.waiting) == 0, 30)
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(60) == 0
    by_id = {mail["Message-ID"]: text_of(mail) for mail in post.mails}
    told = Counter(text for body in by_id.values() for text in texts if text in body)
    assert told == Counter(texts), "each comment in exactly one mail"
    paper.stop()
