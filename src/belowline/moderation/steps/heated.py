"""Slow mode: where the newsroom says so, and where many of the last hour's comments were reported or held."""

from belowline.model.evidence import Draft, Evidence, Facts, Outcome
from belowline.model.site import Policy
from belowline.words import by_number

NAME = "heated"
VERSION = 2
NOTHING = Evidence(NAME, VERSION, 0.0, Outcome.PUBLISH, "", "")

FEWEST = 8
"""Reports and holds below this are chance."""


def look(_draft: Draft, facts: Facts, policy: Policy) -> Evidence:
    if policy.slow and not facts.staff:
        return _slowly(1.0, "The discussion is in slow mode.", facts, policy)
    trouble = facts.reports_last_hour + facts.holds_last_hour
    share = min(1.0, trouble / max(facts.story_last_hour, 1))
    if facts.staff or trouble < FEWEST or policy.heated_share >= 1 or share < policy.heated_share:
        return NOTHING
    reason = f"Heated: {trouble} of {facts.story_last_hour} comments in the last hour were reported or held."
    return _slowly(share, reason, facts, policy)


def _slowly(share: float, reason: str, facts: Facts, policy: Policy) -> Evidence:
    if facts.since_last_s is None or facts.since_last_s >= policy.slow_mode_s:
        return Evidence(NAME, VERSION, share, Outcome.PUBLISH, reason, "")
    wait = max(1, round(policy.slow_mode_s - facts.since_last_s))
    sentence = by_number(
        wait,
        f"This discussion goes slower for everybody: please send it again in {wait} second.",
        f"This discussion goes slower for everybody: please send it again in {wait} seconds.",
    )
    return Evidence(NAME, VERSION, share, Outcome.REFUSE, reason, sentence)
