"""Who is erased leaves decisions that lead to nobody: their appeals end, and a legal hold keeps words until it ends."""

import datetime as dt
from typing import Any

import pytest

from belowline.actions import reasons as reasons_act
from belowline.actions import transparency
from belowline.model.person import Role
from belowline.rules.dsa import faults
from belowline.store import appeals, comments, erasing, holds, people, reasons, sites
from members import Member, browser, enrol, write
from paper import Paper
from post_office import wait_for

DAYS = dt.timedelta(days=1)


class Newsroom:
    """A reader two of whose comments were removed, and who was warned and suspended; all of it is appealed against."""

    def __init__(self, paper: Paper) -> None:
        self.paper, self.story = paper, paper.add_story()
        self.ada = enrol(paper, "Ada Querell")
        write(paper, people.change, self.ada.person.id, email="ada.querell@readers.example")
        self.mo, self.nora = enrol(paper, "Mo Judge", Role.MODERATOR), enrol(paper, "Nora", Role.EDITOR)
        self.first, self.second = (self.ada.post(self.story, f"A quincunx of {word}") for word in ("figs", "plums"))
        for comment in (self.first, self.second):
            form = {"action": "remove", "reason": "rules:insults", "explanation": "No marmalade", "queue": "all"}
            assert self.mo.client.post(f"/desk/main/comments/{comment}/decision", data=form).status_code == 303
        sanction = {"kind": "suspend", "days": "3", "reason": "Enough of the marmalade"}
        place = f"/desk/main/people/{self.ada.person.id}/sanctions"
        assert self.mo.client.post(place, data=sanction).status_code == 303
        self.appeal(self.ada, 1)
        self.appeal(self.ada, 2)
        mark = str(paper.read(reasons_act.link, 3)).partition("mark=")[2]
        said = browser(paper).post("/decisions/3/appeal", data={"text": "I like a zephyrine", "mark": mark})
        assert said.status_code == 303  # by the mail's link: not signed in

    def appeal(self, who: Member, decision: int) -> None:
        assert who.client.post(f"/decisions/{decision}/appeal", data={"text": "A zephyrine"}).status_code == 303

    def hold(self, what: str, number: int) -> None:
        form = {"what": what, "number": str(number), "reason": "A court asks"}
        assert self.nora.client.post("/desk/main/holds", data=form).status_code == 303

    def lift(self) -> None:
        (one,) = self.paper.read(holds.standing)
        again = enrol(self.paper, "Nora", Role.EDITOR)  # sessions of the desk are short
        assert again.client.post(f"/desk/main/holds/{one.id}/lift").status_code == 303

    def ask(self, texts: str = "remove") -> None:
        assert self.ada.client.post("/api/v1/me/erasure", json={"texts": texts}).status_code == 200
        self.paper.clock.ahead += 15 * DAYS

    @property
    def is_gone(self) -> bool:
        return self.paper.read(people.get, self.ada.person.id) is None

    @property
    def is_done(self) -> bool:
        return self.is_gone and self.paper.read(erasing.of_person, self.ada.person.id) is None

    def decision(self, number: int) -> Any:
        return self.paper.read(reasons.get, number)

    def waiting(self) -> list[int]:
        return [one.decision_id for one in self.paper.read(appeals.waiting, [1], 10)]


@pytest.mark.parametrize("texts", ["remove", "keep"])
def test_decisions_stay_without_the_person_and_their_appeals_end(own_paper: Paper, texts: str) -> None:
    room = Newsroom(own_paper)
    assert len(room.waiting()) == 3
    room.ask(texts)
    wait_for(lambda: room.is_done, 30)
    assert room.waiting() == []
    for number in (1, 2, 3):
        made = room.decision(number)
        assert (made.person_id, made.explanation) == (None, "")
        assert made.decided_by == room.mo.person.id
        assert own_paper.read(appeals.of_decision, number) is None
    page = enrol(own_paper, "Nora", Role.EDITOR).client.get("/desk/main/appeals")
    assert (page.status_code, "zephyrine" in page.text) == (200, False)
    site, since = own_paper.read(sites.get, 1), own_paper.clock() - 30 * DAYS
    said = own_paper.read(transparency.statements, site, own_paper.base, since, own_paper.clock())
    assert [faults(one) for _, one in said] == [[], [], []]


def test_a_hold_on_a_comment_keeps_what_was_said_to_and_by_its_writer(own_paper: Paper) -> None:
    room = Newsroom(own_paper)
    room.hold("comment", room.first)
    room.ask()
    wait_for(lambda: room.is_gone and room.decision(2).explanation == "", 30)
    wait_for(lambda: own_paper.read(comments.get, room.second).text == "", 30)
    assert own_paper.read(comments.get, room.first).text == "A quincunx of figs"
    assert (room.decision(1).person_id, room.decision(1).explanation) == (None, "No marmalade")
    assert room.waiting() == [1]
    assert own_paper.read(appeals.of_decision, 1).text == "A zephyrine"
    room.lift()
    own_paper.clock.ahead += DAYS
    wait_for(lambda: room.is_done, 30)
    assert (own_paper.read(comments.get, room.first).text, room.decision(1).explanation) == ("", "")
    assert room.waiting() == []


def test_a_hold_on_a_person_puts_the_erasure_off(own_paper: Paper) -> None:
    room = Newsroom(own_paper)
    room.hold("person", room.ada.person.id)
    room.ask()
    wait_for(lambda: own_paper.read(erasing.of_person, room.ada.person.id).due_at > own_paper.clock(), 30)
    assert own_paper.read(people.get, room.ada.person.id).name == "Ada Querell"
    assert own_paper.read(comments.get, room.first).text == "A quincunx of figs"
    assert len(room.waiting()) == 3
    room.lift()
    own_paper.clock.ahead += DAYS
    wait_for(lambda: room.is_done, 30)
    assert room.waiting() == []
