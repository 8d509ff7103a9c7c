"""Weighted kappa, McNemar and Holm against scikit-learn 1.9.1 and statsmodels 0.15.0 (figures printed by them)."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.core.answers import UnusableAnswers
from survey.core.repeatability import holm, mcnemar, weighted_kappa

pairs = st.lists(st.tuples(st.integers(1, 5), st.integers(1, 5)), min_size=1, max_size=30)


def test_kappa_is_that_of_scikit_learn():
    """sklearn 1.9.1, cohen_kappa_score(a, b, labels=[1, 2, 3, 4, 5], weights=...)."""
    a, b = [1, 2, 2, 3, 3, 3, 4, 4, 5, 5, 5, 1], [1, 2, 3, 3, 3, 4, 4, 5, 5, 4, 5, 2]

    assert weighted_kappa(a, b).value == pytest.approx(0.8846153846153846, abs=1e-12)
    assert weighted_kappa(a, b, linear=True).value == pytest.approx(0.7247706422018348, abs=1e-12)


def test_kappa_does_not_suffer_from_unused_points_of_the_scale():
    """sklearn 1.9.1 gives 0.6326530612244898 with labels 1 to 5, but 0.5 when it must guess them."""
    a, b = [1, 1, 2, 2, 5, 5, 5, 1], [1, 2, 2, 1, 5, 5, 1, 1]

    assert weighted_kappa(a, b).value == pytest.approx(0.6326530612244898, abs=1e-12)
    assert weighted_kappa(a, b, linear=True).value == pytest.approx(0.5862068965517242, abs=1e-12)


@given(pairs)
def test_kappa_is_the_formula_over_the_full_table(answers):
    a, b = (np.array(side) for side in zip(*answers, strict=True))
    observed = np.zeros((5, 5))
    np.add.at(observed, (a - 1, b - 1), 1 / len(a))
    v = (np.arange(5)[:, None] - np.arange(5)) ** 2
    expected = np.outer(observed.sum(axis=1), observed.sum(axis=0))
    found = weighted_kappa(a, b).value

    if (v * expected).sum() < 1e-12:
        assert found is None
    else:
        assert found == pytest.approx(1 - (v * observed).sum() / (v * expected).sum(), abs=1e-9)


def test_kappa_of_constant_rounds():
    assert weighted_kappa([3, 3], [3, 3]).reason == "no_variation"
    assert weighted_kappa([3, 3, 3], [1, 2, 5]).value == 0
    assert weighted_kappa([3, 3], [4, 4]).value == 0
    assert weighted_kappa([math.nan], [1]).reason == "no_pairs"


@pytest.mark.parametrize(
    ("table", "p"),
    [
        ([[10, 3], [9, 5]], 0.14599609375),
        ([[4, 0], [6, 2]], 0.03125),
        ([[1, 7], [7, 1]], 1.0),
        ([[2, 12], [3, 8]], 0.03515625),
    ],
)
def test_mcnemar_is_that_of_statsmodels(table, p):
    """statsmodels 0.15.0, mcnemar(table, exact=True); rows before, columns after, agreement first."""
    before = [1] * sum(table[0]) + [0] * sum(table[1])
    after = [1] * table[0][0] + [0] * table[0][1] + [1] * table[1][0] + [0] * table[1][1]

    found = mcnemar(before, after)

    assert found.p == pytest.approx(p, abs=1e-12)
    assert (found.gave_up, found.came_round) == (table[0][1], table[1][0])


def test_mcnemar_without_change_or_pairs():
    assert mcnemar([1, 0], [1, 0]).p == 1.0
    assert mcnemar([1, 0], [1, 0]).reason == "no_change"
    assert mcnemar([math.nan], [1]).reason == "no_pairs"
    with pytest.raises(UnusableAnswers):
        mcnemar([1, 2], [0, 1])


def test_holm_is_that_of_statsmodels():
    """statsmodels 0.15.0, multipletests(p, method="holm")."""
    found = holm([0.01, 0.04, 0.03, 0.005, 0.2, 0.9, 0.013, 0.013])

    assert found == pytest.approx((0.07, 0.12, 0.12, 0.04, 0.4, 0.9, 0.078, 0.078), abs=1e-12)


@given(st.lists(st.one_of(st.none(), st.floats(0, 1)), max_size=30))
def test_holm_keeps_the_order_never_lowers_and_lies_below_bonferroni(p_values):
    found = holm(p_values)
    tested = [(p, q) for p, q in zip(p_values, found, strict=True) if p is not None]

    assert [q is None for q in found] == [p is None for p in p_values]
    assert all(
        p <= q <= min(1, len(tested) * p) or q == pytest.approx(min(1, len(tested) * p)) for p, q in tested
    )
    assert [q for _, q in sorted(tested)] == sorted(q for _, q in tested)


def test_holm_refuses_what_is_no_p_value():
    with pytest.raises(ValueError, match="0 to 1"):
        holm([0.5, 1.5])
