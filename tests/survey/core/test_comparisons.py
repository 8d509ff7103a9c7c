"""Pairwise comparisons against Saaty's published example, perfect matrices and the group theorems."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from survey.core.answers import UnusableAnswers
from survey.core.comparisons import (
    JUDGEMENTS,
    RANDOM_INDEX,
    joint_judgement,
    judgement_ratio,
    nearest_judgement,
    pairwise_matrix,
    pairwise_weights,
)

DRINKS = {
    (0, 1): 9, (0, 2): 5, (0, 3): 2, (0, 4): 1, (0, 5): 1, (0, 6): 1 / 2,
    (1, 2): 1 / 3, (1, 3): 1 / 9, (1, 4): 1 / 9, (1, 5): 1 / 9, (1, 6): 1 / 9,
    (2, 3): 1 / 3, (2, 4): 1 / 4, (2, 5): 1 / 3, (2, 6): 1 / 9,
    (3, 4): 1 / 2, (3, 5): 1, (3, 6): 1 / 3, (4, 5): 2, (4, 6): 1 / 2, (5, 6): 1 / 3,
}  # fmt: skip
SCALE = [1 / 9, 1 / 7, 1 / 5, 1 / 3, 1, 3, 5, 7, 9]


def matrices(n):
    pairs = [(row, column) for row in range(n) for column in range(row + 1, n)]
    judged = st.lists(st.sampled_from(SCALE), min_size=len(pairs), max_size=len(pairs))
    return judged.map(lambda values: pairwise_matrix(n, dict(zip(pairs, values, strict=True))))


def test_drinks_reproduce_saatys_published_weights_and_consistency():
    """Saaty 2008, Int. J. Services Sciences 1(1), relative consumption of drinks: coffee 0.177, wine 0.019,
    tea 0.042, beer 0.116, soda 0.190, milk 0.129, water 0.327, consistency ratio 0.022."""
    found = pairwise_weights(pairwise_matrix(7, DRINKS))

    assert [round(w, 3) for w in found.eigenvector] == [0.177, 0.019, 0.042, 0.116, 0.190, 0.129, 0.327]
    assert (round(found.cr, 3), found.acceptable, found.ri_table) == (0.022, True, "saaty-1980")


def test_row_geometric_means_are_scipys():
    matrix = pairwise_matrix(7, DRINKS)
    geometric = stats.gmean(matrix, axis=1)

    assert pairwise_weights(matrix).weights == pytest.approx(geometric / geometric.sum(), abs=1e-12)


@given(st.lists(st.integers(1, 9), min_size=2, max_size=9))
@settings(deadline=None)
def test_a_consistent_matrix_gives_back_its_weights_without_error(sizes):
    sizes = np.array(sizes, dtype=float)

    found = pairwise_weights(sizes[:, None] / sizes)

    assert found.weights == pytest.approx(sizes / sizes.sum(), abs=1e-12)
    assert found.eigenvector == pytest.approx(sizes / sizes.sum(), abs=1e-9)
    assert 0 <= found.cr < 1e-9
    assert found.worst == ()


@given(matrices(4))
@settings(deadline=None)
def test_eigenvalue_is_not_below_n_and_satisfies_its_equation(matrix):
    found = pairwise_weights(matrix)
    vector = np.array(found.eigenvector)

    assert found.lambda_max >= 4
    assert matrix @ vector == pytest.approx(found.lambda_max * vector, abs=1e-12)
    assert found.ci == pytest.approx((found.lambda_max - 4) / 3)
    assert found.cr == found.ci / 0.90


@given(matrices(4), st.permutations(range(4)))
@settings(deadline=None)
def test_weights_follow_their_items(matrix, order):
    plain, turned = pairwise_weights(matrix), pairwise_weights(matrix[np.ix_(order, order)])

    assert turned.weights == pytest.approx([plain.weights[place] for place in order], abs=1e-12)
    assert turned.cr == pytest.approx(plain.cr, abs=1e-9)


def test_the_spoilt_cell_is_pointed_at_first():
    sizes = np.array([8.0, 4.0, 2.0, 1.0, 1.0])
    matrix = sizes[:, None] / sizes
    matrix[1, 4], matrix[4, 1] = 1 / 4, 4  # should be 4

    found = pairwise_weights(matrix)

    assert (found.worst[0].row, found.worst[0].column) == (1, 4)
    assert found.worst[0].given == 0.25 and found.worst[0].implied > 1
    assert len({(cell.row, cell.column) for cell in found.worst}) == 3 and not found.acceptable
    every = pairwise_weights(matrix, worst=99).worst
    assert {(cell.row, cell.column) for cell in every} <= {(r, c) for r in range(5) for c in range(r + 1, 5)}


def test_random_index_tables_are_chosen_by_name():
    matrix = pairwise_matrix(3, {(0, 1): 3, (0, 2): 5, (1, 2): 3})

    saaty, course = (pairwise_weights(matrix, ri_table=name) for name in ("saaty-1980", "course"))

    assert saaty.cr * 0.58 == pytest.approx(course.cr * 0.52)
    assert RANDOM_INDEX == {
        "saaty-1980": (0, 0, 0.58, 0.90, 1.12, 1.24, 1.32, 1.41, 1.45, 1.49, 1.51, 1.48, 1.56, 1.57, 1.59),
        "course": (0, 0, 0.52, 0.89, 1.12, 1.26, 1.36, 1.41, 1.46, 1.49, 1.52, 1.54, 1.56, 1.58, 1.59),
    }
    with pytest.raises(KeyError):
        pairwise_weights(matrix, ri_table="unheard of")


def test_one_and_two_items_are_always_consistent_and_sixteen_have_no_index():
    assert (pairwise_weights([[1]]).weights, pairwise_weights([[1]]).cr) == ((1.0,), 0.0)
    assert pairwise_weights([[1, 9], [1 / 9, 1]]).cr == 0.0
    assert pairwise_weights(np.ones((15, 15))).cr == pytest.approx(0, abs=1e-12)
    many = pairwise_weights(np.ones((16, 16)))
    assert (many.cr, many.acceptable, many.reason) == (None, None, "no_random_index")
    assert many.weights == pytest.approx([1 / 16] * 16)


def test_an_unfinished_matrix_has_no_partial_weights():
    found = pairwise_weights(pairwise_matrix(3, {(0, 1): 3}))

    assert (found.weights, found.cr, found.worst, found.reason) == (None, None, (), "missing")


@pytest.mark.parametrize(
    "matrix",
    [
        [[1, 2], [1, 1]],
        [[1, 2, 3], [1 / 2, 1, math.nan], [1 / 2, math.nan, 1]],
        [[1, 10], [1 / 10, 1]],
        [[2, 1], [1, 1]],
        [[1, 2, 3], [1 / 2, 1, 2]],
        [[1, -2], [-1 / 2, 1]],
    ],
)
def test_unusable_matrices_are_refused(matrix):
    with pytest.raises(UnusableAnswers):
        pairwise_weights(matrix)


@given(st.lists(matrices(4), min_size=1, max_size=5))
@settings(deadline=None)
def test_joint_judgement_keeps_reciprocity_and_the_geometric_mean_of_weights(experts):
    """Aczel & Saaty 1983; Barzilai & Golany: with row geometric means the joint matrix gives the closed
    geometric mean of the experts' own weights."""
    joint = joint_judgement(experts)
    own = stats.gmean([pairwise_weights(matrix).weights for matrix in experts], axis=0)

    assert joint * joint.T == pytest.approx(np.ones((4, 4)), abs=1e-12)
    assert pairwise_weights(joint).weights == pytest.approx(own / own.sum(), abs=1e-12)


def test_joint_judgement_weighs_experts():
    one, two = pairwise_matrix(2, {(0, 1): 9}), pairwise_matrix(2, {(0, 1): 1})

    assert joint_judgement([one, two], weights=[3, 1])[0, 1] == pytest.approx(9**0.75)
    for wrong in ([], [1], [0, 0], [2, -1]):
        with pytest.raises(UnusableAnswers):
            joint_judgement([one, two], weights=wrong)
    with pytest.raises(UnusableAnswers):
        joint_judgement([one, pairwise_matrix(2, {})])
    with pytest.raises(UnusableAnswers):
        joint_judgement([])
    with pytest.raises(UnusableAnswers):
        joint_judgement([one, pairwise_matrix(3, DRINKS_OF_THREE)])


DRINKS_OF_THREE = {pair: value for pair, value in DRINKS.items() if max(pair) < 3}


def test_judgements_are_entered_above_the_diagonal():
    for wrong in ({(1, 0): 2}, {(0, 0): 1}, {(0, 2): 3}, {(0, 1): 0}):
        with pytest.raises(UnusableAnswers):
            pairwise_matrix(2, wrong)


def test_judgements_are_whole_ratios_both_ways():
    assert [judgement_ratio(k) for k in (1, 2, 9, -2, -9)] == [1, 2, 9, 1 / 2, 1 / 9]
    for judgement in JUDGEMENTS:
        assert nearest_judgement(judgement_ratio(judgement)) == judgement
        assert nearest_judgement(1 / judgement_ratio(judgement)) == (1 if judgement == 1 else -judgement)
    assert [nearest_judgement(ratio) for ratio in (2**0.5 * 0.99, 2**0.5 * 1.01, 100, 1e-6)] == [1, 2, 9, -9]
    for wrong in (0, -1, 10, -10, 1.5):
        with pytest.raises(UnusableAnswers):
            judgement_ratio(wrong)
    with pytest.raises(UnusableAnswers):
        nearest_judgement(0)


def test_the_value_that_would_fit_makes_the_worst_cell_fit_better():
    judged = pairwise_weights(
        pairwise_matrix(4, {(0, 1): 9, (0, 2): 1 / 5, (0, 3): 3, (1, 2): 2, (1, 3): 4, (2, 3): 5})
    )
    cell = judged.worst[0]
    mended = {(0, 1): 9, (0, 2): 1 / 5, (0, 3): 3, (1, 2): 2, (1, 3): 4, (2, 3): 5}
    mended[cell.row, cell.column] = judgement_ratio(nearest_judgement(cell.implied))
    assert pairwise_weights(pairwise_matrix(4, mended)).cr < judged.cr
