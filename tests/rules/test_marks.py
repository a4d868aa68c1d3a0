"""Marks in a comment's HTML: where the evidence quotes it, and nothing else is changed."""

import re
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from belowline.errors import Invalid
from belowline.model.evidence import Evidence, Outcome
from belowline.rules import marks
from belowline.rules.text import clean, comment_html


@pytest.mark.parametrize(
    ("html", "phrases", "expected"),
    [
        ("<p>You fool!</p>", ["fool"], "<p>You <mark>fool</mark>!</p>"),
        ("<p>FOOL and fóol</p>", ["fool"], "<p><mark>FOOL</mark> and <mark>fóol</mark></p>"),
        ("<p>a <em>big</em> fool</p>", ["big fool"], "<p>a <em><mark>big</mark></em><mark> fool</mark></p>"),
        ("<p>a &lt;b&gt; &amp; c</p>", ["<b> &"], "<p>a <mark>&lt;b&gt; &amp;</mark> c</p>"),
        ("<p>one two three</p>", ["two three", "one two"], "<p><mark>one two three</mark></p>"),
        ('<a href="https://fool.example">here</a>', ["fool"], '<a href="https://fool.example">here</a>'),
        ("<p>one\ntwo</p>", ["one two"], "<p><mark>one\ntwo</mark></p>"),
        ("<p>plain</p>", [], "<p>plain</p>"),
        ("<p>plain</p>", ["\u0301"], "<p>plain</p>"),
    ],
)
def test_marks(html: str, phrases: list[str], expected: str) -> None:
    assert marks.marked(html, phrases) == expected


@given(st.text(min_size=1, max_size=200), st.lists(st.text(max_size=12), max_size=5))
def test_without_the_marks_the_text_is_the_same(source: str, phrases: list[str]) -> None:
    try:
        html = comment_html(clean(source, 1000))
    except Invalid:
        return
    marked = marks.marked(html, phrases)
    assert marked.count("<mark>") == marked.count("</mark>")
    plain = re.sub("</?mark>", "", marked)
    assert comment_text(plain) == comment_text(html)
    assert re.findall(r"<[^>]*>", plain) == re.findall(r"<[^>]*>", html)


def comment_text(html: str) -> str:
    return unescape(re.sub(r"<[^>]*>", "", html))


def test_phrases_are_what_the_reasons_quote() -> None:
    noted = Evidence("links", 1, 0.2, Outcome.PUBLISH, "Leads to “a.example”.", "")
    held = Evidence("words", 1, 0.9, Outcome.HOLD, "On the word list: “fool”, “knave” (severity 3).", "")
    assert marks.phrases([noted, held]) == ["fool", "knave", "a.example"]
