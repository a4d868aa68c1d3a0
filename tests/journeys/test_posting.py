"""A reader writes: by API and by form, once each, and sees it at once."""

import datetime as dt
import threading
from typing import Any

import httpx
import pytest
from selectolax.lexbor import LexborHTMLParser

from belowline.web import api, post_door
from paper import Paper


def test_a_comment_is_posted_and_stands_in_the_story(paper: Paper) -> None:
    story = paper.add_story(title="Tram line nine returns")
    answer = paper.send(story, "I *waited* for this.\n\nSince 1998.", name="Márta", lang="en")
    assert answer.status_code == 201
    sent = answer.json()
    assert sent["comment"]["state"] == "published"
    assert "<em>waited</em>" in sent["html"]
    assert f'id="c{sent["comment"]["id"]}"' in sent["html"]
    page = LexborHTMLParser(paper.page(f"/stories/{story.slug}"))
    shown = page.css_first(f"#c{sent['comment']['id']}")
    assert shown is not None
    assert "Márta" in shown.text()
    assert [p.text() for p in shown.css(".e-content p")] == ["I waited for this.", "Since 1998."]


def test_replies_nest_and_count(paper: Paper) -> None:
    story = paper.add_story()
    top = paper.post(story, "A first thought")
    reply = paper.post(story, "An answer", parent=top)
    paper.post(story, "An answer to it", parent=reply)
    page = paper.client.get(f"/api/v1/stories/{story.slug}/comments").json()
    (thread,) = page["threads"]
    assert thread["replies"][0]["replies"][0]["parent"] == reply
    assert page["story"]["comment_count"] == 3


def test_sent_twice_with_one_key_is_one_comment(paper: Paper) -> None:
    story = paper.add_story()
    first = paper.send(story, "Only once", key="k1")
    second = paper.send(story, "Only once", key="k1")
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json()["comment"]["id"] == second.json()["comment"]["id"]
    other = paper.send(story, "Something else", key="k1")
    assert other.status_code == 409
    assert other.json()["code"] == "key-used"
    assert paper.client.get(f"/api/v1/stories/{story.slug}").json()["comment_count"] == 1


def test_two_clicks_at_the_same_moment_are_one_comment(paper: Paper) -> None:
    story = paper.add_story()
    answers: list[httpx.Response] = []
    clicks = [threading.Thread(target=lambda: answers.append(paper.send(story, "Double", key="dbl"))) for _ in range(8)]
    for click in clicks:
        click.start()
    for click in clicks:
        click.join()
    assert sorted(answer.status_code for answer in answers) == [200] * 7 + [201]
    assert len({answer.json()["comment"]["id"] for answer in answers}) == 1


def test_the_writer_edits_and_deletes_within_the_window(own_paper: Paper) -> None:
    story = own_paper.add_story()
    sent = own_paper.send(story, "Teh first version").json()
    address, mine = f"/api/v1/comments/{sent['comment']['id']}", {"authorization": f"Bearer {sent['token']}"}
    edited = own_paper.client.patch(address, json={"text": "The first version"}, headers=mine)
    assert edited.status_code == 200
    assert edited.json()["comment"]["edited"] is True
    assert "Teh" not in own_paper.page(f"/stories/{story.slug}")
    own_paper.clock.ahead = dt.timedelta(minutes=11)
    late = own_paper.client.patch(address, json={"text": "Too late"}, headers=mine)
    assert (late.status_code, late.json()["code"]) == (403, "window-over")
    own_paper.clock.ahead = dt.timedelta(minutes=9)
    assert own_paper.client.delete(address, headers=mine).status_code == 204
    assert "The first version" not in own_paper.page(f"/stories/{story.slug}")
    assert own_paper.client.get(f"/comments/{sent['comment']['id']}").status_code == 404


@pytest.mark.parametrize("token", ["", "Bearer", "Bearer 1.x", "Bearer é"])
def test_nobody_else_edits(paper: Paper, token: str) -> None:
    story = paper.add_story()
    mine, other = paper.send(story, "Mine").json(), paper.send(story, "Other").json()
    address = f"/api/v1/comments/{mine['comment']['id']}"
    for authorization in (token, f"Bearer {other['token']}"):
        headers = {"authorization": authorization.encode()}
        assert paper.client.patch(address, json={"text": "Taken over"}, headers=headers).status_code == 403
    assert "Mine" in paper.page(f"/stories/{story.slug}")


def test_a_deleted_comment_with_replies_leaves_a_tombstone_until_they_go(paper: Paper) -> None:
    story = paper.add_story()
    top = paper.send(story, "I regret this").json()
    reply = paper.send(story, "You should not", parent=top["comment"]["id"]).json()

    def delete(sent: dict) -> None:
        headers = {"authorization": f"Bearer {sent['token']}"}
        answer = paper.client.delete(f"/api/v1/comments/{sent['comment']['id']}", headers=headers)
        assert answer.status_code == 204

    delete(top)
    page = paper.page(f"/stories/{story.slug}")
    assert "I regret this" not in page
    assert "deleted by its writer" in page
    assert "You should not" in page
    delete(reply)
    page = paper.page(f"/stories/{story.slug}")
    assert "deleted by its writer" not in page
    assert paper.client.get(f"/api/v1/stories/{story.slug}").json()["comment_count"] == 0


def test_a_browser_without_cookies_is_shown_its_comment(paper: Paper) -> None:
    story = paper.add_story()
    form = {
        "name": "Lotte",
        "text": "No cookie, no script",
        "parent": "",
        "lang": "",
        "key": "shared",
        "action": "send",
    }
    sent = httpx.post(f"{paper.base}/stories/{story.slug}/comments", data=form, timeout=20)
    shown = httpx.get(f"{paper.base}{sent.headers['location']}", follow_redirects=True, timeout=20)
    assert shown.status_code == 200
    assert "No cookie, no script" in shown.text
    assert "/edit" not in shown.text


def test_a_form_works_without_javascript(paper: Paper) -> None:
    story = paper.add_story()
    with httpx.Client(base_url=paper.base, timeout=20) as browser:
        form = {"name": "Lotte", "text": "By form, *plainly*.", "parent": "", "lang": "", "key": "shared"}
        preview = browser.post(f"/stories/{story.slug}/comments", data={**form, "action": "preview"})
        assert preview.status_code == 200
        assert "<em>plainly</em>" in preview.text
        assert "By form, *plainly*." in preview.text
        answer = browser.post(f"/stories/{story.slug}/comments", data={**form, "action": "send"})
        assert answer.status_code == 303
        mine = browser.get(answer.headers["location"])
        assert "Your comment is published" in mine.text
        again = browser.post(f"/stories/{story.slug}/comments", data={**form, "action": "send"})
        assert again.headers["location"] == answer.headers["location"]
        comment_id = answer.headers["location"].split("/")[2]
        edited = browser.post(f"/comments/{comment_id}/edit", data={"text": "By form, edited.", "action": "send"})
        assert edited.status_code == 303
        assert "By form, edited." in paper.page(f"/stories/{story.slug}")
        assert browser.post(f"/comments/{comment_id}/delete").status_code == 303
    assert "By form" not in paper.page(f"/stories/{story.slug}")
    assert paper.client.get(f"/comments/{comment_id}/mine").status_code == 404


def test_a_form_sends_again_what_its_writer_took_back(paper: Paper) -> None:
    story = paper.add_story()
    form = {"name": "Lotte", "text": "On second thoughts", "key": "shared", "action": "send"}
    with httpx.Client(base_url=paper.base, timeout=20) as browser:
        places = []
        for _ in range(3):
            places.append(browser.post(f"/stories/{story.slug}/comments", data=form).headers["location"])
            assert browser.get(places[-1]).status_code == 200
            assert browser.post(places[-1].replace("mine", "delete")).status_code == 303
        assert len(set(places)) == 3
        browser.post(f"/stories/{story.slug}/comments", data=form)
        browser.post(f"/stories/{story.slug}/comments", data=form)
    assert paper.client.get(f"/api/v1/stories/{story.slug}").json()["comment_count"] == 1


def test_a_form_that_was_sent_takes_other_words_as_another_comment(paper: Paper) -> None:
    story = paper.add_story()
    form = {"name": "Lotte", "text": "First version", "key": "of-this-form", "action": "send"}
    assert paper.client.post(f"/stories/{story.slug}/comments", data=form).status_code == 303
    told = paper.client.post(f"/stories/{story.slug}/comments", data={**form, "text": "Second version"})
    assert told.status_code == 409
    fields = LexborHTMLParser(told.text).css_first("form.write")
    key = fields.css_first("[name=key]").attributes["value"] or ""
    again = {**form, "text": fields.css_first("textarea").text().strip(), "key": key}
    assert paper.client.post(f"/stories/{story.slug}/comments", data=again).status_code == 303
    assert "Second version" in paper.page(f"/stories/{story.slug}")


def test_a_form_with_mistakes_comes_back_with_what_was_typed(paper: Paper) -> None:
    story = paper.add_story()
    answer = paper.client.post(f"/stories/{story.slug}/comments", data={"name": " ", "text": "Kept <b>text</b>"})
    assert answer.status_code == 422
    assert "Kept &lt;b&gt;text&lt;/b&gt;" in answer.text
    page = LexborHTMLParser(answer.text)
    field = page.css_first("input[name=name]")
    assert field.attributes["aria-invalid"] == "true"
    assert page.css_first(f"#{field.attributes['aria-describedby']}").text().strip()
    assert paper.client.get(f"/api/v1/stories/{story.slug}").json()["comment_count"] == 0


def test_a_comment_that_waits_is_told_so_and_seen_by_its_writer_alone(paper: Paper) -> None:
    story = paper.add_story()
    links = " ".join(f"https://example.org/{n}" for n in range(6))
    sent = paper.send(story, f"Look: {links}").json()
    assert sent["comment"]["state"] == "held"
    assert sent["sentences"]
    assert "example.org/5" in sent["html"]
    assert "example.org/5" not in paper.page(f"/stories/{story.slug}")
    assert paper.client.get(f"/comments/{sent['comment']['id']}").status_code == 404
    decided = paper.client.put(
        f"/api/v1/comments/{sent['comment']['id']}/state", json={"state": "published"}, headers=paper.operator
    )
    assert decided.status_code == 200
    assert "example.org/5" in paper.page(f"/stories/{story.slug}")


def test_a_held_comment_by_form_says_so(paper: Paper) -> None:
    story = paper.add_story()
    text = " ".join(f"https://example.com/{n}" for n in range(6))
    with httpx.Client(base_url=paper.base, follow_redirects=True, timeout=20) as browser:
        answer = browser.post(f"/stories/{story.slug}/comments", data={"name": "Lotte", "text": text, "key": "x"})
    assert "waiting for a moderator" in answer.text
    assert "example.com/5" in answer.text


def test_a_comment_in_pieces_is_answered_like_one_in_one_piece(paper: Paper) -> None:
    """The first goes through the framework, the second by the shorter way."""
    story = paper.add_story()
    path, json = f"/api/v1/stories/{story.slug}/comments", {"content-type": "application/json"}
    body = [b'{"name": "Ines", ', b'"text": "In two ', b'pieces"}']
    pieces = paper.client.post(path, content=iter(body), headers=json)
    whole = paper.client.post(path, content=b"".join(body), headers=json)
    assert pieces.status_code == whole.status_code == 201
    assert pieces.json().keys() == whole.json().keys()
    same = {"date", "content-length", "set-cookie"}
    assert {k: v for k, v in pieces.headers.items() if k not in same} == {
        k: v for k, v in whole.headers.items() if k not in same
    }
    assert "belowline_written" in pieces.headers["set-cookie"]
    assert pieces.headers["set-cookie"] == whole.headers["set-cookie"]


@pytest.mark.parametrize("body", [b"", b"[]", b'{"text": 5}', b'{"text": "x", "more": 1}', b"\xff", b"[" * 5_000])
def test_what_the_shorter_way_does_not_take_is_explained(paper: Paper, body: bytes) -> None:
    story = paper.add_story()
    path, json = f"/api/v1/stories/{story.slug}/comments", {"content-type": "application/json"}
    answer = paper.client.post(path, content=body, headers=json)
    assert answer.status_code in (400, 422)
    assert answer.headers["content-type"] == "application/problem+json"
    assert paper.client.get(f"/api/v1/stories/{story.slug}").json()["comment_count"] == 0


def test_a_good_comment_takes_the_short_way_and_a_wrong_one_the_long(
    paper: Paper, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken: list[str] = []

    async def spy(request: Any, house: Any, slug: str, new: Any) -> Any:
        taken.append(new.text)
        return await api.take_comment(request, house, slug, new)

    monkeypatch.setattr(post_door, "take_comment", spy)
    story = paper.add_story()
    assert paper.send(story, "By the short way.").status_code == 201
    assert taken == ["By the short way."]
    assert paper.send(story, "With a field too many.", colour="red").status_code == 400
    assert len(taken) == 1
