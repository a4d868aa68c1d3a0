"""Names of readers: fit to show, and nobody else's.

A name imitates another when both have the same skeleton: what is left when letters that look alike in
Latin, Cyrillic, Greek, Armenian, full width, mathematical alphabets and leetspeak are one letter, and marks,
separators and doubled letters are dropped (the idea of Unicode UTS #39, with a table for bylines).
"""

import re
import unicodedata
from collections.abc import Iterable

from belowline.errors import Invalid
from belowline.rules.text import HIDDEN, cut_runs

MAX_NAME = 60
"""Characters."""

_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_LETTER_JOINER = re.compile("(?<=[\u0590-\u1fff\ufe0f\U0001f000-\U0001faff\u2600-\u27bf])[\u200c\u200d](?=[\u0590-\u1fff\u2600-\u27bf\U0001f000-\U0001faff])")
_FLAG = re.compile("\U0001f3f4[\U000e0061-\U000e007a]{1,7}\U000e007f")


def clean_name(name: str) -> str:
    """A name as it is kept: NFC, single spaces, 1 to 60 characters, nothing invisible but what letters and emoji need.

    Raises Invalid (field "name") for one that is empty, too long, without a letter, digit or emoji, or with
    control characters.
    """
    name = " ".join(re.sub(r"[\t\n\v\f\r]", " ", name).split())
    if _CONTROLS.search(name):
        raise _refusal("The name holds characters that cannot be shown.")
    name = " ".join(_without_hidden(cut_runs(name)).split())
    if not any(unicodedata.category(ch)[0] in "LN" or unicodedata.category(ch) == "So" for ch in name):
        raise _refusal("Please give a name with at least one letter, digit or emoji.")
    if len(name) > MAX_NAME:
        raise _refusal(f"The name is too long: {len(name)} characters, {MAX_NAME} are allowed.")
    return name


def _refusal(sentence: str) -> Invalid:
    return Invalid(sentence, fields={"name": sentence})


def _without_hidden(name: str) -> str:
    """Without invisible characters, except joiners inside words and emoji, and the tags of a flag."""
    kept = {m.start() for m in _LETTER_JOINER.finditer(name)}
    for flag in _FLAG.finditer(name):
        kept.update(range(*flag.span()))
    return "".join(ch for i, ch in enumerate(name) if i in kept or not HIDDEN.match(ch))


# Capitals first: Greek Η looks like H, but its small letter looks like n.
_CAPITALS = str.maketrans(
    "ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ" + "АВЕЅЗІЈКМНОРСТУХԀԌԚԜҺЬ" + "ՏՍՕԼ",
    "abezhikmnoptyx" + "abeseijkmhopctyxdgqwhb" + "suol",
)  # fmt: skip
_SMALL = str.maketrans(
    "αβγεηικνορστυχωϲϳ" + "авгезиіјкмнорстухьѕһԁԛԝӏԍү" + "օոսհցյզքւ" + "ıɑɡʟɪʀᴀʙᴄᴅᴇꜰɢʜᴊᴋᴍɴᴏᴘꜱᴛᴜᴠᴡʏᴢøđłħðɩ" + "0134578|@$€!",
    "abyeniknopotuxwcj" + "abreeniijkmhopctyxbshdqwigy".replace("ii", "i", 1) + "onuhgjqpi" + "iagiirabcdefghjkmnopstuvwyzodihdi" + "oieastbiasei",
)
