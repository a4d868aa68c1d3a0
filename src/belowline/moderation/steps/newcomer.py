"""A newcomer's first comments, where the site wants to see them first."""

from belowline.model.evidence import Draft, Evidence, Facts, Outcome
from belowline.model.site import Policy

NAME = "newcomer"
VERSION = 1
NOTHING = Evidence(NAME, VERSION, 0.0, Outcome.PUBLISH, "", "")


def look(_draft: Draft, facts: Facts, policy: Policy) -> Evidence:
    if facts.staff or facts.published_before is None or facts.published_before >= policy.hold_first:
        return NOTHING
    reason = f"New here: {facts.published_before} published comments, the first {policy.hold_first} are held."
    return Evidence(
        NAME, VERSION, 1.0, Outcome.HOLD, reason, "A moderator reads the first comments of everybody new here."
    )
