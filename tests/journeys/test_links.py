"""Whom a comment probably answers: shown with its reason, and corrected by those who may know."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from selectolax.lexbor import LexborHTMLParser

import members
from belowline.actions import stories as story_act
from belowline.model.person import Role
from belowline.model.story import Story
from belowline.store import comments, people
from belowline.store.db import Database
from belowline.transfer import run
from belowline.transfer.sources import SOURCES
from paper import Paper

PAGE = """The ferry that came late

By Nia Vale

The ferry came late on Monday and nobody said why.

4 Responses to “The ferry that came late”

1. Ada Quill says:
May 4, 2020 at 9:00 am

The council voted on the ferry behind closed doors again.

2. Ivo Reed says:
May 4, 2020 at 9:10 am

I was there and the doors stood open all evening long.

3. Ada Quill says:
May 4, 2020 at 9:20 am

Ivo, which evening was that?

4. Mo Fen says:
May 4, 2020 at 9:30 am

Ferries are never late where I live.
"""


@pytest.fixture
def old(own_paper: Paper, tmp_path: Path) -> Iterator[tuple[Paper, Story, dict[str, int]]]:
    """A page that was brought in: its story, and the ids of its comments by their number."""
    file = tmp_path / "ferry.txt"
    file.write_text(PAGE)
    db = Database(own_paper.settings.database)
    run.take_in(db, SOURCES["page"](file), run.Order(source="page", now=own_paper.clock()))
    with db.transaction() as conn:
        ids = {one.source_id: one.id for one in conn.execute(comments.comment.select())}
        (slug,) = conn.execute(comments.stories.story.select().with_only_columns(comments.stories.story.c.slug)).one()
    db.close()
    yield own_paper, own_paper.read(story_act.access_slug, slug), ids
    own_paper.assert_counts_are_right()


def put(
    paper: Paper, comment: int, parent: int | None, client: httpx.Client | None = None, **more: object
) -> httpx.Response:
    headers = {} if client else paper.operator
    return (client or paper.client).put(
        f"/api/v1/comments/{comment}/parent", json={"parent": parent, **more}, headers=headers
    )


def test_a_guess_says_that_it_is_one_and_why(old: tuple[Paper, Story, dict[str, int]]) -> None:
    paper, story, ids = old
    page = LexborHTMLParser(paper.page(f"/stories/{story.slug}"))
    said = page.css_first(f"#c{ids['n3']} .to.guess")
    assert said
    assert " ".join(said.text().split()) == "probably replies to Ivo Reed Why?"
    why = LexborHTMLParser(paper.page(said.css_first("a.why").attributes["href"] or ""))
    assert "It calls the writer of the comment below by name." in why.text()
    assert why.css_first("form.write") is None
    item = paper.client.get(f"/api/v1/comments/{ids['n3']}").json()["comment"]
    assert (item["parent"], item["probably"]["reason"]) == (ids["n2"], "named")
    assert 0.5 < item["probably"]["confidence"] < 1
    assert paper.client.get(f"/api/v1/comments/{ids['n1']}").json()["comment"]["probably"] is None
    ld = page.css_first('script[type="application/ld+json"]').text()
    assert ld.count('"comment":') == 1  # no nesting is claimed that is only a guess


def test_the_newsroom_moves_a_comment_with_its_replies(old: tuple[Paper, Story, dict[str, int]]) -> None:
    paper, story, ids = old
    below = paper.post(story, "It was the Tuesday.", parent=ids["n3"])
    moved = put(paper, ids["n3"], ids["n1"])
    assert moved.status_code == 200, moved.text
    assert (moved.json()["parent"], moved.json()["probably"]) == (ids["n1"], None)
    page = LexborHTMLParser(paper.page(f"/stories/{story.slug}"))
    to = page.css_first(f"#c{ids['n3']} .to")
    assert to
    assert " ".join(to.text().split()) == "in reply to Ada Quill"
    thread = paper.client.get(f"/api/v1/comments/{ids['n1']}").json()
    assert thread["threads"][0]["replies"][0]["id"] == below
    paper.assert_counts_are_right()
    assert put(paper, ids["n3"], None).json()["parent"] is None
    assert put(paper, ids["n4"], below).json()["parent"] == below
    kept = paper.read(comments.must, ids["n3"]).found
    assert (kept.corrected.by, kept.corrected.was, kept.link.reason) == ("moderator", ids["n1"], "named")


def test_what_cannot_be_is_refused(old: tuple[Paper, Story, dict[str, int]]) -> None:
    paper, story, ids = old
    below = paper.post(story, "It was the Tuesday.", parent=ids["n3"])
    for parent in (ids["n3"], below, 999_999, paper.post(paper.add_story(), "Elsewhere")):
        assert put(paper, ids["n3"], parent).json()["fields"].keys() == {"parent"}
    assert put(paper, below, ids["n1"]).json()["code"] == "link-known"
    assert put(paper, ids["n3"], None, paper.client).json()["code"] == "not-yours"
    assert put(paper, ids["n3"], None, httpx.Client(base_url=paper.base, timeout=20)).status_code == 403


def test_writer_story_author_and_moderator_may_correct_and_nobody_else(
    old: tuple[Paper, Story, dict[str, int]],
) -> None:
    paper, _, ids = old
    stranger, writer = members.enrol(paper, "Bo"), members.enrol(paper, "Ada Quill")
    author = members.enrol(paper, "Nia Vale", Role.AUTHOR)
    other_author, moderator = members.enrol(paper, "Lin", Role.AUTHOR), members.enrol(paper, "Cy", Role.MODERATOR)
    members.write(paper, people.claim, writer.person.id, "Ada Quill", [], [ids["n3"]])
    answers = {one.person.name: put(paper, ids["n3"], None, one.client).status_code for one in (stranger, other_author)}
    assert answers == {"Bo": 403, "Lin": 403}
    for one, by in ((writer, "writer"), (author, "author"), (moderator, "moderator")):
        assert put(paper, ids["n3"], ids["n2"], one.client).status_code == 200
        assert paper.read(comments.must, ids["n3"]).found.corrected.by == by
    assert put(paper, ids["n4"], ids["n2"], writer.client).status_code == 403


def test_correcting_without_javascript(old: tuple[Paper, Story, dict[str, int]]) -> None:
    paper, _, ids = old
    moderator = members.enrol(paper, "Cy", Role.MODERATOR)
    here = f"/comments/{ids['n4']}/link"
    assert "Nothing in this comment tells" in moderator.client.get(here).text
    wrong = moderator.client.post(here, data={"answers": "comment", "parent": "the second one"})
    assert (wrong.status_code, "address or its number" in wrong.text) == (422, True)
    address = f"{paper.base}/comments/{ids['n2']}?v=1"
    done = moderator.client.post(here, data={"answers": "comment", "parent": address})
    assert (done.status_code, done.headers["location"]) == (303, f"/comments/{ids['n4']}?v=linked")
    assert "in reply to" in moderator.client.get(done.headers["location"]).text
    assert "said by somebody who knows" in moderator.client.get(here).text
    assert moderator.client.post(here, data={"answers": "story"}).status_code == 303
    refused = moderator.client.post(here, data={"answers": "story"}, headers={"origin": "https://elsewhere.example"})
    assert refused.status_code == 403
