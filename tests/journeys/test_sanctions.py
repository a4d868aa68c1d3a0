"""Sanctions and the newsroom's log: who may, what stays, what is written down."""

import datetime as dt
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from belowline.actions import people as people_act
from belowline.actions import sanctions as act
from belowline.actions.sanctions import NewSanction, Subject
from belowline.errors import Conflict, Forbidden, Invalid
from belowline.model.person import Role
from belowline.model.sanction import Kind, Sanction
from belowline.store import log, people, sanctions, sites
from members import Member, enrol, write
from paper import Paper

REASON = "You insulted another reader three times."


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Paper]:
    running = Paper(tmp_path_factory.mktemp("sanctions")).start()
    yield running
    assert running.read(log.first_wrong) is None
    running.stop()


def impose(paper: Paper, whom: Member, by: Member | None, kind: Kind = Kind.BAN, **more: Any) -> Sanction:
    site = paper.read(sites.first)
    new = NewSanction(kind, more.pop("reason", REASON), **more)
    made: Sanction = write(
        paper, act.impose, site, Subject(whom.person.id), new, by.person.id if by else None, paper.clock()
    )
    return made


def of(paper: Paper, whom: Member) -> list[Sanction]:
    found: list[Sanction] = paper.read(sanctions.of, paper.read(sites.first).id, whom.person.id)
    return found


def logged(paper: Paper, what: str) -> list[dict[str, Any]]:
    entries = paper.read(lambda conn: list(log.entries(conn)))
    return [{"by": one.actor_id, **json.loads(one.details)} for one in entries if one.what == what]


def test_a_moderator_suspends_and_lifts(house: Paper) -> None:
    moderator, reader = enrol(house, "Mona Pell", Role.MODERATOR), enrol(house, "Rolf Reader")
    made = impose(house, reader, moderator, Kind.SUSPEND, days=7)
    assert made.until is not None
    assert made.lasts(house.clock())
    assert not made.lasts(house.clock() + dt.timedelta(days=8))
    site = house.read(sites.first)
    write(house, act.lift, site, made.id, moderator.person.id, house.clock())
    assert not of(house, reader)[0].lasts(house.clock())
    with pytest.raises(Conflict):
        write(house, act.lift, site, made.id, moderator.person.id, house.clock())
    told = [one for one in logged(house, "sanction") if one["sanction"] == made.id]
    assert [one["did"] for one in told] == ["imposed", "lifted"]
    assert {one["by"] for one in told} == {moderator.person.id}


def test_a_new_one_replaces_the_one_that_lasts(house: Paper) -> None:
    moderator, reader = enrol(house, "Mona Pell", Role.MODERATOR), enrol(house, "Rita Reader")
    impose(house, reader, moderator, Kind.SUSPEND, days=7)
    second = impose(house, reader, moderator, Kind.SUSPEND, days=30)
    impose(house, reader, moderator, Kind.WARN)
    lasting = [one.id for one in of(house, reader) if one.lasts(house.clock()) and one.kind == Kind.SUSPEND]
    assert lasting == [second.id]


@pytest.mark.parametrize(
    ("by_role", "whose_role", "more"),
    [
        (Role.READER, Role.READER, {}),
        (Role.STAFF, Role.READER, {}),
        (Role.MODERATOR, Role.MODERATOR, {}),
        (Role.MODERATOR, Role.ADMIN, {}),
        (Role.EDITOR, Role.READER, {"everywhere": True}),
    ],
)
def test_who_may_not(house: Paper, by_role: Role, whose_role: Role, more: dict[str, Any]) -> None:
    by, whom = enrol(house, f"By {by_role}", by_role), enrol(house, f"Whom {whose_role}", whose_role)
    before = of(house, whom)
    with pytest.raises(Forbidden):
        impose(house, whom, by, **more)
    assert of(house, whom) == before


def test_nobody_sanctions_themselves(house: Paper) -> None:
    admin = enrol(house, "Ada Admin", Role.ADMIN)
    with pytest.raises(Forbidden):
        impose(house, admin, admin)


def test_a_reason_and_an_end_are_asked_for(house: Paper) -> None:
    reader = enrol(house, "Rolf Reader")
    with pytest.raises(Invalid) as wrong:
        impose(house, reader, None, Kind.SUSPEND, reason="  ")
    assert set(wrong.value.fields) == {"reason", "days"}


def test_a_guest_is_known_by_the_marks_that_they_left(house: Paper) -> None:
    story = house.add_story()
    left = {"name": "Gast", "text": "Hello there.", "email": "gast@example.org"}
    comment = house.client.post(f"/api/v1/stories/{story.slug}/comments", json=left).json()["comment"]["id"]
    made = write(house, act.impose_on_writer, comment, NewSanction(Kind.BAN, REASON), None, house.clock())
    assert (made.person_id, bool(made.guest), bool(made.email_hash)) == (None, True, True)
    site = house.read(sites.first)
    for marks in ((None, made.guest, None), (None, None, made.email_hash)):
        assert house.read(sanctions.of, site.id, *marks) == [made]
    assert house.read(sanctions.of, site.id, None, None, None) == []


def test_one_on_an_address_counts_for_who_signs_in_by_it(house: Paper) -> None:
    """An import leaves bans by the address alone. What a guest typed proves nothing against who owns the address."""
    site, story, now = house.read(sites.first), house.add_story(), house.clock()
    people_ = {name: enrol(house, f"{name.title()} Reader") for name in ("banned", "framed", "free")}
    for name, one in people_.items():
        write(house, people.add_login, one.person.id, "email", "", f"hash of {name}", now)
        write(house, people.add_login, one.person.id, "oidc", "https://login.example", f"hash of framed {name}", now)
    values = {"site_id": site.id, "kind": "ban", "reason": REASON, "made_at": now}
    by_address = write(house, sanctions.add, email_hash="hash of banned", **values)
    write(house, sanctions.add, email_hash="hash of framed", guest="a browser", **values)
    write(house, sanctions.add, email_hash="hash of framed free", **values)  # that is no address of theirs
    assert people_["banned"].send(story, "May I?").status_code == 422
    assert [people_[name].send(story, f"May {name}?").status_code for name in ("framed", "free")] == [201, 201]
    assert {name: of(house, one) for name, one in people_.items()} == {"banned": [by_address], "framed": [], "free": []}
    impose(house, people_["banned"], None)
    assert [one.lasts(now) for one in of(house, people_["banned"])] == [True, True]
    for one in of(house, people_["banned"]):
        write(house, act.lift, site, one.id, None, now)
    assert people_["banned"].send(story, "May I now?").status_code == 201


def test_policy_roles_and_staff_sign_ins_are_logged(tmp_path: Path) -> None:
    paper = Paper(tmp_path / "data").start()
    try:
        paper.set_policy(hold_all=True)
        paper.set_policy(hold_all=True)
        assert logged(paper, "policy") == [{"by": None, "was": {"hold_all": False}, "is": {"hold_all": True}}]
        admin, reader = enrol(paper, "Ada Admin", Role.ADMIN), enrol(paper, "Rolf Reader", Role.MEMBER)
        assert [one["by"] for one in logged(paper, "sign-in")] == [admin.person.id]
        write(paper, people_act.set_role, "main", reader.person.id, Role.MODERATOR, paper.clock(), admin.person.id)
        assert logged(paper, "role")[-1] == {
            "by": admin.person.id, "person": reader.person.id, "was": "member", "is": "moderator",
        }  # fmt: skip
        for by, whom in ((reader, admin), (admin, admin)):
            with pytest.raises(Forbidden):
                write(paper, people_act.set_role, "main", whom.person.id, Role.READER, paper.clock(), by.person.id)
        assert paper.read(log.first_wrong) is None
    finally:
        paper.stop()
