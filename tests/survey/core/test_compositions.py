"""Compositions: clr, metric variance by pairwise log ratios, zeros, outlying experts."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from survey.core.answers import UnusableAnswers
from survey.core.compositions import centred_log_ratio, composition_spread

panels = st.integers(2, 6).flatmap(
    lambda n: st.lists(st.lists(st.integers(1, 60), min_size=n, max_size=n), min_size=2, max_size=12)
)


def test_clr_reproduces_the_example_of_scikit_bio():
    """scikit-bio's documentation prints clr([.1, .3, .4, .2])."""
    found = centred_log_ratio([[0.1, 0.3, 0.4, 0.2]])

    assert found[0] == pytest.approx([-0.79451346, 0.30409883, 0.5917809, -0.10136628], abs=5e-9)


@given(panels)
@settings(deadline=None)
def test_metric_variance_is_that_of_all_pairwise_log_ratios(panel):
    """Aitchison's total variance: half the mean over items of the variances of ln(w_j / w_k)."""
    logs = np.log(np.array(panel, dtype=float))
    n = logs.shape[1]
    total = sum(np.var(logs[:, j] - logs[:, k], ddof=1) for j in range(n) for k in range(n)) / (2 * n)

    found = composition_spread(panel)

    assert found.metric_variance == pytest.approx(total, abs=1e-9)
    assert found.metric_sd == pytest.approx(math.sqrt(total / (n - 1)), abs=1e-9)


@given(panels)
@settings(deadline=None)
def test_centre_is_the_closed_geometric_mean(panel):
    geometric = stats.gmean(np.array(panel, dtype=float), axis=0)

    found = composition_spread(panel)

    assert found.centre == pytest.approx(geometric / geometric.sum(), abs=1e-12)
    assert sum(found.centre) == pytest.approx(1, abs=1e-12)


@given(panels, st.integers(1, 9))
@settings(deadline=None)
def test_spread_ignores_totals_the_order_of_items_and_a_common_perturbation(panel, factor):
    panel = np.array(panel, dtype=float)
    plain = composition_spread(panel)
    other = composition_spread((panel * factor * np.arange(1, panel.shape[1] + 1))[:, ::-1])

    assert other.metric_variance == pytest.approx(plain.metric_variance, abs=1e-9)
    assert other.distances == pytest.approx(plain.distances, abs=1e-9)


def test_equal_experts_have_no_spread_and_none_is_outlying():
    found = composition_spread([[0.1, 0.2, 0.7]] * 5)

    assert found.metric_variance == pytest.approx(0, abs=1e-20)
    assert found.centre == pytest.approx((0.1, 0.2, 0.7), abs=1e-15)
    assert found.outlying == (False,) * 5


def test_an_expert_far_from_all_others_is_outlying():
    panel = [[30, 40, 30], [32, 38, 30], [28, 42, 30], [31, 40, 29], [29, 40, 31], [98, 1, 1]]

    assert composition_spread(panel).outlying == (False,) * 5 + (True,)


def test_zeros_leave_the_panel_figures_undefined_but_the_others_placed():
    panel = [[50, 50, 0], [40, 30, 30], [30, 40, 30], [35, 35, 30]]

    found = composition_spread(panel)

    assert (found.metric_variance, found.metric_sd, found.centre, found.reason) == (
        None,
        None,
        None,
        "zero_weight",
    )
    assert (found.m_used, found.with_zero) == (3, 1)
    assert found.distances[0] is None and found.outlying[0] is None
    assert found.distances[1:] == composition_spread(panel[1:]).distances


def test_zeros_can_be_replaced_by_half_the_smallest_step():
    replaced = composition_spread([[50, 50, 0], [40, 30, 30]], zero_replacement=0.005)
    by_hand = composition_spread([[0.4975, 0.4975, 0.005], [0.4, 0.3, 0.3]])

    assert replaced.metric_variance == pytest.approx(by_hand.metric_variance, abs=1e-12)
    assert (replaced.reason, replaced.with_zero) == (None, 1)
    with pytest.raises(ValueError, match="cannot be replaced"):
        composition_spread([[100, 0, 0], [1, 1, 1]], zero_replacement=0.5)


def test_incomplete_rows_are_left_out_and_too_few_rows_are_none():
    found = composition_spread([[50, math.nan], [40, 60], [30, 70]])

    assert (found.m_used, found.m_total, found.distances[0]) == (2, 3, None)
    assert composition_spread([[40, 60]]).reason == "n_too_small"
    assert composition_spread([[1], [1]]).reason == "n_too_small"
    assert composition_spread([[100, 0], [0, 100]]).reason == "n_too_small"


@pytest.mark.parametrize("panel", [[[1, -1], [1, 1]], [[0, 0], [1, 1]], [[1, math.inf], [1, 1]], [1, 2]])
def test_unusable_weights_are_refused(panel):
    with pytest.raises(UnusableAnswers):
        composition_spread(panel)
