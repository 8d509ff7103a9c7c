"""Leavers against stayers by a full count of splits and SciPy; convergence that is only drop-out."""

import math
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from survey.core.answers import UnusableAnswers
from survey.core.attrition import drop_out_check, leavers_against_stayers
from survey.core.verdicts import POINTS_CONSENSUS

NAN = math.nan
panels = st.lists(st.tuples(st.integers(1, 6), st.booleans()), min_size=2, max_size=10)


def test_mann_whitney_reproduces_scipys_published_example():
    """SciPy's documentation, ages at diagnosis: U = 17 for the five men, exact two-sided p = 1/9."""
    men, women = [19, 22, 16, 29, 24], [20, 11, 17, 12]

    found = leavers_against_stayers(men + women, [False] * 5 + [True] * 4)

    assert (found.u, found.p) == (17.0, pytest.approx(1 / 9, abs=1e-12))
    assert (found.median_leavers, found.median_stayers) == (22, 14.5)


@given(panels)
@settings(deadline=None)
def test_exact_p_counts_every_split_with_its_ties(panel):
    answers, stayed = zip(*panel, strict=True)
    size = stayed.count(False)
    found = leavers_against_stayers(answers, stayed)
    if size in (0, len(panel)):
        assert (found.p, found.reason) == (None, "n_too_small")
        return

    ranks = stats.rankdata(answers)
    seen = sum(r for r, stay in zip(ranks, stayed, strict=True) if not stay)
    sums = [sum(ranks[i] for i in split) for split in combinations(range(len(panel)), size)]
    tail = min(np.mean([s <= seen for s in sums]), np.mean([s >= seen for s in sums]))
    assert found.p == pytest.approx(min(1, 2 * tail), abs=1e-12)


def test_large_panels_use_the_normal_form_of_scipy():
    rng = np.random.default_rng(6)
    answers, stayed = rng.integers(0, 30, 90).astype(float), rng.random(90) < 0.7

    oracle = stats.mannwhitneyu(answers[~stayed], answers[stayed], use_continuity=False, method="asymptotic")
    found = leavers_against_stayers(answers, stayed)

    assert (found.u, found.p) == (oracle.statistic, pytest.approx(oracle.pvalue, abs=1e-12))
    assert -1 <= found.effect <= 1


def test_the_exact_count_is_used_up_to_thirty_answers():
    def p_and_normal(m):
        answers, stayed = np.arange(m, dtype=float) % 11, np.arange(m) % 3 > 0
        oracle = stats.mannwhitneyu(
            answers[~stayed], answers[stayed], use_continuity=False, method="asymptotic"
        )
        return leavers_against_stayers(answers, stayed).p, oracle.pvalue

    exact, near = p_and_normal(30)
    normal, same = p_and_normal(31)

    assert exact != pytest.approx(near, abs=1e-6)
    assert exact == pytest.approx(near, abs=0.05)
    assert normal == pytest.approx(same, abs=1e-12)


def test_equal_answers_show_no_difference():
    assert leavers_against_stayers([3] * 40, [True] * 30 + [False] * 10).p == 1.0
    assert leavers_against_stayers([3] * 4, [True, True, False, False]).p == 1.0


def test_missing_first_answers_are_left_out():
    found = leavers_against_stayers([1, NAN, 3, NAN], [True, True, False, False])

    assert (found.n_leavers, found.n_stayers) == (1, 1)
    with pytest.raises(UnusableAnswers):
        leavers_against_stayers([1, 2], [True])


def test_convergence_made_by_newcomers_and_leavers_is_marked():
    before = [10, 40, 20, NAN, NAN, NAN, NAN]
    after = [10, 40, NAN, 20, 20, 21, 20]

    found = drop_out_check(before, after, POINTS_CONSENSUS)

    assert found.everyone.n == 6 and found.returners.n == 2
    assert found.converged_returners is False
    narrow = drop_out_check([10, NAN, NAN, NAN, NAN, 40], [19, 20, 20, 20, 21, 26], POINTS_CONSENSUS)
    assert (narrow.converged_everyone, narrow.converged_returners, narrow.may_be_drop_out) == (
        True,
        True,
        False,
    )
    wide = drop_out_check([10, NAN, NAN, NAN, NAN, NAN, 40], [14, 20, 20, 20, 20, 20, 26], POINTS_CONSENSUS)
    assert (wide.converged_everyone, wide.converged_returners, wide.may_be_drop_out) == (True, False, True)


def test_convergence_nobody_can_confirm_is_marked_too():
    found = drop_out_check([NAN, NAN], [20, 20], POINTS_CONSENSUS)

    assert (found.converged_returners, found.may_be_drop_out) == (None, True)
