"""How it looks: all capitals, stretched letters, a wall of text, nothing but signs."""

import re
import string

from belowline.model.evidence import Draft, Evidence, Facts, Outcome
from belowline.model.site import Policy
from belowline.moderation.plain import has_triple

NAME = "shape"
VERSION = 1
NOTHING = Evidence(NAME, VERSION, 0.0, Outcome.PUBLISH, "", "")

_READ_CHARS = 500
_SHOUTED_LETTERS = 20
_WALL_CHARS = 1_500
_ASCII, _ASCII_CAPITALS = string.ascii_letters.encode(), string.ascii_uppercase.encode()
_STRETCHED = re.compile(r"([^\W\d_])\1{4,}|([!?])\2{4,}")


def look(draft: Draft, _facts: Facts, _policy: Policy) -> Evidence:
    head = draft.text[:_READ_CHARS]
    letters, shouted = _letters(head)
    if letters >= _SHOUTED_LETTERS and shouted > 0.8 * letters:
        reason = f"{shouted} of {letters} letters are capitals."
        return _asked(shouted / letters, reason, "All capitals read like shouting.")
    if stretched := has_triple(head) and _STRETCHED.search(head):
        return _asked(0.4, f"Stretched: {stretched[0][:10]}", "Stretched letters and signs read like shouting.")
    if max(map(len, draft.text.split("\n"))) > _WALL_CHARS:
        return _asked(
            0.3,
            f"A paragraph of more than {_WALL_CHARS:,} characters.",
            "Paragraphs would help others to read this.",
        )
    if not letters:
        return Evidence(NAME, VERSION, 0.2, Outcome.PUBLISH, "No letters.", "")
    return NOTHING


def _letters(head: str) -> tuple[int, int]:
    """How many letters, and how many of them are capitals."""
    if not head.isascii():
        return sum(map(str.isalpha, head)), sum(map(str.isupper, head))
    signs = head.encode()
    return len(signs) - len(signs.translate(None, _ASCII)), len(signs) - len(signs.translate(None, _ASCII_CAPITALS))


def _asked(score: float, reason: str, sentence: str) -> Evidence:
    return Evidence(NAME, VERSION, score, Outcome.NUDGE, reason, sentence)
