"""Names that a page has lost, found again where later comments call them, as guesses that say so.

A name is one that comments call at their start and that no shown writer bears. Where the words of a
comment that calls it answer an earlier nameless comment (a quote, or rare words they share and hardly
any other does), that comment may be the bearer's. Likeness without a called name proves nothing.
"""

import bisect
import math
import re
from collections import defaultdict
from collections.abc import Sequence
from typing import Protocol

import msgspec

from belowline.rules.addressing import ABOUT, BEFORE, SECOND, TITLES, Token, fold, key, opening

_WORD = re.compile(r"[^\W\d_]{4,}")
STEM = 5
"""Letters of a word that are compared: enough to tie "betrayed" to "betrayers"."""
RARE = 2
"""A word ties a comment to an earlier one when at most so many comments before it have it, and not
more than 15 in 100 of the whole page."""
LEAST, AHEAD = 1.2, 1.25
"""How strong a tie must be (in words that only the two share, side by side), and how far ahead of the next."""

FEWEST = 8
"""Comments that must stand before a caller: with fewer, nothing tells which words are rare."""
NAMES, CALLERS, WINDOW = 100, 10, 100
"""Bounds on the work: the most called names, their first callers, the comments before each."""


class Spoken(Protocol):
    @property
    def author(self) -> str | None: ...
    @property
    def text(self) -> str: ...


class NameGuess(msgspec.Struct, frozen=True):
    comment: int
    """The nameless comment."""
    name: str
    """As those who call it write it."""
    called_by: tuple[int, ...]
    """The later comments that call it."""
    confidence: float
    sentence: str


def guess_names(comments: Sequence[Spoken], story: str = "") -> list[NameGuess]:
    """Guessed writers of nameless comments, in the page's order, one comment a name and one name a
    comment. Pure; names that the story has (its author, those it is about) are not guessed."""
    called = _called(comments, story) if any(c.author is None for c in comments) else {}
    if not called:
        return []
    ties = _Ties([comment.text for comment in comments], {word for name in called for word in name.split()})
    best: dict[int, NameGuess] = {}
    most = sorted(called.items(), key=lambda item: (-len(item[1]), item[0]))[:NAMES]
    for _, callers in most:
        found = ties.strongest([c.author is None for c in comments], [at for at, _ in callers])
        if found is None:
            continue
        bearer, strength = found
        written = callers[0][1]
        times = "once" if len(callers) == 1 else f"{len(callers)} times"
        sentence = f"“{written}” is called {times} further down, by words that answer this comment: a guess."
        sure = round(min(0.6, 0.3 + 0.05 * strength), 2)
        guess = NameGuess(bearer, written, tuple(at for at, _ in callers if at > bearer), sure, sentence)
        if bearer not in best or best[bearer].confidence < guess.confidence:
            best[bearer] = guess
    return [best[at] for at in sorted(best)]


def _called(comments: Sequence[Spoken], story: str) -> dict[str, list[tuple[int, str]]]:
    """Folded name → where it is called and how it is written there."""
    known = {word for c in comments if c.author for word in key(c.author).split()}
    known |= set(re.findall(r"\w+", fold(story)))
    called: defaultdict[str, list[tuple[int, str]]] = defaultdict(list)
    doubtful: defaultdict[str, list[tuple[int, str]]] = defaultdict(list)
    for index, comment in enumerate(comments):
        found = _name(opening(comment.text))
        if found is None:
            continue
        words, sure = found
        folded = " ".join(words)
        if any(word in known for word in words) or any(c.isdigit() for c in folded):
            continue
        (called if sure else doubtful)[folded].append((index, " ".join(word.capitalize() for word in words)))
    for folded, where in doubtful.items():
        if folded in called or len(where) > 1:
            called[folded] = sorted(called[folded] + where)
    return dict(called)


def _name(tokens: list[Token]) -> tuple[tuple[str, ...], bool] | None:
    """The name at the start, and whether it is surely called: a title before it, or "you" after it.
    Two capitalised words without either are a name only if other comments begin with them too."""
    titled = len(tokens) > 1 and tokens[0].word in TITLES
    if titled:
        tokens = tokens[1:]
    length = next((n for n, token in enumerate(tokens) if not _part_of_name(token)), len(tokens))
    for at in range(min(length, 3)):
        if "," in tokens[at].after or "\n" in tokens[at].after or ":" in tokens[at].after:
            length = at + 1
    length = min(length, 2)
    words = tuple(token.word for token in tokens[:length])
    if not words or words[0] in BEFORE or words[0] in ABOUT:
        return None
    following = tokens[length].word if length < len(tokens) else ""
    at_sign = tokens[0].at
    sure = titled or at_sign or (length == 2 and following in SECOND)
    return (words, sure) if sure or length == 2 else None


def _part_of_name(token: Token) -> bool:
    return token.capital and len(token.word) > 1 and "'" not in token.word and "`" not in token.word


class _Ties:
    """Which earlier comments a comment's words answer."""

    def __init__(self, texts: Sequence[str], names: set[str]) -> None:
        left_out = {name[:STEM] for name in names}
        self._stems = [{word[:STEM] for word in _WORD.findall(fold(text))} - left_out for text in texts]
        self._signed = [_signature(text) for text in texts]
        self._having: defaultdict[str, list[int]] = defaultdict(list)
        for index, stems in enumerate(self._stems):
            for stem in stems:
                self._having[stem].append(index)

    def strongest(self, nameless: Sequence[bool], callers: Sequence[int]) -> tuple[int, float] | None:
        """The nameless comment before a caller that is tied to the callers most, and how strongly."""
        strength: defaultdict[int, float] = defaultdict(float)
        for caller in [at for at in callers if at >= FEWEST][:CALLERS]:
            for earlier in range(max(0, caller - WINDOW), caller):
                if nameless[earlier] and earlier not in callers:
                    strength[earlier] += self._tie(earlier, caller)
        ranked = sorted(strength, key=lambda at: (-strength[at], -at))
        if not ranked or strength[ranked[0]] < LEAST:
            return None
        if len(ranked) > 1 and strength[ranked[0]] < AHEAD * strength[ranked[1]]:
            return None
        return ranked[0], strength[ranked[0]]

    def _tie(self, one: int, other: int) -> float:
        """The rare words both have, each by its rarity, over a long comment's many chances and the distance.
        Two that are signed alike are by one hand."""
        if self._signed[one] and self._signed[one] == self._signed[other]:
            return 0.0
        usual = max(RARE, 0.15 * len(self._stems))
        shared = sorted(s for s in self._stems[one] & self._stems[other] if len(self._having[s]) <= usual)
        before = (bisect.bisect_left(self._having[stem], other) for stem in shared)
        weight = sum(2 / count for count in before if count <= RARE)
        return weight / max(1.0, math.log10(1 + len(self._stems[one]) / 10)) / (1 + (other - one) / 8)


def _signature(text: str) -> str:
    """A last line of one to five words without a full stop ("Harbour Town, Westland")."""
    *before, last = text.strip().splitlines() or [""]
    short = 0 < len(last.split()) <= 5 and not last.rstrip().endswith((".", "!", "?", "…"))
    return fold(last).strip() if before and short else ""
