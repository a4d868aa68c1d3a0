"""The pipeline: all steps run, one rule decides, nothing is lost and nothing is slow to the square."""

import types

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from belowline.model.evidence import Draft, Evidence, Facts, Outcome
from belowline.model.site import Policy
from belowline.moderation import pipeline
from belowline.moderation.pipeline import STEPS, decide, judge
from belowline.moderation.words import Matcher, Term
from belowline.rules.text import comment_html


def draft(text: str) -> Draft:
    return Draft(text, comment_html(text), "Ann Reader", 1, None, None)


def evidence(step: str, asks: Outcome) -> Evidence:
    return Evidence(step, 1, 0.5, asks, "because", f"{step} says so.")


DECENT = [
    "Thank you for this report.",
    "I could not disagree more, and the figures are on my side: see https://council.example/report.",
    "Utter nonsense! The mayor has had nine years, nine, and the bridge is still shut. He should be ashamed.",
    "Das ist doch eine Schande. Wer hat das beschlossen, und warum erfahren wir das erst jetzt?",
    "> The bridge will open in May.\n\nWho believes that?",
    "C'est bien écrit, merci.",
    "\U0001f600",
]


@pytest.mark.parametrize("text", DECENT)
def test_ordinary_and_heated_comments_appear_at_once(text: str) -> None:
    verdict = judge(draft(text), Facts(), Policy())
    assert verdict.outcome == Outcome.PUBLISH, [e for e in verdict.evidence if e.asks != Outcome.PUBLISH]


def test_every_step_leaves_its_evidence_in_order() -> None:
    verdict = judge(draft("YOU ARE A STUPID FUCKING IDIOT"), Facts(banned=True, closed=True), Policy(hold_all=True))
    assert [(e.step, e.version) for e in verdict.evidence] == [(s.NAME, s.VERSION) for s in STEPS]
    asked = {e.step: e.asks for e in verdict.evidence if e.asks != Outcome.PUBLISH}
    assert asked == {
        "banned": Outcome.REFUSE,
        "closed": Outcome.REFUSE,
        "prior-review": Outcome.HOLD,
        "shape": Outcome.NUDGE,
        "classifier": Outcome.HOLD,
    }
    assert verdict.outcome == Outcome.REFUSE
    assert verdict.sentences == ["You can no longer comment here.", "This discussion is closed."]


def test_hold_all_holds_and_many_links_hold() -> None:
    assert judge(draft("Good morning."), Facts(), Policy(hold_all=True)).outcome == Outcome.HOLD
    many = " ".join(f"https://site{i}.example/" for i in range(4))
    assert judge(draft(many), Facts(), Policy()).outcome == Outcome.HOLD


@pytest.mark.parametrize("worst", list(Outcome))
def test_the_most_severe_outcome_wins_wherever_it_stands(worst: Outcome) -> None:
    milder = [outcome for outcome in Outcome if list(Outcome).index(outcome) <= list(Outcome).index(worst)]
    found = tuple(evidence(f"step{i}", asks) for i, asks in enumerate(milder))
    nudging = Policy(nudges=True)
    assert decide(found, Facts(), nudging) == worst
    assert decide(found[::-1], Facts(), nudging) == worst
    assert decide((), Facts(), nudging) == Outcome.PUBLISH


def test_a_nudge_is_asked_once_and_only_where_the_site_nudges() -> None:
    loud = draft("WHY DOES NOBODY EVER LISTEN TO THE VILLAGES")
    assert judge(loud, Facts(), Policy()).outcome == Outcome.PUBLISH
    asked = judge(loud, Facts(), Policy(nudges=True))
    assert asked.outcome == Outcome.NUDGE
    assert asked.sentences == ["All capitals read like shouting."]
    assert judge(loud, Facts(nudged=True), Policy(nudges=True)).outcome == Outcome.PUBLISH


def test_a_site_changes_what_a_step_asks_for() -> None:
    loud = draft("WHY DOES NOBODY EVER LISTEN TO THE VILLAGES")
    quiet = draft("Why does nobody ever listen to the villages?")
    strict = msgspec.convert({"asks": {"shape": "hold"}}, Policy)
    assert judge(loud, Facts(), strict).outcome == Outcome.HOLD
    assert judge(quiet, Facts(), strict).outcome == Outcome.PUBLISH
    assert (
        judge(draft("Call +49 30 1234 5678"), Facts(), Policy(asks={"contact": Outcome.PUBLISH})).outcome == "publish"
    )


def test_a_step_that_fails_holds_the_comment_and_hides_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    def look(_draft: Draft, _facts: Facts, _policy: Policy) -> Evidence:
        raise ZeroDivisionError("three apples, no children")

    broken = types.SimpleNamespace(NAME="broken", VERSION=4, look=look)
    monkeypatch.setattr(pipeline, "STEPS", (STEPS[0], broken, *STEPS[1:]))
    verdict = judge(draft("Good morning."), Facts(), Policy(asks={"broken": Outcome.PUBLISH}))
    assert verdict.outcome == Outcome.HOLD
    assert len(verdict.evidence) == len(STEPS) + 1
    failed = verdict.evidence[1]
    assert (failed.step, failed.version, failed.score) == ("broken", 4, 0.0)
    assert "ZeroDivisionError: three apples" in failed.reason
    assert verdict.sentences == ["A moderator will look at your comment first."]


def test_a_verdict_survives_json() -> None:
    verdict = judge(draft("You are a stupid fucking idiot."), Facts(), Policy())
    assert msgspec.json.decode(msgspec.json.encode(verdict), type=type(verdict)) == verdict
    assert msgspec.json.decode(msgspec.json.encode(Policy()), type=Policy) == Policy()


MATCHER = Matcher([Term("idiot", 3), Term("arsch*"), Term("*troll*"), Term("白痴")])


@given(st.text(max_size=400))
def test_no_text_breaks_a_step(text: str) -> None:
    facts = Facts(site_name="Crier", words=MATCHER, languages=("en",), quotable=("a b c d",))
    verdict = judge(Draft(text, f"<p>{text}</p>", text[:40], 1, None, None), facts, Policy())
    assert [e.reason for e in verdict.evidence if "failed" in e.reason] == []
    assert all(0 <= e.score <= 1 for e in verdict.evidence)


HOSTILE = {
    "marks": "a" + "\u0323\u0301\u093c\u0e38" * 2_500,
    "one letter": "a" * 10_000,
    "letters apart": "a " * 5_000,
    "digits": "0" * 10_000,
    "digits apart": "0 " * 5_000,
    "pluses": "+0 " * 3_333,
    "at signs": "a@" * 5_000,
    "accounts": "ab12 " * 2_000,
    "homes": "lives at 12 " * 830,
    "ligatures": "\ufdfa" * 10_000,
    "quotes": "> four words are here\n\n" * 430,
    "broken": "\ud800" * 10_000,
    "links": '<a href="' * 1_100,
    "hosts": "https://" + "a." * 4_900 + "example",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_text_is_judged(text: str) -> None:
    """Each took seconds with one careless expression; a second for all steps is no measurement, only a stop."""
    facts = Facts(site_name="Crier", words=MATCHER, languages=("en",), quotable=("a b c d",))
    verdict = judge(Draft(text, f'<p><a href="{text}">{text}</a></p>', "Ann", 1, None, None), facts, Policy())
    assert [e.reason for e in verdict.evidence if "failed" in e.reason] == []
