"""Laws that whole runs keep, whatever is chosen: order of units and indicators, units of measure, twins."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from ranking.core.recipe import AGGREGATIONS, COMBINATIONS, SCALES, Recipe, compose
from weighting.core.objective import METHODS
from weighting.core.refusal import MatrixRefused
from weighting.core.tree import Tree

CODES = ("X", "A", "B", "C", "D")
PARENTS = {"X": None, "A": "X", "B": "X", "C": None, "D": None}
SHARES = {"X": 0.5, "A": 0.3, "B": 0.7, "C": 0.2, "D": 0.3}
SIGNS = {"A": 1, "B": -1, "C": 1, "D": -1}
OWN_REFERENCES = (
    "goalposts",
    "distance_to_target",
    "efficacy",
)  # their references are in the unit of the column
recipes = st.builds(
    Recipe,
    objective=st.sampled_from(list(METHODS)),
    direction=st.just("reciprocal_unit_free"),
    combination=st.sampled_from(list(COMBINATIONS)),
    level=st.sampled_from(["global", "group", "both"]),
    normalization=st.sampled_from([name for name in SCALES if name not in OWN_REFERENCES]),
    low=st.just(1.0),
    aggregation=st.sampled_from(list(AGGREGATIONS)),
)
matrices = arrays(float, (6, 4), elements=st.integers(1, 400).map(lambda x: x / 4)).filter(
    lambda m: all(len(set(column)) == len(column) for column in m.T)
)
many = settings(deadline=None, max_examples=60)


def followed(matrix, recipe, order=CODES):
    """Scores, and weights by code, of a tree whose nodes stand in the order given; None where it is refused."""
    place = {code: position for position, code in enumerate(order)}
    tree = Tree(tuple(order), tuple(place[PARENTS[code]] if PARENTS[code] else -1 for code in order))
    leaves = [order[leaf] for leaf in tree.leaves]
    columns = ["ABCD".index(code) for code in leaves]
    try:
        found = compose(
            matrix[:, columns], [SIGNS[code] for code in leaves], tree, [SHARES[c] for c in order], recipe
        )
    except MatrixRefused:
        return None
    return found, dict(zip(order, found.weights.effective.tolist(), strict=True))


@many
@given(matrices, recipes, st.permutations(range(6)))
def test_order_of_units_changes_nothing(matrix, recipe, rows):
    first, again = followed(matrix, recipe), followed(matrix[rows], recipe)
    assert (first is None) == (again is None)
    if first:
        assert again[1] == pytest.approx(first[1], rel=1e-8, abs=1e-11)
        assert again[0].scores.composite == pytest.approx(first[0].scores.composite[rows], rel=1e-7, abs=1e-7)


@many
@given(matrices, recipes, st.sampled_from([("C", "D", "X", "B", "A"), ("D", "X", "A", "B", "C")]))
def test_order_of_indicators_changes_nothing(matrix, recipe, order):
    first, again = followed(matrix, recipe), followed(matrix, recipe, order)
    assert (first is None) == (again is None)
    if first:
        assert again[1] == pytest.approx(first[1], rel=1e-8, abs=1e-11)
        assert again[0].scores.composite == pytest.approx(first[0].scores.composite, rel=1e-7, abs=1e-7)


@many
@given(matrices, recipes, st.sampled_from([1e-6, 0.3, 1e9]), st.integers(0, 3))
def test_unit_of_measure_changes_nothing_where_the_direction_is_free_of_it(matrix, recipe, factor, column):
    scaled = matrix * np.where(np.arange(4) == column, factor, 1.0)
    first, again = followed(matrix, recipe), followed(scaled, recipe)
    assert (first is None) == (again is None)
    if first:
        assert again[1] == pytest.approx(first[1], rel=1e-7, abs=1e-10)
        assert again[0].scores.composite == pytest.approx(first[0].scores.composite, rel=1e-6, abs=1e-6)


@many
@given(matrices, recipes, st.integers(0, 5))
def test_twins_get_the_same_score_and_rank(matrix, recipe, twin):
    found = followed(np.vstack([matrix, matrix[twin]]), recipe)
    if found:
        assert found[0].scores.composite[twin] == found[0].scores.composite[-1]
        assert found[0].ranks[twin] == found[0].ranks[-1]


@many
@given(matrices, recipes, st.integers(0, 3))
def test_constant_column_weighs_nothing_by_the_data_and_is_noticed(matrix, recipe, column):
    flat = matrix.copy()
    flat[:, column] = 3.5
    found = followed(flat, recipe)
    if found:
        assert found[0].objective.weights[column] == 0
        code = "ABCD"[column]
        assert ("constant_column", code) in [(n.code, n.column) for n in found[0].objective.notices]
