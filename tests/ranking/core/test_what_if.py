"""Scores under a reader's weights are the published engine's; reachable ranks stand between bounds that hold."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from ranking.core.ranks import competition_ranks
from ranking.core.tree_scores import score_tree
from ranking.core.what_if import (
    blended,
    floored,
    leaf_weights,
    local_shares,
    reach,
    shares_of,
    what_if_scores,
)
from weighting.core.combination import linear_combination
from weighting.core.hierarchy import effective_weights
from weighting.core.refusal import MatrixRefused
from weighting.core.tree import Tree

TREE = Tree(("A", "B", "C", "a1", "a2", "b1", "b2", "b3"), (-1, -1, -1, 0, 0, 1, 1, 1))
POINTS = arrays(float, len(TREE.codes), elements=st.integers(1, 100).map(float))
FIGURES = arrays(float, (9, len(TREE.leaves)), elements=st.integers(0, 100).map(float))


@given(POINTS, FIGURES)
def test_scores_are_those_of_the_published_engine(points, figures):
    local = shares_of(points, TREE.groups)
    ours = what_if_scores(TREE, figures, leaf_weights(TREE, local))
    theirs = score_tree(TREE, figures, local).composite
    np.testing.assert_allclose(ours, theirs, rtol=0, atol=1e-9)


@given(POINTS, FIGURES, st.integers(0, 5))
def test_missing_figures_are_shared_out_as_in_the_engine(points, figures, gap):
    figures[0, gap] = np.nan
    figures[1, :2] = np.nan
    local = shares_of(points, TREE.groups)
    ours = what_if_scores(TREE, figures, leaf_weights(TREE, local))
    theirs = score_tree(TREE, figures, local, missing="reweight").composite
    np.testing.assert_allclose(ours, theirs, rtol=0, atol=1e-9)


@given(POINTS)
def test_leaf_weights_and_shares_of_groups_are_each_others_turn(points):
    local = shares_of(points, TREE.groups)
    weights = leaf_weights(TREE, local)
    np.testing.assert_allclose(weights, effective_weights(TREE, local)[TREE.leaves], atol=1e-15)
    np.testing.assert_allclose(local_shares(TREE, weights), local, atol=1e-12)


@given(POINTS, st.floats(0, 1))
def test_blend_is_the_linear_combination(points, alpha):
    s, o = points[:4] / points[:4].sum(), points[4:] / points[4:].sum()
    np.testing.assert_allclose(blended(s, o, alpha), linear_combination(s, o, alpha=alpha), atol=1e-15)


@given(POINTS, st.floats(0, 0.125))
def test_floor_holds_and_weights_still_add_up_to_one(points, floor):
    weights = floored(points / points.sum(), floor)
    assert weights.min() >= floor - 1e-15 and abs(weights.sum() - 1) < 1e-12


@given(FIGURES, st.integers(0, 8), st.floats(0, 1 / 6), st.integers(0, 10_000))
def test_no_weights_with_the_floor_give_a_rank_outside_the_bounds(figures, place, floor, seed):
    found = reach(figures, place, floor)
    assert found.best_bound <= found.best <= found.worst <= found.worst_bound
    free = np.random.default_rng(seed).dirichlet(np.full(6, 0.3), size=50)
    for weights in free:
        ranks = competition_ranks(figures @ floored(weights, floor), tolerance=1e-9)
        assert found.best_bound <= ranks[place] <= found.worst_bound


def test_unit_that_leads_everywhere_is_first_whatever_the_weights():
    found = reach([[3.0, 3.0], [2.0, 1.0], [1.0, 2.0]], 0, 0.0)
    assert (found.best, found.worst, found.best_bound, found.worst_bound) == (1, 1, 1, 1)
    found = reach([[3.0, 3.0], [2.0, 1.0], [1.0, 2.0]], 1, 0.5)
    assert (found.best, found.worst) == (2, 2), (
        "at the highest floor there is one way to weigh, and a tie is no lead"
    )


@pytest.mark.parametrize(
    ("act", "reason"),
    [
        (lambda: shares_of([-1.0, 2.0], [[0, 1]]), "not_a_weight"),
        (lambda: shares_of([np.nan, 2.0], [[0, 1]]), "not_a_weight"),
        (lambda: leaf_weights(TREE, np.zeros(8)), "zero_total"),
        (lambda: floored([0.5, 0.5], 0.6), "floor_out_of_range"),
        (lambda: floored([0.5, 0.5], -0.1), "floor_out_of_range"),
        (lambda: reach([[np.nan, 1.0]], 0, 0.0), "missing_values"),
    ],
)
def test_what_cannot_be_weighed_is_refused_by_name(act, reason):
    with pytest.raises(MatrixRefused) as refused:
        act()
    assert refused.value.reason == reason
