"""Every kind of decision, made as the newsroom makes it, as a record of the transparency database.

What the database asks for is written down here a second time, from its documentation, so that an error in rules/dsa.py
is not checked by itself: https://transparency.dsa.ec.europa.eu/page/api-documentation
"""

import datetime as dt
import json
import re
from typing import Any

from click.testing import CliRunner

from belowline.actions import notices as notice_act
from belowline.cli import main
from belowline.model.person import Role
from belowline.store import people, reasons
from members import Member, browser, enrol, write
from paper import Paper
from post_office import wait_for

Record = dict[str, Any]
LINKS = "https://a.example https://b.example https://c.example https://d.example"
DAYS = dt.timedelta(days=1)
MUST = {
    "decision_ground", "category", "content_type", "content_date", "territorial_scope", "application_date",
    "decision_facts", "source_type", "automated_detection", "automated_decision", "puid",
}  # fmt: skip
ONE = {
    "decision_provision": r"DECISION_PROVISION_(PARTIAL|TOTAL)_(SUSPENSION|TERMINATION)",
    "decision_account": "DECISION_ACCOUNT_(SUSPENDED|TERMINATED)",
    "account_type": "ACCOUNT_TYPE_(BUSINESS|PRIVATE)",
    "decision_ground": "DECISION_GROUND_(ILLEGAL|INCOMPATIBLE)_CONTENT",
    "source_type": "SOURCE_(ARTICLE_16|TRUSTED_FLAGGER|TYPE_OTHER_NOTIFICATION|VOLUNTARY)",
    "automated_detection": "Yes|No",
    "automated_decision": "AUTOMATED_DECISION_(FULLY|PARTIALLY|NOT_AUTOMATED)",
    "category": "STATEMENT_CATEGORY_[A-Z_]+",
    "content_language": "[A-Z]{2}",
    "puid": "[A-Za-z0-9_-]{1,500}",
}
SEVERAL = {
    "decision_visibility": "DECISION_VISIBILITY_(CONTENT_(REMOVED|DISABLED|DEMOTED|LABELLED)|OTHER)",
    "category_specification": "KEYWORD_[A-Z_]+",
    "content_type": "CONTENT_TYPE_TEXT",
    "territorial_scope": "[A-Z]{2}",
}
WORDS = {
    "decision_visibility_other": 500, "decision_ground_reference_url": 500, "illegal_content_legal_ground": 500,
    "illegal_content_explanation": 2000, "incompatible_content_ground": 500, "incompatible_content_explanation": 2000,
    "decision_facts": 5000,
}  # fmt: skip
DATES = {
    "content_date": "2000-01-01", "application_date": "2020-01-01", "end_date_service_restriction": "2020-01-01",
    "end_date_account_restriction": "2020-01-01",
}  # fmt: skip
CONTRACT = {"incompatible_content_ground", "incompatible_content_explanation"}
LAW = {"illegal_content_legal_ground", "illegal_content_explanation"}


def check(one: Record) -> None:
    """As the database does; it knows no other field."""
    assert set(one) <= {*ONE, *SEVERAL, *WORDS, *DATES}
    assert set(one) >= MUST
    assert {"decision_visibility", "decision_provision", "decision_account"} & set(one)
    for name, value in one.items():
        if name in ONE:
            assert re.fullmatch(ONE[name], value), (name, value)
        elif name in SEVERAL:
            assert value == list(value) != [], name
            assert all(re.fullmatch(SEVERAL[name], item) for item in value), (name, value)
        elif name in WORDS:
            assert 0 < len(value) <= WORDS[name], name
        else:
            assert dt.date.fromisoformat(value).isoformat() == value >= DATES[name], (name, value)
    illegal = one["decision_ground"] == "DECISION_GROUND_ILLEGAL_CONTENT"
    assert (set(one) >= LAW, bool(LAW & set(one))) == (illegal, illegal)
    assert (set(one) >= CONTRACT, bool(CONTRACT & set(one))) == (not illegal, not illegal)
    assert ("decision_visibility_other" in one) == ("DECISION_VISIBILITY_OTHER" in one.get("decision_visibility", ()))
    for end, of in (("service", "provision"), ("account", "account")):
        if f"end_date_{end}_restriction" in one:
            assert f"decision_{of}" in one
            assert one[f"end_date_{end}_restriction"] >= one["application_date"]
    assert ("account_type" in one) <= ("decision_account" in one)


class Desk:
    """A newsroom that decides by its forms, and what the database is told of it."""

    def __init__(self, paper: Paper) -> None:
        self.paper, self.story = paper, paper.add_story()
        paper.set_policy(publisher_size="medium")
        self.ada, self.ben = enrol(paper, "Ada Morn"), enrol(paper, "Ben Dusk")
        self.mo, self.nora = enrol(paper, "Mo Judge", Role.MODERATOR), enrol(paper, "Nora", Role.EDITOR)

    def post(self, text: str) -> int:
        """By somebody new: who was removed before is held the next time."""
        self.writer = enrol(self.paper, f"Reader of {text.partition(':')[0]}")
        return self.writer.post(self.story, text)

    def decide(self, comment: int, action: str, reason: str = "") -> int:
        form = {"action": action, "reason": reason, "explanation": "Ada Morn, you know why", "queue": "all"}
        answer = self.mo.client.post(f"/desk/main/comments/{comment}/decision", data=form)
        assert answer.status_code == 303, answer.text
        return self.last

    @property
    def last(self) -> int:
        found = self.paper.read(reasons.of_site, 1, tuple(reasons.Action), self.paper.clock() - DAYS, self.later)
        return int(max(one.id for one in found))

    @property
    def later(self) -> dt.datetime:
        return self.paper.clock() + DAYS

    def sanction(self, whom: Member, kind: str, **more: str) -> int:
        form = {"kind": kind, "reason": "Ben Dusk, enough.", **more}
        answer = self.mo.client.post(f"/desk/main/people/{whom.person.id}/sanctions", data=form)
        assert answer.status_code == 303, answer.text
        return self.last

    def sanction_guest(self, comment: int, kind: str, **more: str) -> int:
        form = {"kind": kind, "reason": "Enough.", **more}
        assert self.mo.client.post(f"/desk/main/comments/{comment}/writer", data=form).status_code == 303
        return self.last

    def notice(self, comment: int, number: int, by: Member | None = None) -> int:
        form = {"location": f"/comments/{comment}", "kind": "insult", "explanation": "He is none.", "name": "Nell",
                "email": "nell@n.example", "good_faith": "yes"}  # fmt: skip
        client = by.client if by else browser(self.paper)
        assert client.post("/notices/new", data=form).status_code == 303
        answer = {"outcome": "law", "answer": "You are right.", "manifest": "illegal"}
        assert self.mo.client.post(f"/desk/main/notices/{number}", data=answer).status_code == 303
        return self.last

    def exported(self) -> dict[int, Record]:
        """By the number of the decision, as the desk gives them."""
        first, last = f"{self.paper.clock() - 40 * DAYS:%Y-%m-%d}", f"{self.paper.clock():%Y-%m-%d}"
        editor = enrol(self.paper, "Nora", Role.EDITOR)
        said = editor.client.get(f"/desk/main/statements?since={first}&until={last}").json()["statements"]
        return {int(one["puid"].removeprefix("main-")): one for one in said}


def is_(one: Record, **values: object) -> None:
    for name, value in values.items():
        assert one.get(name) == value, (name, one)


REMOVED, DISABLED = ["DECISION_VISIBILITY_CONTENT_REMOVED"], ["DECISION_VISIBILITY_CONTENT_DISABLED"]
BY_HAND = {"automated_detection": "No", "automated_decision": "AUTOMATED_DECISION_NOT_AUTOMATED"}
OWN = {"source_type": "SOURCE_VOLUNTARY"}


def test_decisions_about_comments(own_paper: Paper) -> None:
    desk = Desk(own_paper)
    rules = desk.decide(desk.post("Fool that he is"), "remove", "rules:insults")
    law = desk.decide(desk.post("Hang them all"), "remove", "law:incitement")
    spam = desk.decide(desk.post("Cheap lamps here"), "spam")
    looked_at = desk.post("Let us look at this")
    hidden = desk.decide(looked_at, "hold")
    held = desk.post(f"Sources: {LINKS}")
    marked = desk.decide(held, "remove", "rules:spam")
    seen = desk.post("Reported by a reader")
    told = {"reason": "It incites hatred"}
    assert desk.ben.client.post(f"/comments/{seen}/report", data=told).status_code < 400
    reported = desk.decide(seen, "remove", "rules:hatred")
    noticed = desk.notice(desk.post("He is a thief"), 1)
    hotline = enrol(own_paper, "Hotline")
    write(own_paper, people.change, hotline.person.id, email="desk@hotline.example")
    write(own_paper, notice_act.add_flagger, "The Hotline", "desk@hotline.example", None, None, own_paper.clock())
    flagged = desk.notice(desk.post("She is a thief"), 2, hotline)
    back = desk.decide(desk.post("It was a quotation"), "remove", "rules:insults")
    assert desk.writer.client.post(f"/decisions/{back}/appeal", data={"text": "So."}).status_code == 303
    reversed_ = {"outcome": "reversed", "answer": "It is one."}
    assert desk.nora.client.post("/desk/main/appeals/1", data=reversed_).status_code == 303
    undone = desk.decide(desk.post("A slip of the hand"), "remove", "rules:insults")
    assert desk.mo.client.post("/desk/main/undo", data={"did": str(undone)}).status_code == 303
    fine = desk.decide(desk.post(f"More sources: {LINKS}"), "publish")
    waits = desk.post(f"Still more of them: {LINKS}")
    own_paper.set_policy(keep_held_days=20)
    own_paper.clock.ahead += 21 * DAYS
    wait_for(
        lambda: all(own_paper.read(reasons.of_comment, one, (reasons.Action.REMOVE,)) for one in (waits, looked_at)), 30
    )
    (alone,) = own_paper.read(reasons.of_comment, waits, (reasons.Action.REMOVE,))
    (forgotten,) = own_paper.read(reasons.of_comment, looked_at, (reasons.Action.REMOVE,))
    said = desk.exported()
    assert set(said) == {rules, law, spam, hidden, marked, reported, noticed, flagged, alone.id, forgotten.id}
    assert not {back, undone, fine} & set(said)
    for one in said.values():
        check(one)
    assert "Reader of" not in json.dumps(said)
    assert "thief" not in json.dumps(said)
    contract, illegal = "DECISION_GROUND_INCOMPATIBLE_CONTENT", "DECISION_GROUND_ILLEGAL_CONTENT"
    is_(said[rules], decision_visibility=REMOVED, decision_ground=contract, content_language="EN", **BY_HAND, **OWN)
    is_(said[law], decision_ground=illegal, category_specification=["KEYWORD_HATE_SPEECH"], **BY_HAND, **OWN)
    is_(said[spam], decision_visibility=REMOVED, decision_ground=contract, **BY_HAND, **OWN)
    is_(said[hidden], decision_visibility=DISABLED, decision_ground=contract, **BY_HAND, **OWN)
    partly = {"automated_detection": "Yes", "automated_decision": "AUTOMATED_DECISION_PARTIALLY"}
    is_(said[marked], decision_visibility=REMOVED, **partly, **OWN)
    is_(said[reported], source_type="SOURCE_TYPE_OTHER_NOTIFICATION", **BY_HAND)
    is_(said[noticed], source_type="SOURCE_ARTICLE_16", decision_ground=illegal, **BY_HAND)
    is_(said[flagged], source_type="SOURCE_TRUSTED_FLAGGER", decision_ground=illegal, **BY_HAND)
    is_(said[alone.id], automated_detection="Yes", automated_decision="AUTOMATED_DECISION_FULLY", **OWN)


def test_decisions_about_people(own_paper: Paper) -> None:
    own_paper.clock.go_to_noon()
    desk = Desk(own_paper)
    sent = browser(own_paper).post(
        f"/stories/{desk.story.slug}/comments", data={"name": "Gus", "text": "As a guest", "key": "k"}
    )
    by_guest = int(sent.headers["location"].split("/")[2])
    warned = desk.sanction(desk.ben, "warn")
    held = desk.sanction(desk.ben, "hold")
    suspended = desk.sanction(desk.ben, "suspend", days="7", because="law:threat")
    banned = desk.sanction(desk.ada, "ban")
    for_days = desk.sanction_guest(by_guest, "suspend", days="7")
    for_ever = desk.sanction_guest(by_guest, "ban")
    said = desk.exported()
    assert set(said) == {held, suspended, banned, for_days, for_ever}
    assert warned not in said
    for one in said.values():
        check(one)
    end = f"{own_paper.clock() + 7 * DAYS:%Y-%m-%d}"
    account = {"decision_account": "DECISION_ACCOUNT_SUSPENDED", "account_type": "ACCOUNT_TYPE_PRIVATE"}
    is_(said[held], decision_visibility=["DECISION_VISIBILITY_OTHER"], **BY_HAND)
    is_(said[suspended], end_date_account_restriction=end, decision_ground="DECISION_GROUND_ILLEGAL_CONTENT", **account)
    is_(said[banned], end_date_account_restriction=None, **account)
    part = {"decision_provision": "DECISION_PROVISION_PARTIAL_SUSPENSION", "decision_account": None}
    is_(said[for_days], end_date_service_restriction=end, **part)
    is_(said[for_ever], end_date_service_restriction=None, **part)
    first, last = f"{own_paper.clock() - DAYS:%Y-%m-%d}", f"{own_paper.clock() + DAYS:%Y-%m-%d}"
    command = ["dsa", "export", "main", "--since", first, "--until", last, "--data", own_paper.settings.data]
    done = CliRunner().invoke(main, command)
    assert done.exit_code == 0, done.output
    given = [one for line in done.stdout.splitlines() if line for one in json.loads(line)["statements"]]
    for one in (*given, *said.values()):
        assert one.pop("decision_ground_reference_url").endswith("/terms?site=main")  # the command has no port of ours
    assert sorted(given, key=str) == sorted(said.values(), key=str)
