"""Which duties of the Digital Services Act are switched on for a site, by the publisher's size or the site's word."""

import msgspec

from belowline.model.reasons import KINDS, Kind, Rule
from belowline.model.site import Policy, PublisherSize

_LARGER = (PublisherSize.MEDIUM, PublisherSize.VERY_LARGE)

# For everybody who hosts what readers write (Articles 11 to 18), and what the Act asks of larger ones alone: Articles
# 15(2) and 19 exempt micro and small publishers.
_ALWAYS = frozenset({"contact", "terms", "notices", "reasons", "serious-crime"})
_BY_SIZE = frozenset({"trusted-flaggers", "misuse", "database", "report", "settlement"})
ALL = _ALWAYS | _BY_SIZE | {"appeals"}


class Duty(msgspec.Struct, frozen=True):
    name: str
    article: str
    on: bool
    must: bool
    """The Act asks it of a publisher of this size."""


_ARTICLES = {
    "contact": "11–13",
    "terms": "14",
    "report": "15, 24",
    "notices": "16",
    "reasons": "17",
    "serious-crime": "18",
    "appeals": "20",
    "settlement": "21",
    "trusted-flaggers": "22",
    "misuse": "23",
    "database": "24(5)",
}


def on(policy: Policy, name: str) -> bool:
    """Appeals are on for every size: they belong to Belowline, whether the Act asks for them or not."""
    return policy.duties.get(name, name == "appeals" or must(policy, name))


def must(policy: Policy, name: str) -> bool:
    return name in _ALWAYS or policy.publisher_size in _LARGER


def listed(policy: Policy) -> list[Duty]:
    """Every duty, in the order of the articles."""
    return [Duty(name, article, on(policy, name), must(policy, name)) for name, article in _ARTICLES.items()]


def rule_of(policy: Policy, key: str) -> Rule | None:
    return next((rule for rule in policy.rules if rule.key == key), None)


def kind_of(key: str) -> Kind | None:
    return next((kind for kind in KINDS if kind.key == key), None)


def law_of(policy: Policy, kind: Kind) -> str:
    """The law that a decision of this kind names."""
    return policy.laws.get(kind.key) or kind.ground
