"""Contributions of every indicator to every score, under every aggregation."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ranking.core.contributions import tree_contributions
from ranking.core.recipe import AGGREGATIONS, Recipe, rules_of
from ranking.core.tree_scores import score_tree
from weighting.core.tree import Tree

TREE = Tree(("A", "A1", "A2", "B", "B1", "B2", "C"), (-1, 0, 0, -1, 3, 3, -1))
LOCAL = np.array([0.5, 0.4, 0.6, 0.3, 0.25, 0.75, 0.2])
MEANS = [name for name in AGGREGATIONS if name != "copeland"]


def figures(units=7, seed=9):
    return 1 + 99 * np.random.default_rng(seed).random((units, len(TREE.leaves)))


def scored(values, aggregation, exponent=0.5, missing="refuse", local=LOCAL):
    """Scores by a recipe, and what every leaf brought to them."""
    recipe = Recipe(aggregation=aggregation, exponent=exponent)
    found = score_tree(TREE, values, local, rules=rules_of(recipe), missing=missing)
    return found, tree_contributions(TREE, found, recipe.exponents)


@pytest.mark.parametrize("aggregation", list(itertools.product(AGGREGATIONS, repeat=2)))
@pytest.mark.parametrize("exponent", [3.0, -2.5])
def test_parts_add_up_under_every_pair_of_rules(aggregation, exponent):
    if aggregation[1] == "copeland" and aggregation[0] not in ("additive", "copeland"):
        return  # a mean of wins and losses that is no sum refuses what is below zero
    found, parts = scored(figures(), aggregation, exponent)

    assert parts.sum(axis=1) == pytest.approx(found.composite, rel=1e-12, abs=1e-12)


@pytest.mark.parametrize("aggregation", list(itertools.product(MEANS, repeat=2)))
def test_parts_of_means_are_figures_times_slopes(aggregation):
    values = figures(units=3)
    _, parts = scored(values, aggregation, exponent=-1.7)

    for leaf in range(values.shape[1]):
        step = np.zeros_like(values)
        step[:, leaf] = 1e-5 * values[:, leaf]
        rise = scored(values + step, aggregation, -1.7)[0].composite
        fall = scored(values - step, aggregation, -1.7)[0].composite
        assert parts[:, leaf] == pytest.approx((rise - fall) / 2e-5, rel=1e-6, abs=1e-7)


@given(seed=st.integers(0, 10**6), exponent=st.floats(-20, 20), name=st.sampled_from(MEANS))
@settings(max_examples=60, deadline=None)
def test_parts_of_means_add_up_with_gaps_and_far_exponents(seed, exponent, name):
    values = figures(units=5, seed=seed)
    values[np.random.default_rng(seed).random(values.shape) < 0.3] = np.nan
    values[:, -1] = 5.0
    found, parts = scored(values, name, exponent, missing="reweight")

    assert parts.sum(axis=1) == pytest.approx(found.composite, rel=1e-12)
    assert (parts >= 0).all()
    assert (parts[np.isnan(values)] == 0).all()


def test_a_mean_that_a_zero_ends_has_nothing_to_share():
    values = figures(units=2)
    values[0, 0] = 0.0
    for name in ("geometric", "harmonic"):
        found, parts = scored(values, name)
        assert found.composite[0] == 0 and parts[0].tolist() == [0.0] * 5
        assert parts[1].sum() == pytest.approx(found.composite[1], rel=1e-12)
        level, split = scored(values, ("additive", name))  # the zero ends its own dimension alone
        assert split[0, :2].tolist() == [0.0, 0.0]
        assert split[0].sum() == pytest.approx(level.composite[0], rel=1e-12)


def test_sums_of_scores_below_zero_are_split_as_well():
    values = figures() - 50
    found, parts = scored(values, "additive")

    assert parts == pytest.approx(values * [0.2, 0.3, 0.075, 0.225, 0.2], rel=1e-14)
    assert parts.sum(axis=1) == pytest.approx(found.composite, rel=1e-12)


def test_won_and_lost_pairings_are_shared_by_weight_as_by_hand():
    tree, votes = Tree(("a", "b"), (-1, -1)), [[3.0, 3.0], [2.0, 1.0], [1.0, 2.0]]
    recipe = Recipe(aggregation="copeland")
    found = score_tree(tree, votes, [0.6, 0.4], rules=rules_of(recipe))

    # the first beats both in both; the second beats the third by a alone; losers lose what the winner had
    expected = [[1.2, 0.8], [1 - 0.6, -0.4], [-0.6 - 1, -0.4]]
    assert tree_contributions(tree, found, recipe.exponents) == pytest.approx(np.array(expected), abs=1e-15)


def test_a_vote_goes_down_to_the_indicators_that_were_ahead():
    values = np.array([[9.0, 1, 5, 5, 5], [1.0, 2, 5, 5, 5]])  # A decides: 4.2 to 1.6, by A1 against A2
    found, parts = scored(values, ("copeland", "additive"))

    assert found.composite.tolist() == [1, -1]
    assert parts.tolist() == [[1, 0, 0, 0, 0], [-1, 0, 0, 0, 0]]


def test_copeland_below_a_sum_is_weighed_by_its_node():
    found, parts = scored(figures(), ("additive", "copeland"))

    assert parts[:, :2].sum(axis=1) == pytest.approx(0.5 * found.nodes[:, 0], abs=1e-12)
    assert parts[:, 4] == pytest.approx(0.2 * found.nodes[:, 6], rel=1e-14)


def test_what_weighs_nothing_brings_nothing():
    local = np.array([0.7, 0.4, 0.6, 0.3, 1.0, 0.0, 0.0])
    for name in AGGREGATIONS:
        found, parts = scored(figures(), name, local=local)
        assert not parts[:, 3:].any()
        assert parts.sum(axis=1) == pytest.approx(found.composite, rel=1e-12, abs=1e-12)
