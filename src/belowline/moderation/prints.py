"""Prints of texts: whether two are the same, or nearly, without keeping or comparing the texts."""

import functools
import hashlib
import re
import zlib

import numpy as np

from belowline.model.evidence import Print
from belowline.moderation.plain import plain

SKETCHED_WORDS = 10
"""Texts with fewer words have no sketch: short texts are alike by chance."""
SKETCH_SIZE = 16
_READ_CHARS = 3_000
"""Only a text's beginning is sketched, which bounds the cost."""

_WORD = re.compile(r"\w+")
_NOT_LETTER = re.compile(r"[\W_]+")


@functools.lru_cache(maxsize=32)
def take(text: str) -> Print:
    """The print of a text without the lines it quotes (those that begin with `>`)."""
    folded = plain(own_words(text))
    letters = _NOT_LETTER.sub("", folded) or folded
    digest = hashlib.blake2b(letters.encode("utf-8", "replace"), digest_size=8).digest()
    return Print(int.from_bytes(digest, "big") >> 1, _sketch(folded[:_READ_CHARS]))


def own_words(text: str) -> str:
    if ">" not in text:
        return text
    return "\n".join(line for line in text.split("\n") if not line.lstrip().startswith(">"))


def alike(one: Print, other: Print) -> float:
    """0 to 1: 1 for the same text, else the estimated share of common word triples (bottom-k sketch, Broder 1997).
    0 where one of them is short and they are not the same."""
    if one.exact == other.exact:
        return 1.0
    common = set(one.sketch).intersection(other.sketch)
    if not common:
        return 0.0
    smallest = sorted({*one.sketch, *other.sketch})[:SKETCH_SIZE]
    return sum(value in common for value in smallest) / len(smallest)


def _sketch(folded: str) -> tuple[int, ...]:
    words = [zlib.crc32(word.encode("utf-8", "replace")) for word in _WORD.findall(folded)]
    if len(words) < SKETCHED_WORDS:
        return ()
    hashes = np.array(words, dtype=np.uint32)
    triples = (hashes[:-2] * np.uint32(0x85EBCA6B) + hashes[1:-1]) * np.uint32(0xC2B2AE35) + hashes[2:]
    triples = (triples ^ (triples >> np.uint32(15))) * np.uint32(0x9E3779B1)
    return tuple(np.unique(triples)[:SKETCH_SIZE].tolist())
