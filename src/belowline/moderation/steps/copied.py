"""Words of somebody else in this thread, sent as one's own: what machines do to look alive."""

from belowline.model.evidence import Draft, Evidence, Facts, Outcome
from belowline.model.site import Policy
from belowline.moderation import prints

NAME = "copied"
VERSION = 1
NOTHING = Evidence(NAME, VERSION, 0.0, Outcome.PUBLISH, "", "")

_NEARLY = 0.75


def look(draft: Draft, facts: Facts, _policy: Policy) -> Evidence:
    others = [r for r in facts.recent if r.same_story and not r.same_person]
    if not others or facts.staff:
        return NOTHING
    own = prints.take(draft.text)
    if not own.sketch:
        return NOTHING
    likeness, source = max(((prints.alike(own, r.print), r) for r in others), key=lambda pair: pair[0])
    if likeness < _NEARLY:
        return NOTHING
    where = f"comment {source.comment_id}" if source.comment_id else "another comment"
    reason = f"Copied from {where} under this story ({likeness:.0%} alike)."
    return Evidence(
        NAME,
        VERSION,
        likeness,
        Outcome.HOLD,
        reason,
        "Somebody else wrote these words here; please quote them as such.",
    )
