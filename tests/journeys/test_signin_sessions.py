"""Signed in: by cookie on our own pages, by short-lived tokens in an embed; out again, here and everywhere."""

import datetime as dt
import re

import httpx
import pytest

from belowline.actions import sites as site_act
from belowline.model.person import Role
from belowline.settings import Settings
from belowline.store import sessions
from belowline.web import guards
from members import browser, embed_tokens, enrol, write
from paper import Paper


def bearer(access: str) -> dict[str, str]:
    return {"authorization": f"Bearer {access}"}


def me(client: httpx.Client, **more: str) -> dict | None:
    answer = client.get("/api/v1/session", **({"headers": bearer(more["access"])} if more else {}))
    assert answer.status_code == 200, answer.text
    return answer.json()["me"]


def test_who_is_signed_in_writes_under_their_own_name(paper: Paper) -> None:
    story = paper.add_story()
    nora = enrol(paper, "Nora Lindqvist")
    answer = nora.send(story, "I was there.", name="Somebody Else")
    assert answer.status_code == 201
    comment = answer.json()["comment"]
    assert (comment["author"], comment["person"], comment["badge"]) == ("Nora Lindqvist", nora.person.id, None)
    assert f'<a href="/people/{nora.person.id}">Nora Lindqvist</a>' in paper.page(f"/stories/{story.slug}?v=1")


def test_one_changes_and_deletes_ones_own_by_session_and_nobody_elses(own_paper: Paper) -> None:
    story = own_paper.add_story()
    nora, omar = enrol(own_paper, "Nora"), enrol(own_paper, "Omar")
    path = f"/api/v1/comments/{nora.post(story, 'First words.')}"
    assert nora.client.patch(path, json={"text": "Better words."}).json()["comment"]["text"] == "Better words."
    assert omar.client.patch(path, json={"text": "Mine now."}).status_code == 403
    assert omar.client.delete(path).status_code == 403
    own_paper.clock.ahead = dt.timedelta(days=3)
    assert nora.client.patch(path, json={"text": "Too late."}).json()["code"] == "window-over"
    assert nora.client.delete(path).status_code == 204
    assert own_paper.client.get(f"{path}?v=1").status_code == 404


def test_without_javascript_too(paper: Paper) -> None:
    story = paper.add_story()
    nora = enrol(paper, "Nora Plain")
    form = {"text": "By the plain form.", "name": "typed something", "key": "shared"}
    sent = nora.client.post(f"/stories/{story.slug}/comments", data=form)
    assert sent.status_code == 303
    nora.client.cookies.delete("belowline_mine")
    page = nora.client.get(sent.headers["location"])
    assert "Nora Plain" in page.text
    comment_id = int(re.findall(r"\d+", sent.headers["location"])[0])
    assert nora.client.post(f"/comments/{comment_id}/delete").status_code == 303
    assert browser(paper).get(f"/comments/{comment_id}/mine").status_code == 404


def test_a_cookie_acts_only_for_our_own_pages(paper: Paper) -> None:
    """A form on another site's page, or a script on a sibling host, does nothing in a reader's name."""
    story = paper.add_story()
    nora = enrol(paper, "Nora Forged")
    comment_id = nora.post(story, "Mine.")
    cookie = {"cookie": f"belowline_session={nora.client.cookies['belowline_session']}"}
    for origin in ({"origin": "https://evil.example"}, {"origin": "null"}, {"sec-fetch-site": "cross-site"}, {}):
        headers = cookie | origin
        with httpx.Client(base_url=paper.base) as forged:
            assert forged.post("/signout/everywhere", headers=headers).status_code in (401, 403)
            assert forged.delete(f"/api/v1/comments/{comment_id}", headers=headers).status_code in (401, 403)
            assert forged.post(f"/comments/{comment_id}/delete", headers=headers).status_code in (403, 404)
    assert me(nora.client) is not None
    assert paper.client.get(f"/api/v1/comments/{comment_id}").json()["comment"]["state"] == "published"


def test_a_cookie_that_nobody_gave_out_is_worth_nothing(paper: Paper) -> None:
    client = browser(paper)
    client.cookies.set("belowline_session", "planted-by-somebody")
    assert me(client) is None
    assert client.get("/me/sessions").status_code == 401
    assert "/signin?next=/me/sessions" in client.get("/me/sessions").text


def test_only_the_hash_of_a_token_is_kept(paper: Paper) -> None:
    nora = enrol(paper, "Nora Hashed")
    token = nora.client.cookies["belowline_session"]
    assert len(token) >= 43  # 256 bits
    assert token.encode() not in paper.settings.database.read_bytes()
    kept = paper.read(sessions.by_token, token, "page", paper.clock())
    assert kept.person.id == nora.person.id
    assert paper.read(sessions.by_token, sessions.digest(token), "page", paper.clock()) is None


def test_the_cookie_is_bound_to_https_and_host() -> None:
    class Of:
        settings = Settings(public_url="https://talk.example")

    assert guards.cookie_name(Of()) == "__Host-belowline"  # type: ignore[arg-type]


def test_sessions_are_listed_and_ended_one_by_one(paper: Paper) -> None:
    nora = enrol(paper, "Nora Twice")
    phone = enrol(paper, "Nora Twice")
    other = enrol(paper, "Somebody Else")
    page = nora.client.get("/me/sessions")
    ids = re.findall(r"/me/sessions/(\d+)/end", page.text)
    assert len(ids) == 2
    assert page.headers["cache-control"] == "no-store"
    theirs = re.findall(r"/me/sessions/(\d+)/end", other.client.get("/me/sessions").text)[0]
    assert nora.client.post(f"/me/sessions/{theirs}/end").status_code == 404
    assert me(other.client) is not None
    mine = paper.read(sessions.by_token, nora.client.cookies["belowline_session"], "page", paper.clock()).session.id
    gone = next(one for one in ids if int(one) != mine)
    assert nora.client.post(f"/me/sessions/{gone}/end").status_code == 303
    assert me(phone.client) is None
    assert me(nora.client) is not None


def test_signing_out_here_and_everywhere(paper: Paper) -> None:
    nora, phone = enrol(paper, "Nora Out"), enrol(paper, "Nora Out")
    tokens = embed_tokens(paper, nora)
    old = nora.client.cookies["belowline_session"]
    assert nora.client.post("/signout").status_code == 303
    again = browser(paper)
    again.cookies.set("belowline_session", old)
    assert me(again) is None
    assert me(phone.client) is not None
    assert phone.client.post("/signout/everywhere").status_code == 303
    again.cookies.set("belowline_session", phone.client.cookies.get("belowline_session", ""))
    assert me(again) is None
    assert paper.client.get("/api/v1/session", headers=bearer(tokens.access)).json()["code"] == "token-over"


def test_a_session_ends_a_month_after_the_last_visit(own_paper: Paper) -> None:
    nora = enrol(own_paper, "Nora Rare")
    for days in (20, 40, 60):  # each visit keeps it
        own_paper.clock.ahead = dt.timedelta(days=days)
        assert me(nora.client) is not None
    own_paper.clock.ahead = dt.timedelta(days=91)
    assert me(nora.client) is None


def test_an_embeds_tokens_are_short_lived_and_refreshed(own_paper: Paper) -> None:
    story = own_paper.add_story()
    tokens = embed_tokens(own_paper, enrol(own_paper, "Nora Embedded"))
    site = {"text": "From the publisher's page."}
    path = f"/api/v1/stories/{story.slug}/comments"
    sent = own_paper.client.post(path, json=site, headers=bearer(tokens.access))
    assert sent.json()["comment"]["author"] == "Nora Embedded"
    own_paper.clock.ahead = dt.timedelta(minutes=16)
    late = own_paper.client.post(path, json={**site, "name": "A Guest"}, headers=bearer(tokens.access))
    assert (late.status_code, late.json()["code"]) == (401, "token-over")
    fresh = own_paper.client.post("/api/v1/session/refresh", json={"refresh": tokens.refresh}).json()
    assert fresh["expires_in"] == 900
    assert me(own_paper.client, access=fresh["access"])["name"] == "Nora Embedded"
    assert own_paper.client.delete("/api/v1/session", headers=bearer(fresh["access"])).status_code == 204
    gone = own_paper.client.post("/api/v1/session/refresh", json={"refresh": fresh["refresh"]})
    assert gone.status_code == 401


def test_a_refresh_token_shown_again_ends_the_session_for_both(own_paper: Paper) -> None:
    tokens = embed_tokens(own_paper, enrol(own_paper, "Nora Robbed"))
    swap = lambda token: own_paper.client.post("/api/v1/session/refresh", json={"refresh": token})  # noqa: E731
    fresh = swap(tokens.refresh).json()
    second_tab = swap(tokens.refresh).json()  # or the first, whose answer was lost on its way
    assert second_tab == fresh  # what the one uses already is good still
    assert me(own_paper.client, access=fresh["access"]) is not None
    own_paper.clock.ahead = dt.timedelta(minutes=2)
    assert swap(tokens.refresh).status_code == 401
    assert swap(fresh["refresh"]).status_code == 401
    assert own_paper.client.get("/api/v1/session", headers=bearer(second_tab["access"])).status_code == 401
    assert swap("made up").status_code == 401


def test_an_embeds_token_is_good_for_its_own_site_and_no_cookie(own_paper: Paper) -> None:
    write(own_paper, site_act.add, "other", "The Other Paper")
    story = own_paper.add_story()
    nora = enrol(own_paper, "Nora Astray")
    tokens = embed_tokens(own_paper, nora, "other")
    sent = own_paper.client.post(
        f"/api/v1/stories/{story.slug}/comments", json={"text": "Hello."}, headers=bearer(tokens.access)
    )
    assert (sent.status_code, sent.json()["code"]) == (403, "other-site")
    client = browser(own_paper)
    client.cookies.set("belowline_session", tokens.refresh)
    assert me(client) is None


@pytest.mark.parametrize(
    ("rules", "guest", "reader", "member"),
    [
        ({}, 201, 201, 201),
        ({"guests": False}, 401, 201, 201),
        ({"members_only": True}, 401, 403, 201),
    ],
)
def test_who_may_write_is_the_sites_choice(
    own_paper: Paper, rules: dict[str, bool], guest: int, reader: int, member: int
) -> None:
    own_paper.set_policy(**rules)
    story = own_paper.add_story()
    assert own_paper.send(story, "As a guest.").status_code == guest
    assert enrol(own_paper, "Plain Reader").send(story, "As a reader.").status_code == reader
    assert enrol(own_paper, "A Subscriber", Role.MEMBER).send(story, "As a member.").status_code == member
    assert enrol(own_paper, "The Porter", Role.STAFF).send(story, "As staff.").status_code == 201
    shown = own_paper.page(f"/api/v1/stories/{story.slug}/comments?v=2")
    assert shown.count('"state":"published"') == [guest, reader, member, 201].count(201)
