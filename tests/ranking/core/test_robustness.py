import numpy as np
import pytest
from scipy.stats import rankdata

from ranking.core.robustness import expert_resamples, rank_intervals
from weighting.core.refusal import MatrixRefused


@pytest.fixture
def figures():
    return np.random.default_rng(20).random((17, 5)) * 100


@pytest.fixture
def draws():
    return np.random.default_rng(21).dirichlet(np.ones(5), size=700)


def test_expert_resamples_are_the_same_for_the_same_seed():
    first, again, other = (expert_resamples(15, 200, seed=seed) for seed in (4, 4, 5))

    assert first.shape == (200, 15)
    assert first.min() == 0 and first.max() == 14
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_expert_resamples_are_those_of_pcg64():
    expected = np.random.Generator(np.random.PCG64(9)).integers(0, 6, size=(3, 6))

    assert np.array_equal(expert_resamples(6, 3, seed=9), expected)


def test_rank_intervals_are_percentiles_of_integer_ranks(figures, draws):
    ranks = rankdata(-(draws @ figures.T), method="min", axis=1)

    found = rank_intervals(figures, draws, coverage=0.9)

    for got, percent in ((found.lower, 5), (found.median, 50), (found.upper, 95)):
        expected = np.percentile(ranks, percent, axis=0, method="inverted_cdf")
        assert got.tolist() == expected.astype(int).tolist()


def test_unit_best_in_everything_is_first_in_every_draw(draws):
    figures = np.vstack([np.full(5, 100.0), np.random.default_rng(0).random((6, 5)) * 90])

    found = rank_intervals(figures, draws)

    assert (found.lower[0], found.median[0], found.upper[0]) == (1, 1, 1)


def test_rank_intervals_of_one_draw_are_its_ranks(figures, draws):
    found = rank_intervals(figures, draws[:1])

    assert (
        found.lower.tolist() == found.upper.tolist() == rankdata(-(figures @ draws[0]), method="min").tolist()
    )


@pytest.mark.parametrize("coverage", [0.0, 1.0, 1.5])
def test_rank_intervals_refuse_a_coverage_that_is_none(figures, draws, coverage):
    with pytest.raises(MatrixRefused, match="coverage_out_of_range"):
        rank_intervals(figures, draws, coverage=coverage)


def test_rank_intervals_refuse_missing_figures(figures, draws):
    figures[3, 2] = np.nan

    with pytest.raises(MatrixRefused, match="missing_values: 2"):
        rank_intervals(figures, draws)
