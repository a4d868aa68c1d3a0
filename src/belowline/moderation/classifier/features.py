"""Hashed n-grams of characters and words, the same on every machine and in every process."""

import re
import zlib

import numpy as np
from numpy.typing import NDArray

from belowline.moderation.plain import plain

BITS = 19
"""A text's features are numbers below 2**BITS."""

_CHAR_ORDERS = (2, 3, 4, 5)
_ADDRESS = re.compile(r"https?://\S+|www\.\S+")
_MENTION = re.compile(r"@\w+|<user>")
_DIGIT = re.compile(r"\d")
_STRETCHED = re.compile(r"(.)\1{2,}")
_WORD = re.compile(r"\w+")

_MULTIPLIER = np.uint32(0x9E3779B1)
_STEP = np.uint32(0x01000193)
_SHIFT = np.uint32(32 - BITS)

Features = NDArray[np.uint32]


def features(text: str) -> Features:
    """The distinct features of a text, ascending. Names, numbers, addresses and stretched letters are
    made alike first, so that the weights cannot learn them."""
    folded = _fold(text)
    found = _characters(f" {folded} ")
    found.append(_words(folded))
    every = np.concatenate(found)
    every.sort()
    return every[np.concatenate(([True], every[1:] != every[:-1]))] if len(every) else every


def _fold(text: str) -> str:
    text = _ADDRESS.sub(" urlurl ", plain(text))
    text = _MENTION.sub(" ", text)
    text = _DIGIT.sub("0", text)
    text = _STRETCHED.sub(r"\1\1", text)
    return " ".join(text.split())


def _characters(text: str) -> list[Features]:
    codes = np.frombuffer(text.encode("utf-32-le", "replace"), dtype=np.uint32) + np.uint32(1)
    rolled = codes.copy()
    found = []
    for order in range(2, _CHAR_ORDERS[-1] + 1):
        rolled = rolled[:-1] * _STEP + codes[order - 1 :]
        if order in _CHAR_ORDERS:
            found.append(_bucket(rolled, order))
    return found


def _words(text: str) -> Features:
    hashes = np.fromiter((zlib.crc32(word.encode("utf-8", "replace")) for word in _WORD.findall(text)), dtype=np.uint32)
    pairs = hashes[:-1] * _STEP + hashes[1:]
    return np.concatenate((_bucket(hashes, 11), _bucket(pairs, 12)))


def _bucket(hashes: Features, kind: int) -> Features:
    """Multiply-shift after mixing the high bits down, a different function for each kind of n-gram."""
    mixed = (hashes ^ (hashes >> np.uint32(15))) * _MULTIPLIER + np.uint32(kind * 0x85EBCA6B & 0xFFFFFFFF)
    mixed ^= mixed >> np.uint32(13)
    return (mixed * _MULTIPLIER) >> _SHIFT
