"""The desk's page of duties: statements to take away, the year's report, legal holds."""

import csv
import io
import json
import zipfile
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from belowline.cli import main
from belowline.model.person import Role
from belowline.rules.dsa import Statement, faults
from belowline.rules.dsa_names import CATEGORIES
from belowline.store import holds
from members import Member, browser, enrol
from paper import Paper


def decide(judge: Member, comment: int, action: str, reason: str = "") -> None:
    form = {"action": action, "reason": reason, "queue": "all"}
    answer = judge.client.post(f"/desk/main/comments/{comment}/decision", data=form)
    assert answer.status_code == 303, answer.text


def a_year(paper: Paper) -> tuple[Member, Member]:
    """Three removals (one by a notice), one comment published after a program had held it, one appeal that wins."""
    paper.clock.go_to_noon()
    ada, mo, nora = (
        enrol(paper, "Ada Morn"),
        enrol(paper, "Mo Judge", Role.MODERATOR),
        enrol(paper, "Nora", Role.EDITOR),
    )
    story = paper.add_story()
    insult, law, wrong, noticed = (ada.post(story, text) for text in ("Fool", "Hang them", "Fine", "Thief"))
    links = "https://a.example https://b.example https://c.example https://d.example"
    held = ada.post(story, f"Sources: {links}")
    decide(mo, insult, "remove", "rules:insults")
    decide(mo, law, "remove", "law:incitement")
    decide(mo, wrong, "remove", "rules:off-topic")
    decide(mo, held, "publish")
    ada.client.post("/decisions/3/appeal", data={"text": "It is about the story."})
    nora.client.post("/desk/main/appeals/1", data={"outcome": "reversed", "answer": "It is."})
    notice = {"location": f"/comments/{noticed}", "kind": "insult", "explanation": "He is none.", "name": "Nell",
              "email": "nell@n.example", "good_faith": "yes"}  # fmt: skip
    assert browser(paper).post("/notices/new", data=notice).status_code == 303
    answer = {"outcome": "law", "answer": "You are right.", "manifest": "illegal"}
    assert mo.client.post("/desk/main/notices/1", data=answer).status_code == 303
    return mo, nora


def test_the_year_is_counted_in_the_template(own_paper: Paper, tmp_path: Path) -> None:
    paper = own_paper
    mo, _ = a_year(paper)
    year = paper.clock().year
    page = mo.client.get(f"/desk/main/report?year={year}")
    assert page.status_code == 200
    assert page.text.count("<svg") == 5
    assert "3 restrictions, 1 notice of illegal content, 1 appeal." in page.text
    packed = mo.client.get(f"/desk/main/report.zip?year={year}").content
    archive = zipfile.ZipFile(io.BytesIO(packed))
    assert [name.split("_")[0] for name in archive.namelist()] == ["1", "2", "3", "4", "5", "6", "7", "8", "11"]

    def table(name: str) -> list[dict[str, str]]:
        return list(csv.DictReader(io.StringIO(archive.read(f"{name}.csv").decode())))

    notices = {one["Category of illegal content"]: one for one in table("4_notices")}
    assert set(notices) == {"TOTAL", *CATEGORIES}
    assert notices["TOTAL"]["Number of notices received"] == "1"
    assert notices["TOTAL"]["Number of actions taken on the basis of the law"] == "1"
    assert notices["TOTAL"]["Number of notices received from Trusted flaggers"] == "0"
    illegal, terms = table("5_own_initiative_illegal")[0], table("6_own_initiative_TC")[0]
    assert illegal["Visibility restriction Removal"] == "1"
    assert terms["Number of measures taken at the provider's own initiative"] == "1"
    assert len(table("3_member_states_orders")) == 28
    appeals = {one["Scope"]: one["Value"] for one in table("7_appeals_and_recidivism")[:6]}
    assert (appeals["Total"], appeals["Decisions reversed"]) == ("1", "1")
    automated = {one["Indicator"]: one["Value"] for one in table("8_automated_means")}
    assert automated["Possible rate of error"] == "1.0"
    assert all(one["Reporting period"] == f"{year}-01-01/{year}-12-31" for one in table("4_notices"))
    assert "Ada" not in "".join(archive.read(name).decode() for name in archive.namelist())
    out = tmp_path / "report.zip"
    done = CliRunner().invoke(main, ["dsa", "report", "main", str(year), str(out), "--data", paper.settings.data])
    assert done.exit_code == 0, done.output
    assert zipfile.ZipFile(out).namelist() == archive.namelist()
    assert "Nothing was decided" in mo.client.get("/desk/main/report?year=2001").text
    assert mo.client.get("/desk/main/report?year=99999").status_code == 400


def test_statements_are_taken_away_from_the_desk(own_paper: Paper) -> None:
    mo, _ = a_year(own_paper)
    today = f"{own_paper.clock():%Y-%m-%d}"
    path = f"/desk/main/statements?since={today}&until={today}"
    body: dict[str, Any] = json.loads(mo.client.get(path).content)
    assert len(body["statements"]) == 3
    for one in body["statements"]:
        given = {name: tuple(value) if isinstance(value, list) else value for name, value in one.items()}
        assert faults(Statement(**given)) == []
    assert [one["source_type"] for one in body["statements"]][-1] == "SOURCE_ARTICLE_16"
    assert len(list(csv.reader(io.StringIO(mo.client.get(f"{path}&form=csv").text)))) == 4
    assert mo.client.get("/desk/main/statements?since=1.1.2026&until=x").status_code == 400
    assert browser(own_paper).get(path).status_code == 303  # to sign in


def test_editors_place_and_lift_legal_holds(own_paper: Paper) -> None:
    mo, nora = enrol(own_paper, "Mo Judge", Role.MODERATOR), enrol(own_paper, "Nora", Role.EDITOR)
    comment = own_paper.post(own_paper.add_story(), "Evidence")
    form = {"what": "comment", "number": str(comment), "reason": "A court asked for it."}
    assert mo.client.post("/desk/main/holds", data=form).status_code == 403
    assert nora.client.post("/desk/main/holds", data=form | {"number": "x"}).status_code == 422
    assert nora.client.post("/desk/main/holds", data=form | {"number": "999"}).status_code == 404
    assert nora.client.post("/desk/main/holds", data=form | {"what": "all"}).status_code == 400
    assert nora.client.post("/desk/main/holds", data=form).status_code == 303
    page = mo.client.get("/desk/main/duties").text
    assert "A court asked for it." in page
    assert "Trusted flaggers" in page
    (one,) = own_paper.read(holds.standing)
    assert nora.client.post(f"/desk/main/holds/{one.id}/lift").status_code == 303
    assert own_paper.read(holds.standing) == []


def test_a_suspicion_of_a_serious_crime_is_recorded_kept_and_prepared(own_paper: Paper) -> None:
    mo = enrol(own_paper, "Mo Judge", Role.MODERATOR)
    own_paper.set_policy(publisher={"name": "Lamp Press", "email": "talk@lamp.example"})
    comment = own_paper.post(own_paper.add_story(), "I will be at the school tomorrow", name="Gus")
    place = f"/desk/main/comments/{comment}/suspicion"
    assert place in mo.client.get(f"/desk/main/comments/{comment}").text
    assert mo.client.post(place, data={"did": "informed", "text": "x"}).status_code == 404
    assert mo.client.post(place, data={"did": "suspect", "text": " "}).status_code == 422
    assert mo.client.post(place, data={"did": "suspect", "text": "He names a day."}).status_code == 303
    assert mo.client.post(place, data={"did": "suspect", "text": "Again"}).status_code == 409
    page = mo.client.get(place).text
    for words in ("Article 18", "Lamp Press", "I will be at the school tomorrow", "He names a day."):
        assert words in page
    assert [one.subject_id for one in own_paper.read(holds.standing)] == [comment]
    assert mo.client.post(place, data={"did": "informed", "text": "Police of Port, 12/34"}).status_code == 303
    assert "Police of Port, 12/34" in mo.client.get(place).text
    assert browser(own_paper).get(place).status_code == 303  # to sign in


def test_repeated_misuse_is_counted_and_proposed(own_paper: Paper) -> None:
    paper = own_paper
    ada, mo = enrol(paper, "Ada Morn"), enrol(paper, "Mo Judge", Role.MODERATOR)
    sent = [ada.post(paper.add_story(), f"Word {number} of it") for number in range(4)]
    assert "Repeated misuse" not in mo.client.get("/desk/main/duties").text
    paper.set_policy(publisher_size="medium")
    for comment in sent[:2]:
        decide(mo, comment, "remove", "law:insult")
    assert "No writer" in mo.client.get("/desk/main/duties").text
    decide(mo, sent[2], "remove", "law:insult")
    page = mo.client.get("/desk/main/duties").text
    assert "<td>3</td><td>4</td><td>no</td><td>warn</td>" in page
    warning = {"kind": "warn", "reason": "Three illegal comments."}
    assert mo.client.post(f"/desk/main/people/{ada.person.id}/sanctions", data=warning).status_code == 303
    assert "<td>yes</td><td>suspend for a time</td>" in mo.client.get("/desk/main/duties").text
