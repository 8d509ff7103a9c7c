"""Resampled panels and the tables of ranks, against loops and against the fast ways."""

import numpy as np
import pytest

from ranking.core.aggregation import additive
from ranking.core.means import arithmetic_mean, geometric_mean
from ranking.core.pairs import ahead_shares
from ranking.core.rank_counts import rank_counts
from ranking.core.ranks import competition_ranks
from ranking.core.resampling import (
    Panel,
    additive_ranks,
    aggregated_ranks,
    ahead_counts,
    counts_of,
    intervals_of,
    panel_intervals,
    resampled_weights,
)
from ranking.core.robustness import expert_resamples
from ranking.core.tree_scores import score_tree
from ranking.core.weight_draws import dirichlet_draws
from weighting.core.combination import entropy_combination
from weighting.core.derivation import Combining
from weighting.core.hierarchy import Tree, combine_levels, local_weights

TREE = Tree(("A", "A1", "A2", "B", "B1", "B2"), (-1, 0, 0, -1, 3, 3))
VARIATION = np.array([0.1, 0.4, 0.3, 0.2])


def panel_of(experts=7):
    first = np.random.default_rng(3).uniform(0.2, 0.8, (experts, 3))
    shares = np.empty((experts, 6))
    for column, group in enumerate(([0, 3], [1, 2], [4, 5])):
        shares[:, group] = np.stack([first[:, column], 1 - first[:, column]], axis=1)
    return Panel(TREE, shares, VARIATION, Combining(entropy_combination, None), "global")


@pytest.fixture
def values():
    figures = np.random.default_rng(8).uniform(1, 100, (21, 4))
    figures[5] = figures[6]
    return figures


@pytest.fixture
def draws():
    return dirichlet_draws(VARIATION, 600, seed=1)


def test_resampled_weights_are_those_of_every_panel_alone():
    panel, picks = panel_of(), expert_resamples(7, 300, seed=2)
    found = resampled_weights(panel, picks)
    for draw in (0, 249, 250, 299):
        pooled = panel.shares[picks[draw]].mean(axis=0)
        expected = combine_levels(TREE, pooled, VARIATION, entropy_combination, level="global").combined
        assert found[draw] == pytest.approx(expected, abs=1e-14)


def test_aggregated_ranks_are_those_of_every_draw_alone(values, draws):
    local = local_weights(TREE, draws)
    found = aggregated_ranks(TREE, values, local, rules=geometric_mean)
    for draw in (0, 299, 599):
        scores = score_tree(TREE, values, local[draw], rules=geometric_mean).composite
        assert found[draw].tolist() == competition_ranks(scores).tolist()


def test_aggregated_ranks_share_the_weight_of_gaps(values, draws):
    values[4, 2] = np.nan
    local = local_weights(TREE, draws[:5])
    found = aggregated_ranks(TREE, values, local, rules=arithmetic_mean, missing="reweight")
    scores = score_tree(TREE, values, local[3], missing="reweight").composite
    assert found[3].tolist() == competition_ranks(scores).tolist()


def test_additive_ranks_are_those_of_the_scores(values, draws):
    found = additive_ranks(values, draws)
    assert (found[:, 5] == found[:, 6]).all()
    for draw in (0, 77, 599):
        assert found[draw].tolist() == competition_ranks(additive(values, draws[draw])).tolist()


def test_counts_and_pairs_agree_with_the_fast_tables(values, draws):
    ranks = additive_ranks(values, draws)
    assert counts_of(ranks).tolist() == rank_counts(values, draws).tolist()
    some = np.array([0, 5, 6, 20])
    expected = ahead_shares(values, draws, units=some) * len(draws)
    assert ahead_counts(ranks[:, some]).tolist() == expected.tolist()


def test_counts_of_parts_add_up_to_those_of_the_whole(values, draws):
    ranks = additive_ranks(values, draws)
    assert (counts_of(ranks[:200]) + counts_of(ranks[200:]) == counts_of(ranks)).all()


def test_intervals_are_ranks_that_occurred():
    ranks = np.array([[1], [2], [3], [4], [5], [6], [7], [8], [9], [20]])
    found = intervals_of(ranks, coverage=0.8)
    assert (found.lower.tolist(), found.median.tolist(), found.upper.tolist()) == ([1], [5], [9])


def test_fast_and_general_way_give_the_same_intervals(values):
    panel, picks = panel_of(), expert_resamples(7, 400, seed=2)
    given = {"rules": arithmetic_mean, "missing": "refuse", "coverage": 0.9}
    fast = panel_intervals(panel, values, picks, is_additive=True, **given)
    general = panel_intervals(panel, values, picks, is_additive=False, **given)
    for name in ("lower", "median", "upper"):
        assert getattr(fast, name).tolist() == getattr(general, name).tolist()
