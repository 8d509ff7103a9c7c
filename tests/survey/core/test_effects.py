"""Effects, changes and moves by a second way: pairs counted one by one, SciPy, NumPy on the paired answers."""

import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import stats
from scipy.spatial.distance import cityblock

from survey.core.agreement import band_share, core_outcome, majority_opinions, opinions_of, relative_iqr
from survey.core.attrition import leavers_against_stayers
from survey.core.authority import authority_weighted_mean
from survey.core.comparisons import pairwise_matrix, pairwise_weights
from survey.core.compositions import composition_spread
from survey.core.consensus import item_statistics
from survey.core.signed_rank import signed_rank
from survey.core.stability import item_stability
from survey.core.weight_moves import weight_move

pairs = st.lists(st.tuples(st.integers(1, 50), st.integers(1, 50)), min_size=2, max_size=30)
JUDGED = {(0, 1): 3, (0, 2): 5, (0, 3): 7, (1, 2): 2, (1, 3): 4, (2, 3): 3}


def answered_twice(answers):
    return (np.array(side, dtype=float) for side in zip(*answers, strict=True))


@given(pairs)
@settings(deadline=None)
def test_rank_biserial_is_the_mean_sign_of_all_walsh_sums(answers):
    """Of all sums of two changes, each with itself once: those above 0 less those below, where nothing is 0."""
    before, after = answered_twice(answers)
    delta = (after - before)[after != before]
    assume(delta.size)
    sums = [np.sign(delta[i] + delta[j]) for i in range(delta.size) for j in range(i, delta.size)]

    found = signed_rank(before, after)

    assert found.rank_biserial == pytest.approx(np.mean(sums), abs=1e-12)
    assert found.w_plus + found.w_minus == pytest.approx(delta.size * (delta.size + 1) / 2)


@given(st.lists(st.tuples(st.integers(1, 9), st.booleans()), min_size=2, max_size=40))
@settings(deadline=None)
def test_effect_of_leavers_is_cliffs_delta(panel):
    first, stayed = (np.array(side) for side in zip(*panel, strict=True))
    assume(stayed.any() and not stayed.all())
    higher = np.sign(first[~stayed][:, None] - first[stayed][None, :])

    assert leavers_against_stayers(first, stayed).effect == pytest.approx(higher.mean(), abs=1e-12)


@given(pairs)
@settings(deadline=None)
def test_changes_between_rounds_are_those_of_scipy(answers):
    before, after = answered_twice(answers)
    found = item_stability(before, after, bin_width=5)

    spread = [stats.variation(side, ddof=1) for side in (before, after)]
    assert found.variation_change == pytest.approx(abs(spread[1] - spread[0]), abs=1e-12)
    assert found.median_change == pytest.approx(abs(np.median(after) - np.median(before)), abs=1e-12)
    assert found.iqr_change == pytest.approx(abs(stats.iqr(after) - stats.iqr(before)), abs=1e-12)
    assert found.unchanged == pytest.approx(np.mean(before == after), abs=1e-12)
    assert found.wilcoxon_p == signed_rank(before, after).p


@given(pairs)
@settings(deadline=None)
def test_histogram_change_is_half_of_scipys_distance_of_numpys_histograms(answers):
    before, after = answered_twice(answers)
    edges = np.arange(0, 60, 5)
    bars = [np.histogram(side, edges)[0] for side in (before, after)]

    found = item_stability(before, after, bin_width=5)

    assert found.scheibe == pytest.approx(100 * cityblock(*bars) / 2 / len(answers), abs=1e-9)


@given(st.lists(st.lists(st.integers(1, 9), min_size=3, max_size=3), min_size=1, max_size=20))
@settings(deadline=None)
def test_majorities_are_counted_alike_by_numpys_histograms(panel):
    """Bars 1-3, 4-6, 7-9 of each item; those in the middle are no opinion."""
    bars = np.array([np.histogram(column, (1, 4, 7, 10))[0] for column in np.array(panel).T])
    against, for_it = bars[:, 0], bars[:, 2]
    larger = np.where(against == for_it, 0, bars[:, [0, 2]].max(axis=1)).sum()
    opinions = (against + for_it).sum()

    found = majority_opinions(opinions_of(panel, full_mark=9))

    assert found.opinions == opinions
    assert found.cut_off == (pytest.approx(100 * larger / opinions, abs=1e-9) if opinions else None)
    for column, (low, _middle, high) in zip(np.array(panel).T, bars, strict=True):
        assert band_share(column, low=7, high=9).share == pytest.approx(high / len(panel), abs=1e-9)
        agreed = high >= 0.7 * len(panel) - 1e-9 and low < 0.15 * len(panel) - 1e-9
        assert (core_outcome(column).verdict == "in") == agreed


@given(st.lists(st.integers(1, 99), min_size=1, max_size=30))
@settings(deadline=None)
def test_relative_spread_is_scipys_range_over_numpys_median(answers):
    found = relative_iqr(item_statistics(answers)).value

    assert found == pytest.approx(stats.iqr(answers) / np.median(answers), abs=1e-12)


@given(pairs)
@settings(deadline=None)
def test_largest_move_is_numpys_on_closed_weights(answers):
    before, after = answered_twice(answers)
    moves = 100 * np.abs(after / after.sum() - before / before.sum())

    found = weight_move(before, after)

    assert found.largest == pytest.approx(moves.max(), abs=1e-9)
    assert moves[found.largest_item] == pytest.approx(moves.max(), abs=1e-9)


@given(st.lists(st.lists(st.integers(1, 60), min_size=4, max_size=4), min_size=3, max_size=15))
@settings(deadline=None)
def test_outlying_experts_lie_beyond_three_of_scipys_scaled_deviations(panel):
    """1.4826 is the normal consistency factor, which SciPy takes as 1 / 0.674489...: apart by 3e-6 of the MAD."""
    found = composition_spread(panel)
    distances = np.array(found.distances)
    mad = stats.median_abs_deviation(distances, scale="normal")
    bound = np.median(distances) + 3 * mad

    clear = np.abs(distances - bound) > 1e-4 * mad + 1e-6
    assert (np.array(found.outlying)[clear] == (distances > bound)[clear]).all()


@given(pairs, st.randoms())
def test_weighted_mean_does_not_depend_on_the_order_of_the_experts(answers, random):
    shuffled = answers[:]
    random.shuffle(shuffled)

    assert authority_weighted_mean(*answered_twice(answers)) == authority_weighted_mean(
        *answered_twice(shuffled)
    )
    values = [value / 7 for value, _ in answers]
    other = [value / 7 for value, _ in shuffled]
    weights, turned = ([weight / 10 for _, weight in rows] for rows in (answers, shuffled))
    found = authority_weighted_mean(values, weights)
    assert found == authority_weighted_mean(other, turned)
    assert found.value == pytest.approx(np.average(values, weights=weights), abs=1e-12)
    assert authority_weighted_mean([1 / 7] * len(weights), weights).value == 1 / 7


def test_eigenvector_and_eigenvalue_are_the_limit_of_powers():
    matrix = pairwise_matrix(4, JUDGED)
    vector = np.ones(4)
    for _ in range(200):
        vector = matrix @ vector
        vector /= vector.sum()
    eigenvalue = (matrix @ vector).sum()

    found = pairwise_weights(matrix)

    assert found.eigenvector == pytest.approx(vector, abs=1e-12)
    assert found.lambda_max == pytest.approx(eigenvalue, abs=1e-12)
    assert found.cr == pytest.approx((eigenvalue - 4) / 3 / 0.90, abs=1e-12)


def test_three_items_have_the_consistency_that_follows_from_their_only_cycle():
    """For n = 3 the principal eigenvalue is 1 + d + 1/d with d the cube root of a_12 a_23 / a_13."""
    for first, across, second in ((3, 5, 2), (9, 1 / 9, 9), (2, 8, 4), (1 / 7, 3, 5)):
        cycle = (first * second / across) ** (1 / 3)

        found = pairwise_weights(pairwise_matrix(3, {(0, 1): first, (0, 2): across, (1, 2): second}))

        assert found.lambda_max == pytest.approx(1 + cycle + 1 / cycle, abs=1e-9)


def test_items_without_any_spread_have_no_outlying_expert_and_a_single_one_off_has():
    same = [[40, 30, 30]] * 6

    assert composition_spread(same).outlying == (False,) * 6
    assert composition_spread([*same, [30, 40, 30]]).outlying == (False,) * 6 + (True,)
    assert math.isclose(sum(composition_spread(same).centre), 1)
