"""Decimal arithmetic: the same results as binary up to noise, and the same bits everywhere."""

import itertools
import os
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from ranking.core.exact import exact_results
from ranking.core.published import published_results
from ranking.core.recipe import AGGREGATIONS, SCALES, Recipe, compose, shown_scores
from weighting.core.derivation import COMBINATIONS
from weighting.core.direction import NEGATIVE_TRANSFORMS
from weighting.core.refusal import MatrixRefused
from weighting.core.tree import Tree
from weighting.core.used_table import Table

ROOT = Path(__file__).resolve().parents[3]
TREE = Tree(("A", "B", "a1", "a2", "a3", "b1", "b2"), (-1, -1, 0, 0, 0, 1, 1))
EXPERTS = np.array([0.4, 0.6, 0.2, 0.3, 0.5, 0.5, 0.5])
SIGNS = [1, -1, 1, -1, 1]
REFERENCES = ("goalposts", "distance_to_target", "efficacy")


def figures(seed, gaps=False):
    matrix = np.random.default_rng(seed).lognormal(size=(9, 5)).round(3)
    if gaps:
        matrix[2, 3] = matrix[4, 1] = np.nan
    return matrix


def apart(found, exact, recipe):
    """The largest difference of any weight or score, scores as shares of the largest."""
    total = found.scores.composite
    pairs = [
        (shown_scores(total, total, recipe), exact.composite),
        (shown_scores(found.scores.nodes, total, recipe), exact.nodes),
        *zip(vars(found.weights).values(), vars(exact.weights).values(), strict=True),
    ]
    return max(np.nanmax(np.abs(a - b)) / max(1.0, np.nanmax(np.abs(a))) for a, b in pairs)


@pytest.mark.parametrize("combination", sorted(COMBINATIONS))
def test_decimals_agree_with_the_engine_under_every_rule(combination):
    scales = [name for name in SCALES if name not in REFERENCES]
    choices = itertools.product(scales, AGGREGATIONS, ("global", "group", "both"), ("refuse", "reweight"))
    compared = 0
    for number, (scale, aggregation, level, missing) in enumerate(choices):
        recipe = Recipe(
            normalization=scale,
            aggregation=aggregation,
            combination=combination,
            level=level,
            missing=missing,
            direction=list(NEGATIVE_TRANSFORMS)[number % 4],
            low=1.0,
            exponent=(0.5, -1.5, 2)[number % 3],
        )
        matrix = figures(number, gaps=missing == "reweight")
        try:
            found = compose(matrix, SIGNS, TREE, EXPERTS, recipe)
        except MatrixRefused:
            continue
        exact = exact_results(matrix, SIGNS, TREE, EXPERTS, recipe)
        assert apart(found, exact, recipe) < 1e-12, recipe
        compared += 1
    assert compared >= 50 or combination == "max_deviation"


def test_additive_scores_are_the_doubles_nearest_to_fractions():
    """Without a root the whole chain is rational: product weights of columns whose variations are given."""
    tree, matrix = Tree(("A", "B"), (-1, -1)), [[0.0, 0.0], [0.0, 2.0], [3.0, 1.0]]
    recipe = Recipe(combination="linear", alpha=1.0)
    exact = exact_results(matrix, [1, 1], tree, [0.3, 0.7], recipe)
    shares = [Fraction(3, 10), Fraction(7, 10)]
    scores = [100 * (shares[0] * x + shares[1] * y) for x, y in ((0, 0), (0, 1), (1, Fraction(1, 2)))]
    assert exact.composite.tolist() == [float(score) for score in scores]


@pytest.mark.parametrize("seed", range(20))
def test_order_of_units_changes_no_bit(seed):
    matrix, order = figures(seed), np.random.default_rng(seed).permutation(9)
    recipe = Recipe(combination="entropy", normalization="vector", aggregation=("additive", "geometric"))
    one = exact_results(matrix, SIGNS, TREE, EXPERTS, recipe)
    other = exact_results(matrix[order], SIGNS, TREE, EXPERTS, recipe)
    assert (one.composite[order] == other.composite).all()
    assert all(
        (a == b).all() for a, b in zip(vars(one.weights).values(), vars(other.weights).values(), strict=True)
    )


def test_equal_units_get_equal_scores_to_the_last_bit():
    matrix = np.vstack([figures(3)] * 3)
    composite = exact_results(matrix, SIGNS, TREE, EXPERTS, Recipe()).composite.reshape(3, -1)
    assert (composite[0] == composite[1]).all() and (composite[0] == composite[2]).all()


def test_constant_column_weighs_exactly_nothing():
    matrix = figures(5)
    matrix[:, 1] = 0.1
    weights = exact_results(matrix, SIGNS, TREE, EXPERTS, Recipe(combination="product")).weights
    assert weights.effective[3] == 0.0


def test_other_objectives_are_left_to_binary_arithmetic():
    assert exact_results(figures(1), SIGNS, TREE, EXPERTS, Recipe(objective="entropy")) is None


def test_figures_at_the_end_of_the_range_are_left_to_binary_arithmetic():
    matrix = [[1e308, -1e308], [-1e308, 1e308]]
    found = exact_results(matrix, [1, 1], Tree(("A", "B"), (-1, -1)), [0.5, 0.5], Recipe())
    assert found is None or np.isfinite(found.composite).all()


PROGRAM = """
import hashlib, numpy as np
from ranking.core.exact import exact_results
from ranking.core.published import published_results
from ranking.core.recipe import Recipe
from tests.ranking.core.test_exact import EXPERTS, SIGNS, TREE, figures
found = [exact_results(figures(seed), SIGNS, TREE, EXPERTS, Recipe(normalization="vector", aggregation="geometric"))
         for seed in range(5)]
print(hashlib.sha256(b"".join(x.composite.tobytes() + x.weights.effective.tobytes() for x in found)).hexdigest())
"""


def test_bits_are_the_same_under_hash_seed_locale_and_threads():
    settings = [
        {"PYTHONHASHSEED": "0", "LC_ALL": "C", "OPENBLAS_NUM_THREADS": "1", "NPY_DISABLE_CPU_FEATURES": ""},
        {"PYTHONHASHSEED": "4711", "LC_ALL": "de_DE.UTF-8", "OPENBLAS_NUM_THREADS": "4"},
        {"PYTHONHASHSEED": "1", "LC_ALL": "zh_CN.UTF-8", "NPY_DISABLE_CPU_FEATURES": "AVX2 FMA3"},
    ]
    found = {
        subprocess.run(
            [sys.executable, "-c", PROGRAM],
            cwd=ROOT,
            env=os.environ | setting,
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for setting in settings
    }
    assert len(found) == 1


@pytest.mark.parametrize(
    ("aggregation", "figures"),
    [("geometric", [[0.0, 1, 2], [1, 0, 2], [2, 1, 0]]), ("copeland", [[1.0, 2, 3], [2, 3, 1], [3, 1, 2]])],
)
def test_scores_without_a_leader_cannot_be_stretched(aggregation, figures):
    table = Table(("a", "b", "c"), (), np.array(figures), np.array([1, 1, 1]), ())
    tree, recipe = (
        Tree(("A", "B", "C"), (-1, -1, -1)),
        Recipe(normalization="vector", aggregation=aggregation),
    )
    with pytest.raises(MatrixRefused, match="no_leader"):
        published_results(table, tree, np.full(3, 1 / 3), recipe, {"tie_tolerance": 0})
