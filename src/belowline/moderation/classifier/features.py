"""Hashed n-grams of characters and words, the same on every machine and in every process."""

import re
import zlib

import numpy as np
from numpy.typing import NDArray

from belowline.moderation.plain import has_triple, plain

BITS = 19
"""A text's features are numbers below 2**BITS."""

_KINDS = (2, 3, 4, 5, 11, 12)
"""Characters by two to five, words, pairs of words: each with a hash function of its own."""
_ADDRESS = re.compile(r"https?://\S+|www\.\S+")
_MENTION = re.compile(r"@\w+|<user>")
_DIGIT = re.compile(r"\d")
_STRETCHED = re.compile(r"(.)\1{2,}")
_WORD = re.compile(r"\w+")
_ASCII_GAPS = bytes(code if chr(code).isalnum() or code == ord("_") else ord(" ") for code in range(128)) + bytes(128)

_MULTIPLIER = np.uint32(0x9E3779B1)
_STEP = np.uint32(0x01000193)
_SHIFT = np.uint32(32 - BITS)
_OWN = np.array([kind * 0x85EBCA6B & 0xFFFFFFFF for kind in _KINDS], dtype=np.uint32)
_ONE, _MIX, _MIX_AGAIN = np.uint32(1), np.uint32(15), np.uint32(13)
_DIGITS = str.maketrans("123456789", "0" * 9)

Features = NDArray[np.uint32]


def features(text: str) -> Features:
    """The distinct features of a text, ascending. Names, numbers, addresses and stretched letters are
    made alike first, so that the weights cannot learn them."""
    folded = _fold(text)
    found = [*_characters(f" {folded} "), *_words(folded)]
    every = np.concatenate(found)
    _into_buckets(every, [len(one) for one in found])
    every.sort()
    fresh = np.empty(len(every), dtype=bool)
    fresh[:1] = True
    np.not_equal(every[1:], every[:-1], out=fresh[1:])
    return every[fresh]


def _fold(text: str) -> str:
    """Each expression runs only where it could find something: most texts hold no address and no digit."""
    text = plain(text)
    if "://" in text or "www." in text:
        text = _ADDRESS.sub(" urlurl ", text)
    if "@" in text or "<user>" in text:
        text = _MENTION.sub(" ", text)
    text = text.translate(_DIGITS) if text.isascii() else _DIGIT.sub("0", text)
    if has_triple(text):
        text = _STRETCHED.sub(r"\1\1", text)
    return " ".join(text.split())


def _characters(text: str) -> list[Features]:
    codes = np.frombuffer(text.encode("utf-32-le", "replace"), dtype=np.uint32) + _ONE
    rolled, found = codes, []
    for order in range(1, 5):
        rolled = rolled[:-1] * _STEP
        rolled += codes[order:]
        found.append(rolled)
    return found


def _words(text: str) -> tuple[Features, Features]:
    if text.isascii():
        words = text.encode().translate(_ASCII_GAPS).split()
    else:
        words = [word.encode("utf-8", "replace") for word in _WORD.findall(text)]
    hashes = np.fromiter(map(zlib.crc32, words), np.uint32, len(words))
    return hashes, hashes[:-1] * _STEP + hashes[1:]


def _into_buckets(hashes: Features, sizes: list[int]) -> None:
    """Multiply-shift after mixing the high bits down, in place; all kinds at once, since each call of numpy costs
    as much as its work on a text of this length."""
    hashes ^= hashes >> _MIX
    hashes *= _MULTIPLIER
    hashes += np.repeat(_OWN, sizes)
    hashes ^= hashes >> _MIX_AGAIN
    hashes *= _MULTIPLIER
    hashes >>= _SHIFT
