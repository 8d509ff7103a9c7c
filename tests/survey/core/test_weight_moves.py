"""Moves of a group's weights: largest move on exact shares, Aitchison distance, Spearman's correlation."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from survey.core.answers import UnusableAnswers
from survey.core.correlation import rank_correlation
from survey.core.weight_moves import DIMENSION_MOVE, aitchison_distance, weight_move

vectors = st.integers(2, 8).flatmap(
    lambda n: st.tuples(*(st.lists(st.integers(1, 60), min_size=n, max_size=n) for _ in range(2)))
)


def test_stable_is_strictly_below_one_point_even_where_floats_fall_short_of_it():
    """0.21 - 0.20 is a little less than 0.01 in binary; as decimals it is exactly one point."""
    found = weight_move([0.20, 0.30, 0.50], [0.21, 0.30, 0.49])

    assert 0.21 - 0.20 < 0.01
    assert (found.largest, found.stable) == (1.0, False)
    assert weight_move([0.200, 0.30, 0.500], [0.209, 0.30, 0.491]).stable is True


def test_first_level_weights_may_move_up_to_two_points():
    found = weight_move([0.2, 0.3, 0.5], [0.215, 0.3, 0.485], stable_below=DIMENSION_MOVE)

    assert (found.largest, found.stable) == (1.5, True)


def test_only_common_items_are_compared_and_they_are_closed_again():
    found = weight_move([0.4, 0.4, 0.2, math.nan], [0.3, 0.3, math.nan, 0.4])

    assert (found.items, found.largest, found.aitchison, found.stable) == ((0, 1), 0.0, 0.0, True)
    assert found.reasons == {"spearman": "no_variation"}


def test_nothing_in_common_or_no_weight_in_common_is_none():
    assert weight_move([1, math.nan], [math.nan, 1]).reasons["stable"] == "n_too_small"
    assert weight_move([0, 1], [1, math.nan]).reasons["largest"] == "zero_weight"


def test_a_zero_weight_has_a_move_but_no_log_ratio():
    found = weight_move([0.5, 0.5, 0.0], [0.4, 0.4, 0.2])

    assert (found.largest, found.largest_item) == (20.0, 2)
    assert (found.aitchison, found.reasons["aitchison"]) == (None, "zero_weight")


def test_negative_or_unequal_weights_are_refused():
    with pytest.raises(UnusableAnswers):
        weight_move([1, -1], [1, 1])
    with pytest.raises(UnusableAnswers):
        weight_move([1, 1], [1, 1, 1])
    with pytest.raises(UnusableAnswers):
        aitchison_distance([1, math.nan], [1, 1])


@given(vectors)
def test_aitchison_distance_is_that_of_all_pairwise_log_ratios(pair):
    one, two = (np.log(np.array(v, dtype=float)) for v in pair)
    n = one.size
    squares = sum(((one[j] - one[k]) - (two[j] - two[k])) ** 2 for j in range(n) for k in range(n))

    assert aitchison_distance(*pair).value == pytest.approx(math.sqrt(squares / (2 * n)), abs=1e-9)


@given(vectors)
def test_moves_are_the_same_in_both_directions(pair):
    there, back = weight_move(*pair), weight_move(*reversed(pair))

    assert (there.largest, there.stable, there.spearman) == (back.largest, back.stable, back.spearman)
    assert there.aitchison == pytest.approx(back.aitchison, abs=1e-12)


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=3, max_size=30))
def test_rank_correlation_is_scipys_spearman(pairs):
    one, two = zip(*pairs, strict=True)
    found = rank_correlation(one, two)
    if len(set(one)) == 1 or len(set(two)) == 1:
        assert (found.value, found.reason) == (None, "no_variation")
        return

    assert found.value == pytest.approx(stats.spearmanr(one, two).statistic, abs=1e-12)
    assert -1 <= found.value <= 1


def test_rank_correlation_is_exact_at_its_ends_and_needs_two_pairs():
    values = [0.3, 0.1, 0.9, 0.4, 0.4]

    assert rank_correlation(values, [math.exp(v) for v in values]).value == 1
    assert rank_correlation(values, [-v for v in values]).value == -1
    assert rank_correlation([1, math.nan], [1, 2]).reason == "n_too_small"
