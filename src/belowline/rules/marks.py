"""Where in a text the evidence bit: the words that the steps quote, found again and marked."""

import html
import re
import unicodedata
from collections.abc import Iterable

from belowline.model.evidence import Evidence, Outcome

MOST = 20  # phrases; a word list can name many
_QUOTED = re.compile("“([^“”]{2,200})”")
_TAG = re.compile(r"(<[^>]*>)")


def phrases(evidence: Iterable[Evidence]) -> list[str]:
    """What the reasons quote, of the steps that asked for something first."""
    asked_first = sorted(evidence, key=lambda one: one.asks == Outcome.PUBLISH)
    found = [phrase for one in asked_first for phrase in _QUOTED.findall(one.reason)]
    return list(dict.fromkeys(found))[:MOST]


def marked(source: str, wanted: list[str]) -> str:
    """Sanitised HTML with `<mark>` around every place of the phrases, whatever their case and accents."""
    parts = _TAG.split(source)
    texts = ["" if at % 2 else html.unescape(part) for at, part in enumerate(parts)]
    spans = _spans("".join(texts), wanted)
    if not spans:
        return source
    out: list[str] = []
    begin = 0
    for at, part in enumerate(parts):
        out.append(part if at % 2 else _with_marks(texts[at], begin, spans))
        begin += len(texts[at])
    return "".join(out)


def _with_marks(text: str, begin: int, spans: list[tuple[int, int]]) -> str:
    """One text node, which begins at `begin` of the whole text, as HTML."""
    out, here, end = [], begin, begin + len(text)
    for span in spans:
        first, last = max(span[0], here), min(span[1], end)
        if first < last:
            out.append(html.escape(text[here - begin : first - begin], quote=False))
            out.append(f"<mark>{html.escape(text[first - begin : last - begin], quote=False)}</mark>")
            here = last
    return "".join(out) + html.escape(text[here - begin :], quote=False)


def _spans(text: str, wanted: list[str]) -> list[tuple[int, int]]:
    """The places of all phrases, in order, without overlaps."""
    folded, origin = _folded(text)
    found = []
    for phrase in wanted:
        seek = _folded(phrase)[0].strip()
        at = folded.find(seek) if seek else -1
        while at >= 0:
            found.append((origin[at], origin[at + len(seek) - 1] + 1))
            at = folded.find(seek, at + len(seek))
    apart: list[tuple[int, int]] = []
    for first, last in sorted(found):
        if apart and first < apart[-1][1]:
            apart[-1] = (apart[-1][0], max(last, apart[-1][1]))
        else:
            apart.append((first, last))
    return apart


def _folded(text: str) -> tuple[str, list[int]]:
    """Small letters without accents, each with its place in the text; space is space."""
    folded: list[str] = []
    origin: list[int] = []
    for at, ch in enumerate(text):
        plain = (
            " "
            if ch.isspace()
            else "".join(one for one in unicodedata.normalize("NFKD", ch.casefold()) if not unicodedata.combining(one))
        )
        if plain == " " and folded and folded[-1] == " ":
            continue
        folded.extend(plain)
        origin.extend([at] * len(plain))
    return "".join(folded), origin
