import numpy as np
import pytest
from scipy.stats import spearmanr

from ranking.core.shift import average_shift, rank_correlation, tier_change_share
from weighting.core.refusal import MatrixRefused


def test_average_shift_is_the_mean_distance_of_ranks():
    assert average_shift([1, 2, 3, 4], [2, 1, 3, 4]) == 0.5
    assert average_shift([1, 2, 3], [[1, 2, 3], [3, 2, 1]]) == pytest.approx([0, 4 / 3])


def test_tier_change_share_counts_units_in_another_tier():
    assert tier_change_share([1, 2, 2, 0], [[1, 2, 2, 0], [1, 1, 2, 2]]).tolist() == [0.0, 0.5]


def test_rank_correlation_agrees_with_scipy_also_with_ties():
    rng = np.random.default_rng(3)
    reference, others = rng.integers(1, 8, 30), rng.integers(1, 8, (4, 30))

    found = rank_correlation(reference, others)

    assert found == pytest.approx([spearmanr(reference, other).statistic for other in others], rel=1e-12)


def test_rank_correlation_of_one_shared_rank_is_refused():
    with pytest.raises(MatrixRefused, match="no_variation"):
        rank_correlation([1, 1, 1], [1, 2, 3])


def test_rankings_of_other_units_are_refused():
    with pytest.raises(MatrixRefused, match="ranks_do_not_match"):
        average_shift([1, 2], [1, 2, 3])
