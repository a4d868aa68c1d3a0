"""The same text again: by the same person under this story, or the same paste all over the site."""

from belowline.model.evidence import Draft, Evidence, Facts, Outcome
from belowline.model.site import Policy
from belowline.moderation import prints

NAME = "repeated"
VERSION = 1
NOTHING = Evidence(NAME, VERSION, 0.0, Outcome.PUBLISH, "", "")

_NEARLY = 0.75
_SHORT = 20
"""Shorter texts ("Thank you!") are said twice in good faith."""


def look(draft: Draft, facts: Facts, policy: Policy) -> Evidence:
    if not facts.recent or facts.staff:
        return NOTHING
    own = prints.take(draft.text)
    same = [(prints.alike(own, r.print), r) for r in facts.recent]
    same = [(likeness, r) for likeness, r in same if likeness >= _NEARLY]
    here = max((likeness for likeness, r in same if r.same_person and r.same_story), default=0.0)
    if here == 1.0 and len(draft.text) >= _SHORT:
        reason = "The same text by this person under this story."
        return Evidence(NAME, VERSION, 1.0, Outcome.REFUSE, reason, "You have already said this here.")
    if 0 < here < 1:
        reason = f"Nearly the same text by this person under this story ({here:.0%} alike)."
        return Evidence(NAME, VERSION, here, Outcome.HOLD, reason, "You have said nearly the same here before.")
    if own.sketch and 0 < policy.same_paste_from <= len(same):
        reason = f"The same paste: {len(same)} more on this site."
        return Evidence(NAME, VERSION, 1.0, Outcome.HOLD, reason, "This text was sent to this site several times.")
    if not same:
        return NOTHING
    return Evidence(NAME, VERSION, 0.3, Outcome.PUBLISH, f"The same text was sent {len(same)} times lately.", "")
