"""Kendall's W against published tables, R's DescTools, SciPy and a full count of arrangements."""

import math
from itertools import permutations, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from survey.core.answers import UnusableAnswers
from survey.core.consensus import kendall_w

ANXIETY = np.array(
    [
        [3, 3, 3, 4, 5, 5, 2, 3, 5, 2, 2, 6, 1, 5, 2, 2, 1, 2, 4, 3],
        [3, 6, 4, 6, 2, 4, 2, 4, 3, 3, 2, 3, 3, 3, 2, 2, 1, 3, 3, 4],
        [2, 1, 4, 4, 3, 2, 1, 6, 1, 1, 1, 2, 3, 3, 1, 1, 3, 3, 2, 2],
    ]
)
panels = st.integers(2, 6).flatmap(
    lambda n: st.lists(st.lists(st.integers(1, 5), min_size=n, max_size=n), min_size=2, max_size=8)
)


def test_w_of_four_judges_and_ten_projects():
    """Worked example of a statistics handout (scribd 659863121): rank sums 10, 8, 12, 16, 21, 22, 25, 31, 37,
    38, sum of squared deviations 1048."""
    judges = [
        [1, 3, 4, 5, 2, 8, 6, 7, 10, 9],
        [2, 1, 4, 5, 6, 3, 8, 7, 10, 9],
        [3, 2, 1, 5, 7, 4, 6, 8, 9, 10],
        [4, 2, 3, 1, 6, 7, 5, 9, 8, 10],
    ]

    found = kendall_w(judges)

    assert found.w == 12 * 1048 / (4**2 * 10 * (10**2 - 1))
    assert found.w == found.w_uncorrected


def test_w_with_ties_reproduces_the_anxiety_data_of_desctools():
    """irr and DescTools (R) print W = 0.5396569, chi-squared = 30.76, df = 19, p-value = 0.04288."""
    found = kendall_w(ANXIETY)

    assert found.w == pytest.approx(0.5396569, abs=5e-8)
    assert found.chi2 == pytest.approx(30.76, abs=5e-3)
    assert found.df == 19
    assert found.p == pytest.approx(0.04288, abs=5e-6)
    assert found.w_uncorrected < found.w


def test_w_reproduces_siegel_and_castellan():
    """Siegel & Castellan 1988, as printed by DescTools: W = 0.6560847, chi-squared = 13.778, p = 0.05528."""
    found = kendall_w([[5, 6, 7, 1, 2, 4, 3, 8], [1, 7, 6, 2, 3, 5, 4, 8], [4, 5, 1, 3, 2, 7, 6, 8]])

    assert found.w == pytest.approx(0.6560847, abs=5e-8)
    assert (found.chi2, found.p) == (pytest.approx(13.778, abs=5e-4), pytest.approx(0.05528, abs=5e-6))


@given(panels)
@settings(deadline=None)
def test_w_is_friedmans_statistic_of_scipy(panel):
    panel = np.array(panel, dtype=float)
    found = kendall_w(panel, draws=0)
    if panel.shape[1] < 3 or found.w is None:
        return

    friedman = stats.friedmanchisquare(*panel.T)

    assert found.chi2 == pytest.approx(friedman.statistic, abs=1e-9)
    assert found.p == pytest.approx(friedman.pvalue, abs=1e-9)


@given(panels)
@settings(deadline=None)
def test_w_lies_between_zero_and_one_whatever_order_experts_and_items_have(panel):
    panel = np.array(panel, dtype=float)
    found = kendall_w(panel, draws=0)

    assert found.reason == "no_variation" or 0 <= found.w <= 1
    assert kendall_w(panel[::-1, ::-1], draws=0) == found


@given(panels)
@settings(deadline=None)
def test_w_sees_only_the_order_within_an_expert(panel):
    panel = np.array(panel, dtype=float)
    stretched = np.exp(panel) * np.arange(1, len(panel) + 1)[:, None]

    assert kendall_w(stretched, draws=0) == kendall_w(panel, draws=0)


def test_perfect_agreement_is_exactly_one_with_and_without_ties():
    assert kendall_w([[1, 2, 3, 4]] * 7).w == 1
    assert kendall_w([[1, 1, 3, 4, 4]] * 11).w == 1


def test_mean_spearman_is_the_mean_over_all_pairs_of_experts():
    panel = np.random.default_rng(3).permuted(np.tile(np.arange(6), (5, 1)), axis=1).astype(float)

    pairs = [stats.spearmanr(panel[i], panel[j]).statistic for i in range(5) for j in range(i)]

    assert kendall_w(panel, draws=0).mean_spearman == pytest.approx(np.mean(pairs), abs=1e-12)


def test_an_expert_who_misses_an_item_is_left_out_of_the_set():
    found = kendall_w([[1, 2, 3], [1, 3, 2], [math.nan, 1, 2]])

    assert (found.m_used, found.m_total) == (2, 3)
    assert found.w == kendall_w([[1, 2, 3], [1, 3, 2]]).w


@pytest.mark.parametrize("panel", [[[1, 2, 3]], [[1], [2]], [[math.nan, 1], [1, 2]]])
def test_w_needs_two_experts_and_two_items(panel):
    found = kendall_w(panel)

    assert (found.w, found.p, found.p_permutation, found.reason) == (None, None, None, "n_too_small")


def test_w_of_constant_experts_is_none_but_one_of_them_stays_in():
    assert kendall_w([[3, 3, 3], [4, 4, 4]]).reason == "no_variation"
    mixed = kendall_w([[1, 2, 3], [1, 2, 3], [2, 2, 2]])
    assert (mixed.m_used, mixed.w_uncorrected < mixed.w) == (3, True)


def test_infinite_ratings_are_refused():
    with pytest.raises(UnusableAnswers):
        kendall_w([[1, math.inf], [1, 2]])


@pytest.mark.parametrize(
    "panel",
    [
        [[1, 2, 3], [1, 3, 2], [2, 1, 3]],
        [[1, 1, 2], [1, 2, 2], [3, 1, 2]],
        [[1, 2, 3, 4], [2, 1, 3, 4]],
        [[5, 5, 1, 2], [4, 4, 4, 1], [1, 2, 3, 4]],
    ],
)
def test_exact_permutation_p_counts_every_arrangement_of_every_expert(panel):
    ranks = [stats.rankdata(row) for row in panel]
    spread = [
        sum(total**2 for total in np.sum(arrangement, axis=0))
        for arrangement in product(*(list(permutations(row)) for row in ranks))
    ]
    observed = sum(total**2 for total in np.sum(ranks, axis=0))

    found = kendall_w(panel).p_permutation

    assert found == pytest.approx(np.mean([s >= observed - 1e-9 for s in spread]), abs=1e-12)


def test_drawn_permutation_p_is_repeatable_and_near_the_truth():
    panel = np.random.default_rng(11).integers(1, 6, size=(12, 5))

    first, again, other = (kendall_w(panel, seed=seed).p_permutation for seed in (0, 0, 1))

    assert first == again != other
    assert first == pytest.approx(kendall_w(panel, draws=200_000, seed=5).p_permutation, abs=0.02)
    assert (first * 10_000) == pytest.approx(round(first * 10_000))


def test_arrangements_are_counted_up_to_a_million_and_drawn_beyond():
    """(3!)^7 = 279,936 for eight experts, (3!)^8 = 1,679,616 for nine."""
    panel = np.random.default_rng(9).permuted(np.tile(np.arange(3.0), (9, 1)), axis=1)

    eight, nine = ({kendall_w(panel[:m], draws=99, seed=s).p_permutation for s in (0, 1, 2)} for m in (8, 9))

    assert len(eight) == 1 < len(nine)


def test_many_experts_of_the_same_tie_pattern_are_drawn_together_without_bias():
    panel = np.random.default_rng(2).permuted(np.tile(np.arange(3.0), (200, 1)), axis=1)

    found = kendall_w(panel, draws=50_000)

    assert found.p_permutation == pytest.approx(found.p, abs=0.01)


def test_permutation_p_can_be_switched_off_and_is_not_given_for_long_sets_or_large_panels():
    panel = np.random.default_rng(2).integers(1, 6, size=(6, 5))

    assert kendall_w(panel, draws=0).p_permutation is None
    assert kendall_w(np.hstack([panel, panel])).p_permutation is None
    assert kendall_w(np.tile(panel, (34, 1))).p_permutation is None
