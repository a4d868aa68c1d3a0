"""Quotes of an erased reader's words, and mentions of them, go from what others wrote; the rest stays as it was."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from belowline.rules.scrubbing import Passages, scrub_mentions, scrub_quotes

SAID = "The harbour was dredged twice last winter, and *nobody* asked the fishermen.\n\nI was there myself."
PASSAGES = Passages([SAID])

QUOTES = [
    ("> The harbour was dredged twice last winter\n\nWas it?", "> …\n\nWas it?"),
    ("> the HARBOUR was dredged twice\n> last winter, and nobody asked\n\nNo.", "> …\n\nNo."),
    (
        "> They say the harbour was dredged twice last winter, they do\n\nYes",
        "> …\n\nYes",
    ),
    (">> nobody asked the fishermen\n> I asked them\n\nSo?", ">> …\n> I asked them\n\nSo?"),
    ("> The harbour was dredged twice last winter\nand nobody asked the fishermen\n\nNo", "> …\n\nNo"),
    ("The harbour was dredged twice last winter, I say too.", None),
    ("> Something else that somebody said about the harbour\n\nYes", None),
    ("> the\n\nA short word is anybody's", None),
    ("5 > 3\n> \n", None),
]


@pytest.mark.parametrize(("text", "after"), QUOTES)
def test_quotes(text: str, after: str | None) -> None:
    assert scrub_quotes(text, "markdown", PASSAGES, close=False) == (text if after is None else after)


def test_a_short_quote_goes_where_it_can_only_be_theirs() -> None:
    assert scrub_quotes("> I was\n\nWere you?", "markdown", PASSAGES, close=False).startswith("> I was")
    assert scrub_quotes("> I was\n\nWere you?", "markdown", PASSAGES, close=True) == "> …\n\nWere you?"


def test_blockquotes_of_imported_comments() -> None:
    html = "<p>Hm.</p><blockquote><p>nobody asked the <b>fishermen</b></p></blockquote><blockquote>Other</blockquote>"
    after = "<p>Hm.</p><blockquote>…</blockquote><blockquote>Other</blockquote>"
    assert scrub_quotes(html, "html", PASSAGES, close=False) == after


def test_words_without_spaces() -> None:
    passages = Passages(["港は昨年の冬に二度も浚渫されたのに、漁師には誰も尋ねなかった。"])
    assert (
        scrub_quotes("> 昨年の冬に二度も浚渫されたのに\n\nそうですか", "markdown", passages, False)
        == "> …\n\nそうですか"
    )
    assert scrub_quotes("> 全く別の文章です\n\nそうですか", "markdown", passages, False).startswith("> 全く")


MENTIONS = [
    ("Thank you @Ada Morn!", "Thank you @…!"),
    ("@ada MORN, @Ada Morn", "@…, @…"),
    ("@Ada Mornington and @Adam", None),
    ("ada@morn.example and x@Ada Morn", None),
    ("@Ada Mornay says", None),
    ("Ada Morn says", None),
    ("@Zoé Ádám.", "@…."),
    ("@Ｚoé Ádám", "@…"),  # the same letters, as another keyboard gives them
]


@pytest.mark.parametrize(("text", "after"), MENTIONS)
def test_mentions(text: str, after: str | None) -> None:
    names, others = ["Ada Morn", "Zoé Ádám"], ["Ada Mornay", "Ben Dusk"]
    assert scrub_mentions(text, names, others) == (text if after is None else after)


def test_a_mention_of_somebody_else_stays() -> None:
    assert scrub_mentions("@Ada Lovelace", ["Ada"], ["Ada Lovelace"]) == "@Ada Lovelace"
    assert scrub_mentions("@Ada Lovelace", ["Ada"]) == "@… Lovelace"
    assert scrub_mentions("@Ada", ["Ada"], ["Ada"]) == "@Ada", "two of one name: the other is meant too"


@given(st.text(), st.text(min_size=1), st.booleans())
def test_never_fails_and_does_nothing_twice(text: str, said: str, close: bool) -> None:
    passages = Passages([said])
    for format in ("markdown", "html"):
        once = scrub_quotes(text, format, passages, close)
        assert scrub_quotes(once, format, passages, close) == once
    once = scrub_mentions(text, [said])
    assert len(once) <= len(text) + text.count("@")
