"""Wilcoxon's signed rank test against SciPy and a full count of sign patterns."""

import math
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from survey.core.signed_rank import PRATT, signed_rank, signed_rank_both_ways

changes = st.lists(st.integers(-4, 4), min_size=1, max_size=9)


def test_darwins_plants_give_the_published_p():
    """Darwin 1876, 15 differences in height; SciPy's documentation prints T = 24, p = 0.041259765625."""
    differences = [6, 8, 14, 16, 23, 24, 28, 29, 41, -48, 49, 56, 60, -67, 75]

    found = signed_rank([0] * 15, differences)

    assert (found.w_minus, found.p, found.method) == (24.0, 0.041259765625, "exact")


@given(changes)
def test_exact_p_counts_every_sign_pattern(differences):
    nonzero = [d for d in differences if d]
    ranks = stats.rankdata(np.abs(nonzero)) if nonzero else []
    rises = [
        sum(r for r, up in zip(ranks, signs, strict=True) if up)
        for signs in product([0, 1], repeat=len(ranks))
    ]
    seen = sum(r for r, d in zip(ranks, nonzero, strict=True) if d > 0)
    smaller = min(seen, sum(ranks) - seen)

    found = signed_rank([50] * len(differences), [50 + d for d in differences])

    assert found.p == pytest.approx(min(1, 2 * np.mean([rise <= smaller for rise in rises])), abs=1e-12)


def test_exact_p_is_scipys_permutation_p_where_its_own_exact_mode_ignores_ties():
    differences = np.array([1, 1, 1, 2, -1, 3, 2, 2, -2, 1], dtype=float)

    by_permutation = stats.wilcoxon(differences, method=stats.PermutationMethod(n_resamples=2**11)).pvalue

    assert signed_rank(np.zeros(10), differences).p == pytest.approx(by_permutation, abs=1e-12)


def test_large_panels_use_the_normal_form_of_scipy():
    rng = np.random.default_rng(5)
    before, after = rng.integers(0, 100, 80).astype(float), rng.integers(0, 100, 80).astype(float)

    oracle = stats.wilcoxon(after - before, zero_method="wilcox", correction=False, method="asymptotic")
    found = signed_rank(before, after)

    assert (found.method, min(found.w_plus, found.w_minus)) == ("normal", oracle.statistic)
    assert found.p == pytest.approx(oracle.pvalue, abs=1e-12)


def test_exact_and_normal_meet_at_the_border():
    differences = np.arange(1.0, 26.0) * np.resize([1, -1, 1], 25)

    exact = signed_rank(np.zeros(25), differences)
    normal = stats.wilcoxon(differences, correction=False, method="asymptotic")

    assert exact.method == "exact"
    assert exact.p == pytest.approx(normal.pvalue, abs=0.02)
    assert exact.p == pytest.approx(stats.wilcoxon(differences, method="exact").pvalue, abs=1e-12)


def test_nobody_changed_is_p_one_and_says_so():
    found = signed_rank([1, 2, 3], [1, 2, 3])

    assert (found.p, found.rank_biserial, found.reason) == (1.0, None, "no_change")


def test_without_pairs_there_is_no_test():
    found = signed_rank([1, math.nan], [math.nan, 2])

    assert (found.n_pairs, found.p, found.reason) == (0, None, "no_pairs")


@given(changes.filter(any))
def test_turning_time_round_turns_the_effect_round(differences):
    there, back = (
        signed_rank([9] * len(differences), [9 + d for d in differences]),
        signed_rank([9 + d for d in differences], [9] * len(differences)),
    )

    assert there.rank_biserial == -back.rank_biserial
    assert there.p == back.p
    assert -1 <= there.rank_biserial <= 1


def test_pratt_by_hand():
    """Changes 0, 0, 5, 5, -5, 10: ranks of all six are 1.5, 1.5, 4, 4, 4, 6, so W+ = 14 and W- = 4.

    Of the 16 sign patterns of 4, 4, 4 and 6 those with a sum of at most 4 are the empty one and three single fours:
    p = 2 * 4 / 16.
    """
    found = signed_rank([10] * 6, [10, 10, 15, 15, 5, 20], unchanged=PRATT)

    assert (found.n_pairs, found.n_changed, found.w_plus, found.w_minus) == (6, 4, 14.0, 4.0)
    assert (found.p, found.rank_biserial, found.method) == (0.5, 10 / 18, "exact")
    with pytest.raises(ValueError, match="split"):
        signed_rank([1], [2], unchanged="split")


@given(changes)
def test_pratts_exact_p_counts_every_sign_pattern_of_the_changed(differences):
    ranks = stats.rankdata(np.abs(differences))[np.array(differences) != 0]
    rises = [
        sum(r for r, up in zip(ranks, signs, strict=True) if up)
        for signs in product([0, 1], repeat=len(ranks))
    ]
    seen = sum(r for r, d in zip(ranks, [d for d in differences if d], strict=True) if d > 0)
    smaller = min(seen, sum(ranks) - seen)

    found = signed_rank([50] * len(differences), [50 + d for d in differences], unchanged=PRATT)

    assert found.p == pytest.approx(min(1, 2 * np.mean([rise <= smaller for rise in rises])), abs=1e-12)


@pytest.mark.parametrize("seed", range(5))
def test_large_panels_have_pratts_p_of_scipy(seed):
    rng = np.random.default_rng(seed)
    before, after = rng.integers(1, 6, 90).astype(float), rng.integers(1, 6, 90).astype(float)

    oracle = stats.wilcoxon(after - before, zero_method="pratt", correction=False, method="asymptotic")
    found = signed_rank(before, after, unchanged=PRATT)

    assert (found.method, min(found.w_plus, found.w_minus)) == ("normal", oracle.statistic)
    assert found.p == pytest.approx(oracle.pvalue, abs=1e-9)
    assert signed_rank_both_ways(before, after) == (signed_rank(before, after), found)


def test_small_panels_have_pratts_permutation_p_of_scipy():
    differences = np.array([0, 0, 0, 1, 1, 2, -1, 3, 2, -2, 4, 1], dtype=float)

    oracle = stats.wilcoxon(
        differences, zero_method="pratt", method=stats.PermutationMethod(n_resamples=2**13)
    ).pvalue

    assert signed_rank(np.zeros(12), differences, unchanged=PRATT).p == pytest.approx(oracle, abs=1e-9)


@given(changes.filter(all))
def test_pratt_is_wilcoxon_where_everybody_changed(differences):
    dropped, pratt = signed_rank_both_ways([9] * len(differences), [9 + d for d in differences])

    assert dropped == pratt
