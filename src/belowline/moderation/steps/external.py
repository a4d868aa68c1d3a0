"""What a service of the publication's own says of it. It was asked before (web/external.py); here it is only read."""

from belowline.model.evidence import Draft, Evidence, Facts, Outcome
from belowline.model.site import Policy

NAME = "external"
VERSION = 1
NOTHING = Evidence(NAME, VERSION, 0.0, Outcome.PUBLISH, "", "")


def look(_draft: Draft, facts: Facts, _policy: Policy) -> Evidence:
    said = facts.external
    if said is None or facts.staff:
        return NOTHING
    return Evidence(NAME, VERSION, said.score, said.asks, said.reason, said.sentence)
