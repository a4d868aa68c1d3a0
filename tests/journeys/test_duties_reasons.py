"""A decision and its reasons, told to the writer on their page and by mail; appealed, and decided by somebody else."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import sqlalchemy as sa

from belowline.actions import comments as comment_act
from belowline.actions import reasons as reasons_act
from belowline.model.comment import State
from belowline.model.decision import Decision
from belowline.model.person import Role
from belowline.store import appeals, comments, jobs, log, people, reasons
from belowline.store.tables_moderation import decision as decision_table
from members import Member, browser, enrol, write
from paper import Paper
from post_office import PostOffice, link_in, open_office, text_of, wait_for

Office = tuple[Paper, PostOffice]
LATER = dt.timedelta(minutes=3)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with open_office() as post:
        running = Paper(tmp_path / "data", **post.settings()).start()
        yield running, post
        running.assert_counts_are_right()
        running.stop()


def reader(paper: Paper, name: str) -> Member:
    member = enrol(paper, name)
    write(paper, people.change, member.person.id, email="reader@readers.example")
    return member


def remove(paper: Paper, comment_id: int, by: int | None, **values: Any) -> Decision:
    """As a moderator does."""

    def work(conn: sa.Connection) -> Decision:
        comment = comments.must(conn, comment_id)
        comment_act.decide(conn, comment_id, State.REMOVED)
        given = {
            "site_id": 1,
            "comment_id": comment_id,
            "person_id": comment.person_id,
            "action": "remove",
            "state_before": str(comment.state),
            "state_after": "removed",
            "ground": "rules",
            "reason": "insults",
            "found_by": "report",
            "decided_by": by,
            "decided_at": paper.clock(),
            **values,
        }
        made = conn.execute(sa.insert(decision_table).values(**given).returning(decision_table.c.id)).scalar_one()
        found = reasons.get(conn, made)
        assert found
        reasons_act.tell(conn, found, paper.clock())
        return found

    return write(paper, work)


def appeal(client: httpx.Client, decision_id: int, text: str = "It was a quotation.", **more: str) -> httpx.Response:
    return client.post(f"/decisions/{decision_id}/appeal", data={"text": text, **more})


def test_the_writer_is_told_once_on_their_page_and_by_mail(office: Office) -> None:
    paper, post = office
    paper.set_policy(rules=[{"key": "insults", "title": "Be civil & kind", "text": "No <b>insults</b>, it's rude."}])
    story = paper.add_story()
    ada, mo = reader(paper, "Ada Morn"), enrol(paper, "Mo Judge", Role.MODERATOR)
    comment = ada.post(story, "You are all fools <b>here</b>")
    made = remove(paper, comment, mo.person.id, explanation="“Fools” is the word.")
    assert not post.mails
    paper.clock.ahead += LATER
    (mail,) = post.wait(1)
    assert mail["To"] == "reader@readers.example"
    assert mail["Subject"] == "A decision about you · The Evening Lamp"
    said = text_of(mail)
    for words in (
        "Your comment was removed.",
        "“Be civil & kind”. No <b>insults</b>, it's rude.",
        "“Fools” is the word.",
        "Readers had reported it.",
        "A person decided.",
        "You are all fools",
        "you can appeal until",
        "courts",
    ):
        assert words in said
    page = browser(paper).get(link_in(mail, "/decisions/").removeprefix(paper.base))
    assert page.status_code == 200
    assert "Your comment was removed." in page.text
    assert "<b>here" not in page.text
    assert "You are all fools" in page.text
    assert "Be civil &amp; kind" in page.text
    assert "<b>insults" not in page.text
    assert page.headers["cache-control"] == "no-store"
    assert "Mo Judge" not in page.text + said
    listed = ada.client.get("/me/decisions").text
    assert f"/decisions/{made.id}" in listed
    mine = ada.client.get(f"/comments/{comment}/mine")
    assert (mine.status_code, mine.headers["location"]) == (303, f"/decisions/{made.id}")
    wait_for(lambda: paper.read(reasons.get, made.id).told_at is not None)  # after the mail's server has answered
    write(paper, reasons_act.tell, made, paper.clock())
    paper.clock.ahead += LATER
    wait_for(lambda: paper.read(jobs.waiting) == 0)
    assert len(post.mails) == 1


def test_what_is_undone_before_it_was_told_is_never_told(office: Office) -> None:
    paper, post = office
    ada = reader(paper, "Ada Morn")
    made = remove(paper, ada.post(paper.add_story(), "A mistake of theirs"), None)

    def undo(conn: sa.Connection) -> None:
        comment_act.decide(conn, made.comment_id or 0, State.PUBLISHED)
        undone = sa.update(decision_table).where(decision_table.c.id == made.id).values(undone_at=paper.clock())
        conn.execute(undone)
        reasons_act.tell(conn, reasons.get(conn, made.id) or made, paper.clock())

    write(paper, undo)
    paper.clock.ahead += LATER
    wait_for(lambda: paper.read(jobs.waiting) == 0)
    assert post.mails == []
    assert "taken back" in ada.client.get(f"/decisions/{made.id}").text
    assert appeal(ada.client, made.id).status_code == 409


def test_nobody_else_sees_a_decision(own_paper: Paper) -> None:
    story = own_paper.add_story()
    ada, ben = enrol(own_paper, "Ada Morn"), enrol(own_paper, "Ben Dusk")
    made = remove(own_paper, ada.post(story, "Mine"), None)
    for client, path in (
        (ben.client, f"/decisions/{made.id}"),
        (browser(own_paper), f"/decisions/{made.id}"),
        (ben.client, f"/decisions/{made.id}?mark={made.id}.forged"),
        (ben.client, f"/decisions/{made.id}?token={made.comment_id}.forged"),
        (ada.client, "/decisions/999999"),
    ):
        assert client.get(path).status_code == 404, path
    assert appeal(ben.client, made.id).status_code == 404
    foreign = ada.client.post(
        f"/decisions/{made.id}/appeal", data={"text": "x"}, headers={"origin": "https://evil.example"}
    )
    assert foreign.status_code == 403
    assert own_paper.read(appeals.of_decision, made.id) is None


def test_a_guest_is_told_by_their_browser_and_by_the_comments_token(own_paper: Paper) -> None:
    story = own_paper.add_story()
    guest = browser(own_paper)
    sent = guest.post(f"/stories/{story.slug}/comments", data={"name": "Gus", "text": "As a guest", "key": "k"})
    comment = int(sent.headers["location"].split("/")[2])
    made = remove(own_paper, comment, None, ground="law", reason="incitement")
    own_paper.clock.ahead += dt.timedelta(days=90)
    guest.cookies.delete("belowline_mine")
    page = guest.get(f"/decisions/{made.id}")
    assert page.status_code == 200
    assert "The law was broken: Incitement to hatred or violence (National law under Framework" in page.text
    assert f"/decisions/{made.id}" in guest.get("/me/decisions").text
    assert guest.get(f"/comments/{comment}/mine").headers["location"] == f"/decisions/{made.id}"
    token = own_paper.house.tokens.for_comment(comment)
    elsewhere = browser(own_paper)
    assert elsewhere.get(f"/decisions/{made.id}", params={"token": token}).status_code == 200
    answer = appeal(elsewhere, made.id, token=token)
    assert answer.status_code == 303
    assert "You have appealed." in elsewhere.get(answer.headers["location"]).text


def test_an_appeal_is_decided_by_somebody_else(office: Office) -> None:
    paper, post = office
    story = paper.add_story()
    ada = reader(paper, "Ada Morn")
    mo, nora = (enrol(paper, name, Role.MODERATOR) for name in ("Mo Judge", "Nora Judge"))
    comment = ada.post(story, "This was a quotation")
    made = remove(paper, comment, mo.person.id)
    assert appeal(ada.client, made.id, "  ").status_code == 422
    assert appeal(ada.client, made.id).status_code == 303
    assert appeal(ada.client, made.id).status_code == 409
    (waiting,) = paper.read(appeals.waiting, [1], 10)
    place = f"/desk/main/appeals/{waiting.id}"
    answer = "You quoted the minister, as we see now."
    form = {"outcome": "reversed", "answer": answer}
    assert "<textarea" not in mo.client.get(place).text
    refused = mo.client.post(place, data=form)
    assert (refused.status_code, "somebody else decides" in refused.text) == (409, True)
    assert ada.client.post(place, data=form).status_code == 403
    assert nora.client.post(place, data=form | {"answer": " "}).status_code == 422
    assert nora.client.post(place, data=form | {"outcome": "perhaps"}).status_code == 400
    assert "It was a quotation." in nora.client.get("/desk/main/appeals").text
    assert nora.client.post(place, data=form).status_code == 303
    again = nora.client.post(place, data=form)
    assert (again.status_code, "decided already" in again.text) == (409, True)
    assert paper.read(comments.get, comment).state == State.PUBLISHED
    (mail,) = post.wait(1)
    assert mail["Subject"] == "The answer to your appeal · The Evening Lamp"
    assert answer in text_of(mail)
    assert answer in ada.client.get(f"/decisions/{made.id}").text
    assert paper.read(log.first_wrong) is None
    assert [one.what for one in paper.read(lambda conn: list(log.entries(conn)))][-2:] == ["appeal", "decision"]


def test_a_newsroom_of_one_decides_again_and_says_so(own_paper: Paper) -> None:
    ada, ed = enrol(own_paper, "Ada Morn"), enrol(own_paper, "Ed Alone", Role.EDITOR)
    made = remove(own_paper, ada.post(own_paper.add_story(), "Mine"), ed.person.id)
    appeal(ada.client, made.id)
    (waiting,) = own_paper.read(appeals.waiting, [1], 10)
    form = {"outcome": "upheld", "answer": "It stays."}
    assert ed.client.post(f"/desk/main/appeals/{waiting.id}", data=form).status_code == 303
    assert own_paper.read(appeals.get, waiting.id).alone
    page = ada.client.get(f"/decisions/{made.id}").text
    assert "there was nobody else" in page
    assert "the decision stands" in page


def test_an_appeal_is_open_for_six_months(own_paper: Paper) -> None:
    ada = enrol(own_paper, "Ada Morn")
    story = own_paper.add_story()
    first, second = (remove(own_paper, ada.post(story, text), None) for text in ("One", "Two"))
    own_paper.clock.ahead += LATER
    wait_for(lambda: own_paper.read(reasons.get, second.id).told_at is not None)
    own_paper.clock.ahead += dt.timedelta(days=183)
    fresh = enrol(own_paper, "Ada Morn")
    assert fresh.person.id == ada.person.id
    assert appeal(fresh.client, first.id).status_code == 303
    own_paper.clock.ahead += dt.timedelta(days=2)
    refused = appeal(fresh.client, second.id)
    assert refused.status_code == 409
    assert "over" in refused.text


def test_a_suspension_is_told_with_its_end_and_lifted_by_an_appeal(office: Office) -> None:
    paper, post = office
    ada = reader(paper, "Ada Morn")
    mo, nora = (enrol(paper, name, Role.MODERATOR) for name in ("Mo Judge", "Nora Judge"))
    form = {"kind": "suspend", "days": "7", "reason": "Three insults in a week."}
    imposed = mo.client.post(f"/desk/main/people/{ada.person.id}/sanctions", data=form)
    assert imposed.status_code == 303, imposed.text
    paper.clock.ahead += LATER
    (mail,) = post.wait(1)
    assert "You cannot write here until" in text_of(mail)
    assert "Three insults in a week." in text_of(mail)
    assert ada.send(paper.add_story(), "May I?").status_code == 422
    place = link_in(mail, "/decisions/").removeprefix(paper.base)
    number = place.split("/")[2].split("?")[0]
    assert appeal(ada.client, int(number), "It was one, and I said sorry.").status_code == 303
    assert mo.client.post("/desk/main/appeals/1", data={"outcome": "reversed", "answer": "x"}).status_code == 409
    done = nora.client.post("/desk/main/appeals/1", data={"outcome": "reversed", "answer": "One it was."})
    assert done.status_code == 303, done.text
    assert ada.send(paper.add_story(), "Thank you.").status_code == 201
    assert "it is taken back" in ada.client.get(place).text
