"""More comments in a minute than a person writes, than an address should send, or than a story can be watched."""

from belowline.model.evidence import Draft, Evidence, Facts, Outcome
from belowline.model.site import Policy

NAME = "too-fast"
VERSION = 1
NOTHING = Evidence(NAME, VERSION, 0.0, Outcome.PUBLISH, "", "")


def look(_draft: Draft, facts: Facts, policy: Policy) -> Evidence:
    if facts.staff:
        return NOTHING
    if 0 < policy.person_per_minute <= facts.person_last_minute:
        return _refused(f"{facts.person_last_minute} comments by this person in a minute.")
    if 0 < policy.address_per_minute <= facts.address_last_minute:
        return _refused(f"{facts.address_last_minute} comments from this network address in a minute.")
    if 0 < policy.story_per_minute <= facts.story_last_minute:
        reason = f"{facts.story_last_minute} comments under this story in a minute."
        sentence = "Very many comments are arriving here just now; a moderator will look at yours."
        return Evidence(NAME, VERSION, 1.0, Outcome.HOLD, reason, sentence)
    return NOTHING


def _refused(reason: str) -> Evidence:
    return Evidence(
        NAME, VERSION, 1.0, Outcome.REFUSE, reason, "That was quick. Please wait a minute and send it again."
    )
