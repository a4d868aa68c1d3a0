"""A quote of words that stand neither in the story nor in the comments above."""

import functools
import re

from belowline.model.evidence import Draft, Evidence, Facts, Outcome
from belowline.model.site import Policy
from belowline.moderation.plain import plain, words

NAME = "quotes"
VERSION = 1
NOTHING = Evidence(NAME, VERSION, 0.0, Outcome.PUBLISH, "", "")

_LEFT_OUT = re.compile(r"\[?(?:\.\.\.|…)\]?")
_FEWEST_WORDS = 4
"""Shorter pieces prove nothing."""


def look(draft: Draft, facts: Facts, policy: Policy) -> Evidence:
    if facts.quotable is None or ">" not in draft.text:
        return NOTHING
    sources = [_words(text) for text in facts.quotable]
    for piece in _pieces(draft.text):
        if not any(piece in source for source in sources):
            asks = Outcome.HOLD if policy.hold_false_quotes else Outcome.PUBLISH
            reason = f"Quotes words that nobody wrote here: “{piece.strip()[:120]}”"
            return Evidence(
                NAME, VERSION, 0.6, asks, reason, "The quote is in neither the story nor the comments above."
            )
    return NOTHING


def _pieces(text: str) -> list[str]:
    """Each quote's words, cut where something is said to be left out."""
    quote, quotes = [], []
    for line in [*text.split("\n"), ""]:
        if line.lstrip().startswith(">"):
            quote.append(line.lstrip("> \t"))
        elif quote:
            quotes.append(" ".join(quote))
            quote = []
    pieces = [_words(piece) for quoted in quotes for piece in _LEFT_OUT.split(quoted)]
    return [piece for piece in pieces if len(piece.split()) >= _FEWEST_WORDS]


@functools.lru_cache(maxsize=512)
def _words(text: str) -> str:
    return f" {' '.join(words(plain(text)))} "
