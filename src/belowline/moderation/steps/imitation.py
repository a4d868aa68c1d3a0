"""A name that is, or reads like, somebody's who works here."""

import functools
import re

from belowline.model.evidence import Draft, Evidence, Facts, Outcome
from belowline.model.site import Policy
from belowline.moderation.plain import plain, unmasked, words

NAME = "imitation"
VERSION = 1
NOTHING = Evidence(NAME, VERSION, 0.0, Outcome.PUBLISH, "", "")

_READS_AS = str.maketrans(
    {"0": "o", "1": "l", "i": "l", "|": "l", "!": "l", "3": "e", "4": "a", "@": "a", "5": "s", "$": "s", "7": "t"}
)
_TWICE = re.compile(r"(.)\1+")
_LONG_ENOUGH = 6
"""A shorter staff name inside another name is chance."""
_ROLES = (
    "admin", "administrator", "moderator", "moderation", "moderatorin", "editor", "editors", "the editor",
    "redaktion", "redaktor", "redactie", "redaction", "redazione", "redaccion", "redacao", "redakcja", "redaksjonen",
    "redaktionen", "yonetici", "модератор", "администратор", "редакция",
)  # fmt: skip


def look(draft: Draft, facts: Facts, policy: Policy) -> Evidence:
    if facts.staff:
        return NOTHING
    name = _reads(draft.author_name)
    for real in (facts.site_name, *policy.staff_names, *facts.staff_names):
        taken = _reads(real)
        if taken and name == taken:
            reason = f"The name “{draft.author_name}” reads as “{real}”."
            return Evidence(
                NAME,
                VERSION,
                1.0,
                Outcome.REFUSE,
                reason,
                "This name belongs to somebody who works here. Please choose another.",
            )
        if len(taken) >= _LONG_ENOUGH and taken in name:
            return _held(f"The name “{draft.author_name}” holds “{real}”.")
    if name in _ROLE_READINGS:
        return _held(f"The name “{draft.author_name}” sounds like a role here.")
    return NOTHING


def _held(reason: str) -> Evidence:
    return Evidence(
        NAME, VERSION, 0.8, Outcome.HOLD, reason, "Your name may be taken for that of somebody who works here."
    )


@functools.lru_cache(maxsize=4096)
def _reads(name: str) -> str:
    return _TWICE.sub(r"\1", "".join(words(unmasked(plain(name)).translate(_READS_AS))).replace("rn", "m"))


_ROLE_READINGS = frozenset(map(_reads, _ROLES))
