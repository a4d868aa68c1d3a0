"""Takes an erased reader's words and names out of what others wrote: quotes of them, and @mentions.

Only quotes (lines that begin with `>`, blockquotes of imported comments) and mentions are touched: what somebody
says of another in their own words is theirs.
"""

import re
from collections.abc import Iterable

from belowline.rules.mentions import fold
from belowline.rules.text import plain

GONE = "…"
"""What stands there afterwards."""
RUN = 5
"""Words in a row by which a passage is known again, also after small changes elsewhere in it."""
MIN_CHARS = 12
"""Shorter passages are anybody's ("yes, exactly"), unless the comment answers or cites the one they stand in."""

_WORD = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]|[^\W_]+")  # or one letter,
# where words have no spaces between them
_LINE = re.compile(r"(\s{0,3}(?:>\s?)+)(.*)")
_BLOCK = re.compile(r"<blockquote\b[^<>]*>((?:(?!<blockquote\b).)*?)</blockquote>", re.I | re.S)
_AT = re.compile(r"(?<![\w@/.])@(?=\w)")


class Passages:
    """What somebody wrote, made ready to be found in others' quotes. Memory: five small numbers a word."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._runs: set[int] = set()
        for text in texts:
            words = _words(text)
            for length in range(1, RUN + 1):
                self._runs |= {hash(tuple(words[at : at + length])) for at in range(len(words) - length + 1)}

    @property
    def any(self) -> bool:
        return bool(self._runs)

    def hold(self, quoted: str, close: bool) -> bool:
        """Whether words that are quoted come from them. `close`: the comment answers or cites one of theirs."""
        words = _words(quoted)
        length = min(RUN, len(words))
        if not length:
            return False
        longest = here = 0
        for at in range(len(words) - length + 1):
            known = hash(tuple(words[at : at + length])) in self._runs
            here = (here + len(words[at + length - 1]) if here else _size(words[at : at + length])) if known else 0
            longest = max(longest, here)
        return longest >= (1 if close else MIN_CHARS)


def _words(text: str) -> list[str]:
    return _WORD.findall(fold(text))


def _size(words: list[str]) -> int:
    return sum(map(len, words))


def scrub_quotes(text: str, format: str, passages: Passages, close: bool) -> str:
    """The text with their passages taken out of its quotes; the same text where there are none."""
    if format == "html":
        return _BLOCK.sub(lambda block: _block(block, passages, close), text)
    out: list[str] = []
    lines, at = text.split("\n"), 0
    while at < len(lines):
        mark, end = _mark(lines[at]), at + 1
        while mark and end < len(lines) and _mark(lines[end]) == mark:
            end += 1
        said = " ".join(lines[one][len(mark) :] for one in range(at, end))
        if mark and passages.hold(said, close):
            out.append(mark + GONE)
            while end < len(lines) and lines[end].strip() and passages.hold(lines[end], False):
                end += 1  # a quote that goes on without its mark, as Markdown lets it
        else:
            out += lines[at:end]
        at = end
    return "\n".join(out)


def _mark(line: str) -> str:
    """What makes a line a quote; "" for other lines, and for the empty lines between a quote's paragraphs."""
    found = _LINE.fullmatch(line)
    return found[1] if found and found[2].strip() else ""


def _block(block: re.Match[str], passages: Passages, close: bool) -> str:
    if not passages.hold(plain(block[1]), close):
        return block[0]
    return block[0].replace(block[1], GONE) if block[1] else block[0]


def scrub_mentions(text: str, names: Iterable[str], others: Iterable[str] = ()) -> str:
    """The text with @name taken out for each of `names`. The longest name that fits is meant, as in rules.mentions:
    where that is one of `others`, who write in the same discussion, the mention stays."""
    theirs, kept = {fold(name) for name in names if name}, {fold(name) for name in others if name}
    longest_first = sorted(theirs | kept, key=len, reverse=True)
    out, done = [], 0
    for place in _AT.finditer(text):
        if place.end() < done:
            continue
        name, end = next(((one, end) for one in longest_first if (end := _end(text, place.end(), one))), ("", 0))
        if end and name in theirs - kept:
            out += [text[done : place.end()], GONE]
            done = end
    return "".join(out) + text[done:]


def _end(text: str, start: int, name: str) -> int:
    """Where a folded name ends that begins at `start`, as a whole word; 0: it does not stand there."""
    for end in range(start + 1, min(len(text), start + 2 * len(name) + 1) + 1):
        if fold(text[start:end]) == name and not re.match(r"\w", text[end:]):
            return end
    return 0
