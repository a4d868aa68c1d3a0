"""What the model thinks of it, passage by passage: one bad sentence must not drown in a long comment."""

import functools

from belowline.model.evidence import Draft, Evidence, Facts, Outcome
from belowline.model.site import Policy
from belowline.moderation.classifier import classify
from belowline.words import N_

NAME = "classifier"
VERSION = 1
NOTHING = Evidence(NAME, VERSION, 0.0, Outcome.PUBLISH, "", "")

_PASSAGE_CHARS = 400
_NOTED_FROM = 0.5
_READS_AS = {
    "toxic": N_("hostile"), "insult": N_("an insult"), "identity_attack": N_("an attack on people for what they are"),
    "threat": N_("a threat"), "sexual": N_("sexual"), "profanity": N_("crude"), "spam": N_("advertising"),
}  # fmt: skip


def look(draft: Draft, facts: Facts, policy: Policy) -> Evidence:
    if not policy.classifier or facts.staff:
        return NOTHING
    score, label, part = _worst(draft.text)
    if score < min(_NOTED_FROM, policy.classifier_hold_from):
        return Evidence(NAME, VERSION, round(score, 3), Outcome.PUBLISH, "", "")
    reason = f"Reads as {_READS_AS[label]} ({score:.2f}): “{part[:160]}”"
    sentence = f"A part of it may read as {_READS_AS[label]}."
    return Evidence(NAME, VERSION, round(score, 3), _asks(score, policy), reason, sentence)


@functools.lru_cache(maxsize=4)
def _worst(text: str) -> tuple[float, str, str]:
    """(score, label, passage); kept for a moment, because a replay judges each text twice."""
    parts = passages(text)
    scored = [
        (score, label, part)
        for part, scores in zip(parts, classify(parts), strict=True)
        for label, score in scores.items()
    ]
    return max(scored, default=(0.0, "", ""))


def _asks(score: float, policy: Policy) -> Outcome:
    if score >= policy.classifier_hold_from:
        return Outcome.HOLD
    return Outcome.NUDGE if score >= policy.classifier_nudge_from else Outcome.PUBLISH


def passages(text: str) -> list[str]:
    """Pieces of at most _PASSAGE_CHARS characters, cut at spaces where there are any."""
    parts = []
    start = 0
    while start < len(text):
        end = start + _PASSAGE_CHARS
        if end < len(text):
            end = (
                max(
                    text.rfind(" ", start + _PASSAGE_CHARS // 2, end),
                    text.rfind("\n", start + _PASSAGE_CHARS // 2, end),
                )
                + 1
                or end
            )
        parts.append(text[start:end])
        start = end
    return [part for part in parts if part.strip()]
