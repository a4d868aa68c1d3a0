"""Other rules are tried on what was sent: what would have become of it, without a change to anything."""

import datetime as dt
from typing import Any

import pytest
import sqlalchemy as sa

from belowline.actions import replay as act
from belowline.actions.replay import Trial
from belowline.errors import Invalid, NotFound
from belowline.model.evidence import Outcome
from belowline.moderation.replay import Tally
from belowline.store.tables import comment, verdict
from members import write
from paper import Paper

LINKS = "See https://one.example and https://two.example for the figures."
PASTE = "Buy the little lamp that everybody on the quay has bought, it burns for years and costs you nothing at all."


def replay(paper: Paper, **trial: Any) -> Tally:
    run = paper.read(act.begin, "main", Trial(**trial), paper.clock())
    tally: Tally = paper.read(act.finish, run)
    return tally


def mark(paper: Paper) -> dict[str, str]:
    return {"belowline-guest": paper.house.tokens.new_guest()[1]}


def test_rules_that_hold_more_say_what_they_would_hold(own_paper: Paper) -> None:
    story = own_paper.add_story()
    for n in range(5):
        own_paper.post(story, f"Thought {n}")
    linked = own_paper.post(story, LINKS)
    before = own_paper.read(lambda conn: conn.execute(sa.select(comment)).all())
    assert replay(own_paper).changed == 0
    tally = replay(own_paper, policy={"hold_links_from": 2})
    assert (tally.judged, tally.changed, tally.after(Outcome.HOLD), tally.before(Outcome.HOLD)) == (6, 1, 1, 0)
    (change,) = tally.changes
    assert (change.comment_id, change.before, change.after) == (linked, Outcome.PUBLISH, Outcome.HOLD)
    assert change.reasons == ("2 links.",)
    assert replay(own_paper, policy={"hold_all": True}).after(Outcome.HOLD) == 6
    assert own_paper.read(lambda conn: conn.execute(sa.select(comment)).all()) == before


def test_rules_that_hold_less_say_what_would_have_appeared(own_paper: Paper) -> None:
    own_paper.set_policy(hold_links_from=1)
    story = own_paper.add_story()
    assert own_paper.send(story, LINKS).json()["comment"]["state"] == "held"
    (change,) = replay(own_paper, policy={"hold_links_from": 4}).changes
    assert (change.before, change.after, change.reasons) == (Outcome.HOLD, Outcome.PUBLISH, ("2 links.",))


def test_words_are_tried_before_they_are_put(own_paper: Paper) -> None:
    story = own_paper.add_story(lang="de")
    own_paper.post(story, "So ein Quatschkopf.")
    assert replay(own_paper, lists={("words", "de"): ["quatsch*\t3"]}).after(Outcome.HOLD) == 1
    assert replay(own_paper, lists={("words", "fr"): ["quatsch*\t3"]}).after(Outcome.HOLD) == 0
    with pytest.raises(Invalid):
        replay(own_paper, lists={("words", "de"): ["quatsch\tseven"]})
    with pytest.raises(Invalid):
        replay(own_paper, policy={"hold_links_from": "many"})
    with pytest.raises(NotFound):
        own_paper.read(act.begin, "nowhere", Trial(), own_paper.clock())


def test_the_facts_are_those_of_the_time(own_paper: Paper) -> None:
    """Rates, the same text again and what a newcomer had sent before, rebuilt from what is kept."""
    story, other, ada = own_paper.add_story(), own_paper.add_story(), mark(own_paper)
    path = f"/api/v1/stories/{story.slug}/comments"
    for n in range(4):
        own_paper.client.post(path, json={"name": "Ada", "text": f"Thought {n}"}, headers=ada)
    fast = replay(own_paper, policy={"person_per_minute": 3})
    assert fast.after(Outcome.REFUSE) == 1
    newcomers = replay(own_paper, policy={"hold_first": 2})
    assert newcomers.after(Outcome.HOLD) == 2
    for _ in range(3):
        own_paper.post(other, PASTE)
        other = own_paper.add_story()
    assert replay(own_paper, policy={"same_paste_from": 2}).after(Outcome.HOLD) == 1
    assert replay(own_paper, policy={"same_paste_from": 1}).after(Outcome.HOLD) == 2


def test_only_the_last_days_are_judged_and_edits_once(own_paper: Paper) -> None:
    story = own_paper.add_story()
    own_paper.post(story, "Long ago")
    own_paper.clock.ahead = dt.timedelta(days=10)
    answer = own_paper.send(story, "Just now").json()
    key = {"authorization": f"Bearer {answer['token']}"}
    own_paper.client.patch(f"/api/v1/comments/{answer['comment']['id']}", json={"text": "Just now, or so"}, headers=key)
    assert replay(own_paper, days=5).judged == 1
    assert replay(own_paper, days=20).judged == 2


def test_what_comments_got_then_is_compared_too(own_paper: Paper) -> None:
    story = own_paper.add_story()
    own_paper.post(story, LINKS)
    own_paper.set_policy(hold_links_from=1)
    assert replay(own_paper).changed == 0
    assert replay(own_paper, against="kept").changed == 1


def test_a_long_replay_goes_in_pieces(own_paper: Paper, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(act, "PIECE", 3)
    story = own_paper.add_story()
    for n in range(10):
        own_paper.post(story, f"Thought {n}")
    run = own_paper.read(act.begin, "main", Trial(policy={"hold_all": True}), own_paper.clock())
    shares = []
    while own_paper.read(act.go_on, run):
        shares.append(run.share)
    assert shares == sorted(shares)
    assert len(shares) == 3
    assert run.share == 1.0
    assert run.tally.after(Outcome.HOLD) == 10


def scored(conn: sa.Connection) -> None:
    """Gives every verdict another score of the model: 0, 0.05, 0.1 …"""
    for n, id_ in enumerate(conn.execute(sa.select(verdict.c.id)).scalars().all()):
        line = {"step": "classifier", "version": 1, "score": n / 20, "asks": "publish", "reason": "", "sentence": ""}
        conn.execute(sa.update(verdict).where(verdict.c.id == id_).values(evidence=[line]))


def test_a_threshold_by_example(own_paper: Paper) -> None:
    """As many as asked for would wait, by the scores that comments got when they were sent."""
    story = own_paper.add_story()
    for n in range(20):
        own_paper.post(story, f"Thought {n}")
    write(own_paper, scored)
    found = own_paper.read(act.by_example, "main", 0.1, own_paper.clock())
    assert (found.hold_from, found.share, found.scored, found.enough) == (0.9, 0.1, 20, False)
    assert own_paper.read(act.by_example, "main", 0.01, own_paper.clock()).share == 0
    with pytest.raises(Invalid):
        own_paper.read(act.by_example, "main", 1.5, own_paper.clock())
