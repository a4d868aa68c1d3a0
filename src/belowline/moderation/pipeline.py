"""Judges a draft: every step looks, then one rule decides."""

import hashlib
from typing import Protocol

import msgspec

from belowline.model.evidence import Draft, Evidence, Facts, Outcome, Verdict
from belowline.model.site import Policy
from belowline.moderation.steps import (
    banned,
    classifier,
    closed,
    contact,
    copied,
    external,
    heated,
    imitation,
    language,
    links,
    newcomer,
    prior_review,
    quotes,
    record,
    repeated,
    shape,
    too_fast,
    words,
)


class Step(Protocol):
    """A module of `steps/`: pure, quick, and silent (score 0) where it does not have the facts."""

    NAME: str
    VERSION: int

    def look(self, _draft: Draft, _facts: Facts, _policy: Policy, /) -> Evidence: ...


STEPS: tuple[Step, ...] = (
    banned,
    closed,
    prior_review,
    too_fast,
    heated,
    repeated,
    copied,
    shape,
    links,
    words,
    newcomer,
    record,
    language,
    quotes,
    imitation,
    contact,
    classifier,
    external,
)

_RAN = " ".join(f"{step.NAME}/{step.VERSION}" for step in STEPS)
PIPELINE = f"{len(STEPS)} steps {hashlib.sha256(_RAN.encode()).hexdigest()[:8]}"
"""Kept with every verdict, so that steps which found nothing need no line of their own."""

_SEVERITY = {outcome: place for place, outcome in enumerate(Outcome)}


def judge(draft: Draft, facts: Facts, policy: Policy) -> Verdict:
    """Never raises: a step that fails says so and asks to hold."""
    evidence = tuple(_look(step, draft, facts, policy) for step in STEPS)
    return Verdict(decide(evidence, facts, policy), evidence, PIPELINE)


def decide(evidence: tuple[Evidence, ...], facts: Facts, policy: Policy) -> Outcome:
    """The rule: the most severe outcome that any step asks for. A nudge counts as publish where the site does
    not nudge, and once the writer was asked."""
    worst = max((e.asks for e in evidence), key=lambda asked: _SEVERITY[asked], default=Outcome.PUBLISH)
    if worst == Outcome.NUDGE and (facts.nudged or not policy.nudges):
        return Outcome.PUBLISH
    return worst


def _look(step: Step, draft: Draft, facts: Facts, policy: Policy) -> Evidence:
    try:
        found = step.look(draft, facts, policy)
    except Exception as error:  # whatever it is, it must neither lose a comment nor let it pass unseen
        reason = f"The step failed: {type(error).__name__}: {error}"[:300]
        return Evidence(
            step.NAME, step.VERSION, 0.0, Outcome.HOLD, reason, "A moderator will look at your comment first."
        )
    if found.reason and step.NAME in policy.asks:
        return msgspec.structs.replace(found, asks=policy.asks[step.NAME])
    return found
