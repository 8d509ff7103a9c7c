"""Weights from ratings, swings and places, in exact fractions and against the centroid's definition."""

import math
from fractions import Fraction
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.core.answers import UnusableAnswers
from survey.core.direct_weights import (
    rank_order_centroid,
    rank_reciprocal,
    rank_sum,
    rating_weights,
    swing_weights,
)

BY_PLACE = (rank_order_centroid, rank_sum, rank_reciprocal)


def test_centroid_weights_of_four_items_are_the_published_ones():
    """US Department of Transportation decision guide after Chang 2004: 0.52, 0.27, 0.15, 0.06."""
    assert [round(w, 2) for w in rank_order_centroid([1, 2, 3, 4]).values] == [0.52, 0.27, 0.15, 0.06]


@pytest.mark.parametrize("n", range(1, 9))
def test_centroid_is_the_mean_corner_of_all_weights_in_that_order(n):
    """The corners of {w_1 >= ... >= w_n, sum 1} are (1/k, ..., 1/k, 0, ..., 0) for k = 1 .. n."""
    corners = [[Fraction(1, k) if place < k else Fraction(0) for place in range(n)] for k in range(1, n + 1)]

    found = rank_order_centroid(range(1, n + 1)).values

    assert found == pytest.approx(
        [float(sum(column) / n) for column in zip(*corners, strict=True)], abs=1e-15
    )


def test_rank_sum_and_reciprocal_of_three_items():
    assert rank_sum([1, 2, 3]).values == (3 / 6, 2 / 6, 1 / 6)
    assert rank_reciprocal([1, 2, 3]).values == (6 / 11, 3 / 11, 2 / 11)


@pytest.mark.parametrize("weigh", BY_PLACE)
def test_tied_items_share_the_mean_of_the_places_they_take(weigh):
    strict = weigh([1, 2, 3, 4]).values

    tied = weigh([1, 2, 2, 4]).values

    assert tied[1] == tied[2] == pytest.approx((strict[1] + strict[2]) / 2, abs=1e-15)
    assert weigh([1, 2, 2, 3]).values == weigh([10, 20, 20, 99]).values == tied
    assert weigh([7, 7, 7, 7]).values == (0.25,) * 4


@pytest.mark.parametrize("weigh", BY_PLACE)
@given(places=st.lists(st.integers(1, 6), min_size=1, max_size=8))
def test_ranking_weights_add_up_and_keep_the_order(weigh, places):
    weights = weigh(places).values

    assert sum(weights) == pytest.approx(1, abs=1e-12)
    for one, first in zip(places, weights, strict=True):
        for two, second in zip(places, weights, strict=True):
            assert (one < two) == (first > second)


@pytest.mark.parametrize("weigh", BY_PLACE)
def test_ranking_weights_follow_their_items(weigh):
    for order in permutations([1, 2, 3]):
        strict = weigh([1, 2, 3]).values
        assert weigh(order).values == tuple(strict[place - 1] for place in order)


@pytest.mark.parametrize("weigh", [*BY_PLACE, rating_weights, swing_weights])
def test_incomplete_answers_have_no_partial_weights(weigh):
    assert (weigh([100, math.nan]).values, weigh([100, math.nan]).reason) == (None, "missing")
    assert weigh([]).reason == "missing"


def test_ratings_are_closed_over_the_expert():
    assert rating_weights([5, 3, 2]).values == (0.5, 0.3, 0.2)
    assert rating_weights([5, 3]).values[0] / rating_weights([5, 3]).values[1] == pytest.approx(5 / 3)
    assert rating_weights([0, 4]).values == (0.0, 1.0)
    assert rating_weights([0, 0]).reason == "zero_weight"
    with pytest.raises(UnusableAnswers):
        rating_weights([1, -1])


def test_swings_need_one_hundred_and_allow_zero():
    assert swing_weights([100, 60, 40, 0]).values == (0.5, 0.3, 0.2, 0.0)
    assert swing_weights([90, 60]).reason == "no_full_swing"
    for wrong in ([101, 100], [100, -1]):
        with pytest.raises(UnusableAnswers):
            swing_weights(wrong)


@given(st.lists(st.integers(1, 9), min_size=1, max_size=30), st.integers(1, 20))
def test_rating_weights_ignore_a_common_factor(ratings, factor):
    assert rating_weights([factor * r for r in ratings]) == rating_weights(ratings)
