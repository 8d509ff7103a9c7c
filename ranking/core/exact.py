"""Scores worked out once more with 50 decimal digits: what is published and what a verifier finds again."""

from dataclasses import dataclass
from decimal import localcontext

import numpy as np

from ranking.core.copeland import copeland
from ranking.core.means import NEARLY_ZERO
from ranking.core.recipe import Recipe, normalize
from weighting.core.exact import (
    ZERO,
    arithmetic,
    closed,
    decimal,
    decimal_columns,
    decimal_weights,
    doubles,
    moments,
    turned_columns,
)
from weighting.core.hierarchy import CombinedWeights
from weighting.core.tree import Tree


@dataclass(frozen=True)
class ExactResults:
    """Weights of all nodes, and scores on the scale on which they are shown: the nearest doubles.

    Attributes
    ----------
    weights : CombinedWeights
    nodes : ndarray (U, nodes)
        NaN where a unit has no figure that carries weight under the node.
    composite : ndarray (U,)
    """

    weights: CombinedWeights
    nodes: np.ndarray
    composite: np.ndarray


def exact_results(matrix, directions, tree: Tree, expert_local, recipe: Recipe) -> ExactResults | None:
    """Follow a recipe with decimals, see `ranking.core.recipe.compose` for what it means.

    Parameters
    ----------
    matrix : array_like, shape (U, leaves)
        Figures as used; NaN is missing. The order of the units has no effect beyond the 34th digit.
    directions : sequence of int
    tree : Tree
    expert_local : array_like, shape (nodes,)
    recipe : Recipe

    Returns
    -------
    ExactResults or None
        None where the data's weights are not those of the variation: the other methods need logarithms of
        sums, eigenvectors or searches, and are worked out in binary alone.

    Examples
    --------
    >>> tree = Tree(("A", "B"), (-1, -1))
    >>> found = exact_results([[1.0, 9.0], [2.0, 4.0], [5.0, 1.0]], [1, -1], tree, [0.5, 0.5], Recipe())
    >>> found.composite.round(3)
    array([  0.  ,  39.12, 100.  ])
    """
    if recipe.objective != "variation":
        return None
    try:
        with localcontext(arithmetic()):
            return followed(matrix, directions, tree, expert_local, recipe)
    except ArithmeticError:  # figures at the very end of the range, which binary numbers lose in silence
        return None


def followed(matrix, directions, tree, expert_local, recipe):
    """Return the results inside the decimal context; None where a double cannot hold them."""
    weights = decimal_weights(matrix, directions, tree, expert_local, recipe)
    rows = list(zip(*normalized_columns(matrix, directions, tree, recipe), strict=True))
    nodes, composite = scored(tree, rows, weights.combined, recipe)
    if recipe.normalization == "vector":
        best = max(composite)
        composite = [100 * score / best for score in composite]
        nodes = [[None if score is None else 100 * score / best for score in unit] for unit in nodes]
    found = ExactResults(weights.as_floats(), np.array([doubles(unit) for unit in nodes]), doubles(composite))
    return found if np.isfinite(found.composite).all() else None


def normalized_columns(matrix, directions, tree, recipe):
    """Return the columns on the recipe's scale; others work cell by cell, where doubles agree."""
    columns = decimal_columns(matrix)
    if recipe.normalization in SCALES:
        scale = SCALES[recipe.normalization]
        return [scale(c, d, recipe) for c, d in zip(columns, directions, strict=True)]
    codes = tuple(tree.codes[leaf] for leaf in tree.leaves)
    return decimal_columns(normalize(np.asarray(matrix, dtype=float), directions, codes, recipe).values)


def by_range(column, direction, recipe):
    """Stretch a column between the ends of the scale; a constant one gets the middle."""
    present = [x for x in column if x is not None]
    low, high, smallest, largest = *ends_of(recipe), min(present), max(present)
    if smallest == largest:
        return [None if x is None else low + (high - low) / 2 for x in column]
    worst = smallest if direction == 1 else largest
    return [None if x is None else low + (high - low) * abs(x - worst) / (largest - smallest) for x in column]


def by_spread(column, direction, recipe):
    """Return standard deviations (n - 1) from the mean; 0 in a constant column."""
    mean, sd = moments([x for x in column if x is not None])
    return [None if x is None else (direction * (x - mean) / sd if sd > 0 else ZERO) for x in column]


def by_measure(measure):
    """Return a scale that divides a column in positive direction by a measure of it."""

    def scale(column, direction, recipe):
        (turned,) = turned_columns([column], [direction], recipe)
        whole = measure([x for x in turned if x is not None])
        return [None if x is None else x / whole for x in turned]

    return scale


def ends_of(recipe):
    """Return both ends of the recipe's scale."""
    return decimal(recipe.low), decimal(getattr(recipe, "high", 100.0))


SCALES = {
    "min_max": by_range,
    "z_score": by_spread,
    "vector": by_measure(lambda figures: sum(x * x for x in figures).sqrt()),
    "sum": by_measure(sum),
    "max": by_measure(max),
}


def scored(tree, rows, local, recipe):
    """Return the scores of all nodes for every unit, and the composites."""
    names = (recipe.aggregation,) * tree.depth if isinstance(recipe.aggregation, str) else recipe.aggregation
    nodes = [[None] * len(tree.codes) for _ in rows]
    for unit, row in zip(nodes, rows, strict=True):
        for leaf, figure in zip(tree.leaves.tolist(), row, strict=True):
            unit[leaf] = figure
    composite = None
    for group in sorted(tree.groups, key=lambda group: -tree.levels[group[0]]):
        members, parent = group.tolist(), tree.parents[group[0]]
        weights, name = [local[node] for node in members], names[tree.levels[members[0]]]
        table = [[unit[node] for node in members] for unit in nodes]
        if name == "copeland":  # whole numbers: wins less losses
            wins = copeland([doubles(figures) for figures in table], doubles(weights))
            scores = [decimal(win) for win in wins]
        else:
            scores = [mean_of(figures, weights, name, recipe) for figures in table]
        if parent == -1:
            composite = scores
        else:
            for unit, score in zip(nodes, scores, strict=True):
                unit[parent] = score
    return nodes, composite


def mean_of(figures, weights, name, recipe):
    """Return the mean of the figures present, their weights closed; None where none of them carries weight."""
    pairs = [(x, w) for x, w in zip(figures, weights, strict=True) if x is not None and w > 0]
    if not pairs:
        return None
    values, shares = [x for x, _ in pairs], closed([w for _, w in pairs])
    exponent = {"additive": 1.0, "geometric": 0.0, "harmonic": -1.0}.get(name, recipe.exponent)
    if exponent == 1:
        return sum(x * w for x, w in zip(values, shares, strict=True))
    if abs(exponent) < NEARLY_ZERO:
        return ZERO if ZERO in values else sum(w * x.ln() for x, w in zip(values, shares, strict=True)).exp()
    return power_of(values, shares, decimal(exponent))


def power_of(values, shares, exponent):
    """Return (sum of w x^p)^(1/p); 0 where a 0 carries weight and p < 0."""
    if exponent < 0 and ZERO in values:
        return ZERO
    total = sum(w * (exponent * x.ln()).exp() for x, w in zip(values, shares, strict=True) if x > 0)
    return (total.ln() / exponent).exp() if total > 0 else ZERO
