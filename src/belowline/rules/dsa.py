"""The statement of reasons as the Commission's transparency database takes it, and all that it checks.

Names and values: https://transparency.dsa.ec.europa.eu/page/api-documentation, in force since 1 July 2025
(Implementing Regulation (EU) 2024/2835 brought the categories). Nothing about the writer is in it: Article 24(5)
forbids personal data.
"""

import datetime as dt
import re
from collections.abc import Collection
from typing import Any

import msgspec

from belowline.rules.dsa_names import (
    ACCOUNT_TYPES,
    ACCOUNTS,
    AUTOMATED_DECISIONS,
    CATEGORIES,
    CONTENT_TYPES,
    COUNTRIES,
    GROUNDS,
    KEYWORDS,
    MONETARIES,
    PROVISIONS,
    SOURCES,
    VISIBILITIES,
    YES_NO,
)

_PUID = re.compile("[A-Za-z0-9_-]{1,500}")
_LANGUAGE = re.compile("[A-Z]{2}")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_EAN = re.compile(r"\d{13}")
OLDEST_CONTENT = "2000-01-01"
OLDEST_DECISION = "2020-01-01"

# Every field by name and in the order of the documentation. An unset one is not sent.


class Statement(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    decision_visibility: tuple[str, ...] = ()
    decision_visibility_other: str = ""
    end_date_visibility_restriction: str = ""
    decision_monetary: str = ""
    decision_monetary_other: str = ""
    end_date_monetary_restriction: str = ""
    decision_provision: str = ""
    end_date_service_restriction: str = ""
    decision_account: str = ""
    end_date_account_restriction: str = ""
    account_type: str = ""
    decision_ground: str = ""
    decision_ground_reference_url: str = ""
    illegal_content_legal_ground: str = ""
    illegal_content_explanation: str = ""
    incompatible_content_ground: str = ""
    incompatible_content_explanation: str = ""
    incompatible_content_illegal: str = ""
    category: str = ""
    category_addition: tuple[str, ...] = ()
    category_specification: tuple[str, ...] = ()
    category_specification_other: str = ""
    content_type: tuple[str, ...] = ()
    content_type_other: str = ""
    content_language: str = ""
    content_date: str = ""
    content_id: dict[str, str] = {}
    territorial_scope: tuple[str, ...] = ()
    application_date: str = ""
    decision_facts: str = ""
    source_type: str = ""
    source_identity: str = ""
    automated_detection: str = ""
    automated_decision: str = ""
    puid: str = ""


FIELDS = Statement.__struct_fields__

_ONE_OF: dict[str, Collection[str]] = {
    "decision_monetary": MONETARIES,
    "decision_provision": PROVISIONS,
    "decision_account": ACCOUNTS,
    "account_type": ACCOUNT_TYPES,
    "decision_ground": GROUNDS,
    "incompatible_content_illegal": YES_NO,
    "category": CATEGORIES,
    "source_type": SOURCES,
    "automated_detection": YES_NO,
    "automated_decision": AUTOMATED_DECISIONS,
}
_SOME_OF: dict[str, Collection[str]] = {
    "decision_visibility": VISIBILITIES,
    "category_addition": CATEGORIES,
    "category_specification": KEYWORDS,
    "content_type": CONTENT_TYPES,
    "territorial_scope": COUNTRIES,
}
_MUST = (
    "decision_ground", "category", "content_type", "content_date", "territorial_scope", "application_date",
    "decision_facts", "source_type", "automated_detection", "automated_decision", "puid",
)  # fmt: skip
_DECISIONS = ("decision_visibility", "decision_monetary", "decision_provision", "decision_account")
_LONGEST = {
    "decision_visibility_other": 500,
    "decision_monetary_other": 500,
    "decision_ground_reference_url": 500,
    "illegal_content_legal_ground": 500,
    "illegal_content_explanation": 2000,
    "incompatible_content_ground": 500,
    "incompatible_content_explanation": 2000,
    "category_specification_other": 500,
    "content_type_other": 500,
    "decision_facts": 5000,
    "source_identity": 500,
}
_DATES = (
    "content_date", "application_date", "end_date_visibility_restriction", "end_date_monetary_restriction",
    "end_date_service_restriction", "end_date_account_restriction",
)  # fmt: skip

# (field, value that another field must have, that field): required exactly then, and without meaning otherwise.
_ONLY_WITH = (
    ("decision_visibility_other", "DECISION_VISIBILITY_OTHER", "decision_visibility", True),
    ("decision_monetary_other", "DECISION_MONETARY_OTHER", "decision_monetary", True),
    ("content_type_other", "CONTENT_TYPE_OTHER", "content_type", True),
    ("illegal_content_legal_ground", "DECISION_GROUND_ILLEGAL_CONTENT", "decision_ground", True),
    ("illegal_content_explanation", "DECISION_GROUND_ILLEGAL_CONTENT", "decision_ground", True),
    ("incompatible_content_ground", "DECISION_GROUND_INCOMPATIBLE_CONTENT", "decision_ground", True),
    ("incompatible_content_explanation", "DECISION_GROUND_INCOMPATIBLE_CONTENT", "decision_ground", True),
    ("incompatible_content_illegal", "DECISION_GROUND_INCOMPATIBLE_CONTENT", "decision_ground", False),
    ("category_specification_other", "KEYWORD_OTHER", "category_specification", False),
)
_END_DATES = {
    "end_date_visibility_restriction": "decision_visibility",
    "end_date_monetary_restriction": "decision_monetary",
    "end_date_service_restriction": "decision_provision",
    "end_date_account_restriction": "decision_account",
}


def faults(said: Statement) -> list[str]:
    """What the database would refuse in a statement; empty where it is good."""
    return [*_missing(said), *_unknown(said), *_conditions(said), *_too_long(said), *_wrong_dates(said), *_shapes(said)]


def _missing(said: Statement) -> list[str]:
    found = [f"{name}: is required" for name in _MUST if not getattr(said, name)]
    if not any(getattr(said, name) for name in _DECISIONS):
        found.append("decision_visibility: one of " + ", ".join(_DECISIONS) + " is required")
    return found


def _unknown(said: Statement) -> list[str]:
    found = []
    for name, allowed in _ONE_OF.items():
        if (value := getattr(said, name)) and value not in allowed:
            found.append(f"{name}: {value} is not one of its values")
    for name, allowed in _SOME_OF.items():
        values: tuple[str, ...] = getattr(said, name)
        found += [f"{name}: {one} is not one of its values" for one in values if one not in allowed]
        if len(set(values)) != len(values):
            found.append(f"{name}: a value stands twice")
    return found


def _conditions(said: Statement) -> list[str]:
    found = []
    for name, value, other, must in _ONLY_WITH:
        held: Any = getattr(said, other)
        applies = value in held if isinstance(held, tuple) else value == held
        if must and applies and not getattr(said, name):
            found.append(f"{name}: is required with {value}")
        if not applies and getattr(said, name):
            found.append(f"{name}: belongs to {value} alone")
    if said.source_type == "SOURCE_VOLUNTARY" and said.source_identity:
        found.append("source_identity: has no meaning with SOURCE_VOLUNTARY")
    return found + [
        f"{end}: belongs to {of}" for end, of in _END_DATES.items() if getattr(said, end) and not getattr(said, of)
    ]


def _too_long(said: Statement) -> list[str]:
    return [f"{name}: at most {most} characters" for name, most in _LONGEST.items() if len(getattr(said, name)) > most]


def _wrong_dates(said: Statement) -> list[str]:
    found = [f"{name}: not a day as YYYY-MM-DD" for name in _DATES if not _is_day(getattr(said, name))]
    if "" < said.content_date < OLDEST_CONTENT:
        found.append(f"content_date: before {OLDEST_CONTENT}")
    if "" < said.application_date < OLDEST_DECISION:
        found.append(f"application_date: before {OLDEST_DECISION}")
    ends = (name for name in _END_DATES if "" < getattr(said, name) < said.application_date)
    return found + [f"{name}: before the application date" for name in ends]


def _is_day(value: str) -> bool:
    if not value:
        return True
    try:
        return bool(_DAY.fullmatch(value) and dt.date.fromisoformat(value))
    except ValueError:
        return False


def _shapes(said: Statement) -> list[str]:
    found = []
    if said.puid and not _PUID.fullmatch(said.puid):
        found.append("puid: letters, digits, - and _ alone, at most 500")
    if said.content_language and not _LANGUAGE.fullmatch(said.content_language):
        found.append("content_language: two capital letters (ISO 639-1)")
    if any(key != "EAN-13" or not _EAN.fullmatch(value) for key, value in said.content_id.items()):
        found.append("content_id: EAN-13 with 13 digits is the only one")
    return found
