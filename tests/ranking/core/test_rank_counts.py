import tracemalloc

import numpy as np
import pytest
from scipy.stats import rankdata

from ranking.core.draw_ranks import block_ranks, drawn_scores
from ranking.core.rank_counts import rank_counts, rank_percentiles, window_counts
from weighting.core.refusal import MatrixRefused


def plain_counts(figures, draws):
    ranks = rankdata(-(draws @ figures.T), method="min", axis=1).astype(int)
    return np.stack([np.bincount(column - 1, minlength=len(figures)) for column in ranks.T])


@pytest.fixture
def figures():
    return np.random.default_rng(20).random((41, 5)) * 100


@pytest.fixture
def draws():
    return np.random.default_rng(21).dirichlet(np.ones(5), size=700)


def test_rank_counts_agree_with_scipy(figures, draws):
    assert np.array_equal(rank_counts(figures, draws), plain_counts(figures, draws))


def test_rank_counts_of_negative_figures_agree_with_scipy(figures, draws):
    assert np.array_equal(rank_counts(figures - 50, draws), plain_counts(figures - 50, draws))


def test_rank_counts_do_not_depend_on_the_block(figures, draws):
    whole = rank_counts(figures, draws)

    assert np.array_equal(rank_counts(figures, draws, block=32), whole)
    assert whole.sum(axis=1).tolist() == [700] * 41


def test_tables_of_workers_are_joined_by_adding(figures, draws):
    parts = rank_counts(figures, draws[:300]) + rank_counts(figures, draws[300:])

    assert np.array_equal(parts, rank_counts(figures, draws))


def test_twins_share_their_best_rank_in_every_draw(figures, draws):
    doubled = np.vstack([figures, figures[[7, 7, 30]]])

    counts = rank_counts(doubled, draws)

    assert np.array_equal(counts[7], counts[41])
    assert np.array_equal(counts[7], counts[42])
    assert np.array_equal(counts[30], counts[43])
    assert counts.sum() == 44 * 700


def test_ties_of_single_draws_share_the_best_rank():
    figures = np.array([[1.0, 0.0], [0.0, 1.0], [0.25, 0.25]])
    draws = np.array([[0.5, 0.5], [0.75, 0.25], [0.5, 0.5]])

    counts = rank_counts(figures, draws)

    # even weights: both first, the third behind; otherwise 1, 2 or 3 with .75, .25, .25
    assert counts.tolist() == [[3, 0, 0], [2, 1, 0], [0, 1, 2]]


def test_scores_a_hair_apart_are_still_told_apart():
    figures = np.array([[1.0], [np.nextafter(1, 0)], [0.5]])

    assert rank_counts(figures, np.ones((4, 1))).tolist() == [[4, 0, 0], [0, 4, 0], [0, 0, 4]]


@pytest.mark.parametrize("units", [1, 2, 3, 512, 513])
def test_ranks_of_blocks_agree_with_scipy_for_any_number_of_units(units):
    rng = np.random.default_rng(units)
    figures, draws = rng.random((units, 4)), rng.dirichlet(np.ones(4), 9)

    ranks = block_ranks(drawn_scores(figures, draws), 0, 9)

    assert np.array_equal(ranks, rankdata(-(draws @ figures.T), method="min", axis=1))


def test_percentiles_of_many_units_agree_with_numpy():
    rng = np.random.default_rng(5)
    figures, draws = rng.random((1500, 6)), rng.dirichlet(np.full(6, 5.0), 210)
    ranks = rankdata(-(draws @ figures.T), method="min", axis=1)

    found = rank_percentiles(figures, draws, (0.05, 0.5, 0.95))

    expected = np.percentile(ranks, [5, 50, 95], axis=0, method="inverted_cdf")
    assert np.array_equal(found, expected)


def test_window_counts_of_workers_are_joined_by_adding(figures, draws):
    first = [np.full(41, 3)]

    parts = [window_counts(figures, part, first, width=4, windows=5)[0] for part in (draws[:99], draws[99:])]

    assert np.array_equal(sum(parts), window_counts(figures, draws, first, width=4, windows=5)[0])
    assert np.array_equal(sum(parts)[:, 0], plain_counts(figures, draws)[:, 3:7].sum(axis=1))


def test_ten_thousand_draws_stay_within_sixty_four_megabytes():
    rng = np.random.default_rng(0)
    figures, draws = rng.random((293, 24)) * 100, rng.dirichlet(np.ones(24), 10_000)

    tracemalloc.start()
    rank_percentiles(figures, draws, (0.05, 0.5, 0.95))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert peak < 16e6  # beside the draws themselves, 1.9 MB


@pytest.mark.parametrize(
    ("draws", "reason"), [(np.ones(5), "weights_do_not_match"), (np.empty((0, 5)), "weights_do_not_match")]
)
def test_rank_counts_refuse_what_are_no_draws(figures, draws, reason):
    with pytest.raises(MatrixRefused, match=reason):
        rank_counts(figures, draws)
