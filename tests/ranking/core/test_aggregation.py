import numpy as np
import pytest

from ranking.core.aggregation import additive, contributions
from weighting.core.refusal import MatrixRefused


def test_additive_is_the_weighted_sum():
    assert additive([[100.0, 0.0], [50.0, 80.0]], [0.75, 0.25]).tolist() == [75.0, 57.5]


def test_additive_of_draws_has_a_row_a_draw():
    scores = additive([[100.0, 0.0], [50.0, 80.0], [0.0, 10.0]], [[0.75, 0.25], [0.5, 0.5]])

    assert scores == pytest.approx(np.array([[75.0, 57.5, 2.5], [50.0, 65.0, 5.0]]))


@pytest.mark.parametrize("units", [2, 3, 5, 8, 17, 293])
def test_equal_units_get_equal_scores_to_the_last_bit(units):
    rng = np.random.default_rng(units)
    matrix = np.tile(rng.random(24) * 100, (units, 1))

    scores = additive(matrix, rng.dirichlet(np.ones(24)))

    assert len(set(scores.tolist())) == 1


def test_contributions_sum_to_the_score():
    rng = np.random.default_rng(1)
    matrix, weights = rng.random((40, 24)) * 100, rng.dirichlet(np.ones(24))

    terms = contributions(matrix, weights)

    assert terms.shape == (40, 24)
    assert terms.sum(axis=1) == pytest.approx(additive(matrix, weights), rel=1e-13)


def test_additive_refuses_a_missing_cell_and_names_the_column():
    with pytest.raises(MatrixRefused) as refused:
        additive([[1.0, np.nan], [2.0, 3.0]], [0.5, 0.5])

    assert (refused.value.reason, refused.value.columns) == ("missing_values", ("1",))
    assert refused.value.numbers == {"cells": 1}


def test_additive_refuses_weights_of_another_matrix():
    with pytest.raises(MatrixRefused, match="weights_do_not_match"):
        additive([[1.0, 2.0]], [1.0])
