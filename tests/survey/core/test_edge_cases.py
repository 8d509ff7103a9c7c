"""The table of edge cases of the method (section 8), row by row: what has to come back."""

import math

import pytest

from survey.core.agreement import band_share
from survey.core.best_worst import best_worst_weights
from survey.core.comparisons import pairwise_matrix, pairwise_weights
from survey.core.compositions import composition_spread
from survey.core.consensus import item_statistics, kendall_w
from survey.core.direct_weights import rating_weights
from survey.core.disclosure import released_figures
from survey.core.elicitation import allocation_problem, imported_allocation
from survey.core.rand_ucla import rand_disagreement
from survey.core.stability import item_stability
from survey.core.weight_moves import weight_move

NAN = math.nan


def test_nobody_answered():
    found = item_statistics([NAN] * 6)

    assert (found.n, found.mean, found.median, found.sd) == (0, None, None, None)
    assert set(found.reasons.values()) == {"n_too_small", "no_full_mark"}


def test_one_expert_answered():
    found = item_statistics([NAN, 7])

    assert (found.mean, found.median, found.iqr, found.sd, found.variation) == (7, 7, 0, None, None)


@pytest.mark.parametrize(("value", "rate"), [(9, 1), (5, 0)])
def test_all_answers_are_equal(value, rate):
    found = item_statistics([value] * 8, full_mark=9)

    assert (found.sd, found.variation, found.iqr, found.mad, found.full_mark_rate) == (0, 0, 0, 0, rate)
    assert rand_disagreement([value] * 8).index == 0
    assert kendall_w([[value] * 3] * 8).reason == "no_variation"


def test_fewer_than_five_answers_are_computed_but_not_fed_back():
    four = {"a": 10, "b": 20, "c": 30, "d": 40}

    assert item_statistics(list(four.values())).median == 25
    assert released_figures(four, grid=5).state == "suppressed"
    assert released_figures(four, grid=5).median is None


def test_a_scale_that_starts_at_zero_is_allowed_and_changes_variation_and_weights():
    from_zero, from_one = item_statistics([0, 1, 4]), item_statistics([1, 2, 5])

    assert from_zero.sd == pytest.approx(from_one.sd, abs=1e-12)
    assert from_zero.variation > from_one.variation
    assert rating_weights([0, 4]).values != rating_weights([1, 5]).values


def test_an_expert_who_gives_everything_to_one_item():
    everything = [100, 0, 0]

    assert allocation_problem(everything) is None
    spread = composition_spread([everything, [40, 30, 30], [30, 40, 30]])
    assert (spread.centre, spread.reason, spread.outlying[0]) == (None, "zero_weight", None)
    assert spread.outlying[1:] == (False, False)


@pytest.mark.parametrize("points", [[50, 49], [50, 50.5], [100, 100]])
def test_points_that_do_not_add_up_are_rejected(points):
    assert allocation_problem(points, step=0.5).code == "sum"


def test_imported_points_are_closed_again_within_half_a_point_and_refused_beyond():
    near, far = imported_allocation([50, 50.5]), imported_allocation([50, 50.6])

    assert (near.shares, near.reclosed) == ((100 / 201, 101 / 201), True)
    assert imported_allocation([30, 70]).reclosed is False
    assert (far.shares, far.problem.code, far.problem.remaining) == (None, "sum", -0.6)
    assert imported_allocation([50, None, 50]).problem.code == "missing"


def test_incomplete_comparisons_have_no_partial_priorities():
    assert pairwise_weights(pairwise_matrix(3, {(0, 1): 2, (0, 2): 4})).weights is None
    assert best_worst_weights(0, 2, [1, NAN, 4], [4, 2, 1]).weights is None


def test_nobody_answered_both_rounds():
    found = item_stability([1, 2, NAN], [NAN, NAN, 3])

    assert (found.scheibe, found.unchanged, found.wilcoxon_p, found.stable) == (None, None, None, None)
    assert set(found.reasons.values()) == {"no_pairs"}


def test_indicators_that_came_or_went_between_rounds():
    found = weight_move([0.3, 0.3, 0.4, NAN], [0.2, 0.2, NAN, 0.6])

    assert (found.items, found.largest) == ((0, 1), 0)


def test_thresholds_compare_whole_counts():
    """29 of 100 against 29 percent holds, where 0.29 * 100 is 28.999999999999996."""
    assert 0.29 * 100 < 29
    assert band_share([9] * 29 + [1] * 71, low=7, high=9, threshold=29).agreed is True
