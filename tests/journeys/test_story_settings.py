"""How the newsroom steers a discussion: modes, a question to the readers, an announcement to everybody."""

import json

import pytest

from belowline.model.person import Role
from belowline.model.story import Story
from belowline.store import log, stories
from members import enrol
from paper import Paper


def settle(paper: Paper, story: Story, **new: object) -> dict[str, object]:
    answer = paper.client.patch(f"/api/v1/stories/{story.slug}/discussion", json=new, headers=paper.operator)
    assert answer.status_code == 200, answer.text
    said: dict[str, object] = answer.json()
    return said


def test_held_stories_hold_every_comment_and_say_so(paper: Paper) -> None:
    story, other = paper.add_story(), paper.add_story()
    assert settle(paper, story, mode="held")["mode"] == "held"
    assert "A moderator reads every comment here before it appears." in paper.page(f"/stories/{story.slug}")
    assert paper.send(story, "First thought.").json()["comment"]["state"] == "held"
    assert paper.send(other, "First thought elsewhere.").json()["comment"]["state"] == "published"
    settle(paper, story, mode="open")
    assert paper.send(story, "Second thought.").json()["comment"]["state"] == "published"


def test_members_only_stories_refuse_guests_and_readers(paper: Paper) -> None:
    story = paper.add_story()
    settle(paper, story, mode="members")
    assert "Only members write here; everybody can read." in paper.page(f"/stories/{story.slug}")
    assert paper.send(story, "As a guest.").status_code == 401
    assert enrol(paper, "Rolf Reader").send(story, "As a reader.").status_code == 403
    assert enrol(paper, "Mara Member", Role.MEMBER).send(story, "As a member.").status_code == 201


def test_a_question_stands_above_the_form_and_goes_away(paper: Paper) -> None:
    story = paper.add_story()
    question = "Which line would you <b>use</b>?"
    assert settle(paper, story, question=f"  {question}  ")["question"] == question
    assert "Which line would you &lt;b&gt;use&lt;/b&gt;?" in paper.page(f"/stories/{story.slug}")
    assert settle(paper, story, question=None)["question"] is None
    assert "Which line" not in paper.page(f"/stories/{story.slug}")


@pytest.mark.parametrize(
    "wrong", [{"mode": "loud"}, {"question": "x" * 301}, {"question": 3}, {"close_after_days": -1}, {"colour": "red"}]
)
def test_what_cannot_be_is_refused(paper: Paper, wrong: dict[str, object]) -> None:
    story = paper.add_story()
    answer = paper.client.patch(f"/api/v1/stories/{story.slug}/discussion", json=wrong, headers=paper.operator)
    assert answer.status_code in (400, 422)
    assert paper.read(stories.get, story.id) == story


def test_only_the_newsroom_steers_and_it_is_logged(paper: Paper) -> None:
    story = paper.add_story()
    url = f"/api/v1/stories/{story.slug}/discussion"
    assert paper.client.patch(url, json={"mode": "slow"}).status_code == 403
    settle(paper, story, mode="slow", closing="open")
    settle(paper, story, mode="slow")
    found = paper.read(lambda conn: [json.loads(one.details) for one in log.entries(conn) if one.what == "story"])
    assert [one for one in found if one["story"] == story.id] == [
        {"story": story.id, "was": {"closing": "auto", "mode": "open"}, "is": {"closing": "open", "mode": "slow"}}
    ]


def test_an_announcement_stands_above_every_discussion(own_paper: Paper) -> None:
    story = own_paper.add_story()
    own_paper.set_policy(announcement="On Sunday this page rests from 2 to 4.")
    assert "On Sunday this page rests from 2 to 4." in own_paper.page(f"/stories/{story.slug}")


def test_guests_are_asked_to_sign_in_where_members_write(paper: Paper) -> None:
    story = paper.add_story()
    assert 'name="name"' in paper.page(f"/stories/{story.slug}")
    settle(paper, story, mode="members")
    page = paper.page(f"/stories/{story.slug}")
    assert "Sign in to write here." in page
    assert 'name="name"' not in page
