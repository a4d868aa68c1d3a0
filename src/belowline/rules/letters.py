"""Characters: which of them show, which are harmful, and how many may stand on each other."""

import re
import unicodedata

MAX_MARKS = 6
"""Marks on one letter. Hebrew with vowels and cantillation needs five, zalgo uses dozens."""

_JOINERS = "\u00ad\u061c\u180e\u200b-\u200f\u2060-\u2064\u206a-\u206f\ufeff"
_FILLERS = "\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0\ufff9-\ufffb\ufffe\uffff\U000e0000-\U000e0fff"
NEWLINES = re.compile(r"\r\n?|[\x85\u2028\u2029]")
CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
SURROGATES = re.compile(r"[\ud800-\udfff]")
_OVERRIDES = re.compile(r"[\u202a-\u202e\u2066-\u2069]")
_TAGS = re.compile(r"(\U0001f3f4[\U000e0020-\U000e007f]{1,8})|[\U000e0000-\U000e007f]")
_HIDDEN_RUN = re.compile(f"([{_JOINERS}]{{2}})[{_JOINERS}]+")
HIDDEN = re.compile(f"[{_JOINERS}{_FILLERS}]")
"""A character that shows nothing."""


def cut_runs(text: str) -> str:
    """NFC without bidi overrides, with at most MAX_MARKS marks on a letter and two invisible characters in a row."""
    if text.isascii():
        return text
    text = _TAGS.sub(r"\1", _OVERRIDES.sub("", text))
    # Before NFC: putting thousands of marks in order takes it quadratic time.
    text = unicodedata.normalize("NFC", _cut_marks(text))
    return _HIDDEN_RUN.sub(r"\1", text)


def _cut_marks(text: str) -> str:
    kept, marks = [], 0
    for ch in text:
        if ch >= "\u0300":
            kind = unicodedata.category(ch)
            if kind[0] == "M":
                marks += 1
                if marks > MAX_MARKS:
                    continue
            elif kind != "Cf":  # an invisible joiner between marks does not start a new letter
                marks = 0
        else:
            marks = 0
        kept.append(ch)
    return "".join(kept)


def visible(text: str) -> bool:
    """Whether it shows anything: a letter, digit, sign or symbol."""
    return any(unicodedata.category(ch)[0] in "LNPS" and not HIDDEN.match(ch) for ch in text)
