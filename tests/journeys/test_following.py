"""Following: by whom, of what, told in the page and by mail, and out of it again by one click."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import sqlalchemy as sa

from belowline.store import people
from belowline.store.tables_jobs import job
from members import Member, browser, enrol, write
from paper import Paper
from post_office import PostOffice, link_in, open_office, text_of, wait_for

Office = tuple[Paper, PostOffice]


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with open_office() as post:
        running = Paper(tmp_path / "data", **post.settings()).start()
        yield running, post
        running.assert_counts_are_right()
        running.stop()


def reader(paper: Paper, name: str) -> Member:
    """A member whose address is proved."""
    member = enrol(paper, name)
    write(paper, people.change, member.person.id, email=f"{name.split(maxsplit=1)[0].lower()}@readers.example")
    return member


def settle(paper: Paper) -> None:
    """Until no job waits for now, nor is being done: one that has begun reads the clock that a test moves on."""
    wait_for(lambda: paper.read(begun, paper.clock()) == 0, 30)


def begun(conn: sa.Connection, now: dt.datetime) -> int:
    """How many jobs have come to their time, claimed or not."""
    return int(conn.execute(sa.select(sa.func.count()).where(job.c.run_at <= now)).scalar_one())


def follow(member: Member, kind: str, subject: int) -> int:
    answer = member.client.post("/api/v1/following", json={"kind": kind, "subject": subject})
    assert answer.status_code == 200, answer.text
    assert answer.json()["state"] == "following"
    return int(answer.json()["id"])


def notices(member: Member) -> list[dict[str, Any]]:
    return list(member.client.get("/api/v1/notifications").json()["notices"])


def test_each_is_told_once_for_the_nearest_reason(office: Office) -> None:
    paper, post = office
    story = paper.add_story()
    ada, ben, cleo = (reader(paper, name) for name in ("Ada Morn", "Ben Dusk", "Cleo Noon"))
    root = ada.post(story, "A thought to begin with")
    for who in (ada, cleo):
        follow(who, "story", story.id)
    follow(cleo, "person", ben.person.id)
    ben.post(story, "I see it like @Ada Morn does", parent=root)
    post.wait(2)
    settle(paper)
    assert [(one["reason"], one["author"]) for one in notices(ada)] == [("mention", "Ben Dusk")]
    assert [one["reason"] for one in notices(cleo)] == ["person"]
    assert notices(ben) == [], "nobody is told of their own"
    assert sorted(mail["To"] for mail in post.mails) == ["ada@readers.example", "cleo@readers.example"]


def test_replies_to_ones_own_comments_come_by_themselves_until_switched_off(office: Office) -> None:
    paper, post = office
    story = paper.add_story()
    ada, ben = reader(paper, "Ada Morn"), reader(paper, "Ben Dusk")
    root = ada.post(story, "A thought")
    ben.post(story, "An answer", parent=root)
    post.wait(1)
    assert [one["reason"] for one in notices(ada)] == ["reply"]
    chosen = {"mails": "none", "replies": False}
    assert ada.client.put("/api/v1/following/settings", json=chosen).json() == chosen
    ben.post(story, "Another answer", parent=root)
    settle(paper)
    assert len(notices(ada)) == 1
    assert len(post.mails) == 1


def test_the_mail_is_multipart_and_one_click_stops_it(office: Office) -> None:
    paper, post = office
    story = paper.add_story(title="The <b>tide</b> & the town")
    ada, ben = reader(paper, "Ada Morn"), reader(paper, "Ben Dusk")
    follow(ada, "story", story.id)
    number = ben.post(story, "First\n\n<script>alert(1)</script> & second")
    (mail,) = post.wait(1)
    assert mail.get_content_type() == "multipart/alternative"
    assert mail["Subject"] == "Ben Dusk: The <b>tide</b> & the town"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert f"{paper.base}/comments/{number}" in text_of(mail)
    html = mail.get_body(("html",)).get_content()  # type: ignore[union-attr]
    assert "<script>" not in html
    assert "&lt;script&gt;" in html
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    way_out = mail["List-Unsubscribe"].strip("<>")
    assert httpx.get(way_out, timeout=20).status_code == 200, "a look changes nothing"
    ben.post(story, "Second")
    post.wait(2)
    # As a mail program does: no cookie, no origin.
    assert httpx.post(way_out, data={"List-Unsubscribe": "One-Click"}, timeout=20).status_code == 200
    assert ada.client.get("/api/v1/following").json()["following"] == []
    ben.post(story, "Third")
    settle(paper)
    assert len(post.mails) == 2
    assert httpx.post(way_out + "x", timeout=20).status_code == 403, "a mark that we did not make"


def test_a_guest_follows_after_the_address_has_answered(office: Office) -> None:
    paper, post = office
    story = paper.add_story()
    guest = browser(paper)
    path = f"/follow/story/{story.id}"
    assert 'type="email"' in guest.get(path).text
    for bad in ("no address", "a@b.example\nBcc: x@y.example"):
        assert guest.post(path, data={"email": bad}).status_code == 422
    for _ in range(2):
        assert guest.post(path, data={"email": " Gale@guests.example "}).status_code == 200
    (question,) = post.wait(1)
    assert question["To"] == "Gale@guests.example"
    paper.post(story, "Before the answer")
    settle(paper)
    assert len(post.mails) == 1, "one question, however often asked; nothing else before the answer"
    link = link_in(question, "/following/confirm/")
    assert httpx.get(link, timeout=20).status_code == 200
    paper.post(story, "A look is no answer")
    settle(paper)
    assert len(post.mails) == 1
    assert httpx.post(link, timeout=20).status_code == 200
    paper.post(story, "After the answer")
    mail = post.wait(2)[1]
    assert "After the answer" in text_of(mail)
    assert "Before" not in text_of(mail)
    assert httpx.post(link_in(mail, "/following/stop/"), timeout=20).status_code == 200
    paper.post(story, "After the end")
    settle(paper)
    assert len(post.mails) == 2


@pytest.mark.parametrize(("mails", "wait"), [("hourly", dt.timedelta(hours=1)), ("daily", dt.timedelta(days=1))])
def test_digests_gather_and_go_once(office: Office, mails: str, wait: dt.timedelta) -> None:
    paper, post = office
    paper.clock.ahead += dt.timedelta(minutes=70 - paper.clock().minute)  # no hour is over while they gather
    story = paper.add_story()
    ada = reader(paper, "Ada Morn")
    follow(ada, "story", story.id)
    ada.client.put("/api/v1/following/settings", json={"mails": mails, "replies": True})
    for text in ("One", "Two", "Three"):
        paper.post(story, text)
    settle(paper)
    assert post.mails == []
    paper.clock.ahead += wait
    (mail,) = post.wait(1)
    settle(paper)
    assert mail["Subject"].startswith("3 new comments")
    assert all(word in text_of(mail) for word in ("One", "Two", "Three"))
    paper.clock.ahead += wait
    settle(paper)
    assert len(post.mails) == 1


def test_notices_are_read_on_their_page(office: Office) -> None:
    paper, _ = office
    story = paper.add_story()
    ada, ben = reader(paper, "Ada Morn"), reader(paper, "Ben Dusk")
    root = ada.post(story, "A thought")
    ben.post(story, "An <i>answer</i>", parent=root)
    wait_for(lambda: notices(ada) != [])
    page = ada.client.get("/notifications")
    assert "An &lt;i&gt;answer" in page.text
    assert page.headers["cache-control"] == "no-store"
    seen = ada.client.get("/api/v1/notifications").json()
    assert seen["unread"] == 1
    assert ben.client.post("/api/v1/notifications/read", json={"up_to": seen["notices"][0]["id"]}).json()["marked"] == 0
    assert ada.client.post("/notifications", data={"up_to": seen["notices"][0]["id"]}).status_code == 303
    assert ada.client.get("/api/v1/notifications").json()["unread"] == 0
    assert browser(paper).get("/api/v1/notifications").status_code == 401


def test_what_is_not_there_or_not_ones_own_is_refused(office: Office) -> None:
    paper, _ = office
    ada, ben = reader(paper, "Ada Morn"), reader(paper, "Ben Dusk")
    story = paper.add_story()
    number = follow(ada, "story", story.id)
    assert follow(ada, "story", story.id) == number, "once, however often"
    assert ben.client.delete(f"/api/v1/following/{number}").status_code == 404
    unknown = ada.client.post("/api/v1/following", json={"kind": "story", "subject": 10**6})
    assert unknown.status_code == 404
    assert ada.client.get(f"/follow/planet/{story.id}").status_code == 404
    foreign = {"origin": "https://elsewhere.example"}
    stop = ada.client.post("/following", data={"stop": str(number)}, headers=foreign)
    assert stop.status_code in (401, 403)
    assert [one["id"] for one in ada.client.get("/api/v1/following").json()["following"]] == [number]


def test_a_held_comment_is_told_when_it_is_let_in(office: Office) -> None:
    paper, _ = office
    paper.set_policy(hold_links_from=1)
    story = paper.add_story()
    ada, ben = reader(paper, "Ada Morn"), reader(paper, "Ben Dusk")
    follow(ada, "story", story.id)
    held = ben.send(story, "Look at https://a.example/").json()["comment"]
    assert held["state"] == "held"
    settle(paper)
    assert notices(ada) == []
    paper.client.put(f"/api/v1/comments/{held['id']}/state", json={"state": "published"}, headers=paper.operator)
    wait_for(lambda: [one["comment"] for one in notices(ada)] == [held["id"]])


def test_names_in_the_thread_are_offered(office: Office) -> None:
    paper, _ = office
    story = paper.add_story()
    for name in ("Ada Morn", "Adele Noon", "Ben Dusk"):
        reader(paper, name).post(story, f"{name} was here")
    paper.post(story, "A guest", name="Adam Guest")
    path = f"/api/v1/stories/{story.slug}/names"
    assert paper.client.get(path, params={"prefix": "ad"}).json() == ["Adele Noon", "Ada Morn"]
    assert paper.client.get(path, params={"prefix": "du"}).json() == ["Ben Dusk"]
    assert paper.client.get(path, params={"prefix": "%_"}).json() == []
