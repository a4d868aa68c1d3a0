import pytest
from hypothesis import given
from hypothesis import strategies as st

from belowline.rules.urls import same_page, spellings


@pytest.mark.parametrize(
    "other",
    [
        "https://paper.example/news/a",
        "http://www.paper.example:80/news/a/",
        "HTTPS://Paper.Example/news/a#comment-7",
        "https://paper.example/news/a?utm_source=x&fbclid=y",
        "https://paper.example/news/a/index.html?replytocom=12#respond",
        " https://paper.example/news/%61 ",
    ],
)
def test_one_page(other: str):
    assert same_page(other) == "https://paper.example/news/a"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://paper.example/?p=4", "https://paper.example/?p=5"),
        ("https://paper.example/A", "https://paper.example/a"),
        ("https://paper.example:8443/a", "https://paper.example/a"),
        ("https://paper.example/a%2Fb", "https://paper.example/a/b"),
    ],
)
def test_two_pages(one: str, other: str):
    assert same_page(one) != same_page(other)


def test_the_rest():
    assert same_page("/story/") == "/story"
    assert same_page("https://paper.example") == "https://paper.example/"
    assert same_page("https://paper.example/?b=2&a=1") == same_page("https://paper.example/?a=1&b=2")
    assert same_page("javascript:alert(1)") == "javascript:alert(1)"
    assert same_page("http://[broken") == "http://[broken"
    assert same_page("https://bücher.example/") == "https://xn--bcher-kva.example/"


@given(st.text())
def test_never_fails(url: str):
    assert isinstance(same_page(url), str)


@given(st.from_regex(r"https?://[a-z]{1,5}\.example(/[a-z]{0,9}){0,3}(\?[a-z]=[a-z%]{0,5})?", fullmatch=True))
def test_fragments_and_a_second_time_change_nothing(url: str):
    assert same_page(url + "#x") == same_page(url)
    assert same_page(same_page(url)) == same_page(url)


def test_spellings_of_one_page():
    written = spellings("https://www.paper.example/caf%C3%A9?p=4&fbclid=x")
    assert {same_page(one) for one in written} == {"https://paper.example/café?p=4"}
    assert {"http://paper.example/caf%C3%A9/?p=4", "https://www.paper.example/café?p=4"} <= set(written)
    assert len(written) <= 18
    assert {"https://paper.example", "https://paper.example/"} <= set(spellings("http://paper.example"))
    assert spellings("no address") == ["no address"]
