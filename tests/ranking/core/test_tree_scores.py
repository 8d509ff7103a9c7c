from functools import partial

import numpy as np
import pytest

from ranking.core.aggregation import additive
from ranking.core.copeland import copeland
from ranking.core.means import arithmetic_mean, geometric_mean, power_mean
from ranking.core.present import present_weights
from ranking.core.tree_scores import score_tree
from weighting.core.hierarchy import Tree, close_groups, effective_weights
from weighting.core.refusal import MatrixRefused

TREE = Tree(("A", "A1", "A2", "B", "B1", "B2", "C"), (-1, 0, 0, -1, 3, 3, -1))
LOCAL = np.array([0.5, 0.4, 0.6, 0.3, 0.25, 0.75, 0.2])


@pytest.fixture
def figures():
    return np.random.default_rng(9).random((12, 5)) * 100


def test_additive_tree_is_the_sum_with_effective_weights(figures):
    found = score_tree(TREE, figures, LOCAL)

    effective = effective_weights(TREE, LOCAL)[TREE.leaves]
    assert found.composite == pytest.approx(additive(figures, effective), rel=1e-13)
    assert found.nodes[:, 0] == pytest.approx(figures[:, :2] @ [0.4, 0.6], rel=1e-13)


def test_rules_apply_level_by_level(figures):
    found = score_tree(TREE, figures, LOCAL, rules=(geometric_mean, arithmetic_mean))

    a, b, c = figures[:, :2] @ [0.4, 0.6], figures[:, 2:4] @ [0.25, 0.75], figures[:, 4]
    assert found.composite == pytest.approx(a**0.5 * b**0.3 * c**0.2, rel=1e-13)


def test_copeland_may_stand_at_the_top(figures):
    found = score_tree(TREE, figures, LOCAL, rules=(copeland, partial(power_mean, exponent=0.5)))

    assert found.composite == pytest.approx(copeland(found.nodes[:, [0, 3, 6]], [0.5, 0.3, 0.2]))


def test_missing_child_is_refused_or_carried_by_its_siblings(figures):
    figures[3, 1] = np.nan

    with pytest.raises(MatrixRefused) as refused:
        score_tree(TREE, figures, LOCAL)
    found = score_tree(TREE, figures, LOCAL, missing="reweight")

    assert (refused.value.reason, refused.value.columns) == ("missing_values", ("A2",))
    assert found.nodes[3, 0] == pytest.approx(figures[3, 0])
    assert found.local[3].tolist() == [0.5, 1.0, 0.0, 0.3, 0.25, 0.75, 0.2]
    assert found.local[2].tolist() == LOCAL.tolist()


def test_missing_group_is_carried_by_the_other_groups(figures):
    figures[3, :2] = np.nan

    found = score_tree(TREE, figures, LOCAL, missing="reweight")

    assert np.isnan(found.nodes[3, 0])
    expected = (0.3 * found.nodes[3, 3] + 0.2 * figures[3, 4]) / 0.5
    assert found.composite[3] == pytest.approx(expected, rel=1e-14)


def test_unit_without_any_figure_is_refused_by_position(figures):
    figures[7] = np.nan

    with pytest.raises(MatrixRefused) as refused:
        score_tree(TREE, figures, LOCAL, missing="reweight")

    assert (refused.value.reason, refused.value.numbers) == ("no_figure", {"units": [7]})


def test_draws_of_weights_are_scored_as_each_alone(figures):
    figures[3, 1] = np.nan
    draws = close_groups(TREE, np.random.default_rng(1).random((5, 7)))

    found = score_tree(TREE, figures, draws, missing="reweight")

    for scored, draw in zip(found.composite, draws, strict=True):
        assert scored == pytest.approx(
            score_tree(TREE, figures, draw, missing="reweight").composite, rel=1e-13
        )


def test_group_that_weighs_nothing_is_left_out(figures):
    local = np.array([0.0, 0.0, 0.0, 0.6, 0.25, 0.75, 0.4])

    found = score_tree(TREE, figures, local)

    assert np.isnan(found.nodes[:, 0]).all()
    assert found.composite == pytest.approx(0.6 * found.nodes[:, 3] + 0.4 * figures[:, 4], rel=1e-13)


@pytest.mark.parametrize(
    ("settings", "reason"),
    [({"rules": (arithmetic_mean,)}, "rules_do_not_match"), ({"missing": "zero"}, "unknown_missing_rule")],
)
def test_score_tree_refuses_by_name(figures, settings, reason):
    with pytest.raises(MatrixRefused, match=reason):
        score_tree(TREE, figures, LOCAL, **settings)


@pytest.mark.parametrize(
    ("rules", "expected"),
    [(geometric_mean, ("B1",)), ((geometric_mean, arithmetic_mean), ("B",))],
    ids=["a leaf below zero", "a dimension below zero"],
)
def test_mean_that_refuses_figures_below_zero_names_nodes_by_code(figures, rules, expected):
    figures[4, 2] = -1000.0

    with pytest.raises(MatrixRefused) as refused:
        score_tree(TREE, figures, LOCAL, rules=rules)

    assert (refused.value.reason, refused.value.columns) == ("negative_figures", expected)
    assert refused.value.numbers == {"cells": 1}


def test_present_weights_show_how_much_weight_is_present():
    found = present_weights([[1.0, np.nan, 2.0], [np.nan] * 3], [0.5, 0.3, 0.2])

    assert found.weights[0] == pytest.approx([5 / 7, 0, 2 / 7])
    assert found.weights[1].tolist() == [0.0, 0.0, 0.0]
    assert found.share == pytest.approx([0.7, 0.0])
    assert found.missing.tolist() == [1, 3]


def test_copeland_counts_weighted_majorities():
    # unit 0 beats 1 (.6 : .4) and ties with 2 (.5 : .5 of .3+.2 against .5); 1 loses to 2 (.2+.3 : .5 is even)
    z = np.array([[3.0, 1.0, 2.0], [2.0, 2.0, 1.0], [1.0, 3.0, 0.0]])

    assert copeland(z, [0.3, 0.5, 0.2]).tolist() == [0.0, 0.0, 0.0]
    assert copeland(z, [0.4, 0.3, 0.3]).tolist() == [2.0, 0.0, -2.0]


def test_copeland_agrees_with_the_tennessee_capital_election():
    # The textbook case of Condorcet methods: four groups of voters (42, 26, 15, 17 %) order four cities by distance.
    orders = ["MNCK", "NCKM", "CKNM", "KCNM"]
    places = np.array([[4 - order.index(city) for order in orders] for city in "MNCK"], dtype=float)

    assert copeland(places, [0.42, 0.26, 0.15, 0.17]).tolist() == [-3, 3, 1, -1]


def test_copeland_ignores_the_scale_of_figures():
    z = np.random.default_rng(4).random((15, 6))

    assert copeland(z, np.ones(6)).tolist() == copeland(np.exp(9 * z), np.ones(6)).tolist()


def test_copeland_refuses_weights_of_each_unit():
    with pytest.raises(MatrixRefused, match="weights_differ_by_unit"):
        copeland([[1.0, 2.0], [2.0, 1.0]], [[0.5, 0.5], [1.0, 0.0]])
