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
from belowline.moderation.plain import plain, unmasked

_GAP = re.compile(r"[\W_]+")
_NUMBER = re.compile(r"(?<!\S)\d[\d.,:/]*(?!\S)")
_STRETCH = re.compile(r"([^\W\d_])\1{2,}")
_SPELT_OUT = re.compile(r"(?<![^\W_])[^\W_](?:[\W_][^\W_](?![^\W_])){2,}")
_MASK = re.compile(r"[^\W\d_][\d@$!|+]|[\d@$!|+][^\W\d_]")
_TWO_SCRIPTS = re.compile(r"[a-z][\u0370-\u058f]|[\u0370-\u058f][a-z]")
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")
_LEET = str.maketrans("013457892@$!|+", "oieastbgzasilt")


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
        if severity.strip() not in ("", "1", "2", "3", "4") or not _spaced(text.strip("*")).strip():
            raise Invalid(
                f"Line {number} of the word list is not a term and a severity from 1 to 4.", fields={"words": line[:80]}
            )
        terms.append(Term(text, int(severity or 2)))
    return terms


class Matcher:
    """Compile once for a site and keep: 100,000 terms take a tenth of a second."""

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
        best: Counter[int] = Counter()
        for reading in _readings(plain(text)):
            hits = Counter(index for index, _, _ in self._automaton.find_matches_as_indexes(reading))
            best |= hits
        times: Counter[Term] = Counter()
        for index, count in best.items():
            times[self._order[index]] += count
        found = [Found(term.text, term.severity, count) for term, count in times.items()]
        return sorted(found, key=lambda f: (-f.severity, f.term))


def _patterns(term: str) -> set[str]:
    """As the term stands in a reading: a word stands between two spaces, so that neighbours share none."""
    head, tail = term.startswith("*"), term.endswith("*")
    folded = plain(term.strip("*"))
    spaced = {_spaced(folded).strip(), _spaced(unmasked(folded)).strip()} - {""}
    open_ended = _UNSPACED.search(folded)
    return {f"{'' if head or open_ended else ' '}{words}{'' if tail or open_ended else ' '}" for words in spaced}


def _spaced(text: str) -> str:
    return f"  {_GAP.sub('  ', text)}  "


def _readings(folded: str) -> list[str]:
    """The text as it stands, and as it reads when letters are replaced, spelt out or stretched."""
    readings = [_spaced(folded)]
    seen = folded
    if _MASK.search(seen):
        seen = _NUMBER.sub(" ", seen).translate(_LEET)
    if _TWO_SCRIPTS.search(seen):
        seen = unmasked(seen)
    seen = _SPELT_OUT.sub(lambda run: _GAP.sub("", run[0]), seen)
    if seen != folded:
        readings.append(_spaced(seen))
    if _STRETCH.search(seen):
        readings += [_spaced(_STRETCH.sub(r"\1", seen)), _spaced(_STRETCH.sub(r"\1\1", seen))]
    return readings
