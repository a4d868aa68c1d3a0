"""Everything that has a term, in one publication whose clock runs: gone when its time is over, kept under a hold."""

import datetime as dt
from typing import Any

import sqlalchemy as sa

from belowline.actions import misuse as misuse_act
from belowline.model.person import Role
from belowline.store import comments, jobs, misuse, notices, reports, verdicts
from belowline.store.tables_pipeline import print_mark, sending
from members import Member, browser, enrol
from paper import Paper
from post_office import wait_for

DAYS = dt.timedelta(days=1)
TOLD = {"reason": "It incites hatred", "text": "About marmalade"}


class Kept:
    """Two comments of guests with all that hangs on them; the second is under a legal hold."""

    def __init__(self, paper: Paper) -> None:
        self.paper, self.story = paper, paper.add_story()
        self.judge = enrol(paper, "Nora", Role.EDITOR)
        self.free, self.held = self.comment("Forgotten some day"), self.comment("Kept for a court")
        form = {"what": "comment", "number": str(self.held), "reason": "A court asks"}
        assert self.judge.client.post("/desk/main/holds", data=form).status_code == 303
        for number, one in enumerate((self.free, self.held), 1):
            self.hang_on(one, number)

    def comment(self, text: str) -> int:
        form = {"name": "Gus", "email": "gus@guests.example", "text": text, "key": text}
        guest = browser(self.paper)
        sent = guest.post(f"/stories/{self.story.slug}/comments", data=form)
        number = int(sent.headers["location"].split("/")[2])
        assert guest.post(f"/comments/{number}/edit", data={"text": f"{text}, and changed"}).status_code == 303
        return number

    def hang_on(self, comment: int, number: int) -> None:
        """An earlier wording and evidence are there; a report and a notice, both answered, and a removal."""
        assert browser(self.paper).post(f"/comments/{comment}/report", data=TOLD).status_code < 400
        form = {"location": f"/comments/{comment}", "kind": "insult", "explanation": "It is", "name": "Nell",
                "email": "nell@n.example", "good_faith": "yes"}  # fmt: skip
        assert browser(self.paper).post("/notices/new", data=form).status_code == 303
        answer = {"outcome": "law", "answer": "You are right."}
        assert self.judge.client.post(f"/desk/main/notices/{number}", data=answer).status_code == 303

    def later(self, days: int) -> None:
        self.paper.clock.ahead += days * DAYS

    def count(self, table: sa.Table, comment: int) -> int:
        of = sa.select(sa.func.count()).select_from(table).where(table.c.comment_id == comment)
        return int(self.paper.read(lambda conn: conn.execute(of).scalar_one()))

    def text(self, comment: int) -> str:
        return str(self.paper.read(comments.get, comment).text)

    def of(self, what: Any, comment: int) -> int:
        return len(self.paper.read(what, comment))

    def everything(self, comment: int) -> tuple[str, int, int, int]:
        parts = (verdicts.of_comment, verdicts.revisions, reports.of_comment)
        found, earlier, told = (self.of(part, comment) for part in parts)
        return self.text(comment), found, earlier, told


def test_each_thing_is_forgotten_after_its_term_and_a_hold_keeps_all(own_paper: Paper) -> None:
    kept = Kept(own_paper)
    whole = kept.everything(kept.held)
    assert whole == ("Kept for a court, and changed", 2, 1, 1)
    assert kept.count(sending, kept.free) == 1
    assert kept.count(print_mark, kept.free) > 0
    assert own_paper.read(comments.marks, kept.free)[1] is not None

    kept.later(13)
    wait_for(lambda: own_paper.read(daily_is_done, own_paper))
    assert kept.count(sending, kept.free) == 1
    kept.later(2)
    wait_for(lambda: not kept.count(sending, kept.free) and not kept.count(print_mark, kept.free), 30)
    assert kept.everything(kept.free) == ("Forgotten some day, and changed", 2, 1, 1)

    kept.later(170)  # 185 days: reports
    wait_for(lambda: not kept.of(reports.of_comment, kept.free), 30)
    assert kept.everything(kept.free) == ("Forgotten some day, and changed", 2, 1, 0)
    assert own_paper.read(notices.get, 1).email == "nell@n.example"

    kept.later(185)  # 370 days: texts, evidence, earlier wordings, who gave a notice
    wait_for(lambda: kept.everything(kept.free) == ("", 0, 0, 0), 30)
    wait_for(lambda: own_paper.read(notices.get, 1).email is None, 30)
    gone = own_paper.read(comments.get, kept.free)
    assert (gone.html, gone.author_name, str(gone.state)) == ("", None, "removed")
    assert own_paper.read(comments.marks, kept.free) == (None, None)
    assert kept.everything(kept.held) == whole
    assert own_paper.read(comments.marks, kept.held)[1] is not None

    lifted = enrol(own_paper, "Nora", Role.EDITOR).client.post("/desk/main/holds/1/lift")
    assert lifted.status_code == 303
    kept.later(1)
    wait_for(lambda: kept.everything(kept.held) == ("", 0, 0, 0), 30)


def daily_is_done(conn: sa.Connection, paper: Paper) -> bool:
    """Nothing that is due now waits."""

    return jobs.due(conn, paper.clock(), 1) == []


def unfounded(paper: Paper, judge: Member, comment: int, number: int) -> None:
    form = {"location": f"/comments/{comment}", "kind": "insult", "explanation": "It is", "name": "Nell",
            "email": "nell@n.example", "good_faith": "yes"}  # fmt: skip
    assert browser(paper).post("/notices/new", data=form).status_code == 303
    answer = {"outcome": "kept", "answer": "No.", "manifest": "unfounded"}
    assert judge.client.post(f"/desk/main/notices/{number}", data=answer).status_code == 303


def test_whose_notices_were_warned_of_is_forgotten(own_paper: Paper) -> None:
    own_paper.set_policy(publisher_size="medium")
    judge = enrol(own_paper, "Nora", Role.EDITOR)
    comment = own_paper.post(own_paper.add_story(), "In another way")
    for number in range(1, misuse_act.OFTEN + 1):
        unfounded(own_paper, judge, comment, number)
    form = {"email": "nell@n.example", "kind": "warn", "reason": "Too many."}
    assert judge.client.post("/desk/main/misuse", data=form).status_code == 303
    assert own_paper.read(misuse.get, 1).email == "nell@n.example"
    own_paper.clock.ahead += 367 * DAYS
    wait_for(lambda: own_paper.read(misuse.get, 1).email is None, 30)
    found = own_paper.read(misuse.get, 1)
    assert (found.reason, found.unfounded) == ("", misuse_act.OFTEN)
