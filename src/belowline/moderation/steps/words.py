"""The site's word lists."""

from belowline.model.evidence import Draft, Evidence, Facts, Found, Outcome
from belowline.model.site import Policy

NAME = "words"
VERSION = 1
NOTHING = Evidence(NAME, VERSION, 0.0, Outcome.PUBLISH, "", "")

_NAMED = 5


def look(draft: Draft, facts: Facts, policy: Policy) -> Evidence:
    found = facts.words.find(draft.text) if facts.words else []
    if not found:
        return NOTHING
    worst = found[0].severity
    asks = _asks(worst, policy)
    sentence = "" if asks == Outcome.PUBLISH else f"Words such as “{found[0].term}” are not used here."
    return Evidence(NAME, VERSION, worst / 4, asks, _reason(found), sentence)


def _asks(severity: int, policy: Policy) -> Outcome:
    if severity >= policy.words_refuse_from:
        return Outcome.REFUSE
    if severity >= policy.words_hold_from:
        return Outcome.HOLD
    return Outcome.NUDGE if severity >= policy.words_nudge_from else Outcome.PUBLISH


def _reason(found: list[Found]) -> str:
    named = [f"“{f.term}” (severity {f.severity}{f', {f.times} times' if f.times > 1 else ''})" for f in found[:_NAMED]]
    more = f" and {len(found) - _NAMED} more" if len(found) > _NAMED else ""
    return f"On the word list: {', '.join(named)}{more}."
