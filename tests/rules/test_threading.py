# ruff: noqa: SIM905
import datetime as dt
import re
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from belowline.rules.lost_names import guess_names
from belowline.rules.threading import Flat, Guess, find_parents, in_time_order


def page(*told: tuple[str | None, str], times: bool = True) -> list[Flat]:
    start = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
    return [Flat(a, t, start + dt.timedelta(minutes=n) if times else None) for n, (a, t) in enumerate(told)]


def links(comments: list[Flat], story: str = "") -> list[tuple[int, str] | None]:
    return [(g.parent, g.reason) if g else None for g in find_parents(comments, story)]


def test_the_order_of_a_list():
    rising = page(("A", "x"), ("B", "y"), ("C", "z"))
    assert in_time_order(rising)
    assert not in_time_order([rising[0], rising[2], rising[1]])
    assert not in_time_order(page(("A", "x"), ("B", "y"), times=False))


@pytest.mark.parametrize(
    "start",
    ["Anna, no.", "@Anna no.", "anna you are wrong", "Hi Anna, no.", "ANNA BELL: no.", "Ms Bell, no.", "Thanks Anna!",
     "Ａｎｎａ, no.", "> the ferry\nAnna, no."],
)  # fmt: skip
def test_ways_to_call_somebody(start: str):
    assert links(page(("Anna Bell", "The ferry is late."), ("Bo", "So?"), ("Cy", start)))[2] == (0, "named"), start


def test_one_slip_is_forgiven_in_names_of_five_letters():
    told = [("Caterina Bell", "The ferry is late."), ("Anna", "So?")]
    for start in ("Catrina, no.", "Caetrina, no.", "Catterina, no.", "Catelina, no."):
        assert links(page(*told, ("Cy", start)))[2] == (0, "named"), start
    for start in ("Catlina, no.", "Anan, no."):
        assert links(page(*told, ("Cy", start)))[2] is None, start


@pytest.mark.parametrize(
    "start",
    ["Anna is wrong.", "Anna's ferry?", "Anna and Bo are wrong.", "Anna, who lives there, knows.", "Annals of the sea",
     "The Anna affair", "Dora, no."],
)  # fmt: skip
def test_speaking_of_somebody_is_not_calling_them(start: str):
    told = page(("Anna Bell", "The ferry is late."), ("Bo", "So?"), ("Cy", start))
    assert links(told)[2] is None


def test_names_that_are_words_need_the_comma():
    told = page(("Will Dunn", "Late again."), ("Bo", "Will this ever end?"), ("Cy", "Will, it does."))
    assert links(told) == [None, None, (0, "named")]


def test_the_longest_name_wins_and_shared_first_names_are_nobody_s():
    both = (("Ann Lee", "One thing."), ("Ann Lee Marsh", "Two things."))
    assert links(page(*both, ("Cy", "Ann Lee Marsh, no.")))[2] == (1, "named")
    assert links(page(*both, ("Cy", "Hm."), ("Di", "Ann, no.")))[3] is None


def test_in_time_order_their_latest_to_me_beats_their_latest():
    told = page(("Anna", "The ferry."), ("Bo", "Anna, late?"), ("Anna", "Bo, yes."), ("Cy", "Anna, no."),
                ("Anna", "Cy, oh."),
                ("Bo", "Anna, well."), ("Di", "Anna, hm."))  # fmt: skip
    assert links(told)[5:] == [(2, "named"), (4, "named")]


def test_depth_first_the_nearest_on_the_open_branch():
    told = page(("Anna", "One."), ("Bo", "Anna, a."), ("Anna", "Bo, b."), ("Cy", "Two."), ("Anna", "Cy, c."),
                ("Di", "Anna, d."),
                ("Ed", "Cy, e."), times=False)  # fmt: skip
    assert links(told) == [None, (0, "named"), (1, "named"), None, (3, "named"), (4, "named"), (3, "named")]


def test_a_quote_chooses_among_their_comments_and_stands_alone():
    said = "the harbour needs a second crane before winter comes"
    told = page(("Anna", f"I think {said}."), ("Anna", "Also paint."), ("Bo", f"Anna, “{said}”: with what money?"),
                ("Cy", f"> {said}\nNever."), ("Di", "Winter comes every year."))  # fmt: skip
    assert links(told) == [None, None, (0, "quoted"), (0, "quoted"), None]


def test_a_quote_from_the_story_answers_the_story():
    story = "The council will decide on the new bridge in the first week of May."
    quoted = "“decide on the new bridge in the first week”: never!"
    assert links(page(("Anna", quoted), ("Bo", quoted)), story) == [None, None]


def test_times_that_jump_back_prove_a_reply():
    at = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
    told = [Flat(w, "Hm.", at + dt.timedelta(hours=h)) for w, h in (("A", 0), ("B", 9), ("C", 2), ("D", 3))]
    assert links(told) == [None, (0, "order"), None, None]


NAMELESS = (
    "Fares rise.", "Good.", "Bad.", "Who knows?", "My boat leaks.", "Rain again.", "Ask the mayor.", "No news.",
    "Crane drivers are lazy pirates and their union is a swindle.",
    "Nice picture.",
    "Ms Ferrante,\n\nPirates, are we? Without drivers you would swindle yourself.\n\nWestquay",
)  # fmt: skip


def test_a_name_the_page_has_lost_is_guessed_by_answering_words():
    told = page(*((None, text) for text in NAMELESS))
    (guess,) = guess_names(told)
    assert (guess.comment, guess.name, guess.called_by) == (8, "Ferrante", (10,))
    assert guess.confidence < 0.6
    assert "guess" in guess.sentence
    found = find_parents(told)[10]
    assert found is not None
    assert (found.parent, found.reason) == (8, "named")
    assert "lost" in found.sentence


def test_likeness_without_a_call_or_a_call_without_likeness_gives_nothing():
    assert guess_names(page(*((None, text.removeprefix("Ms Ferrante,")) for text in NAMELESS))) == []
    assert guess_names(page(*((None, text) for text in (*NAMELESS[:8], "Soup.", "Ms Ferrante, good day.")))) == []
    assert guess_names(page(*((None, text) for text in NAMELESS)), story="By Carla Ferrante") == []


WORDS_OF_FEW = st.sampled_from(
    "Anna Bo Will you is @Anna Anna, Bo, “the ferry is late” > \n the ferry was very late".split(" ")
)
FLATS = st.builds(
    Flat,
    st.sampled_from(["Anna", "Anna Bell", "Bo", "Will", None, "", "@", "🚢"]),
    st.lists(WORDS_OF_FEW | st.text(max_size=4), max_size=25).map(" ".join),
    st.none() | st.datetimes(dt.datetime(1, 1, 2), dt.datetime(9999, 12, 30), timezones=st.just(dt.UTC)),
)


@settings(max_examples=150)
@given(st.lists(FLATS, max_size=25), st.text(max_size=40))
def test_never_a_parent_after_its_child_and_always_the_same(comments: list[Flat], story: str):
    found = find_parents(comments, story)
    assert found == find_parents(comments, story)
    assert len(found) == len(comments)
    for index, guess in enumerate(found):
        if guess is not None:
            assert 0 <= guess.parent < index
            assert 0 < guess.confidence <= 1
            assert guess.sentence


@pytest.mark.parametrize("reply", ["Anna, no.", "Bo, no.", "Will you", "x y z w " * 20])
def test_deep_and_wide_threads_are_no_harder(reply: str):
    told = [Flat("Anna" if n % 2 else "Bo", reply) for n in range(10_000)]
    start = time.process_time()
    assert len(find_parents(told)) == 10_000
    assert time.process_time() - start < 20


CLOSED = Path(__file__).parents[3] / "shared" / "pages" / "closed-thread.txt"


@pytest.mark.skipif(not CLOSED.exists(), reason="the real page is not beside this checkout")
def test_a_real_page_that_has_lost_its_names():
    story, _, rest = CLOSED.read_text().partition("\n  1. ")
    parts = re.split(r"(?m)^ {1,2}\d+\. ", "  1. " + rest.split("Comments are closed.")[0])
    told = [Flat(None, re.sub(r"\n +", "\n", part.strip())) for part in parts[1:]]
    assert len(told) == 30
    found: dict[int, Guess] = {n + 1: g for n, g in enumerate(find_parents(told, story)) if g is not None}
    assert {child: guess.parent + 1 for child, guess in found.items()} == {22: 18, 23: 21, 27: 21}
    assert all(guess.confidence < 0.65 and "lost" in guess.sentence for guess in found.values())
