"""The yearly report in the Commission's template (Implementing Regulation (EU) 2024/2835, Annex I), as tables.

One table a part, under the part's own name. What Belowline cannot know, a person fills in: orders of authorities, the
bodies for settlement out of court, the words of part 11.
"""

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from statistics import median

import msgspec

from belowline.model.appeal import Appeal
from belowline.model.decision import Decision
from belowline.model.notice import Notice
from belowline.model.reasons import KINDS
from belowline.model.site import Site
from belowline.rules.dsa import Statement
from belowline.rules.dsa_names import CATEGORIES, UNION

Row = list[str | int | float]


class Sheet(msgspec.Struct, frozen=True):
    name: str
    """Of the file, without its ending."""
    header: list[str]
    rows: list[Row]


class Year(msgspec.Struct, frozen=True):
    """All that the report counts."""

    site: Site
    since: dt.date
    until: dt.date
    """The last day."""
    statements: list[tuple[Decision, Statement]]
    notices: list[Notice]
    appeals: list[tuple[Appeal, Decision]]
    held: int
    """Comments that a program held back and a person decided on since."""
    held_wrongly: int
    """Of these, those that a person published."""
    suspended: int
    """Writers, for illegal content."""
    stopped: int
    """Times that somebody's notices were not taken for a while."""
    refused: dict[str, int]
    """What the steps refused when it was sent, by step; "" is all."""

    by_machine: int
    """What a program removed without a person."""
    reversed: int
    """Of these, what a person found wrong after an appeal."""

    @property
    def period(self) -> str:
        return f"{self.since}/{self.until}"


_START = ["Applicability", "Service", "Reporting period"]
_LAW = "Category of illegal content"
_TERMS = "Category of incompatibility with the provider's terms and conditions"
_OTHER = 'Description of the sub-category "Other"'
_TF = "(Trusted Flagger notices)"
_ORDERS = [
    "Number of orders to act against illegal content received",
    "Number of specific items of information included in the total number of orders to act against illegal content",
    "Median time to inform the authority of the receipt of the order to act against illegal content",
    "Median time to give effect to the order to act against illegal content",
    "Number of orders to provide information",
    "Median time to inform the authority of the receipt of the order to provide information",
    "Median time to give effect to the order to provide information",
]
_ITEMS = "Number of specific items of information included in the total number of notices"
_NOTICES = [
    "Number of notices received",
    "Number of notices received from Trusted flaggers",
    _ITEMS,
    f"{_ITEMS} by Trusted Flaggers {_TF}",
    "Median time to take action",
    f"Median time to take action {_TF}",
    "Number of actions taken on the basis of the law",
    f"Number of actions taken on the basis of the law {_TF}",
    "Number of actions taken on the basis of the terms and conditions of the service",
    f"Number of actions taken on the basis of the terms and conditions of the service {_TF}",
]
_VISIBLE = ("REMOVED", "DISABLED", "DEMOTED", "AGE_RESTRICTED", "INTERACTION_RESTRICTED", "LABELLED")
_MEASURES = [
    "Number of measures taken at the provider's own initiative",
    "Number of measures taken after detection with solely automated means",
    "Visibility restriction Removal",
    "Visibility restriction Disable",
    "Visibility restriction Demoted",
    "Visibility restriction Age restricted",
    "Visibility restriction Interaction restricted",
    "Visibility restriction Labelled",
    "Visibility restriction Other",
    "Monetary restriction Suspension",
    "Monetary restriction Termination",
    "Monetary restriction Other",
    "Provision of the service Suspension",
    "Provision of the service Termination",
    "Account restriction Suspension",
    "Account restriction Termination",
]
_LIST = [*_START, "Section", "Indicator", "Scope", "Value", "Contextual information"]
_COMPLAINTS = "Internal complaints mechanism"
_MISUSE = "Suspensions imposed to deal with misuse"
_SHORT = {kind.key: kind.category for kind in KINDS}


def sheets(year: Year) -> list[Sheet]:
    own = [
        pair for pair in year.statements if pair[1].source_type not in ("SOURCE_ARTICLE_16", "SOURCE_TRUSTED_FLAGGER")
    ]
    illegal = [one for one in own if one[1].decision_ground == "DECISION_GROUND_ILLEGAL_CONTENT"]
    terms = [one for one in own if one[1].decision_ground != "DECISION_GROUND_ILLEGAL_CONTENT"]
    return [
        _identification(year),
        _categories(),
        _orders(year),
        _notices(year),
        _own(year, "5_own_initiative_illegal", _LAW, illegal),
        _own(year, "6_own_initiative_TC", _TERMS, terms),
        Sheet("7_appeals_and_recidivism", _LIST, [*_appeals(year), *_misuse(year)]),
        Sheet("8_automated_means", _LIST, _automated(year)),
        Sheet("11_qualitative", [*_START, "Indicator", "Value"], _words(year)),
    ]


def _context(names: Sequence[str]) -> list[str]:
    return [f"Contextual information on {name}" for name in names]


def _identification(year: Year) -> Sheet:
    publisher = year.site.policy.publisher
    said = (
        ("Name of the service provider", publisher.name or year.site.name),
        ("Name of the service", year.site.name),
        ("Date of the publication of the report", ""),
        ("Date of the publication of the latest previous report", ""),
        ("Starting date of the reporting period", str(year.since)),
        ("Ending date of the reporting period", str(year.until)),
    )
    rows: list[Row] = [["All", year.site.name, name, value] for name, value in said]
    return Sheet("1_report_identification", ["Applicability", "Service", "Indicator", "Value"], rows)


def _categories() -> Sheet:
    header = ["Category label", "Category description", "Category of illegal content / incompatible with the terms and "
              "conditions", "Contextual information"]  # fmt: skip
    return Sheet("2_categories_names", header, [[name, words, words, ""] for name, words in CATEGORIES.items()])


def _orders(year: Year) -> Sheet:
    """Nothing here knows of orders (Articles 9 and 10): the rows stand ready."""
    blank: Row = [""] * (2 * len(_ORDERS))
    rows: list[Row] = [["All", year.site.name, year.period, "TOTAL", "", scope, *blank] for scope in ("TOTAL", *UNION)]
    return Sheet("3_member_states_orders", [*_START, _LAW, _OTHER, "Scope", *_ORDERS, *_context(_ORDERS)], rows)


def _notices(year: Year) -> Sheet:
    rows: list[Row] = []
    for category in ("TOTAL", *CATEGORIES):
        found = [one for one in year.notices if category in ("TOTAL", _SHORT.get(one.kind))]
        trusted = [one for one in found if one.flagger_id is not None]
        values: Row = []
        for count in (len, len, _hours, lambda some: _ended(some, "law"), lambda some: _ended(some, "rules")):
            values += [count(found), count(trusted)]
        rows.append(["Hosting services", year.site.name, year.period, category, "", *values, *[""] * len(_NOTICES)])
    return Sheet("4_notices", [*_START, _LAW, _OTHER, *_NOTICES, *_context(_NOTICES)], rows)


def _ended(some: list[Notice], outcome: str) -> int:
    return sum(one.outcome == outcome for one in some)


def _hours(some: list[Notice]) -> float | str:
    """The median time to a decision."""
    times = [(one.decided_at - one.made_at).total_seconds() / 3600 for one in some if one.decided_at]
    return round(median(times), 1) if times else ""


def _own(year: Year, name: str, of: str, found: list[tuple[Decision, Statement]]) -> Sheet:
    rows: list[Row] = []
    for category in ("TOTAL", *CATEGORIES):
        here = [one for one in found if category in ("TOTAL", one[1].category)]
        rows.append(
            ["Online platforms", year.site.name, year.period, category, "", *_measures(here), *[""] * len(_MEASURES)]
        )
    return Sheet(name, [*_START, of, _OTHER, *_MEASURES, *_context(_MEASURES)], rows)


def _measures(found: list[tuple[Decision, Statement]]) -> Row:
    seen = Counter(value for _, said in found for value in said.decision_visibility)
    automated = sum(said.automated_decision == "AUTOMATED_DECISION_FULLY" for _, said in found)
    visible = [seen[f"DECISION_VISIBILITY_CONTENT_{name}"] for name in _VISIBLE]
    provision = sum(said.decision_provision.endswith("SUSPENSION") for _, said in found)
    account = sum(said.decision_account == "DECISION_ACCOUNT_SUSPENDED" for _, said in found)
    return [len(found), automated, *visible, seen["DECISION_VISIBILITY_OTHER"], 0, 0, 0, provision, 0, account, 0]


def _line(year: Year, section: str, indicator: str, scope: str, value: float | str) -> Row:
    return ["Online platforms", year.site.name, year.period, section, indicator, scope, value, ""]


def _appeals(year: Year) -> list[Row]:
    submitted = "Number of complaints submitted to the internal-complaints mechanism"
    all_ = [one for one, _ in year.appeals]
    times = [(one.decided_at - one.made_at).total_seconds() / 3600 for one in all_ if one.decided_at]
    counted = (
        ("Total", len(all_)),
        ("Decisions upheld", sum(one.outcome == "upheld" for one in all_)),
        ("Decisions partially reversed", 0),
        ("Decisions reversed", sum(one.outcome == "reversed" for one in all_)),
        ("Decision omitted", sum(one.outcome is None for one in all_)),
        ("Median time", round(median(times), 1) if times else ""),
    )
    rows = [_line(year, _COMPLAINTS, submitted, scope, value) for scope, value in counted]
    by_action = Counter(str(made.action) for _, made in year.appeals)
    return rows + [
        _line(year, _COMPLAINTS, f"{submitted}: {name}", "Total", n) for name, n in sorted(by_action.items())
    ]


def _misuse(year: Year) -> list[Row]:
    return [
        _line(year, _MISUSE, "Manifestly illegal content", "Total", year.suspended),
        _line(year, _MISUSE, "Manifestly unfounded notices", "Total", year.stopped),
        _line(year, _MISUSE, "Manifestly unfounded complaints", "Total", 0),
    ]


def _automated(year: Year) -> list[Row]:
    section = "Use of automated means for the purpose of content moderation"
    looked_at = year.held + year.by_machine
    wrong = round((year.held_wrongly + year.reversed) / looked_at, 4) if looked_at else ""
    right = round(1 - wrong, 4) if isinstance(wrong, float) else ""
    refused = sorted((step, many) for step, many in year.refused.items() if step)
    return [
        _line(year, section, "Items held back by automated means and decided by a person", "Total", year.held),
        _line(year, section, "Items removed by automated means alone", "Total", year.by_machine),
        _line(year, section, "Items refused by automated means when they were sent", "Total", year.refused.get("", 0)),
        *(_line(year, section, "Items refused by automated means when they were sent", *one) for one in refused),
        _line(year, section, "Indicators of accuracy", "Total", right),
        _line(year, section, "Possible rate of error", "Total", wrong),
    ]


def _words(year: Year) -> list[Row]:
    asked = (
        "Summary of the content moderation engaged in at the providers' own initiative",
        "Qualitative description of the automated means",
        "Safeguards applied to the use of automated means",
        "Specification of the precise purposes to apply automated means",
        "Measures taken to provide training and assistance to persons in charge of content moderation",
    )
    return [["All", year.site.name, year.period, one, ""] for one in asked]
