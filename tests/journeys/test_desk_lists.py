"""The desk's page of lists: admins see them, paste, read which line is wrong, try, set."""

import re
from collections.abc import Iterator

import httpx
import pytest
from selectolax.lexbor import LexborHTMLParser

from belowline.actions import lists as act
from belowline.model.person import Role
from belowline.store import log
from members import Member, enrol, write
from paper import Paper


@pytest.fixture(scope="module")
def news(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Paper]:
    running = Paper(tmp_path_factory.mktemp("lists")).start()
    yield running
    assert running.read(log.first_wrong) is None
    running.stop()


@pytest.fixture
def admin(news: Paper) -> Member:
    return enrol(news, "Ada Admin", Role.ADMIN)


def page(who: Member, **where: str) -> LexborHTMLParser:
    answer = who.client.get("/desk/main/lists", params=where)
    assert answer.status_code == 200, answer.text
    return LexborHTMLParser(answer.text)


def send(who: Member, shown: LexborHTMLParser, lines: str, to: str = "") -> httpx.Response:
    """The form of the page, with these lines."""
    hidden = {one.attributes["name"]: one.attributes["value"] or "" for one in shown.css("form.card input")}
    return who.client.post(f"/desk/main/lists{to}", data={**hidden, "lines": lines})


def text(shown: LexborHTMLParser) -> str:
    return shown.css_first("textarea").text()


def test_words_are_pasted_and_hold_from_now_on(news: Paper, admin: Member) -> None:
    shown = page(admin, kind="words", lang="de")
    assert text(shown) == ""
    answer = send(admin, shown, "# ours\r\nQuatschkopf  3\r\nlump*\t2\r\n\r\n")
    assert answer.status_code == 303
    assert news.read(act.get, "main", "words", "de") == ["# ours", "Quatschkopf\t3", "lump*\t2"]
    after = admin.client.get(answer.headers["location"]).text
    assert "Set from now on, and in the log." in after
    assert text(LexborHTMLParser(after)) == "# ours\nQuatschkopf\t3\nlump*\t2"
    story = news.add_story(lang="de")
    assert news.send(story, "So ein Quatschkopf.").json()["comment"]["state"] == "held"
    entry = news.read(log.head)
    assert (entry.what, entry.actor_id) == ("policy", admin.person.id)
    gone = send(admin, page(admin, kind="words", lang="de"), "")
    assert gone.status_code == 303
    assert news.read(act.listed, "main") == []
    assert news.send(story, "Noch so ein Quatschkopf.").json()["comment"]["state"] == "published"


def test_what_cannot_be_taken_is_named_by_line_and_nothing_is_lost(news: Paper, admin: Member) -> None:
    pasted = "fine\nbad\t7\n!!!\n" + "x" * 101
    for to in ("", "/try"):
        answer = send(admin, page(admin), pasted, to)
        assert answer.status_code == 422
        shown = LexborHTMLParser(answer.text)
        assert [one.text() for one in shown.css("#faults li")] == [
            "Line 2: bad\t7",
            "Line 3: !!!",
            f"Line 4: {'x' * 100}",
        ]
        assert text(shown) == pasted
    wrong = send(admin, page(admin, kind="blocked"), "good.example\nhttps://bad.example/")
    assert "Line 2: https://bad.example/" in LexborHTMLParser(wrong.text).css_first("#faults").text()
    assert admin.client.get("/desk/main/lists", params={"kind": "verbs"}).status_code == 422
    assert send(admin, page(admin, kind="words", lang="no such tag!"), "fine").status_code == 422
    assert news.read(act.listed, "main") == []


def test_a_list_is_tried_before_it_is_set(news: Paper, admin: Member) -> None:
    comment = news.post(news.add_story(), "What a poltroon.")
    tried = send(admin, page(admin), "poltroon\t3", "/try")
    assert tried.status_code == 200
    shown = LexborHTMLParser(tried.text)
    assert "1 would fare otherwise" in tried.text
    assert shown.css_first(f"#r{comment}")
    assert news.read(act.listed, "main") == []
    form = shown.css_first("main form.card")
    hidden = {one.attributes["name"]: one.attributes["value"] or "" for one in form.css("input")}
    assert admin.client.post(form.attributes["action"] or "", data=hidden).status_code == 303
    assert news.read(act.get, "main", "words", "") == ["poltroon\t3"]
    again = send(admin, page(admin), "poltroon\t3", "/try")
    assert "You changed nothing." in again.text
    write(news, act.put, "main", "words", "", [], news.clock())


def test_two_admins_do_not_overwrite_each_other(news: Paper, admin: Member) -> None:
    other = enrol(news, "Bea Admin", Role.ADMIN)
    mine, theirs = page(admin, kind="allowed"), page(other, kind="allowed")
    assert send(admin, mine, "good.example").status_code == 303
    late = send(other, theirs, "other.example")
    assert late.status_code == 409
    assert "Somebody else has changed this list" in late.text
    assert news.read(act.get, "main", "allowed", "") == ["good.example"]


def test_a_long_list_is_for_the_command(news: Paper, admin: Member) -> None:
    write(news, act.put, "main", "blocked", "", [f"n{number}.spam.example" for number in range(10_000)], news.clock())
    shown = page(admin, kind="blocked")
    assert shown.css_first("textarea") is None
    assert "belowline site words main FILE --kind blocked" in shown.css_first("#list").text()
    assert "10,000" in shown.css_first("table").text()
    big = "\n".join(f"word{number}" for number in range(80_000))
    assert send(admin, page(admin), big).status_code == 413


def test_lists_are_for_admins(news: Paper) -> None:
    editor = enrol(news, "Ed Editor", Role.EDITOR)
    assert editor.client.get("/desk/main/lists").status_code == 403
    assert editor.client.post("/desk/main/lists", data={"kind": "words", "lines": "x"}).status_code == 403
    assert editor.client.post("/desk/main/lists/try", data={"kind": "words", "lines": "x"}).status_code == 403
    assert not re.search(r"/desk/main/lists", editor.client.get("/desk/main/queues/held").text)
