"""On which ground a moderator may decide: what each action does, and which reason it needs."""

import msgspec

from belowline.errors import Invalid
from belowline.model.comment import Comment, State
from belowline.model.decision import Action, FoundBy, Ground, NewDecision
from belowline.model.evidence import Outcome, Verdict
from belowline.model.reasons import KINDS
from belowline.model.site import Policy
from belowline.rules import text

MAX_WORDS = 2_000
AGAINST = frozenset({Action.REMOVE, Action.SPAM})
"""Actions that take a comment from its readers, and so need a reason."""
_STATES = {Action.PUBLISH: State.PUBLISHED, Action.HOLD: State.HELD, Action.REMOVE: State.REMOVED}
_STATES |= {Action.SPAM: State.SPAM}
LAW = {kind.key: kind.title for kind in KINDS}
ON_COMMENTS = frozenset({*_STATES, Action.KEEP})


def state_after(action: Action, state: State) -> State:
    return _STATES.get(action, state)


def action_for(wanted: State, state: State) -> Action:
    """What brings a comment from its state into the wanted one."""
    if wanted == state == State.PUBLISHED:
        return Action.KEEP
    actions = {State.PUBLISHED: Action.PUBLISH, State.HELD: Action.HOLD, State.SPAM: Action.SPAM}
    return actions.get(wanted, Action.REMOVE)


def named(new: NewDecision, state: State) -> NewDecision:
    """To publish what stands is to keep it."""
    keeps = new.action == Action.PUBLISH and state == State.PUBLISHED
    return msgspec.structs.replace(new, action=Action.KEEP) if keeps else new


def checked(new: NewDecision, policy: Policy, *, must_say: bool = True) -> NewDecision:
    """The decision as it is kept. Raises Invalid with the fields at fault.

    `must_say`: whether a decision against a comment must name its reason; the operator's programs need not.
    """
    wrong: dict[str, str] = {}
    if new.action not in ON_COMMENTS:
        wrong["action"] = "This cannot be done to a comment."
    words = {name: _words(name, getattr(new, name), wrong) for name in ("explanation", "note")}
    ground, reason = _ground(new, policy, must_say, wrong)
    if wrong:
        raise Invalid(" ".join(wrong.values()), fields=wrong)
    return msgspec.structs.replace(new, ground=ground, reason=reason, **words)


def _ground(new: NewDecision, policy: Policy, must_say: bool, wrong: dict[str, str]) -> tuple[Ground, str]:
    if new.action not in AGAINST:
        return Ground.NONE, ""
    keys = {rule.key for rule in policy.rules}
    if not new.reason:
        if new.action == Action.SPAM:
            return Ground.RULES, "spam" if "spam" in keys else ""
        if must_say:
            wrong["reason"] = "Please choose the rule, or the law, that the comment breaks."
    elif new.reason not in (LAW if new.ground == Ground.LAW else keys):
        wrong["reason"] = "This is none of the site’s rules and no kind of illegal content."
    return (Ground.LAW if new.ground == Ground.LAW else Ground.RULES), new.reason


def _words(name: str, said: str, wrong: dict[str, str]) -> str:
    if not said.strip():
        return ""
    try:
        return text.clean(said, MAX_WORDS)
    except Invalid as error:
        wrong[name] = error.fields.get("text", error.message)
        return ""


def sentence(policy: Policy, ground: str, reason: str) -> str:
    """A reason in words; the key itself where the rule is none of the site's any more."""
    said = LAW if ground == Ground.LAW else {rule.key: rule.title for rule in policy.rules}
    return said.get(reason, reason)


def found_by(comment: Comment, reports: int, verdicts: list[Verdict]) -> FoundBy:
    """Who brought the comment to the moderator: readers, the machine that holds it, or their own eyes."""
    if comment.state == State.HELD and verdicts and verdicts[-1].outcome == Outcome.HOLD:
        asked = [one.step for one in verdicts[-1].evidence if one.asks == Outcome.HOLD]
        return FoundBy.REPORT if asked == ["reports"] else FoundBy.MACHINE
    return FoundBy.REPORT if reports else FoundBy.MODERATOR


def mark(comment: Comment, last_decision: int | None) -> str:
    """What a moderator sees of a comment, in short: it changes with its state, its text and its decisions."""
    edited = "" if comment.edited_at is None else f"{comment.edited_at.timestamp():.6f}"
    return f"{comment.state}.{last_decision or 0}.{edited}"
