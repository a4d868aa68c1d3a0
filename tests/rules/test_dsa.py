"""The statement of reasons against all that the transparency database checks; the reasons that sites begin with."""

import msgspec
import pytest

from belowline.model.reasons import KINDS, RULES
from belowline.model.site import Policy, PublisherSize
from belowline.rules import duties
from belowline.rules.dsa import FIELDS, Statement, faults
from belowline.rules.dsa_names import CATEGORIES, COUNTRIES, KEYWORDS, UNION

GOOD = Statement(
    decision_visibility=("DECISION_VISIBILITY_CONTENT_REMOVED",),
    decision_ground="DECISION_GROUND_INCOMPATIBLE_CONTENT",
    incompatible_content_ground="Be civil",
    incompatible_content_explanation="Insults are removed.",
    category="STATEMENT_CATEGORY_CYBER_VIOLENCE",
    category_specification=("KEYWORD_CYBER_HARASSMENT",),
    content_type=("CONTENT_TYPE_TEXT",),
    content_date="2026-03-01",
    content_language="EN",
    territorial_scope=UNION,
    application_date="2026-03-02",
    decision_facts="A reader reported a comment; a moderator removed it.",
    source_type="SOURCE_TYPE_OTHER_NOTIFICATION",
    automated_detection="No",
    automated_decision="AUTOMATED_DECISION_NOT_AUTOMATED",
    puid="main-1",
)


def test_a_good_statement_is_good_and_says_no_more_than_is_set() -> None:
    assert faults(GOOD) == []
    said = msgspec.to_builtins(GOOD)
    assert set(said) <= set(FIELDS)
    assert "decision_account" not in said


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"decision_visibility": ()}, "decision_visibility"),
        ({"decision_visibility": ("CONTENT_REMOVED",)}, "decision_visibility"),
        ({"decision_visibility": ("DECISION_VISIBILITY_OTHER",)}, "decision_visibility_other"),
        ({"decision_visibility_other": "Folded"}, "decision_visibility_other"),
        ({"decision_visibility_other": "x" * 501}, "decision_visibility_other"),
        ({"decision_monetary": "DECISION_MONETARY_OTHER"}, "decision_monetary_other"),
        ({"decision_provision": "PARTIAL"}, "decision_provision"),
        ({"decision_account": "DECISION_ACCOUNT_CLOSED"}, "decision_account"),
        ({"end_date_account_restriction": "2026-04-01"}, "end_date_account_restriction"),
        ({"end_date_visibility_restriction": "2026-03-01"}, "end_date_visibility_restriction"),
        ({"account_type": "PRIVATE"}, "account_type"),
        ({"decision_ground": ""}, "decision_ground"),
        ({"decision_ground": "DECISION_GROUND_ILLEGAL_CONTENT"}, "illegal_content_legal_ground"),
        ({"decision_ground": "DECISION_GROUND_ILLEGAL_CONTENT"}, "incompatible_content_ground"),
        ({"incompatible_content_explanation": ""}, "incompatible_content_explanation"),
        ({"incompatible_content_illegal": "yes"}, "incompatible_content_illegal"),
        ({"category": "STATEMENT_CATEGORY_PORNOGRAPHY_OR_SEXUALIZED_CONTENT"}, "category"),
        ({"category_addition": ("STATEMENT_CATEGORY_X",)}, "category_addition"),
        ({"category_specification": ("KEYWORD_X",)}, "category_specification"),
        ({"category_specification_other": "Rude"}, "category_specification_other"),
        ({"content_type": ()}, "content_type"),
        ({"content_type": ("CONTENT_TYPE_OTHER",)}, "content_type_other"),
        ({"content_date": ""}, "content_date"),
        ({"content_date": "1999-12-31"}, "content_date"),
        ({"content_date": "2026-02-30"}, "content_date"),
        ({"content_date": "2026-2-3"}, "content_date"),
        ({"application_date": "2019-12-31"}, "application_date"),
        ({"content_language": "en"}, "content_language"),
        ({"content_id": {"ISBN": "1"}}, "content_id"),
        ({"territorial_scope": ()}, "territorial_scope"),
        ({"territorial_scope": ("US",)}, "territorial_scope"),
        ({"territorial_scope": ("DE", "DE")}, "territorial_scope"),
        ({"decision_facts": ""}, "decision_facts"),
        ({"decision_facts": "x" * 5001}, "decision_facts"),
        ({"source_type": "SOURCE_USER"}, "source_type"),
        ({"source_type": "SOURCE_VOLUNTARY", "source_identity": "A body"}, "source_identity"),
        ({"automated_detection": "Maybe"}, "automated_detection"),
        ({"automated_decision": "No"}, "automated_decision"),
        ({"puid": ""}, "puid"),
        ({"puid": "main 1"}, "puid"),
    ],
)
def test_what_the_database_would_refuse_is_named(changes: dict[str, object], field: str) -> None:
    found = faults(msgspec.structs.replace(GOOD, **changes))
    assert any(one.startswith(f"{field}: ") for one in found), found


def test_the_values_are_as_many_as_documented() -> None:
    assert (len(CATEGORIES), len(UNION), len(COUNTRIES)) == (16, 27, 30)
    assert len(KEYWORDS) == 69


def test_every_reason_has_a_category_that_the_database_knows() -> None:
    for one in (*RULES, *KINDS):
        assert one.category in CATEGORIES, one.key
        assert not one.keyword or one.keyword in KEYWORDS, one.key
    assert len({rule.key for rule in RULES}) == len(RULES)
    assert [kind.key for kind in KINDS if kind.anonymous] == ["child-abuse"]


def test_what_micro_and_small_publishers_need_not_do_is_off_for_them() -> None:
    small = {one.name for one in duties.listed(Policy(publisher_size=PublisherSize.SMALL)) if one.on}
    assert small == {"contact", "terms", "notices", "reasons", "serious-crime", "appeals"}
    medium = duties.listed(Policy(publisher_size=PublisherSize.MEDIUM))
    assert {one.name for one in medium if one.on} == duties.ALL
    chosen = Policy(duties={"report": True, "appeals": False})
    assert duties.on(chosen, "report")
    assert not duties.on(chosen, "appeals")
