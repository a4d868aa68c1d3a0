"""The embed's side of the server: fragments, first sight of a page, other origins."""

import json
from typing import Any

import httpx
from selectolax.lexbor import LexborHTMLParser

from belowline.actions import sites as site_act
from belowline.web.assets import FIRST_WORDS
from belowline.words.catalogue import catalogue
from members import write
from paper import Paper
from post_office import wait_for

PUBLISHER = "https://www.lamp.example"


def allow(paper: Paper, origin: str) -> None:
    write(paper, site_act.allow_origin, "main", origin)


def announce(paper: Paper, key: str, url: str, origin: str | None) -> httpx.Response:
    headers = {"origin": origin} if origin else {}
    body = {"key": key, "url": url, "title": "Seen\n  first by the embed"}
    return paper.client.post("/api/v1/sites/main/stories", json=body, headers=headers)


def test_a_new_page_is_announced_from_an_allowed_origin_only(paper: Paper) -> None:
    assert paper.client.get("/embed/discussion?site=main&story=new/1").json()["code"] == "unknown-story"
    assert announce(paper, "new/1", f"{PUBLISHER}/1", PUBLISHER).status_code == 403
    allow(paper, PUBLISHER)
    assert announce(paper, "new/1", f"{PUBLISHER}/1", "https://evil.example").status_code == 403
    assert announce(paper, "new/1", "https://evil.example/1", PUBLISHER).status_code == 403
    assert announce(paper, "new/1", "javascript:alert(1)", PUBLISHER).status_code == 403
    assert announce(paper, "new/1", f"{PUBLISHER}/1", None).status_code == 403
    added = announce(paper, "new/1", f"{PUBLISHER}/1", PUBLISHER)
    assert added.status_code == 201
    assert added.json()["title"] == "Seen first by the embed"
    assert added.json()["url"] == f"{PUBLISHER}/1"
    assert announce(paper, "new/1", f"{PUBLISHER}/1", PUBLISHER).json()["slug"] == added.json()["slug"]
    fragment = paper.client.get("/embed/discussion?site=main&story=new/1")
    assert fragment.status_code == 200
    assert fragment.headers["access-control-allow-origin"] == "*"
    assert "set-cookie" not in fragment.headers


def test_fragments_have_absolute_addresses_only(paper: Paper) -> None:
    story = paper.add_story(key="absolute")
    top = paper.post(story, "one")
    for n in range(60):
        paper.post(story, f"thought {n}")
    paper.post(story, "reply", parent=top)
    for path in ("/embed/discussion?story=absolute&v=1", f"/embed/comments/{top}?v=1"):
        fragment = LexborHTMLParser(paper.client.get(path).text)
        found = [one.attributes.get("href") or one.attributes.get("action") for one in fragment.css("a[href], form")]
        assert len(found) > 3
        assert [link for link in found if not (link or "").startswith(paper.base + "/")] == []
        assert fragment.css("script, style, link") == []


def test_the_allowed_origin_may_post_and_others_not(paper: Paper) -> None:
    allow(paper, "https://blog.lamp.example:8443")
    story = paper.add_story()
    address, body = f"/api/v1/stories/{story.slug}/comments", {"name": "A", "text": "From the embed"}
    answer = paper.client.post(address, json=body, headers={"origin": "https://blog.lamp.example:8443"})
    assert answer.status_code == 201
    assert answer.headers["access-control-allow-origin"] == "*"
    refused = paper.client.post(address, json=body, headers={"origin": "https://blog.lamp.example"})
    assert refused.status_code == 403
    assert refused.headers["access-control-allow-origin"] == "*"  # so that the embed can say why


def test_preflight(paper: Paper) -> None:
    headers = {"origin": PUBLISHER, "access-control-request-method": "PATCH"}
    answer = paper.client.options("/api/v1/comments/1", headers=headers)
    assert answer.status_code == 204
    assert "PATCH" in answer.headers["access-control-allow-methods"]
    assert "authorization" in answer.headers["access-control-allow-headers"]


def test_scripts_are_served_for_publishers_pages(paper: Paper) -> None:
    for path in ("/embed.js", "/counts.js"):
        answer = paper.client.get(path)
        assert answer.status_code == 200
        assert "javascript" in answer.headers["content-type"]
        assert answer.headers["cross-origin-resource-policy"] == "cross-origin"
    for path in (
        "/static/../cli.py",
        "/static/..%2fcli.py",
        "/static/nothing.js",
        "/static/demo",
        "/static//etc/passwd",
    ):
        assert paper.client.get(path).status_code == 404


def test_the_script_knows_its_first_words_in_the_languages_of_the_sites(own_paper: Paper) -> None:
    paper = own_paper
    assert first_words(paper) == {"": {}}  # English alone is what the script says anyway
    write(paper, site_act.add, "blatt", "Das Blatt", "de-AT")
    wait_for(lambda: set(first_words(paper)) == {"en", "de"})
    known = first_words(paper)
    assert known["en"] == {}
    assert set(known["de"]) == set(FIRST_WORDS)
    assert known["de"]["Try again"] == catalogue("de").gettext("Try again") != "Try again"
    assert set(FIRST_WORDS) <= set(json.loads(catalogue("de").script))


def first_words(paper: Paper) -> Any:
    line = paper.client.get("/embed.js").text.partition(";\n")[0]
    return json.loads(line.partition("]=")[2])


def test_an_imported_query_string_finds_the_shelf(own_paper: Paper) -> None:
    """What the widget asks (URLSearchParams) is the key under which the fragment is kept."""
    paper = own_paper  # where no other process writes: after that the shelf drops what nobody has read yet
    story = paper.add_story(key="node/2 With Spaces~*é")
    paper.post(story, "Hello")
    query = "site=main&story=node%2F2+With+Spaces%7E*%C3%A9"
    paper.client.get(f"/embed/discussion?{query}")
    assert ("/embed/discussion", query.encode()) in paper.house.shelf.ready


def test_a_page_that_is_here_under_another_key_makes_no_second_story(paper: Paper) -> None:
    allow(paper, PUBLISHER)
    story = paper.add_story(key="import:79", url="http://lamp.example/2021/caf%C3%A9/?p=4")
    paper.post(story, "Said years ago")
    assert paper.client.get("/api/v1/counts?story=cafe&site=main").json()["counts"] == {"cafe": 0}
    for _ in range(2):
        found = announce(paper, "cafe", f"{PUBLISHER}/2021/caf%C3%A9?p=4&fbclid=x#top", PUBLISHER)
        assert found.json()["slug"] == story.slug
    assert announce(paper, "cafe-5", f"{PUBLISHER}/2021/caf%C3%A9?p=5", PUBLISHER).json()["slug"] != story.slug
    fragment = paper.client.get("/embed/discussion?site=main&story=cafe")
    assert "Said years ago" in fragment.text
    counts = paper.client.get("/api/v1/counts?site=main&story=cafe&story=import:79")
    assert counts.json()["counts"] == {"cafe": 1, "import:79": 1}
    named = paper.add_story(key="cafe", url="https://lamp.example/other")  # what the newsroom says goes first
    assert named.slug != story.slug
    assert "Said years ago" not in paper.client.get("/embed/discussion?site=main&story=cafe&v=now").text


def test_the_page_of_a_story_is_found_by_the_publishers_own_name(paper: Paper) -> None:
    """Where `<noscript>` and the element link to: a first sight gives the story another address than its key."""
    allow(paper, PUBLISHER)
    slug = announce(paper, "2026/quay & co", f"{PUBLISHER}/quay", PUBLISHER).json()["slug"]
    found = paper.client.get("/sites/main/discussion", params={"story": "2026/quay & co"})
    assert (found.status_code, found.headers["location"]) == (302, f"/stories/{slug}#discussion")
    nobodys = paper.client.get("/sites/main/discussion?story=never-seen")
    assert (nobodys.status_code, nobodys.headers["location"]) == (302, "/sites/main")
    assert paper.client.get("/sites/nosuch/discussion?story=x").status_code == 404
    assert paper.client.get("/sites/main/discussion").status_code in (400, 422)
