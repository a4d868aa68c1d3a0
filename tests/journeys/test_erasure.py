"""A reader has themselves erased: asked, thought over, done whole whoever dies, and not undone by a backup."""

import contextlib
import datetime as dt
import functools
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from belowline import cli_data
from belowline.actions import erasure as erasure_act
from belowline.actions import notify
from belowline.actions import signin as signin_act
from belowline.model.comment import State
from belowline.model.story import Story
from belowline.snapshots import export_html
from belowline.store import comments, erasing, follows, jobs, people, votes
from belowline.store.check import wrong_counts
from belowline.store.db import Database
from belowline.store.erasure_list import NAME
from belowline.store.exports import Selection
from belowline.store.tables_duties import legal_hold
from members import Member, browser, enrol, write
from paper import Paper
from post_office import open_office, text_of, wait_for
from traces import found_in

DAY = dt.timedelta(days=1)
WORDS = ("quincunx", "marmalade", "zephyrine", "obelisk")
"""Words that nobody else uses."""


def sign_in(paper: Paper, member: Member) -> Member:
    client = browser(paper)
    client.cookies.set(
        "belowline_session", write(paper, signin_act.open_page, member.person.id, None, "again", paper.clock())
    )
    return Member(member.person, client)


def ask(member: Member, texts: str = "remove") -> dt.datetime:
    answer = member.client.post("/api/v1/me/erasure", json={"texts": texts})
    assert answer.status_code == 200, answer.text
    return dt.datetime.fromisoformat(answer.json()["due_at"])


def is_gone(paper: Paper, member: Member) -> bool:
    if paper.read(people.get, member.person.id):
        return False
    return paper.read(erasing.of_person, member.person.id) is None


class Life:
    """What somebody leaves behind under a story, and what others make of it."""

    def __init__(self, paper: Paper, name: str = "Ada Querell") -> None:
        self.paper, self.story = paper, paper.add_story()
        self.ada = enrol(paper, "Reader of Old")
        self.ada.client.post("/me", data={"name": name, "about": "Collects every obelisk"})
        write(paper, people.change, self.ada.person.id, email="ada.querell@readers.example")
        self.ben, self.cleo = enrol(paper, "Ben Dusk"), enrol(paper, "Cleo Noon")
        self.name = name
        self.bens = self.ben.post(self.story, "Who begins?")
        self.first = self.ada.post(self.story, "The quincunx in the garden was planted by my aunt, or so she said")
        self.second = self.ada.post(self.story, "I like marmalade", parent=self.bens)
        self.alone = self.ada.post(self.story, "A third thing with a zephyrine tail")
        self.ada.client.patch(f"/api/v1/comments/{self.alone}", json={"text": "A third thing without"})
        quote = {"exact": "I like marmalade", "comment": self.second}
        self.answer = self.ben.post(
            self.story,
            f"> The quincunx in the garden was planted\n\nBy your aunt, @{name}?",
            parent=self.first,
        )
        self.cited = self.cleo.post(self.story, "> I like marmalade\n\nSo do I", parent=self.second, quotes=[quote])
        self.plain = self.cleo.post(self.story, "Nothing about anybody > here, @Ben Dusk")
        self.ben.client.put(f"/api/v1/comments/{self.first}/vote", json={"vote": "respect"})
        self.ada.client.put(f"/api/v1/comments/{self.bens}/vote", json={"vote": "respect"})
        told = {"reason": "It incites hatred", "text": "an obelisk of hatred"}
        self.ada.client.post(f"/api/v1/comments/{self.bens}/reports", json=told)
        self.ada.client.post("/api/v1/following", json={"kind": "story", "subject": self.story.id})
        self.ben.client.post("/api/v1/following", json={"kind": "person", "subject": self.ada.person.id})
        self.ben.client.put(f"/api/v1/people/{self.ada.person.id}/mute")

    def traces(self, *more: str) -> list[tuple[str, str, str]]:
        wanted = (*WORDS, self.name, "Reader of Old", "ada.querell@readers.example", f"p{self.ada.person.id}", *more)
        return found_in(self.paper.settings.database, *wanted)

    def erase(self, texts: str = "remove") -> None:
        ask(self.ada, texts)
        self.paper.clock.ahead += 15 * DAY
        wait_for(lambda: is_gone(self.paper, self.ada), 30)


def get(paper: Paper, comment_id: int) -> Any:
    return paper.read(comments.must, comment_id)


def says_nothing(paper: Paper, page: str) -> bool:
    """Of who is erased."""
    text = paper.page(page)
    return not [word for word in (*WORDS, "Querell") if word in text]


def test_nothing_is_left_of_who_is_erased(own_paper: Paper) -> None:
    paper, life = own_paper, Life(own_paper)
    story = f"/stories/{life.story.slug}"
    pages = (story, "/feed.atom", f"/comments/{life.first}", f"{story}/feed.atom")
    for page in pages:
        paper.client.get(page)
    assert life.traces()
    life.erase()
    assert life.traces() == []
    paper.assert_counts_are_right()
    assert get(paper, life.answer).text == "> …\n\nBy your aunt, @…?"
    assert "<blockquote" in get(paper, life.answer).html
    assert get(paper, life.cited).text == "> …\n\nSo do I"
    assert get(paper, life.plain).text == "Nothing about anybody > here, @Ben Dusk"
    assert get(paper, life.first).state == State.DELETED
    assert get(paper, life.first).shown, "a tombstone, for it has an answer"
    assert not get(paper, life.alone).shown
    assert get(paper, life.bens).respect_count == 1
    for page in pages:  # what stands ready is old for a moment: a feed has no way to ask for it anew
        wait_for(functools.partial(says_nothing, paper, page))
    assert paper.client.get(f"/people/{life.ada.person.id}").status_code == 404
    assert paper.read(votes.mine, f"p{life.ada.person.id}", life.story.id) == {}


def test_who_is_being_erased_is_told_of_nothing(tmp_path: Path) -> None:
    """Jobs come in any order: one that tells of an answer runs between two pieces of an erasure."""
    paper = Paper(tmp_path / "data", worker=False).start()
    life = Life(paper)
    ask(life.ada)
    later = paper.clock() + 15 * DAY
    wish = paper.read(erasing.of_person, life.ada.person.id)
    while paper.read(erasing.get, wish.id).phase < 2:
        write(paper, erasure_act.step, wish.id, later)
    assert paper.read(follows.follower_of, life.ada.person.id) is None
    write(paper, notify.tell, life.answer, 0, later)
    while write(paper, erasure_act.step, wish.id, later).more:
        pass
    assert paper.read(follows.follower_of, life.ada.person.id) is None
    assert life.traces() == []
    paper.stop()


def test_a_frozen_discussion_is_written_again_without_them(own_paper: Paper, tmp_path: Path) -> None:
    """By itself: the erasure queues the job, and nobody has to know where the folders stand."""
    paper, life = own_paper, Life(own_paper)
    folder = tmp_path / "frozen"
    chosen = Selection(site_id=life.story.site_id, slug=life.story.slug)
    write(paper, export_html.to_folder, chosen, "https://archive.example", paper.clock(), folder)

    def said() -> list[str]:
        text = "".join(one.read_text("utf-8") for one in folder.rglob("*.*") if one.suffix in (".html", ".atom"))
        return [word for word in (*WORDS, "Querell") if word in text]

    assert {"quincunx", "Querell"} <= set(said())
    life.erase()
    wait_for(lambda: said() == [], 30)
    page = (folder / "stories" / life.story.slug / "index.html").read_text("utf-8")
    assert "By your aunt" in page
    assert "Who begins?" in page


def test_what_somebody_wrote_may_stay_as_nobodys(own_paper: Paper) -> None:
    paper, life = own_paper, Life(own_paper)
    life.erase("keep")
    paper.assert_counts_are_right()
    kept = [get(paper, one) for one in (life.first, life.second, life.alone)]
    assert {(one.author_name, one.person_id, str(one.state)) for one in kept} == {("Deleted reader", None, "published")}
    assert "quincunx" in kept[0].text
    page = paper.page(f"/stories/{life.story.slug}")
    assert '<i class="lost">deleted reader</i>' in page
    assert "Querell" not in page
    assert get(paper, life.answer).text == "> The quincunx in the garden was planted\n\nBy your aunt, @…?"
    left = {(table, column) for table, column, _ in life.traces()}
    assert left == {("comment", "text"), ("comment", "html"), ("comment", "quotes")}, "and no earlier text"
    conn = sqlite3.connect(paper.settings.database)
    rows = conn.execute(
        "SELECT guest, email_hash, send_key, badge FROM comment WHERE author_name = 'Deleted reader'"
    ).fetchall()
    assert set(rows) == {(None, None, None, None)}, "nothing says that two of them are one person's"


def test_it_needs_a_fresh_sign_in_and_can_be_taken_back_by_signing_in(tmp_path: Path) -> None:
    with open_office() as post:
        paper = Paper(tmp_path / "data", **post.settings()).start()
        ada = enrol(paper, "Ada Morn")
        write(paper, people.change, ada.person.id, email="ada@readers.example")
        assert ada.client.post("/me/erasure", data={}).status_code == 422
        assert "Erase my account" in ada.client.get("/me/data").text
        paper.clock.ahead += dt.timedelta(minutes=16)
        page = ada.client.get("/me/data").text
        assert "Erase my account" not in page
        assert "/signin?next=/me/data" in page
        refused = ada.client.post("/api/v1/me/erasure", json={"texts": "remove"})
        assert (refused.status_code, refused.json()["code"]) == (403, "sign-in-again")
        ada = sign_in(paper, ada)
        assert (
            ada.client.post(
                "/me/erasure", data={"texts": "remove"}, headers={"origin": "https://x.example"}
            ).status_code
            == 403
        )
        answer = ada.client.post("/me/erasure", data={"texts": "remove"})
        assert answer.status_code == 200
        assert ada.client.get("/me/data").headers["location"] == "/signin?next=/me/data", "signed out everywhere"
        (mail,) = post.wait(1)
        assert f"{paper.base}/signin?next=/me/data" in text_of(mail)
        ada = sign_in(paper, ada)
        assert "Keep my account" in ada.client.get("/me/data").text
        assert ada.client.get("/api/v1/me/erasure").json()["texts"] == "remove"
        assert ada.client.post("/me/erasure/keep").headers["location"] == "/me/data"
        assert ada.client.get("/api/v1/me/erasure").json() == {"due_at": None, "texts": None}
        assert ada.client.delete("/api/v1/me/erasure").status_code == 404
        paper.clock.ahead += 20 * DAY
        wait_for(lambda: paper.read(jobs.waiting) == 0)
        assert paper.read(people.get, ada.person.id)
        assert not (tmp_path / "data" / NAME).exists()
        paper.stop()


def test_comments_as_a_guest_go_too(own_paper: Paper) -> None:
    """Under an address that they proved; whoever writes under it later has come back and is somebody else."""
    paper = own_paper
    story = paper.add_story()
    paper.post(story, "As a guest: quincunx", name="Guest Querell", email="ada.querell@readers.example")
    ada = enrol(paper, "Ada Querell")
    write(paper, people.change, ada.person.id, email="ada.querell@readers.example")
    ask(ada)
    paper.clock.ahead += 15 * DAY
    wait_for(lambda: is_gone(paper, ada), 30)
    later = paper.post(story, "Somebody new", name="Guest", email="ada.querell@readers.example")
    assert found_in(paper.settings.database, "quincunx", "Querell") == []
    db = Database(paper.settings.database)
    assert cli_data.replay(db, Path(paper.settings.data)) == 0
    db.close()
    assert get(paper, later).text == "Somebody new"


def back_up(paper: Paper, to: Path) -> None:
    source, copy = sqlite3.connect(paper.settings.database), sqlite3.connect(to)
    source.backup(copy)
    source.close()
    copy.close()


def test_a_restored_backup_does_not_bring_anybody_back(tmp_path: Path) -> None:
    paper = Paper(tmp_path / "data").start()
    life = Life(paper)
    back_up(paper, tmp_path / "copy.sqlite3")
    life.erase()
    paper.stop()
    listed = (tmp_path / "data" / NAME).read_text()
    assert not [word for word in (*WORDS, "Querell", "readers.example") if word in listed]
    for one in (tmp_path / "data").glob("belowline.sqlite3*"):
        one.unlink()
    shutil.copy(tmp_path / "copy.sqlite3", paper.settings.database)
    assert life.traces()
    (tmp_path / "data" / NAME).write_text(listed + '{"person":12,"pri')  # as who lost power while writing
    assert serve_once(tmp_path / "data", life.story) == 200
    assert life.traces() == []
    with Database(paper.settings.database).transaction() as conn:
        assert wrong_counts(conn) == []
    said = run_cli(tmp_path / "data", "erasures", "replay")
    assert said == "Erased again: 0.\n", "once is enough"
    assert (tmp_path / "data" / NAME).read_text().startswith(listed)


def run_cli(data: Path, *arguments: str) -> str:
    command = [sys.executable, "-m", "belowline.cli", *arguments, "--data", str(data)]
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout


def serve_once(data: Path, story: Story) -> int:
    """Starts the real program, and reads the first page that it gives."""
    paper = Paper(data)
    command = [sys.executable, "-m", "belowline.cli", "serve", "--data", str(data), "--port", str(paper.settings.port)]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert server.stdout is not None
    for line in server.stdout:
        if line.startswith("Stop with"):
            break
    wait_for(lambda: _answers(paper), 30)
    answer = paper.client.get(f"/stories/{story.slug}")
    assert not [word for word in (*WORDS, "Querell") if word in answer.text], "not even the first reader sees it"
    server.send_signal(signal.SIGTERM)
    server.wait(20)
    paper.client.close()
    return answer.status_code


def _answers(paper: Paper) -> bool:
    with contextlib.suppress(Exception):
        return paper.client.get("/api/v1/counts?story=none").status_code == 200
    return False


def test_kill_9_leaves_nobody_half_erased(tmp_path: Path) -> None:
    """The worker dies at different moments, again and again; in the end nothing is left and every count is right."""
    data = tmp_path / "data"
    paper = Paper(data, worker=False).start()
    life = Life(paper)
    for number in range(300):
        life.ada.post(life.story, f"Thought {number} on the quincunx", parent=life.bens if number % 3 else life.first)
    ask(life.ada)
    with Database(paper.settings.database).transaction() as conn:
        conn.exec_driver_sql("UPDATE erasure SET due_at = 0")
        conn.exec_driver_sql("UPDATE job SET run_at = 0 WHERE kind = 'erase'")
    command = [sys.executable, "-m", "belowline.cli", "worker", "--data", str(data)]
    for delay in (0.0, 0.05, 0.2):
        worker = subprocess.Popen(command, env=os.environ, stdout=subprocess.PIPE)
        assert worker.stdout is not None
        worker.stdout.readline()
        time.sleep(delay)
        worker.send_signal(signal.SIGKILL)
        worker.wait(60)
        write(paper, jobs.end_leases)
        paper.assert_counts_are_right()
    worker = subprocess.Popen(command, env=os.environ, stdout=subprocess.PIPE)
    wait_for(lambda: is_gone(paper, life.ada), 60)
    worker.send_signal(signal.SIGTERM)
    worker.wait(60)
    assert life.traces() == []
    paper.assert_counts_are_right()
    assert (data / NAME).read_text().count("\n") == 1, "noted once"
    paper.stop()


def test_a_legal_hold_keeps_a_text_out_of_sight_until_it_is_lifted(own_paper: Paper) -> None:
    paper, life = own_paper, Life(own_paper)
    hold = {"what": "comment", "subject_id": life.first, "reason": "a court asks", "made_at": paper.clock()}
    write(paper, lambda conn: conn.execute(legal_hold.insert().values(**hold)))
    ask(life.ada)
    paper.clock.ahead += 15 * DAY
    wait_for(lambda: paper.read(erasing.due, paper.clock()) == [], 30)
    assert {(table, column) for table, column, word in life.traces() if word == "quincunx"} >= {("comment", "text")}
    assert {table for table, _, word in life.traces() if word != "quincunx"} == {"erasure"}, "what is still to do"
    assert "quincunx" not in paper.page(f"/stories/{life.story.slug}")
    write(paper, lambda conn: conn.execute(legal_hold.update().values(lifted_at=paper.clock())))
    paper.clock.ahead += 2 * DAY
    wait_for(lambda: is_gone(paper, life.ada), 30)
    assert life.traces() == []


def test_the_list_comes_first(own_paper: Paper) -> None:
    """Nothing is erased that a backup could bring back unnoticed: where the list cannot be written, nothing happens."""
    paper, life = own_paper, Life(own_paper)
    (Path(paper.settings.data) / NAME).mkdir()
    ask(life.ada)
    paper.clock.ahead += 15 * DAY
    wait_for(lambda: any(job.error for job in paper.read(jobs.all_waiting)), 30)
    assert paper.read(people.get, life.ada.person.id)
    (Path(paper.settings.data) / NAME).rmdir()
    paper.clock.ahead += DAY
    wait_for(lambda: is_gone(paper, life.ada), 30)
    assert life.traces() == []
    assert erasure_act.FRESH < DAY
