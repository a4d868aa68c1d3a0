"""Contact data: telephone numbers, e-mail addresses, bank accounts, where somebody lives.

Every pattern starts at a token's edge and never goes back, so that no text makes it slow.
"""

import re

from belowline.model.evidence import Draft, Evidence, Facts, Outcome
from belowline.model.site import Policy
from belowline.moderation.plain import plain, words
from belowline.words import N_

NAME = "contact"
VERSION = 1
NOTHING = Evidence(NAME, VERSION, 0.0, Outcome.PUBLISH, "", "")

_EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}+@([\w-]{1,63}+(?:\.[\w-]{1,63}+){1,5}+)")
_DIGITS = re.compile(r"(?<![\w.,/-])[+(\d][\d ()./\-]{6,}+")
_DATE_OR_FRACTION = re.compile(r"\A0\.\d|\b\d{1,2}[./-]\d{1,2}[./-]\d{2,4}\b|\b\d{4}-\d{2}-\d{2}\b")
_AMERICAN = re.compile(r"\(?\d{3}\)?[ .-]\d{3}[ .-]\d{4}\Z")
_IBAN = re.compile(r"(?<!\w)[a-z]{2}\d{2}(?: ?[a-z\d]{4}){2,7}+(?: ?[a-z\d]{1,3})?+(?!\w)")
_LIVES = (
    "lives at ", "lives in ", "lives on ", "home address", "address is", "wohnt in ", "wohnt an ", "wohnt am ",
    "wohnhaft", "habite ", "domicilie ", "vive en ", "vive na ", "abita in ", "woont in ", "woont op ", "woont aan ",
    "mieszka przy ", "bor pa ", "адрес", "живет ",
)  # fmt: skip
_HOUSE = re.compile(
    r"\d{1,4}[a-z]?,? (?:\w+ ){0,3}(?:street|st|road|rd|avenue|ave|lane|drive|rue|boulevard)\b"
    r"|(?:strasse|str\.|weg|platz|allee|gasse|straat|laan|gatan|vagen|улица|ул\.) ?\d{1,4}"
    r"|\b(?:calle|via|rua|avenida|ulica|ul\.|rue|улица|ул\.) (?:\w+ ){1,4}\d{1,4}"
)
_FEWEST_DIGITS = 9
_NEAR_CHARS = 100


def look(draft: Draft, facts: Facts, policy: Policy) -> Evidence:
    folded = plain(draft.text)
    found = _emails(folded, facts.site_hosts)
    numbers = [word for word in words(folded) if not word.isalpha()]
    if "+" in folded or any(word[0] == "0" or len(word) == 3 for word in numbers):
        found += _phones(folded)
    if any(word[:2].isalpha() and word[2:4].isdigit() for word in numbers):
        found += _accounts(folded)
    if numbers:
        found += _homes(folded)
    if not found or facts.staff:
        return NOTHING
    asks = Outcome.HOLD if policy.hold_contact_data else Outcome.PUBLISH
    kinds = ", ".join(dict.fromkeys(found))
    return Evidence(
        NAME,
        VERSION,
        0.8,
        asks,
        f"Contact data: {kinds}.",
        f"It seems to hold {kinds}, which should not stand in public.",
    )


def _emails(text: str, own: frozenset[str]) -> list[str]:
    if "@" not in text:
        return []
    return [N_("an e-mail address") for found in _EMAIL.finditer(text) if found[1] not in own][:1]


def _phones(text: str) -> list[str]:
    return [N_("a telephone number") for found in _DIGITS.finditer(text) if _is_phone(found[0].rstrip(" ().-/"))][:1]


def _is_phone(run: str) -> bool:
    if not _FEWEST_DIGITS <= sum(map(str.isdigit, run)) <= 15 or len(run) > 30 or _DATE_OR_FRACTION.search(run):
        return False
    return run[0] == "+" or run.startswith(("0", "(0", "(+")) or bool(_AMERICAN.match(run))


def _accounts(text: str) -> list[str]:
    return [N_("a bank account") for found in _IBAN.finditer(text) if _is_iban(found[0].replace(" ", ""))][:1]


def _is_iban(account: str) -> bool:
    """ISO 13616: as a number, with the first four signs moved to the end, it is 1 modulo 97."""
    if not (15 <= len(account) <= 34 and account.isascii()):
        return False
    return int("".join(str(int(sign, 36)) for sign in account[4:] + account[:4])) % 97 == 1


def _homes(text: str) -> list[str]:
    starts = [text.find(cue) for cue in _LIVES]
    near = (text[start : start + _NEAR_CHARS] for start in starts if start >= 0)
    return [N_("where somebody lives") for place in near if _HOUSE.search(place)][:1]
