"""Signed-in readers for the tests, with a browser of their own each."""

from dataclasses import dataclass
from typing import Any

import httpx

from belowline.actions import people as people_act
from belowline.actions import signin as signin_act
from belowline.actions import ways
from belowline.model.person import Person, Proof, Role
from belowline.model.story import Story
from belowline.store.db import Database
from paper import Paper


@dataclass
class Member:
    person: Person
    client: httpx.Client
    """As a browser on our own pages: with the cookie, and naming its origin."""

    def send(self, story: Story, text: str, parent: int | None = None, **more: Any) -> httpx.Response:
        body = {"text": text, "parent": parent, **more}
        return self.client.post(f"/api/v1/stories/{story.slug}/comments", json=body)

    def post(self, story: Story, text: str, parent: int | None = None, **more: Any) -> int:
        answer = self.send(story, text, parent, **more)
        assert answer.status_code == 201, answer.text
        return int(answer.json()["comment"]["id"])


def browser(paper: Paper) -> httpx.Client:
    return httpx.Client(base_url=paper.base, headers={"origin": paper.base}, timeout=20)


def write(paper: Paper, work: Any, *args: Any, **kwargs: Any) -> Any:
    """As a command does, from a connection of its own."""
    db = Database(paper.settings.database)
    with db.transaction() as conn:
        done = work(conn, *args, **kwargs)
    db.close()
    return done


def enrol(paper: Paper, name: str, role: Role = Role.READER, site: str = "main") -> Member:
    """A person who is signed in on our own pages. They come by a login that vouches for their name."""
    site_id = paper.read(ways.access_site, site).id
    proof = Proof("test", "tests", name, name, site_id=site_id, role=role)
    person = write(paper, people_act.enter, proof, paper.clock())
    client = browser(paper)
    client.cookies.set(
        "belowline_session", write(paper, signin_act.open_page, person.id, None, "a test", paper.clock())
    )
    return Member(person, client)


def embed_tokens(paper: Paper, member: Member, site: str = "main") -> signin_act.Tokens:
    site_id = paper.read(ways.access_site, site).id
    return write(paper, signin_act.open_embed, member.person.id, site_id, "an embed", paper.clock())
