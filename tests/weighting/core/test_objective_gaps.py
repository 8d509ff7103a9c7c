"""Objective weights of a matrix with missing cells, by their definitions; and the figures each method keeps."""

import itertools

import numpy as np
import pytest

from weighting.core.derivation import WeightRecipe, objective_weights
from weighting.core.direction import positive_direction
from weighting.core.objective import METHODS
from weighting.core.refusal import MatrixRefused
from weighting.core.scaling import unit_range

CODES = ("a", "b", "c", "d", "e")
WITH_GAPS = [name for name, method in METHODS.items() if method.takes_gaps]
DIRECTIONS = np.array([1, 1, -1, 1, -1])
RNG = np.random.default_rng(5)
MATRIX = np.exp(0.4 * RNG.normal(size=(40, 1)) + 0.4 * RNG.normal(size=(40, 5))) * [10, 3, 200, 1, 6]
GAPPY = MATRIX.copy()
GAPPY[[0, 3, 6, 5], [0, 2, 2, 4]] = np.nan


def weighed(name, matrix, missing="reweight"):
    return objective_weights(matrix, DIRECTIONS, CODES, WeightRecipe(objective=name, missing=missing))


def present(matrix):
    """The present figures of every column."""
    return [column[~np.isnan(column)] for column in matrix.T]


def entropy(x):
    p = x / x.sum()
    return 1 + (p * np.log(p)).sum() / np.log(len(x))


def pairwise(matrix):
    """Correlations over the units that have both figures, pair by pair."""
    found = np.eye(matrix.shape[1])
    for i, j in itertools.permutations(range(matrix.shape[1]), 2):
        rows = ~np.isnan(matrix[:, [i, j]]).any(axis=1)
        found[i, j] = np.corrcoef(matrix[rows, i], matrix[rows, j])[0, 1]
    return found


def by_definition(name):
    """The importance of every column of the matrix with gaps, from its definition alone."""
    turned, ranged = positive_direction(GAPPY, DIRECTIONS), unit_range(GAPPY, DIRECTIONS)
    if name == "entropy":
        return [entropy(x) for x in present(turned)]
    if name == "gini":
        return [np.abs(x[:, None] - x).mean() / (2 * x.mean()) for x in present(turned)]
    if name == "variation":
        return [x.std(ddof=1) / x.mean() for x in present(turned)]
    spread = np.array([x.std(ddof=1) for x in present(ranged)])
    if name == "standard_deviation":
        return spread
    if name == "critic":
        return spread * (1 - pairwise(ranged)).sum(axis=1)
    strength, vectors = np.linalg.eigh(pairwise(GAPPY))
    return (vectors[:, strength >= 1] ** 2) @ strength[strength >= 1]


@pytest.mark.parametrize("name", WITH_GAPS)
def test_gaps_are_left_out_of_every_column_or_pair(name):
    found = weighed(name, GAPPY)

    expected = np.array(by_definition(name))
    assert found.weights == pytest.approx(expected / expected.sum(), rel=1e-12)
    assert [(n.column, n.numbers) for n in found.notices if n.code == "missing_cells"] == [
        ("a", {"cells": 1}),
        ("c", {"cells": 2}),
        ("e", {"cells": 1}),
    ]


@pytest.mark.parametrize("name", METHODS)
def test_a_complete_matrix_weighs_the_same_under_either_rule(name):
    assert weighed(name, MATRIX).weights.tolist() == weighed(name, MATRIX, "refuse").weights.tolist()


@pytest.mark.parametrize("name", METHODS)
def test_gaps_are_refused_where_the_protocol_refuses_them(name):
    with pytest.raises(MatrixRefused) as refused:
        weighed(name, GAPPY, "refuse")
    assert (refused.value.reason, refused.value.columns) == ("missing_values", ("a", "c", "e"))


@pytest.mark.parametrize("name", sorted(METHODS.keys() - set(WITH_GAPS)))
def test_methods_that_compare_whole_rows_say_so(name):
    assert name in ("merec", "cilos", "idocriw")
    with pytest.raises(MatrixRefused) as refused:
        weighed(name, GAPPY)
    assert (refused.value.reason, refused.value.columns) == ("needs_whole_rows", ("a", "c", "e"))
    assert refused.value.numbers == {"a": 1, "c": 2, "e": 1}


@pytest.mark.parametrize("name", ["critic", "principal_components"])
@pytest.mark.parametrize("rows", [list(range(38)), [0, 1, 2]], ids=["two in common", "flat in common"])
def test_pairs_without_a_correlation_are_refused_by_code(name, rows):
    matrix = MATRIX.copy()
    matrix[rows, 1] = np.nan
    matrix[rows[-1] + 1 :, 3] = 0.5
    with pytest.raises(MatrixRefused) as refused:
        weighed(name, matrix)
    assert refused.value.reason == "too_few_common_units"
    assert {"b", "d"} <= set(refused.value.columns)


@pytest.mark.parametrize("unit", [1e-90, 1e90])
@pytest.mark.parametrize("name", ["critic", "principal_components"])
def test_pairs_keep_their_correlation_in_any_unit(name, unit):
    with np.errstate(all="raise"):
        assert weighed(name, GAPPY * unit).weights == pytest.approx(weighed(name, GAPPY).weights, rel=1e-12)


def test_pairwise_correlations_that_contradict_each_other_have_no_components():
    rising, gap = [1.0, 2.0, 3.0], [np.nan] * 3
    matrix = np.array([rising + gap + rising, rising + rising + gap, gap + rising + rising[::-1]]).T
    recipe = WeightRecipe(objective="principal_components", missing="reweight")
    with pytest.raises(MatrixRefused) as refused:
        objective_weights(matrix, [1, 1, 1], ("a", "b", "c"), recipe)
    assert refused.value.reason == "indefinite"
    assert refused.value.numbers["eigenvalue"] == pytest.approx(-1)


RECKONED = {
    "entropy": lambda m: 1 - m["entropy"],
    "standard_deviation": lambda m: m["sd"] / m["range"],
    "critic": lambda m: m["sd"] * m["conflict"],
    "gini": lambda m: m["difference"] / (2 * m["mean"]),
    "cilos": lambda m: m["caused"] / m["lost"],
    "idocriw": lambda m: m["entropy_weight"] * m["loss_weight"],
    "principal_components": lambda m: sum(v**2 for k, v in m.items() if k.startswith("loading_")),
}


@pytest.mark.parametrize("name", RECKONED)
def test_importance_follows_from_the_figures_that_are_kept(name):
    found = weighed(name, GAPPY if METHODS[name].takes_gaps else MATRIX)

    assert RECKONED[name](found.measured) == pytest.approx(found.importance, rel=1e-9)
    assert found.weights == pytest.approx(found.importance / found.importance.sum(), rel=1e-14)


def test_kept_figures_are_those_of_the_columns():
    turned = positive_direction(MATRIX, DIRECTIONS)
    assert weighed("gini", MATRIX).measured["mean"] == pytest.approx(turned.mean(axis=0), rel=1e-13)
    assert weighed("standard_deviation", MATRIX).measured["range"] == pytest.approx(np.ptp(MATRIX, axis=0))
    base = weighed("merec", MATRIX).measured["base"]
    assert base == pytest.approx(np.where(DIRECTIONS == 1, MATRIX.min(axis=0), MATRIX.max(axis=0)), rel=0)
    parts = weighed("principal_components", MATRIX)
    assert sum(parts.facts["eigenvalues"]) == pytest.approx(5)
    assert len(parts.measured) == parts.facts["kept"]
    assert all(row[np.argmax(np.abs(row))] > 0 for row in parts.measured.values())
