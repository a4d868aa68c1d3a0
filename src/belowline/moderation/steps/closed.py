"""A closed discussion takes no more comments. Access decides it first; here it is evidence for replays."""

from belowline.model.evidence import Draft, Evidence, Facts, Outcome
from belowline.model.site import Policy

NAME = "closed"
VERSION = 1
NOTHING = Evidence(NAME, VERSION, 0.0, Outcome.PUBLISH, "", "")


def look(_draft: Draft, facts: Facts, _policy: Policy) -> Evidence:
    if not facts.closed:
        return NOTHING
    return Evidence(NAME, VERSION, 1.0, Outcome.REFUSE, "The discussion is closed.", "This discussion is closed.")
