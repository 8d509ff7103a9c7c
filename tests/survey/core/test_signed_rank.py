"""Wilcoxon's signed rank test against SciPy and a full count of sign patterns."""

import math
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from survey.core.signed_rank import signed_rank

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
