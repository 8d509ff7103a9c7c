"""Every scale on a column that cannot be used: a refusal by name with the column's code, or a notice with it."""

import numpy as np
import pytest

from ranking.core.recipe import REFERENCES, SCALES, Recipe, compose, normalize
from weighting.core.objective import METHODS
from weighting.core.refusal import MatrixRefused
from weighting.core.tree import Tree

CODES = ("A", "B", "C")
TREE = Tree(CODES, (-1, -1, -1))
MATRIX = np.array([[1.0, 2, 3], [2, 5, 1], [4, 3, 2], [3, 9, 9]])
ALL_ZERO = {"vector": "zero_scaled", "sum": "nonpositive_sum", "max": "nonpositive_largest"}
ALL_NEGATIVE = {"sum": "nonpositive_sum", "max": "nonpositive_largest"}


def recipe_with(scale, **choices):
    references = {1: (20.0,), 2: (-10.0, 10.0), 0: ()}[len(REFERENCES.get(scale, ()))]
    return Recipe(normalization=scale, references=dict.fromkeys(CODES, references), **choices)


def scaled(scale, column):
    matrix = MATRIX.copy()
    matrix[:, 1] = column
    return normalize(matrix, [1, 1, 1], CODES, recipe_with(scale))


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize(
    ("column", "reason"), [([1, np.inf, 2, 3], "not_finite"), ([np.nan] * 4, "empty_column")]
)
def test_scale_refuses_an_unusable_column_by_its_code(scale, column, reason):
    with pytest.raises(MatrixRefused) as refused:
        scaled(scale, column)

    assert (refused.value.reason, refused.value.columns) == (reason, ("B",))


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize(("column", "refusals"), [(0.0, ALL_ZERO), ([-1, -5, -3, -2], ALL_NEGATIVE)])
def test_zeros_and_negative_figures_are_refused_only_where_the_scale_has_no_place_for_them(
    scale, column, refusals
):
    if scale in refusals:
        with pytest.raises(MatrixRefused) as refused:
            scaled(scale, column)
        assert (refused.value.reason, refused.value.columns) == (refusals[scale], ("B",))
    else:
        found = scaled(scale, column)
        assert np.isfinite(found.values).all()
        constant = [n.column for n in found.notices if n.code == "constant_column"]
        assert constant == (["B"] if column == 0.0 else [])


@pytest.mark.parametrize("objective", METHODS)
@pytest.mark.parametrize("scale", SCALES)
def test_single_unit_has_no_ranking(scale, objective):
    with pytest.raises(MatrixRefused) as refused:
        compose(MATRIX[:1], [1, 1, 1], TREE, [0.3, 0.3, 0.4], recipe_with(scale, objective=objective))

    assert (refused.value.reason, refused.value.numbers) == ("too_few_units", {"units": 1})


@pytest.mark.parametrize("aggregation", ["geometric", "harmonic", "power"])
def test_run_that_needs_figures_above_zero_names_the_indicators_below(aggregation):
    with pytest.raises(MatrixRefused) as refused:
        compose(MATRIX, [1, 1, 1], TREE, [0.3, 0.3, 0.4], recipe_with("z_score", aggregation=aggregation))

    assert (refused.value.reason, refused.value.columns) == ("negative_figures", CODES)
