"""The steps get their facts: what was sent before, by whom, from where, and what happens in the discussion now."""

import datetime as dt

import httpx
import pytest
import sqlalchemy as sa

from belowline.actions import sanctions as sanction_act
from belowline.actions.sanctions import NewSanction
from belowline.actions.stories import Story
from belowline.model.person import Role
from belowline.model.sanction import Kind
from belowline.store import sendings, verdicts
from belowline.store.tables_pipeline import print_mark, sending
from members import enrol, write
from paper import Paper

FERRY = "The council promised us a ferry four years ago, and all that came of it was one more study of the harbour."
BRIDGE = "Nobody who crosses the bridge in winter would call it safe, whatever the engineers write in their reports."


def guest(paper: Paper) -> dict[str, str]:
    """Headers of one browser that is known again."""
    return {"belowline-guest": paper.house.tokens.new_guest()[1]}


def send(paper: Paper, story: Story, text: str, headers: dict[str, str], **more: object) -> httpx.Response:
    body = {"name": "Ada", "text": text, **more}
    return paper.client.post(f"/api/v1/stories/{story.slug}/comments", json=body, headers=headers)


def decide(paper: Paper, comment_id: int, state: str) -> None:
    path = f"/api/v1/comments/{comment_id}/state"
    assert paper.client.put(path, json={"state": state}, headers=paper.operator).status_code == 200


def asked(paper: Paper, comment_id: int, step: str) -> tuple[str, str]:
    """What a step asked for, and why, when the comment was judged last."""
    evidence = paper.read(verdicts.of_comment, comment_id)[-1].evidence
    return next(((str(e.asks), e.reason) for e in evidence if e.step == step), ("", ""))


def test_a_person_who_sends_too_fast_waits_and_an_address_too(own_paper: Paper) -> None:
    own_paper.set_policy(person_per_minute=2, address_per_minute=4)
    story, one, other = own_paper.add_story(), guest(own_paper), guest(own_paper)
    assert [send(own_paper, story, f"Thought {n}", one).status_code for n in range(3)] == [201, 201, 422]
    assert [send(own_paper, story, f"Thought {n}", other).status_code for n in range(3)] == [201, 201, 422]
    third = send(own_paper, story, "From the same address", guest(own_paper))
    assert (third.status_code, third.json()["code"]) == (422, "refused")
    own_paper.clock.ahead = dt.timedelta(minutes=2)
    assert send(own_paper, story, "A while later", one).status_code == 201
    reporter = enrol(own_paper, "Nell", Role.STAFF)
    assert [reporter.send(story, f"We follow this, part {n}").status_code for n in range(5)] == [201] * 5


def test_more_than_a_story_can_bear_waits(own_paper: Paper) -> None:
    own_paper.set_policy(story_per_minute=3)
    story = own_paper.add_story()
    states = [own_paper.send(story, f"Thought {n}").json()["comment"]["state"] for n in range(5)]
    assert states == ["published"] * 3 + ["held"] * 2


def test_the_same_again_is_refused_and_nearly_the_same_waits(paper: Paper) -> None:
    story, one, other = paper.add_story(), guest(paper), guest(paper)
    assert send(paper, story, FERRY, one).status_code == 201
    again = send(paper, story, f"  {FERRY.upper()}", one)
    assert (again.status_code, again.json()["detail"]) == (422, "You have already said this here.")
    nearly = send(paper, story, FERRY.replace("four", "five"), one).json()
    assert nearly["comment"]["state"] == "held"
    copied = send(paper, story, FERRY, other).json()
    assert copied["comment"]["state"] == "held"
    assert copied["sentences"][0].startswith("Somebody else wrote these words here")
    quoted = send(paper, story, f"> {FERRY}\n\nAnd who paid for it?", other).json()
    assert quoted["comment"]["state"] == "published"
    assert send(paper, story, BRIDGE, one).json()["comment"]["state"] == "published"


def test_a_paste_all_over_the_site_waits(own_paper: Paper) -> None:
    text = "Buy the little lamp that everybody on the quay has bought, it burns for years and costs you nothing at all."
    states = [own_paper.send(own_paper.add_story(), text).json()["comment"]["state"] for _ in range(5)]
    assert states == ["published"] * 3 + ["held"] * 2


def test_a_changed_comment_is_judged_by_its_new_text(paper: Paper) -> None:
    story, one, other = paper.add_story(), guest(paper), guest(paper)
    tram = "The tram line to the market square was shut for nine weeks, and nobody said why."
    lamp = "The old lamp room holds more stories than the new library ever will, whatever it cost us."
    mine = send(paper, story, tram, one).json()
    send(paper, story, lamp, other)
    path, key = f"/api/v1/comments/{mine['comment']['id']}", {"authorization": f"Bearer {mine['token']}"}
    same = {"text": f"{tram}!"}
    assert paper.client.patch(path, json=same, headers=key).json()["comment"]["state"] == "published"
    assert paper.client.patch(path, json={"text": lamp}, headers=key).json()["comment"]["state"] == "held"


def test_newcomers_wait_until_enough_of_theirs_stands(own_paper: Paper) -> None:
    own_paper.set_policy(hold_first=2)
    story, one = own_paper.add_story(), guest(own_paper)
    ids = [send(own_paper, story, f"Thought {n}", one).json()["comment"]["id"] for n in range(2)]
    member = enrol(own_paper, "Mara")
    assert member.send(story, "New here").json()["comment"]["state"] == "held"
    assert "0 published" in asked(own_paper, ids[1], "newcomer")[1]
    for one_id in ids:
        answer = own_paper.client.put(
            f"/api/v1/comments/{one_id}/state", json={"state": "published"}, headers=own_paper.operator
        )
        assert answer.status_code == 200
    assert send(own_paper, story, "Known by now", one).json()["comment"]["state"] == "published"


@pytest.mark.parametrize("known_by", ["guest", "email"])
def test_a_record_of_removals_makes_comments_wait(own_paper: Paper, known_by: str) -> None:
    story = own_paper.add_story()
    mark = guest(own_paper)
    more = {} if known_by == "guest" else {"email": "ada@example.org"}
    for n in range(3):
        headers = mark if known_by == "guest" else guest(own_paper)
        sent = send(own_paper, story, f"Thought {n}", headers, **more).json()["comment"]["id"]
        decide(own_paper, sent, "removed")
    headers = mark if known_by == "guest" else guest(own_paper)
    next_one = send(
        own_paper, story, "And now", headers, **({} if known_by == "guest" else {"email": "ada@example.org"})
    )
    assert next_one.json()["comment"]["state"] == "held"
    assert send(own_paper, story, "Somebody else", guest(own_paper)).json()["comment"]["state"] == "published"


@pytest.mark.parametrize("kind", [Kind.BAN, Kind.SUSPEND, Kind.HOLD, Kind.WARN])
def test_sanctions_hold_for_persons_and_guests(own_paper: Paper, kind: Kind) -> None:
    story, mark = own_paper.add_story(), guest(own_paper)
    member = enrol(own_paper, "Mara")
    ids = [member.post(story, "Before it"), send(own_paper, story, "Before it", mark).json()["comment"]["id"]]
    for one in ids:
        new = NewSanction(kind, "Insults, again and again.", days=None if kind == Kind.BAN else 3)
        write(own_paper, sanction_act.impose_on_writer, one, new, None, own_paper.clock())
    answers = [member.send(story, "After it"), send(own_paper, story, "After it", mark)]
    if kind in (Kind.BAN, Kind.SUSPEND):
        assert [answer.status_code for answer in answers] == [422, 422]
        said = "no longer" if kind == Kind.BAN else "comment again from"
        assert all(said in answer.json()["detail"] for answer in answers)
    else:
        wanted = "held" if kind == Kind.HOLD else "published"
        assert [answer.json()["comment"]["state"] for answer in answers] == [wanted, wanted]
    assert own_paper.send(story, "Not me").json()["comment"]["state"] == "published"
    own_paper.clock.ahead = dt.timedelta(days=4)
    assert member.send(story, "Later").status_code == (422 if kind == Kind.BAN else 201)


def test_a_heated_discussion_goes_slower(own_paper: Paper) -> None:
    own_paper.set_policy(slow_mode_s=60)
    story, mark = own_paper.add_story(), guest(own_paper)
    for n in range(9):
        held = own_paper.post(story, f"Thought {n}")
        decide(own_paper, held, "held")
    assert send(own_paper, story, "First", mark).status_code == 201
    second = send(own_paper, story, "Second", mark)
    assert second.status_code == 422
    assert "slower" in second.json()["detail"]
    assert send(own_paper, own_paper.add_story(), "Elsewhere", mark).status_code == 201
    own_paper.clock.ahead = dt.timedelta(seconds=61)
    assert send(own_paper, story, "Third", mark).status_code == 201


def test_quotes_are_looked_up_in_the_story_and_above(paper: Paper) -> None:
    story = paper.add_story(body="The harbour master closed the gates at noon.")
    above = paper.post(story, "I stood there and saw nothing of the kind.")
    true = "> The harbour master closed the gates\n\nDid he?\n\n> I stood there and saw nothing\n\nWhere?"
    assert asked(paper, paper.post(story, true, parent=above), "quotes") == ("", "")
    false = paper.post(story, "> The harbour master slept until noon\n\nShame on him.", parent=above)
    assert "nobody wrote here" in asked(paper, false, "quotes")[1]


def test_languages_and_hosts_are_those_of_site_and_story(paper: Paper) -> None:
    story = paper.add_story(lang="de")
    german = "Das ist doch nicht wahr, und ich weiß nicht, warum wir das auch noch mit dem Geld der Stadt bezahlen."
    french = "Je ne sais pas pourquoi les gens disent que ce n'est pas vrai, mais il est dans la ville avec nous."
    assert asked(paper, paper.post(story, german), "language") == ("", "")
    assert "fr" in asked(paper, paper.post(story, french), "language")[1]


def test_what_was_sent_is_forgotten_after_two_weeks(own_paper: Paper) -> None:
    story = own_paper.add_story()
    for n in range(3):
        own_paper.post(story, f"{FERRY} {n} {BRIDGE}")
    rows = own_paper.read(lambda conn: conn.execute(sa.select(sending)).all())
    assert len(rows) == 3
    assert all("127.0.0.1" not in str(row) for row in rows)
    assert len({row.address for row in rows}) == 1
    assert write(own_paper, sendings.forget, own_paper.clock() - dt.timedelta(days=14), 500) == 0
    assert write(own_paper, sendings.forget, own_paper.clock(), 2) == 2
    assert write(own_paper, sendings.forget, own_paper.clock(), 500) == 1
    assert own_paper.read(lambda conn: conn.execute(sa.select(print_mark)).all()) == []
