"""The search's language: what it reads, and what it says of what it cannot."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from belowline.errors import Invalid
from belowline.rules import search
from belowline.rules.search import Candidate, Score, Term

DAY = dt.datetime(2026, 5, 1, tzinfo=dt.UTC)
ONE = Candidate(
    7, 3, "Ada Byron", "The QUAY is wide, https://a.example", "held", DAY, None, None, 12, None, 0, True, None
)


@pytest.mark.parametrize(
    ("source", "terms"),
    [
        ("", []),
        ("quay", [Term("word", "quay")]),
        ('"the quay" wide', [Term("word", "the quay"), Term("word", "wide")]),
        ("by:ada", [Term("by", "ada")]),
        ('by:"Ada B"', [Term("by", "Ada B")]),
        ("by:12", [Term("person", 12)]),
        ("story:harbour-street", [Term("story", "harbour-street")]),
        ("is:held -is:edited", [Term("state", "held"), Term("flag", "edited", without=True)]),
        ("IS:Held", [Term("state", "held")]),
        ("score:>0.8", [Term("score", Score("", True, False, 0.8))]),
        ("score:links<=.5", [Term("score", Score("links", False, True, 0.5))]),
        ("before:2026-05-01", [Term("before", DAY)]),
        ("after:2026-05-01", [Term("after", DAY)]),
        ("https://a.example/x", [Term("word", "https://a.example/x")]),
        ("-quay", [Term("word", "quay", without=True)]),
        ("a-b", [Term("word", "a-b")]),
    ],
)
def test_reads(source: str, terms: list[Term]) -> None:
    assert search.parse(source) == terms


@pytest.mark.parametrize(
    ("source", "says"),
    [
        ("is:sad", "nothing that a comment can be"),
        ("score:0.8", "score:>0.8"),
        ("score:>2", "from 0 to 1"),
        ("before:yesterday", "not a day"),
        ("before:0001-01-01", "Nothing was written in 1"),
        ("colour:red", "There is no “colour:”"),
        ("by: ada", "stands nothing"),
        ('by:""', "stands nothing"),
        ('"', "cannot be read"),
        ('""', "stands nothing"),
        ("a " * 21, "at most 20"),
        ("a" * 501, "at most 500"),
    ],
)
def test_says_what_is_wrong(source: str, says: str) -> None:
    with pytest.raises(Invalid, match=says) as raised:
        search.parse(source)
    assert set(raised.value.fields) == {"q"}


@given(st.text(max_size=80) | st.text('ab:"-> .<=0189isbyscore', max_size=40))
def test_any_text_is_read_or_refused(source: str) -> None:
    try:
        terms = search.parse(source)
    except Invalid:
        return
    assert search.fits(ONE, terms, {}) in (True, False)
    assert search.scores_fit([("links", 0.4)], terms) in (True, False)


@pytest.mark.parametrize(
    ("source", "fits"),
    [
        ("quay", True), ("quay harbour", False), ('"quay is"', True), ("-quay", False), ("by:ADA", True),
        ("by:byron", False), ("by:12", True), ("by:13", False), ("story:quays", True), ("story:none", False),
        ("is:held", True), ("is:published", False), ("is:new", False), ("is:reply", False), ("-is:reply", True),
        ("is:guest", False), ("before:2026-05-01", False), ("after:2026-05-01", True),
        ("before:2026-05-02 is:held", True),
    ],
)  # fmt: skip
def test_fits(source: str, fits: bool) -> None:
    assert search.fits(ONE, search.parse(source), {"quays": {3}}) is fits


@pytest.mark.parametrize(
    ("source", "fits"),
    [
        ("score:>0.8", True), ("score:>0.9", False), ("score:>=0.9", True), ("score:links>0.8", False),
        ("score:links<0.5", True), ("score:none<0.1", True), ("-score:>0.8", False), ("quay", True),
    ],
)  # fmt: skip
def test_scores_fit(source: str, fits: bool) -> None:
    assert search.scores_fit([("links", 0.4), ("words", 0.9)], search.parse(source)) is fits
