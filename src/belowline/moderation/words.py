"""Word lists: read from lines, compiled once, found in time linear in the text whatever the list.

A site brings its lists; none is in the package. A line is a term, or a term, a tab and its severity (1 mild,
2 rude, 3 severe, 4 never; 2 where it is left out). `arsch*` finds words that begin so, `*arsch*` words that
hold it. Empty lines and lines that begin with # are skipped.
"""

import re
from collections import Counter
from collections.abc import Iterable

import msgspec
from ahocorasick_rs import AhoCorasick, MatchKind

from belowline.errors import Invalid
from belowline.model.evidence import Found
from belowline.moderation.plain import has_triple, plain, unmasked, words

_STRETCH = re.compile(r"([^\W\d_])\1{2,}")
_SPELT_OUT = re.compile(r"(?<!\S)\S(?:  \S(?!\S)){2,}")
_GAPS = str.maketrans({chr(code): " " for code in range(128) if not chr(code).isalnum() and chr(code) not in "@$!|+"})
_MASKED_WORD = re.compile(r"(?:[^\W_]|[@$!|+])+")
_TWO_SCRIPTS = re.compile(r"[a-z][\u0370-\u058f]|[\u0370-\u058f][a-z]")
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")
_LEET_SIGNS = "013457892@$!|+"
_LEET = str.maketrans(_LEET_SIGNS, "oieastbgzasilt")


class Term(msgspec.Struct, frozen=True):
    text: str
    severity: int = 2


def read_terms(lines: Iterable[str]) -> list[Term]:
    """Raises Invalid (field "words") that names the line."""
    terms = []
    for number, line in enumerate(lines, 1):
        text, _, severity = line.strip().partition("\t")
        if not text or text.startswith("#"):
            continue
        if severity.strip() not in ("", "1", "2", "3", "4") or not words(plain(text)):
            raise Invalid(
                f"Line {number} of the word list is not a term and a severity from 1 to 4.", fields={"words": line[:80]}
            )
        terms.append(Term(text, int(severity or 2)))
    return terms


class Matcher:
    """Compile once for a site and keep: 100,000 terms take about a second."""

    def __init__(self, terms: Iterable[Term]) -> None:
        self._terms: dict[str, Term] = {}
        for term in terms:
            for pattern in _patterns(term.text):
                known = self._terms.get(pattern)
                if known is None or known.severity < term.severity:
                    self._terms[pattern] = term
        self._order = list(self._terms.values())
        self._automaton = AhoCorasick(list(self._terms), matchkind=MatchKind.LeftmostLongest, store_patterns=False)

    def find(self, text: str) -> list[Found]:
        return _found(self.times(_readings(plain(text))))

    def times(self, readings: list[str]) -> Counter[Term]:
        best: Counter[int] = Counter()
        for reading in readings:
            hits = Counter(index for index, _, _ in self._automaton.find_matches_as_indexes(reading))
            best |= hits
        times: Counter[Term] = Counter()
        for index, count in best.items():
            times[self._order[index]] += count
        return times


class Several:
    """Lists side by side, such as one for every language and one for the story's; each is compiled for itself."""

    def __init__(self, matchers: list[Matcher]) -> None:
        self._matchers = matchers

    def find(self, text: str) -> list[Found]:
        readings, times = _readings(plain(text)), Counter[Term]()
        for matcher in self._matchers:
            times |= matcher.times(readings)
        worst: dict[str, Found] = {}
        for one in _found(times):  # the most severe first: a term of two lists counts as the more severe
            worst.setdefault(one.term, one)
        return list(worst.values())


def _found(times: Counter[Term]) -> list[Found]:
    found = [Found(term.text, term.severity, count) for term, count in times.items()]
    return sorted(found, key=lambda f: (-f.severity, f.term))


def _patterns(term: str) -> set[str]:
    """As the term stands in a reading: a word stands between two spaces, so that neighbours share none."""
    head, tail = term.startswith("*"), term.endswith("*")
    folded = plain(term.strip("*"))
    spaced = {"  ".join(words(folded)), "  ".join(words(unmasked(folded)))} - {""}
    open_ended = _UNSPACED.search(folded)
    return {f"{'' if head or open_ended else ' '}{standing}{'' if tail or open_ended else ' '}" for standing in spaced}


def _readings(folded: str) -> list[str]:
    """The text as it stands, and as it reads when letters are replaced, spelt out or stretched."""
    standing = words(folded)
    readings = [_spaced(standing)]
    seen = _unleeted(folded) if any(sign in folded for sign in _LEET_SIGNS) else standing
    if not folded.isascii() and _TWO_SCRIPTS.search(folded):
        seen = words(unmasked(" ".join(seen)))
    if sum(len(word) == 1 for word in seen) >= 3:
        seen = words(_SPELT_OUT.sub(lambda run: run[0].replace(" ", ""), _spaced(seen)))
    if seen != standing:
        readings.append(_spaced(seen))
    if has_triple(folded) and _STRETCH.search(folded):
        readings += [_STRETCH.sub(r"\1", _spaced(seen)), _STRETCH.sub(r"\1\1", _spaced(seen))]
    return readings


def _spaced(standing: tuple[str, ...]) -> str:
    return f"  {'  '.join(standing)}  "


def _unleeted(folded: str) -> tuple[str, ...]:
    """Words with signs among their letters as the signs read; plain words and numbers as they are."""
    masked = folded.translate(_GAPS).split() if folded.isascii() else _MASKED_WORD.findall(folded)
    return tuple(filter(None, (word if word.isalpha() else _read(word) for word in masked)))


def _read(word: str) -> str:
    bare = word.strip("!|+")
    return bare if bare.isalpha() or bare.isdigit() else bare.translate(_LEET)
