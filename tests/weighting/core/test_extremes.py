"""Every method on every matrix: finite weights of sum 1, or a named refusal with the columns; and digits that stay."""

import os
from decimal import Decimal, localcontext

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from ranking.core.contributions import tree_contributions
from ranking.core.recipe import AGGREGATIONS, COMBINATIONS, REFERENCES, SCALES, Recipe, compose
from ranking.core.topsis import topsis
from ranking.core.vikor import vikor
from weighting.core.derivation import WeightRecipe, objective_weights
from weighting.core.direction import NEGATIVE_TRANSFORMS
from weighting.core.objective import METHODS
from weighting.core.refusal import MatrixRefused
from weighting.core.treatment import treat_outliers
from weighting.core.tree import Tree

MORE = 40 if "HENG_CAMPAIGN" in os.environ else 1
CODES = ("A", "B", "C")
OF_NO_COLUMN = {
    "too_few_units",
    "not_a_matrix",
    "zero_total",
    "no_figure",
    "no_variation",
}  # no column is to blame
OF_NO_COLUMN |= {"missing_values", "not_finite"}  # where ranks refuse, not columns
anything = st.one_of(
    st.floats(width=64),
    st.sampled_from(
        [0.0, -0.0, 1.0, 2.0, 1e9, 1e9 + 1, 5e-324, 1e-200, 1e-100, 1e154, 1e200, 1.7e308, -1.7e308]
    ),
    st.integers(-3, 3).map(float),
)
matrices = st.integers(1, 5).flatmap(lambda units: arrays(float, (units, 3), elements=anything))
signs = st.lists(st.sampled_from([1, -1]), min_size=3, max_size=3)


@settings(deadline=None, max_examples=25 * MORE)
@given(
    matrices,
    signs,
    st.sampled_from(sorted(NEGATIVE_TRANSFORMS)),
    st.sampled_from([1e-9, 0.1, 1e9]),
    st.sampled_from(["refuse", "reweight"]),
)
@example(
    np.array([[1e200, 1.0, 2.0], [-1e200, 2.0, 1.0], [3e199, 0.0, 5.0]]),
    [1, 1, 1],
    "reciprocal",
    0.1,
    "refuse",
)
@example(np.array([[1.7e308, 1.0, 2.0], [-1.7e308, 2.0, 1.0]]), [-1, 1, 1], "max_minus", 0.1, "refuse")
@example(np.array([[5e-324, 1.0, 2.0], [0.0, 2.0, 1.0]]), [1, -1, 1], "inverse", 0.1, "reweight")
@pytest.mark.parametrize("name", list(METHODS))
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_method_gives_weights_or_a_refusal_with_the_columns(name, matrix, directions, direction, k, missing):
    recipe = WeightRecipe(objective=name, direction=direction, k=k, missing=missing)
    try:
        found = objective_weights(matrix, directions, CODES, recipe).weights
    except MatrixRefused as refused:
        assert set(refused.columns) <= set(CODES)
        assert refused.columns or refused.reason in ("too_few_units", "zero_total"), refused.reason
    else:
        assert np.isfinite(found).all() and (found >= 0).all()
        assert found.sum() == pytest.approx(1, abs=1e-12)


recipes = st.builds(
    Recipe,
    objective=st.sampled_from(list(METHODS)),
    direction=st.sampled_from(sorted(NEGATIVE_TRANSFORMS)),
    negative_values=st.sampled_from(["refuse", "zero"]),
    combination=st.sampled_from(list(COMBINATIONS)),
    level=st.sampled_from(["global", "group", "both"]),
    missing=st.sampled_from(["refuse", "group_median", "reweight"]),
    normalization=st.sampled_from(list(SCALES)),
    low=st.sampled_from([0.0, 1.0]),
    beyond=st.sampled_from(["keep", "cut"]),
    aggregation=st.sampled_from([*AGGREGATIONS, ("geometric", "additive"), ("copeland", "harmonic")]),
    exponent=st.sampled_from([-20.0, -1e-13, 0.5, 3.0]),
)
TREE = Tree(("X", "A", "B", "C"), (-1, 0, 0, -1))


@settings(deadline=None, max_examples=120 * MORE)
@given(matrices, signs, recipes)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_whole_run_gives_finite_scores_and_weights_or_a_named_refusal(matrix, directions, recipe):
    names = REFERENCES.get(recipe.normalization, ())
    pairs = {1: (0.0, 2.0), -1: (2.0, 0.0)}
    given = {
        c: pairs[sign if "satisfactory" in names else 1][2 - len(names) :]
        for c, sign in zip(CODES, directions, strict=True)
    }
    recipe = Recipe(**{**vars(recipe), "references": given})
    try:
        found = compose(matrix, directions, TREE, [0.5, 0.4, 0.6, 0.5], recipe)
    except MatrixRefused as refused:
        assert refused.reason.isidentifier()
        assert refused.columns or refused.reason in OF_NO_COLUMN, refused.reason
    else:
        assert np.isfinite(found.scores.composite).all()
        assert found.weights.effective[TREE.leaves].sum() == pytest.approx(1, abs=1e-9)
        assert found.ranks.min() == 1
        parts = tree_contributions(TREE, found.scores, recipe.exponents)
        size = np.abs(parts).sum(axis=1).max()
        assert parts.sum(axis=1) == pytest.approx(found.scores.composite, rel=1e-9, abs=1e-9 * size)


@settings(deadline=None, max_examples=40 * MORE)
@given(matrices)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_cross_checks_and_treatments_refuse_by_name_or_stay_finite(matrix):
    for work in (
        lambda: topsis(matrix, [0.5, 0.3, 0.2]),
        lambda: vikor(matrix, [0.5, 0.3, 0.2]).compromise,
        lambda: treat_outliers(matrix, bend="box_cox").matrix,
    ):
        try:
            found = work()
        except MatrixRefused:
            continue
        assert (np.isfinite(found) | np.isnan(matrix).any()).all()


FAR = 1e9 + np.random.default_rng(5).standard_normal(40)  # mean 1e9, sd 1
NEAR = np.random.default_rng(6).lognormal(0, 0.5, 40)


@pytest.mark.parametrize("direction", [1, -1])
def test_column_of_mean_1e9_and_sd_1_keeps_twelve_digits_in_every_method(direction):
    """Each importance of the far column against 60 decimal digits, in either direction."""
    matrix = np.column_stack([FAR, NEAR])
    exact = exact_importances(FAR, NEAR, direction)
    for name, expected in exact.items():
        found = METHODS[name].weigh(matrix, [direction, 1])
        measured = found.variation if name == "variation" else found.importance
        assert measured[0] == pytest.approx(expected, rel=1e-12), name


def exact_importances(far, near, direction):
    with localcontext() as context:
        context.prec = 60
        x, y = [Decimal(v) for v in far], [Decimal(v) for v in near]
        n = len(x)
        turned = x if direction == 1 else [1 / (Decimal("0.1") + max(x) + v) for v in x]
        mean = sum(turned) / n
        sd = (sum((t - mean) ** 2 for t in turned) / (n - 1)).sqrt()
        shares = [t / (n * mean) for t in turned]
        rising = sorted(turned)
        gini = sum((2 * place - n + 1) * t for place, t in enumerate(rising)) / (n * n * mean)
        span = max(x) - min(x)
        unit = [(v - min(x)) / span if direction == 1 else (max(x) - v) / span for v in x]
        centre = sum(unit) / n
        spread = (sum((u - centre) ** 2 for u in unit) / (n - 1)).sqrt()
        merec = exact_merec([(x, direction), (y, 1)])
        return {
            "variation": float(sd / mean),
            "entropy": float(1 + sum(p * p.ln() for p in shares) / Decimal(n).ln()),
            "gini": float(gini),
            "standard_deviation": float(spread),
            "critic": float(spread * (1 - exact_correlation(unit, y))),
            "merec": float(merec[0]),
        }


def exact_correlation(a, b):
    mean_a, mean_b = sum(a) / len(a), sum(b) / len(b)
    product = sum((p - mean_a) * (q - mean_b) for p, q in zip(a, b, strict=True))
    squares = sum((p - mean_a) ** 2 for p in a) * sum((q - mean_b) ** 2 for q in b)
    return product / squares.sqrt()


def exact_merec(columns):
    logs = []
    for column, sign in columns:
        base = min(column) if sign == 1 else max(column)
        logs.append([abs((v / base).ln()) for v in column])
    n = Decimal(len(columns))
    found = []
    for j in range(len(columns)):
        effects = []
        for row in zip(*logs, strict=True):
            whole, without = (1 + sum(row) / n).ln(), (1 + (sum(row) - row[j]) / n).ln()
            effects.append(abs(without - whole))
        found.append(sum(effects))
    return found


def test_far_column_keeps_twelve_digits_under_impact_loss_and_principal_components():
    far = np.array([[1e9 + 4, 1.0], [1e9, 2.0], [1e9 + 2, 1.5]])
    loss = (
        Decimal(4) / Decimal(1e9 + 4),
        Decimal("0.5"),
    )  # what column 1 loses where 2 leads, and 2 where 1 leads

    found = METHODS["cilos"].weigh(far, [1, 1]).weights

    assert found[0] / found[1] == pytest.approx(float(loss[1] / loss[0]), rel=1e-12)
    shifted = (
        METHODS["principal_components"].weigh(np.column_stack([FAR - 1e9, NEAR, NEAR**2]), [1, 1, 1]).weights
    )
    there = METHODS["principal_components"].weigh(np.column_stack([FAR, NEAR, NEAR**2]), [1, 1, 1]).weights
    assert there == pytest.approx(shifted, rel=1e-12)
