from dataclasses import replace

import numpy as np
import pytest

from ranking.core.aggregation import additive
from ranking.core.normalization import min_max
from ranking.core.ranks import competition_ranks
from ranking.core.recipe import AGGREGATIONS, COMBINATIONS, SCALES, Recipe, compose
from ranking.core.shift import average_shift
from ranking.core.study import Factor, plan_study, read_study
from weighting.core.combination import product_combination
from weighting.core.hierarchy import Tree, combine_levels
from weighting.core.objective import METHODS
from weighting.core.refusal import MatrixRefused
from weighting.core.variation import variation_weights

TREE = Tree(("A", "A1", "A2", "B", "B1", "B2"), (-1, 0, 0, -1, 3, 3))
EXPERT = np.array([0.6, 0.5, 0.5, 0.4, 0.3, 0.7])
DIRECTIONS = [1, 1, -1, 1]


@pytest.fixture
def matrix():
    return np.random.default_rng(4).lognormal(2, 0.6, (25, 4))


def test_recipe_is_the_steps_one_after_the_other(matrix):
    found = compose(matrix, DIRECTIONS, TREE, EXPERT, Recipe(combination="product"))

    variation = variation_weights(matrix, DIRECTIONS).weights
    weights = combine_levels(TREE, EXPERT, variation, product_combination, level="global")
    scores = additive(min_max(matrix, DIRECTIONS).values, weights.effective[TREE.leaves])
    assert found.scores.composite == pytest.approx(scores, rel=1e-12)
    assert found.ranks.tolist() == competition_ranks(scores).tolist()
    assert found.weights.effective == pytest.approx(weights.effective)


@pytest.mark.parametrize("name", sorted(COMBINATIONS))
@pytest.mark.parametrize("level", ["global", "group"])
def test_every_combination_ranks_at_both_levels(matrix, name, level):
    found = compose(matrix, DIRECTIONS, TREE, EXPERT, Recipe(combination=name, level=level))

    assert found.weights.effective[TREE.leaves].sum() == pytest.approx(1)
    assert sorted(found.ranks.tolist()) == list(range(1, 26))


def references(name):
    """Figures that each scale with references can work with, direction by direction."""
    pairs = {"goalposts": [(0.0, 60.0)] * 4, "distance_to_target": [(40.0,), (40.0,), (0.5,), (40.0,)]}
    pairs["efficacy"] = [(1.0, 40.0), (1.0, 40.0), (40.0, 1.0), (1.0, 40.0)]
    return dict(zip(("A1", "A2", "B1", "B2"), pairs[name], strict=True)) if name in pairs else {}


@pytest.mark.parametrize("name", sorted(SCALES))
def test_every_scale_ranks(matrix, name):
    recipe = Recipe(normalization=name, references=references(name))
    assert compose(matrix, DIRECTIONS, TREE, EXPERT, recipe).ranks.min() == 1


def test_references_reach_their_columns_and_the_scale_its_ends(matrix):
    posts = references("goalposts") | {"B1": (2.0, 12.0)}
    recipe = Recipe(normalization="goalposts", references=posts, low=1.0, high=7.0, beyond="cut")

    found = compose(matrix, DIRECTIONS, TREE, EXPERT, recipe).normalized

    assert found.values[:, 2] == pytest.approx(1 + 6 * np.clip((12 - matrix[:, 2]) / 10, 0, 1))
    assert found.values[:, 0] == pytest.approx(1 + 6 * np.clip(matrix[:, 0] / 60, 0, 1))
    beyond = {n.column: n.numbers for n in found.notices}
    assert beyond["B1"] == {
        "worse": int((matrix[:, 2] > 12).sum()),
        "better": int((matrix[:, 2] < 2).sum()),
        "cut": True,
    }


def test_scale_without_its_references_is_refused_with_the_codes(matrix):
    with pytest.raises(MatrixRefused, match="no_reference: B2"):
        some = dict.fromkeys(("A1", "A2", "B1"), (0, 1))
        compose(matrix, DIRECTIONS, TREE, EXPERT, Recipe(normalization="goalposts", references=some))
    with pytest.raises(MatrixRefused, match="references_do_not_match: A1"):
        targets = references("distance_to_target") | {"A1": (1.0, 2.0)}
        compose(
            matrix, DIRECTIONS, TREE, EXPERT, Recipe(normalization="distance_to_target", references=targets)
        )


@pytest.mark.parametrize("name", sorted(AGGREGATIONS))
def test_every_aggregation_ranks(matrix, name):
    assert compose(matrix, DIRECTIONS, TREE, EXPERT, Recipe(aggregation=name, low=1.0)).ranks.min() == 1


@pytest.mark.parametrize("name", sorted(METHODS))
def test_every_objective_method_ranks(matrix, name):
    assert compose(matrix, DIRECTIONS, TREE, EXPERT, Recipe(objective=name)).ranks.min() == 1


def test_aggregation_may_differ_by_level(matrix):
    mixed = compose(matrix, DIRECTIONS, TREE, EXPERT, Recipe(aggregation=("geometric", "additive")))

    first = mixed.scores.nodes[:, [0, 3]]
    weights = mixed.weights.combined[[0, 3]]
    assert mixed.scores.composite == pytest.approx((first**weights).prod(axis=1), rel=1e-12)


def test_gaps_are_refused_filled_or_carried(matrix):
    matrix[3, 1] = np.nan

    with pytest.raises(MatrixRefused, match="missing_values: A2"):
        compose(matrix, DIRECTIONS, TREE, EXPERT)
    filled = compose(matrix, DIRECTIONS, TREE, EXPERT, Recipe(missing="group_median"))
    carried = compose(matrix, DIRECTIONS, TREE, EXPERT, Recipe(missing="reweight"))

    assert filled.matrix[3, 1] == np.nanmedian(matrix[:, 1])
    assert carried.scores.local[3, 2] == 0
    assert [n.numbers for n in carried.objective.notices if n.code == "missing_cells"] == [{"cells": 1}]


@pytest.mark.parametrize(
    "change",
    [
        {"normalization": "magic"},
        {"aggregation": ("additive", "magic")},
        {"combination": "magic"},
        {"beyond": "magic"},
    ],
)
def test_unknown_choice_is_refused(matrix, change):
    with pytest.raises(MatrixRefused) as refused:
        compose(matrix, DIRECTIONS, TREE, EXPERT, Recipe(**change))

    assert (refused.value.reason, refused.value.numbers) == ("unknown_choice", {"names": ["magic"]})


def test_study_of_the_recipe_names_what_moves_the_ranks(matrix):
    factors = [
        Factor("normalization", ("min_max", "rank", "z_score")),
        Factor("aggregation", ("additive", "copeland")),
        Factor("k", (0.1, 0.1000001)),
    ]
    plan = plan_study(factors, base=256, seed=1)
    published = compose(matrix, DIRECTIONS, TREE, EXPERT).ranks

    shifts = [
        average_shift(
            published, compose(matrix, DIRECTIONS, TREE, EXPERT, replace(Recipe(), **setting)).ranks
        )
        for setting in plan.settings
    ]
    found = read_study(plan, shifts)

    assert shifts[0] == 0
    assert len(plan.settings) == 12
    assert found.indices.total[1] > found.indices.total[2]
    assert found.indices.total[2] == pytest.approx(0, abs=1e-9)
