"""The order "best": the Wilson bound against known values, and the newcomers' places."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from belowline.rules.ranking import CURRENT, RANKINGS
from belowline.rules.ranking.newcomers import EVERY, FEW, is_young, mixed
from belowline.rules.ranking.wilson import SCALE, lower_bound, place

counts = st.integers(0, 100_000)
ids = st.lists(st.integers(1, 60), unique=True, max_size=60)


# Lower bounds of the two-sided 95 % interval, by the closed formula in exact arithmetic elsewhere.
@pytest.mark.parametrize(
    ("positive", "negative", "bound"),
    [(0, 0, 0.0), (1, 0, 0.2065), (0, 1, 0.0), (5, 5, 0.2366), (10, 0, 0.7225), (90, 10, 0.8256), (1, 9, 0.0179)],
)
def test_known_values(positive: int, negative: int, bound: float) -> None:
    assert lower_bound(positive, negative) == pytest.approx(bound, abs=5e-5)


@given(counts, counts)
def test_a_bound_is_below_its_share_and_in_range(positive: int, negative: int) -> None:
    bound = lower_bound(positive, negative)
    assert 0 <= bound < 1
    if positive + negative:
        assert bound <= positive / (positive + negative) + 1e-12


@given(st.integers(0, 1000), st.integers(0, 1000))
def test_a_vote_moves_a_comment_the_right_way(positive: int, negative: int) -> None:
    here = place(positive, negative)
    assert place(positive + 1, negative) > here or here > 0.999 * SCALE
    assert place(positive, negative + 1) <= here


def test_many_votes_weigh_more_than_few_of_the_same_share() -> None:
    assert place(1, 0) < place(9, 1) < place(90, 10) < place(900, 100)


@pytest.mark.parametrize(("positive", "negative"), [(-1, 0), (0, -1)])
def test_counts_below_zero_are_refused(positive: int, negative: int) -> None:
    with pytest.raises(ValueError, match="from 0"):
        lower_bound(positive, negative)


def test_the_table_names_the_rule_that_is_used() -> None:
    assert RANKINGS[CURRENT](90, 10) == place(90, 10)
    assert CURRENT == "wilson-1"


def test_young_means_few_votes() -> None:
    assert is_young(FEW - 1, 0)
    assert not is_young(FEW - 1, 1)


def test_every_fifth_place_is_a_newcomers() -> None:
    order, lifted = mixed(range(1, 21), [20, 19, 18])
    assert order == [1, 2, 3, 4, 20, 5, 6, 7, 8, 19, 9, 10, 11, 12, 18, 13, 14, 15, 16, 17]
    assert lifted == [20, 19, 18]


def test_a_young_comment_that_ranks_high_keeps_its_own_place() -> None:
    assert mixed([7, 1, 2, 3, 4, 5], [7, 5]) == ([7, 1, 2, 3, 5, 4], [5])


def test_a_short_discussion_is_in_its_own_order() -> None:
    assert mixed([3, 1, 2], [1, 2, 3]) == ([3, 1, 2], [])


@given(ids, ids)
def test_nobody_is_lost_and_nobody_stands_twice(ranked: list[int], young: list[int]) -> None:
    order, lifted = mixed(ranked, young)
    assert len(order) == len(set(order))
    assert set(ranked) <= set(order) <= set(ranked) | set(young)
    assert [one for one in order if one not in lifted] == [one for one in ranked if one not in lifted]
    assert all(order.index(one) % EVERY == EVERY - 1 for one in lifted)
