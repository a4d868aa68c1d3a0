"""Who is banned or suspended does not write. Access decides it first; here it is evidence for imports and replays."""

from belowline.model.evidence import Draft, Evidence, Facts, Outcome
from belowline.model.site import Policy

NAME = "banned"
VERSION = 1
NOTHING = Evidence(NAME, VERSION, 0.0, Outcome.PUBLISH, "", "")


def look(_draft: Draft, facts: Facts, _policy: Policy) -> Evidence:
    if facts.banned:
        return Evidence(NAME, VERSION, 1.0, Outcome.REFUSE, "Banned here.", "You can no longer comment here.")
    if facts.suspended_until:
        day = f"{facts.suspended_until:%Y-%m-%d %H:%M %Z}".strip()
        return Evidence(
            NAME, VERSION, 1.0, Outcome.REFUSE, f"Suspended until {day}.", f"You can comment again from {day}."
        )
    return NOTHING
