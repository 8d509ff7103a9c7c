import numpy as np
import pytest

from ranking.core.aggregation import additive
from ranking.core.normalization import vector
from ranking.core.vector_scores import vector_scores
from weighting.core.refusal import MatrixRefused
from weighting.core.variation import variation_weights


def test_vector_scores_are_those_of_the_scaled_matrix():
    matrix = np.random.default_rng(4).lognormal(1, 1, (60, 8))
    directions = [1, -1, 1, 1, -1, 1, 1, 1]

    found = variation_weights(matrix, directions, k=0.3)

    scaled = vector(matrix, directions, k=0.3).values
    assert vector_scores(found) == pytest.approx(additive(scaled, found.weights), rel=1e-13)
    combined = np.full(8, 1 / 8)
    assert vector_scores(found, combined) == pytest.approx(additive(scaled, combined), rel=1e-13)


def test_equal_units_get_equal_scores_to_the_last_bit():
    matrix = np.random.default_rng(4).lognormal(1, 1, (37, 24))
    matrix[[5, 17, 36]] = matrix[0]

    scores = vector_scores(variation_weights(matrix, np.ones(24)))

    assert len(set(scores[[0, 5, 17, 36]].tolist())) == 1


def test_vector_scores_refuse_gaps_and_other_weights():
    matrix = [[1.0, 2.0], [3.0, np.nan], [4.0, 5.0]]
    found = variation_weights(matrix, [1, 1], missing="available")

    with pytest.raises(MatrixRefused, match="missing_values"):
        vector_scores(found)
    with pytest.raises(MatrixRefused, match="weights_do_not_match"):
        vector_scores(found, [1.0])
