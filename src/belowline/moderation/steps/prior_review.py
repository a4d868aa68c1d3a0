"""Everything waits for a moderator, where the site says so, or all that one person writes."""

from belowline.model.evidence import Draft, Evidence, Facts, Outcome
from belowline.model.site import Policy

NAME = "prior-review"
VERSION = 2
NOTHING = Evidence(NAME, VERSION, 0.0, Outcome.PUBLISH, "", "")


def look(_draft: Draft, facts: Facts, policy: Policy) -> Evidence:
    if facts.watched:
        sentence = "A moderator reads your comments before they appear."
        return Evidence(NAME, VERSION, 1.0, Outcome.HOLD, "All that this person writes is held.", sentence)
    if not policy.hold_all:
        return NOTHING
    sentence = "A moderator reads every comment here before it appears."
    return Evidence(NAME, VERSION, 1.0, Outcome.HOLD, "This site holds every comment.", sentence)
