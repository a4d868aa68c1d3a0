"""A reader's data: taken away whole by themselves, and by nobody else."""

import csv
import io
import json
import zipfile
from typing import Any

import httpx

from belowline.actions import moderate
from belowline.model.comment import State
from belowline.model.decision import Action, NewDecision
from belowline.store import people
from members import Member, browser, embed_tokens, enrol, write
from paper import Paper


def parcel(member: Member, path: str = "/me/data.zip") -> zipfile.ZipFile:
    answer = member.client.get(path)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/zip"
    assert answer.headers["cache-control"] == "no-store"
    found = zipfile.ZipFile(io.BytesIO(answer.content))
    assert found.testzip() is None
    return found


def section(found: zipfile.ZipFile, name: str) -> list[dict[str, Any]]:
    """As JSON; the CSV says the same, cell by cell."""
    rows: list[dict[str, Any]] = json.loads(found.read(f"{name}.json"))
    table = list(csv.DictReader(io.StringIO(found.read(f"{name}.csv").decode("utf-8-sig"))))
    assert len(table) == len(rows)
    for row, line in zip(rows, table, strict=True):
        assert set(row) == set(line)
        for column, value in row.items():
            if isinstance(value, str):
                assert line[column].removeprefix("'") == value.replace("\r\n", "\n")
    return rows


def test_a_reader_takes_all_that_is_kept_about_them(paper: Paper) -> None:
    story = paper.add_story(title="=HYPERLINK(“a trap”)", url="https://www.lamp.example/tide")
    ada, ben = enrol(paper, "Ada Datum"), enrol(paper, "Ben Datum")
    write(paper, people.change, ada.person.id, email="ada.datum@readers.example")
    asked = ben.post(story, "Who has seen the tide tables?")
    answer = ada.post(story, "I have, =1+1 \n\nand “more”, with commas", parent=asked)
    ada.client.patch(f"/api/v1/comments/{answer}", json={"text": "I have seen them"})
    ada.client.put(f"/api/v1/comments/{asked}/vote", json={"vote": "respect"})
    reported = {"reason": "It incites hatred", "text": "not really"}
    assert ada.client.post(f"/api/v1/comments/{asked}/reports", json=reported).status_code in (200, 201)
    ada.client.post("/api/v1/following", json={"kind": "story", "subject": story.id})
    ada.client.put(f"/api/v1/people/{ben.person.id}/mute")
    write(paper, moderate.decide_state, answer, State.HELD, NewDecision(Action.HOLD), None, paper.clock())
    ada.client.post("/me", data={"name": "Ada Dative"})
    found = parcel(ada)
    (profile,) = section(found, "profile")
    assert (profile["name"], profile["email"]) == ("Ada Dative", "ada.datum@readers.example")
    assert "Ada Datum" in [one["name"] for one in section(found, "names")]
    (one,) = section(found, "comments")
    assert one["text"] == "I have seen them"
    assert (one["story"], one["story_address"]) == ("=HYPERLINK(“a trap”)", "https://www.lamp.example/tide")
    assert (one["answers_whom"], one["answers_text"]) == ("Ben Datum", "Who has seen the tide tables?")
    assert one["state"] == "held"
    assert one["address"] == f"{paper.base}/comments/{answer}"
    (earlier,) = section(found, "earlier_texts")
    assert earlier["text"].startswith("I have, =1+1")
    assert [(vote["address"], vote["value"]) for vote in section(found, "votes")] == [
        (f"{paper.base}/comments/{asked}", 1)
    ]
    assert [report["text"] for report in section(found, "reports")] == ["not really"]
    assert [one["address"] for one in section(found, "follows")] == [f"{paper.base}/stories/{story.slug}"]
    assert [one["name"] for one in section(found, "mutes")] == ["Ben Datum"]
    assert len(section(found, "checks_of_comments")) == 2
    assert section(found, "ways_in")[0]["method"] == "test"
    assert section(found, "sessions")[0]["agent"] == "a test"
    for name in found.namelist():
        assert b"Ben Datum" not in found.read(name) or name.split(".")[0] in ("comments", "mutes")
    assert ",'=HYPERLINK" in found.read("comments.csv").decode("utf-8-sig"), "no formula for a spreadsheet to run"
    assert parcel(ada, "/api/v1/me/data").namelist() == found.namelist()


def test_nobody_else_takes_it(paper: Paper) -> None:
    ada = enrol(paper, "Ada Alone")
    assert 'href="/me/data"' in ada.client.get("/me").text
    assert "/me/data.zip" in ada.client.get("/me/data").text
    guest = browser(paper)
    assert guest.get("/me/data").headers["location"] == "/signin?next=/me/data"
    assert guest.get("/me/data.zip").status_code == 401
    for headers in ({"sec-fetch-site": "cross-site"}, {"origin": "https://elsewhere.example"}):
        assert ada.client.get("/me/data.zip", headers=headers).status_code == 403
    token = {"authorization": f"Bearer {embed_tokens(paper, ada).access}"}
    answer = httpx.get(f"{paper.base}/api/v1/me/data", headers=token)
    assert (answer.status_code, answer.json()["code"]) == (403, "own-page-only")


def test_a_large_account_leaves_in_pieces(paper: Paper) -> None:
    story = paper.add_story()
    ada = enrol(paper, "Ada Many")
    texts = [f"Thought number {number}" for number in range(1203)]
    for text in texts:
        ada.post(story, text)
    assert [one["text"] for one in section(parcel(ada), "comments")] == texts
    for _ in range(9):
        ada.client.get("/me/data.zip")
    assert ada.client.get("/me/data.zip").status_code == 429
