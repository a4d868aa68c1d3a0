"""Repeated misuse (Article 23): unfounded notices are warned of, then not taken for a time; refusals are counted."""

import csv
import datetime as dt
import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import sqlalchemy as sa

from belowline.model.notice import Measure
from belowline.model.person import Role
from belowline.store import log, misuse
from belowline.store.tables_duties import refusal
from members import Member, browser, enrol, write
from paper import Paper
from post_office import PostOffice, open_office, text_of
from traces import found_in

Office = tuple[Paper, PostOffice]
NELL = "nell@neighbours.example"
DAYS = dt.timedelta(days=1)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with open_office() as post:
        running = Paper(tmp_path / "data", **post.settings()).start()
        running.set_policy(publisher_size="medium")
        yield running, post
        running.assert_counts_are_right()
        running.stop()


def give(paper: Paper, comment: int, email: str = NELL, kind: str = "insult") -> httpx.Response:
    form = {"location": f"/comments/{comment}", "kind": kind, "explanation": "I do not like it", "good_faith": "yes"}
    return browser(paper).post("/notices/new", data={**form, "name": "Nell Near", "email": email})


def unfounded(paper: Paper, judge: Member, comment: int, number: int) -> None:
    assert give(paper, comment).status_code == 303
    answer = {"outcome": "kept", "answer": "It only disagrees with you.", "manifest": "unfounded"}
    assert judge.client.post(f"/desk/main/notices/{number}", data=answer).status_code == 303


def act(judge: Member, kind: str, **more: str) -> httpx.Response:
    form = {"email": NELL, "kind": kind, "reason": "Three of them <b>only</b> disagreed.", "days": "30", **more}
    return judge.client.post("/desk/main/misuse", data=form)


def table(judge: Member, paper: Paper, name: str) -> list[dict[str, str]]:
    packed = judge.client.get(f"/desk/main/report.zip?year={paper.clock().year}").content
    text = zipfile.ZipFile(io.BytesIO(packed)).read(f"{name}.csv").decode()
    return list(csv.DictReader(io.StringIO(text)))


def test_unfounded_notices_are_warned_of_then_not_taken_for_a_time(office: Office) -> None:
    paper, post = office
    paper.clock.go_to_noon()
    ed, mo = enrol(paper, "Ed Itor", Role.EDITOR), enrol(paper, "Mo Judge", Role.MODERATOR)
    comment = paper.post(paper.add_story(), "I see it in another way")
    for number in (1, 2):
        unfounded(paper, mo, comment, number)
    assert act(ed, "warn").status_code == 404
    unfounded(paper, mo, comment, 3)
    assert "<td>3</td><td>3</td><td>warn</td>" in ed.client.get("/desk/main/duties").text
    assert act(mo, "warn").status_code == 403
    early = act(ed, "suspend")
    assert (early.status_code, "Warn them first" in early.text) == (409, True)
    assert act(ed, "warn", reason=" ").status_code == 422
    assert act(ed, "forgive").status_code == 400
    assert act(ed, "warn").status_code == 303
    (mail,) = [one for one in post.wait(7) if one["Subject"] == "About your notices · The Evening Lamp"]
    assert mail["To"] == NELL
    assert "If more follow, we will take none" in text_of(mail)
    assert "Three of them <b>only</b> disagreed." in text_of(mail)
    assert "/contact?site=main" in text_of(mail)
    assert "<td>wait</td>" in ed.client.get("/desk/main/duties").text
    paper.clock.ahead += dt.timedelta(minutes=1)
    unfounded(paper, mo, comment, 4)
    assert "<td>take none for a time</td>" in ed.client.get("/desk/main/duties").text
    assert act(ed, "suspend", days="181").status_code == 422
    assert act(ed, "suspend", days="").status_code == 422
    assert act(ed, "suspend").status_code == 303
    assert act(ed, "suspend").status_code == 409
    assert any("we take no notices from this address" in text_of(mail) for mail in post.wait(10))
    refused = give(paper, comment)
    assert (refused.status_code, "no notices from this address" in refused.text) == (422, True)
    assert give(paper, comment, "other@neighbours.example").status_code == 303
    assert give(paper, comment, "", "child-abuse").status_code == 303
    rows = {one["Indicator"]: one["Value"] for one in table(ed, paper, "7_appeals_and_recidivism")}
    assert rows["Manifestly unfounded notices"] == "1"
    assert NELL not in str(table(ed, paper, "7_appeals_and_recidivism"))
    assert paper.read(log.first_wrong) is None
    paper.clock.ahead += 31 * DAYS
    assert give(paper, comment).status_code == 303


def measures(paper: Paper) -> list[Measure]:
    return list(paper.read(misuse.made_between, 1, dt.datetime(2020, 1, 1, tzinfo=dt.UTC), paper.clock() + DAYS))


def test_it_is_lifted_and_needs_the_duty_and_the_site(office: Office) -> None:
    paper, post = office
    ed, mo = enrol(paper, "Ed Itor", Role.EDITOR), enrol(paper, "Mo Judge", Role.MODERATOR)
    comment = paper.post(paper.add_story(), "I see it in another way")
    for number in (1, 2, 3):
        unfounded(paper, mo, comment, number)
    assert (act(ed, "warn").status_code, act(ed, "suspend").status_code) == (303, 303)
    assert give(paper, comment).status_code == 422
    last = measures(paper)[-1]
    assert (last.unfounded, last.notices, last.lasts(paper.clock())) == (3, 3, True)
    page = ed.client.get("/desk/main/duties").text
    assert f"/misuse/{last.id}/lift" in page
    assert mo.client.post(f"/desk/main/misuse/{last.id}/lift").status_code == 403
    assert ed.client.post("/desk/main/misuse/999/lift").status_code == 404
    assert ed.client.post(f"/desk/main/misuse/{last.id}/lift").status_code == 303
    assert ed.client.post(f"/desk/main/misuse/{last.id}/lift").status_code == 404
    assert give(paper, comment).status_code == 303
    paper.set_policy(publisher_size="micro")
    assert act(ed, "suspend").status_code == 403
    assert post.wait(8)


def test_a_sanction_for_illegal_content_counts_as_what_it_is(office: Office) -> None:
    paper, _ = office
    paper.clock.go_to_noon()
    ada, mo = enrol(paper, "Ada Morn"), enrol(paper, "Mo Judge", Role.MODERATOR)
    ben = enrol(paper, "Ben Dusk")
    form = {"kind": "suspend", "days": "7", "reason": "Again and again."}
    place = f"/desk/main/people/{ada.person.id}/sanctions"
    assert 'value="law:incitement"' in mo.client.get(f"/desk/main/people/{ada.person.id}").text
    assert mo.client.post(place, data=form | {"because": "law:nothing"}).status_code == 422
    assert mo.client.post(place, data=form | {"because": "law:incitement"}).status_code == 303
    assert mo.client.post(f"/desk/main/people/{ben.person.id}/sanctions", data=form).status_code == 303
    assert "The law was broken: Incitement to hatred or violence" in ada.client.get("/decisions/1").text
    assert "For breaking the rules of the house." in ben.client.get("/decisions/2").text
    today = f"{paper.clock():%Y-%m-%d}"
    said = mo.client.get(f"/desk/main/statements?since={today}&until={today}").json()["statements"]
    assert [one["decision_ground"].removeprefix("DECISION_GROUND_") for one in said] == [
        "ILLEGAL_CONTENT",
        "INCOMPATIBLE_CONTENT",
    ]
    rows = {one["Indicator"]: one["Value"] for one in table(mo, paper, "7_appeals_and_recidivism")}
    assert rows["Manifestly illegal content"] == "1"


def test_refusals_are_counted_and_leave_nothing_else(own_paper: Paper) -> None:
    own_paper.clock.go_to_noon()
    ada, mo = enrol(own_paper, "Ada Morn"), enrol(own_paper, "Mo Judge", Role.MODERATOR)
    ban = {"kind": "ban", "reason": "Enough."}
    assert mo.client.post(f"/desk/main/people/{ada.person.id}/sanctions", data=ban).status_code == 303
    story = own_paper.add_story()
    form = {"text": "Of the quincunx", "key": "k"}
    assert ada.client.post(f"/stories/{story.slug}/comments", data=form).status_code == 422
    assert ada.send(story, "Of the quincunx").status_code == 422
    own_paper.post(story, "By somebody else")
    rows = [one for one in table(mo, own_paper, "8_automated_means") if "refused" in one["Indicator"]]
    assert [(one["Scope"], one["Value"]) for one in rows] == [("Total", "2"), ("banned", "2")]
    kept = write(own_paper, lambda conn: conn.execute(sa.select(refusal)).all())
    assert [(row.site_id, row.step, row.many) for row in kept] == [(1, "", 2), (1, "banned", 2)]
    assert found_in(own_paper.settings.database, "quincunx") == []
