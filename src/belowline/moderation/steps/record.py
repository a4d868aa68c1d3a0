"""A person whose comments were taken down lately, more than once."""

from belowline.model.evidence import Draft, Evidence, Facts, Outcome
from belowline.model.site import Policy

NAME = "record"
VERSION = 1
NOTHING = Evidence(NAME, VERSION, 0.0, Outcome.PUBLISH, "", "")


def look(_draft: Draft, facts: Facts, policy: Policy) -> Evidence:
    if facts.staff or not facts.removed_lately:
        return NOTHING
    standing = facts.published_before or 0
    share = facts.removed_lately / (facts.removed_lately + standing)
    reason = f"{facts.removed_lately} of this person's comments were taken down in 90 days, {standing} stand."
    if 0 < policy.hold_after_removals <= facts.removed_lately:
        sentence = "Several of your last comments were taken down, so a moderator reads this one first."
        return Evidence(NAME, VERSION, share, Outcome.HOLD, reason, sentence)
    return Evidence(NAME, VERSION, share, Outcome.PUBLISH, reason, "")
