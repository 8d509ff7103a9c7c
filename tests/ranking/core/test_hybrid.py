"""Rankings between an old and a new one: the ends are the rankings themselves, and each cause gets its own part."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ranking.core.hybrid import CAUSES, RankingInputs, explain_ranking_change
from ranking.core.ranks import competition_ranks
from ranking.core.recipe import Recipe
from weighting.core.tree import Tree

TREE = Tree(("A", "B", "a1", "a2", "b1"), (-1, -1, 0, 0, 1))
WIDER = Tree(("A", "B", "a1", "a2", "b1", "b2"), (-1, -1, 0, 0, 1, 1))
UNITS = ("u", "v", "w", "x", "y")


def inputs(seed, *, tree=TREE, units=UNITS, recipe=None):
    random, leaves = np.random.default_rng(seed), len(tree.leaves)
    weights = random.dirichlet(np.ones(leaves))
    matrix = random.integers(1, 40, (len(units), leaves)).astype(float)
    return RankingInputs(units, matrix, tree, np.ones(leaves, dtype=int), weights, recipe or Recipe(), 0.0)


def own_scores(given):
    low, high = given.matrix.min(axis=0), given.matrix.max(axis=0)
    span = np.where(high > low, high - low, 1)
    return ((given.matrix - low) / span * 100) @ given.weights


@given(st.integers(0, 10_000))
def test_parts_add_up_from_the_old_ranking_to_the_new_one(seed):
    old, new = inputs(seed), inputs(seed + 1, tree=WIDER, units=("y", "x", "z", "w", "u"))
    found = explain_ranking_change(old, new)
    assert found.units == ("y", "x", "w", "u")
    rows_old, rows_new = [4, 3, 2, 0], [0, 1, 3, 4]
    assert found.scores.before == pytest.approx(own_scores(old)[rows_old], abs=1e-9)
    assert found.scores.after == pytest.approx(own_scores(new)[rows_new], abs=1e-9)
    assert found.scores.parts.sum(axis=0) == pytest.approx(found.scores.after - found.scores.before, abs=1e-9)
    twelfths = np.rint(found.ranks.parts * 12).sum(axis=0)
    assert (twelfths == 12 * (found.ranks.after - found.ranks.before)).all()


def part(found, cause):
    return found.scores.parts[CAUSES.index(cause)]


@pytest.mark.parametrize(
    ("cause", "change"),
    [
        ("data", lambda old: replace(old, matrix=inputs(9).matrix)),
        ("weights", lambda old: replace(old, weights=np.array([0.1, 0.2, 0.7]))),
        ("method", lambda old: replace(old, recipe=Recipe(normalization="rank"))),
        ("method", lambda old: replace(old, directions=np.array([1, -1, 1]))),
    ],
)
def test_what_alone_changed_gets_the_whole_change(cause, change):
    old = inputs(1)
    found = explain_ranking_change(old, change(old))
    assert part(found, cause) == pytest.approx(found.scores.after - found.scores.before, abs=1e-9)
    assert np.abs(found.scores.after - found.scores.before).max() > 0.1
    for other in set(CAUSES) - {cause}:
        assert part(found, other) == pytest.approx(np.zeros(5), abs=1e-9)


def test_unit_that_came_in_counts_as_universe():
    old = inputs(3)
    more = replace(old, units=(*UNITS, "z"), matrix=np.vstack([old.matrix, 400.0 * np.ones(3)]))
    found = explain_ranking_change(old, more)
    assert part(found, "universe") == pytest.approx(found.scores.after - found.scores.before, abs=1e-9)
    assert (found.ranks.after == found.ranks.before + 1).all()
    assert (found.ranks.parts[CAUSES.index("universe")] == 1).all()


def test_same_ranking_twice_has_no_change():
    found = explain_ranking_change(inputs(5), inputs(5))
    assert not found.scores.parts.any() and not found.ranks.parts.any()


def test_group_without_any_weight_shares_it_evenly_and_gaps_are_shared_out():
    old = replace(inputs(6), weights=np.array([0.0, 0.0, 1.0]))
    gaps = inputs(7)
    gaps.matrix[0, 0] = np.nan
    found = explain_ranking_change(old, gaps)
    assert np.isfinite(found.scores.parts).all()
    ranks = competition_ranks(own_scores(old), tolerance=0.0)
    assert found.ranks.before.tolist() == ranks.tolist()
