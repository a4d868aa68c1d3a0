"""Roles, badges and names that nobody imitates."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from belowline.actions import people as people_act
from belowline.cli import main
from belowline.model.person import Role
from belowline.store import people
from members import browser, enrol, write
from paper import Paper


def test_badges_come_from_the_role_and_stand_in_the_ready_bytes(own_paper: Paper) -> None:
    story = own_paper.add_story(author_name="Ines Vargas")
    ines, porter = enrol(own_paper, "Ines Vargas", Role.AUTHOR), enrol(own_paper, "Paul Porter", Role.STAFF)
    first, second = ines.post(story, "I wrote this."), porter.post(story, "I keep the door.")
    own_paper.post(story, "I only read.", name="Ada")
    html = own_paper.page(f"/stories/{story.slug}?v=1")
    assert html.count('<i class="mark badge author">author of the story</i>') == 1
    assert html.count('<i class="mark badge staff">staff</i>') == 1
    badges = {
        one["id"]: one["badge"]
        for one in own_paper.client.get(f"/api/v1/stories/{story.slug}/comments?v=1").json()["threads"]
    }
    assert (badges[first], badges[second]) == ("author", "staff")
    elsewhere = own_paper.add_story(author_name="Somebody Else")
    assert ines.send(elsewhere, "Not mine.").json()["comment"]["badge"] == "staff"


@pytest.mark.parametrize(
    "name", ["Ines Vargas", "lnes Vargas", "Ιnеs Vаrgаs", "I.n.e.s  VARGAS", "Moderator", "The Editоrs"]
)
def test_nobody_takes_a_staff_members_name(own_paper: Paper, name: str) -> None:
    story = own_paper.add_story(author_name="Ines Vargas")
    ines = enrol(own_paper, "Ines Vargas", Role.AUTHOR)
    refused = own_paper.send(story, "Trust me.", name=name)
    assert (refused.status_code, list(refused.json()["fields"])) == (422, ["name"])
    reader = enrol(own_paper, "Plain Reader")
    with pytest.raises(people_act.Invalid):
        write(own_paper, people_act.change_profile, reader.person.id, people_act.Profile(name), own_paper.clock())
    assert ines.send(story, "It is I.").status_code == 201
    assert own_paper.read(people.get, reader.person.id).name == "Plain Reader"


def test_a_badge_cannot_be_sent_along(own_paper: Paper) -> None:
    story = own_paper.add_story()
    for more in ({"badge": "staff"}, {"person_id": 1}, {"person": 1}, {"role": "admin"}):
        assert own_paper.send(story, "Look at me.", **more).status_code == 400
    named = own_paper.post(story, "Look at me.", name='Ada <i class="badge">staff</i>')
    html = own_paper.page(f"/comments/{named}?v=1")
    assert 'class="mark badge' not in html
    assert '<i class="badge">' not in html


def test_who_becomes_staff_gets_the_badge_from_then_on(own_paper: Paper) -> None:
    story = own_paper.add_story()
    nora = enrol(own_paper, "Nora")
    before = nora.send(story, "As a reader.").json()["comment"]
    write(own_paper, people_act.set_role, "main", nora.person.id, Role.MODERATOR, own_paper.clock())
    after = nora.send(story, "As a moderator.").json()["comment"]
    assert (before["badge"], after["badge"]) == (None, "staff")
    door = nora.client.get("/api/v1/session").json()["me"]
    assert (door["role"], door["moderates"]) == ("moderator", True)
    assert browser(own_paper).get("/api/v1/session").json()["me"] is None


def test_the_operator_sets_logins_and_roles(own_paper: Paper, tmp_path: Path) -> None:
    data = ["--data", own_paper.settings.data]
    secret = tmp_path / "secret"
    secret.write_text("thirty-two bytes or more of secret\n")
    agreed = ["jwt.on=true", "jwt.issuer=lamp", "jwt.audience=main", f"jwt.secret=@{secret}", "email=false"]
    shown = CliRunner().invoke(main, ["site", "login", "main", *agreed, *data])
    assert shown.exit_code == 0, shown.output
    ways = json.loads(shown.output)
    assert (ways["jwt"]["issuer"], ways["jwt"]["secret"], ways["email"]) == ("lamp", "(set)", False)
    assert "thirty-two" not in CliRunner().invoke(main, ["site", "login", "main", *data]).output
    for wrong in ("jwt.secret=short", "jwt.algorithm=none", "nonsense=1", "nonsense", "jwt.secret=@/no/file"):
        assert CliRunner().invoke(main, ["site", "login", "main", wrong, *data]).exit_code == 1
    nora = enrol(own_paper, "Nora")
    done = CliRunner().invoke(main, ["person", "role", "main", str(nora.person.id), "moderator", *data])
    assert done.output == "Nora is moderator on main.\n"
    assert nora.client.get("/api/v1/session").json()["me"]["role"] == "moderator"
    assert CliRunner().invoke(main, ["person", "role", "main", "999", "staff", *data]).exit_code == 1
