"""Prints of texts: whether two are the same, or nearly, without keeping or comparing the texts."""

import functools
import hashlib
import zlib

import numpy as np

from belowline.model.evidence import Print
from belowline.moderation.plain import plain, words

SKETCHED_WORDS = 10
"""Texts with fewer words have no sketch: short texts are alike by chance."""
SKETCH_SIZE = 16
_READ_WORDS = 250
"""Only a text's beginning is sketched, which bounds the cost."""


@functools.lru_cache(maxsize=32)
def take(text: str) -> Print:
    """The print of a text without the lines it quotes (those that begin with `>`)."""
    folded = plain(own_words(text))
    letters = "".join(words(folded)) or folded
    digest = hashlib.blake2b(letters.encode("utf-8", "replace"), digest_size=8).digest()
    return Print(int.from_bytes(digest, "big") >> 1, _sketch(words(folded)[:_READ_WORDS]))


def own_words(text: str) -> str:
    if ">" not in text:
        return text
    return "\n".join(line for line in text.split("\n") if not line.lstrip().startswith(">"))


def alike(one: Print, other: Print) -> float:
    """0 to 1: 1 only for the same text, else the estimated share of common word triples (bottom-k sketch, Broder 1997).
    0 where one of them is short and they are not the same."""
    if one.exact == other.exact:
        return 1.0
    if one.sketch.isdisjoint(other.sketch):
        return 0.0
    common = one.sketch & other.sketch
    smallest = sorted(one.sketch | other.sketch)[:SKETCH_SIZE]
    return min(0.99, sum(value in common for value in smallest) / len(smallest))


def marks(of: Print) -> tuple[int, ...]:
    """By which a text is found again: its print and, of longer ones, the three least of its sketch. Two texts that
    share three quarters of their word triples have one of these in common in 97 of 100 cases."""
    least = sorted(of.sketch)[:3]
    return (of.exact, *least) if len(least) == 3 else (of.exact,)


def _sketch(start: tuple[str, ...]) -> frozenset[int]:
    if len(start) < SKETCHED_WORDS:
        return frozenset()
    encoded = " ".join(start).encode("utf-8", "replace").split(b" ")
    hashes = np.fromiter(map(zlib.crc32, encoded), np.uint32, len(encoded))
    triples = (hashes[:-2] * np.uint32(0x85EBCA6B) + hashes[1:-1]) * np.uint32(0xC2B2AE35) + hashes[2:]
    triples = (triples ^ (triples >> np.uint32(15))) * np.uint32(0x9E3779B1)
    triples.sort()
    return frozenset(list(dict.fromkeys(triples.tolist()))[:SKETCH_SIZE])
