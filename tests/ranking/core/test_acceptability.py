"""Rank acceptability, probabilities and pairs, against cases whose answer is known."""

import numpy as np
import pytest
from scipy.stats import rankdata

from ranking.core.acceptability import (
    central_weights,
    draws_that_lead,
    expected_ranks,
    joined_leads,
    listed_probabilities,
    rank_acceptability,
    tier_probabilities,
)
from ranking.core.pairs import ahead_shares, indistinct_pairs
from ranking.core.rank_counts import rank_counts
from ranking.core.resampling import additive_ranks
from ranking.core.weight_draws import simplex_draws

# With two indicators C leads while both weights are under .6, that is for a weight between .4 and .6.
TRIANGLE = np.array([[1.0, 0.0], [0.0, 1.0], [0.6, 0.6]])


@pytest.fixture(scope="module")
def draws():
    return simplex_draws(2, 40_000, seed=8)


def test_acceptability_of_the_triangle_is_the_length_of_its_sides(draws):
    share = rank_acceptability(rank_counts(TRIANGLE, draws))

    expected = [[0.4, 0.1, 0.5], [0.4, 0.1, 0.5], [0.2, 0.8, 0.0]]
    assert share == pytest.approx(np.array(expected), abs=0.01)
    assert share.sum(axis=1) == pytest.approx(1)


def test_expected_ranks_are_the_mean_over_draws():
    figures = np.random.default_rng(1).random((9, 4))
    draws = simplex_draws(4, 500, seed=2)

    ranks = rankdata(-(draws @ figures.T), method="min", axis=1)

    assert expected_ranks(rank_counts(figures, draws)) == pytest.approx(ranks.mean(axis=0), rel=1e-14)


def test_probabilities_of_tiers_and_list_add_up():
    figures = np.random.default_rng(1).random((12, 4))
    counts = rank_counts(figures, simplex_draws(4, 500, seed=2))

    tiers = tier_probabilities(counts, (2, 5, 9))

    assert tiers.sum(axis=1) == pytest.approx(1)
    assert tiers[:, 1] == pytest.approx(listed_probabilities(counts, 2))
    assert tiers[:, 1:].sum(axis=1) == pytest.approx(listed_probabilities(counts, 9))
    assert listed_probabilities(counts, 12) == pytest.approx(1)


def test_central_weights_favour_the_unit_and_leave_out_the_hopeless(draws):
    found = central_weights(np.vstack([TRIANGLE, [0.1, 0.1]]), draws)

    assert sorted(found) == [0, 1, 2]
    assert found[0] == pytest.approx([0.8, 0.2], abs=0.01)
    assert found[2] == pytest.approx([0.5, 0.5], abs=0.01)


def test_leads_of_several_workers_join_to_those_of_one():
    figures = np.random.default_rng(4).random((9, 4))
    draws = simplex_draws(4, 600, seed=2)
    ranks = additive_ranks(figures, draws)
    parts = [
        draws_that_lead(*np.nonzero(ranks[start : start + 200] == 1), draws[start : start + 200])
        for start in range(0, 600, 200)
    ]
    joined = joined_leads(parts)
    assert joined.times.sum() == (ranks == 1).sum()
    for unit, times, total in zip(joined.units, joined.times, joined.sums, strict=True):
        leads = ranks[:, unit] == 1
        assert times == leads.sum()
        assert total / times == pytest.approx(draws[leads].mean(axis=0), rel=1e-12)
        assert np.argmax(figures @ (total / times)) == unit  # the confidence factor of an additive score is 1


def test_pairs_agree_with_a_plain_count():
    figures = np.vstack([np.random.default_rng(1).random((9, 4)), np.full(4, 0.5), np.full(4, 0.5)])
    draws = simplex_draws(4, 300, seed=2)
    scores = draws @ figures.T

    ahead = ahead_shares(figures, draws)

    expected = (scores[:, :, None] > scores[:, None, :]).mean(axis=0)
    assert ahead == pytest.approx(expected, abs=1e-12)
    assert ahead[9, 10] == ahead[10, 9] == 0  # twins never lead each other


def test_pairs_of_a_selection_are_ranked_among_all():
    figures = np.random.default_rng(1).random((9, 4))
    draws = simplex_draws(4, 300, seed=2)

    assert np.array_equal(
        ahead_shares(figures, draws, units=[2, 7]), ahead_shares(figures, draws)[np.ix_([2, 7], [2, 7])]
    )


def test_pairs_that_cannot_be_told_apart_are_those_without_a_clear_leader():
    ahead = np.array(
        [[0.0, 0.96, 0.6, 0.0], [0.04, 0.0, 0.94, 0.0], [0.4, 0.06, 0.0, 0.0], [1.0, 1.0, 1.0, 0.0]]
    )

    assert indistinct_pairs(ahead).tolist() == [[0, 2], [1, 2]]
    assert indistinct_pairs(ahead, level=0.97).tolist() == [[0, 1], [0, 2], [1, 2]]
