"""One recipe from raw figures to ranks: every choice by name, every intermediate table kept."""

from dataclasses import dataclass
from functools import partial

import numpy as np

from ranking.core.copeland import copeland
from ranking.core.means import arithmetic_mean, geometric_mean, harmonic_mean, power_mean
from ranking.core.normalization import Normalized, min_max, vector
from ranking.core.ranks import competition_ranks
from ranking.core.share_scales import max_share, sum_share
from ranking.core.standard_scores import rank_score, z_score
from ranking.core.tree_scores import TreeScores, score_tree
from weighting.core.combination import (
    entropy_combination,
    game_theory_combination,
    linear_combination,
    max_deviation_combination,
    product_combination,
)
from weighting.core.criterion import ObjectiveWeights
from weighting.core.hierarchy import CombinedWeights, combine_levels
from weighting.core.missing import fill_with_group_median
from weighting.core.objective import METHODS
from weighting.core.refusal import MatrixRefused
from weighting.core.tree import Tree
from weighting.core.variation import VariationWeights, variation_weights

COMBINATIONS = {
    "product": product_combination,
    "linear": linear_combination,
    "entropy": entropy_combination,
    "game_theory": game_theory_combination,
    "max_deviation": max_deviation_combination,
}
SCALES = {
    "min_max": min_max,
    "vector": vector,
    "sum": sum_share,
    "max": max_share,
    "z_score": z_score,
    "rank": rank_score,
}
TURNING_SCALES = ("vector", "sum", "max")
AGGREGATIONS = {
    "additive": arithmetic_mean,
    "geometric": geometric_mean,
    "harmonic": harmonic_mean,
    "power": power_mean,
    "copeland": copeland,
}


@dataclass(frozen=True)
class Recipe:
    """Choices from raw figures to ranks.

    Attributes
    ----------
    objective : str
        Weights of the data, a name in `weighting.core.objective.METHODS`.
    direction, k, negative_values
        Of negative columns and of negative figures in the variation weights.
    combination, alpha, level
        Of experts' and data's weights; alpha for ``linear`` only; level ``global`` or ``group``.
    normalization : str
        A name in ``SCALES``.
    low : float
        Lowest figure of ``min_max`` and ``rank`` scales (highest 100); above 0 for geometric means.
    aggregation : str or tuple of str
        A name in ``AGGREGATIONS``, or one a level from the composite downward.
    exponent : float
        Of the power mean.
    missing : {"refuse", "group_median", "reweight"}
    tolerance : float
        Scores within it tie.
    """

    objective: str = "variation"
    direction: str = "reciprocal"
    k: float = 0.1
    negative_values: str = "refuse"
    combination: str = "entropy"
    alpha: float = 0.5
    level: str = "global"
    normalization: str = "min_max"
    low: float = 0.0
    aggregation: str | tuple[str, ...] = "additive"
    exponent: float = 0.5
    missing: str = "refuse"
    tolerance: float = 0.0


@dataclass(frozen=True)
class Composite:
    """All tables on the way from raw figures to ranks.

    Attributes
    ----------
    matrix : ndarray (U, n)
        Raw figures as used, gaps filled where the recipe says so.
    objective : VariationWeights or ObjectiveWeights
    normalized : Normalized
    weights : CombinedWeights
    scores : TreeScores
    ranks : ndarray of int64 (U,)
    """

    matrix: np.ndarray
    objective: VariationWeights | ObjectiveWeights
    normalized: Normalized
    weights: CombinedWeights
    scores: TreeScores
    ranks: np.ndarray


def compose(matrix, directions, tree: Tree, expert_local, recipe=None, *, groups=None) -> Composite:
    """Follow a recipe: weigh by the data, combine with the experts, normalise, aggregate, rank.

    Parameters
    ----------
    matrix : array_like, shape (U, leaves)
        Raw figures in the order of ``tree.leaves``; NaN is missing.
    directions : array_like of int, shape (leaves,)
    tree : Tree
    expert_local : array_like, shape (nodes,)
        Experts' weights, sum 1 inside every group.
    recipe : Recipe, optional
    groups : array_like, shape (U,), optional
        Groups of units for ``group_median``.

    Returns
    -------
    Composite

    Raises
    ------
    MatrixRefused
        ``unknown_choice`` with the name, and what the steps refuse; columns are named by the tree's codes.

    Examples
    --------
    >>> tree = Tree(("A", "B"), (-1, -1))
    >>> found = compose([[1.0, 9.0], [2.0, 4.0], [5.0, 1.0]], [1, -1], tree, [0.5, 0.5])
    >>> found.ranks
    array([3, 2, 1])
    """
    recipe = recipe or Recipe()
    refuse_unknown(recipe)
    codes = tuple(tree.codes[leaf] for leaf in tree.leaves)
    figures = np.asarray(matrix, dtype=np.float64)
    if recipe.missing == "group_median":
        figures = fill_with_group_median(figures, groups, codes=codes).matrix
    objective = objective_weights(figures, directions, codes, recipe)
    normalized = normalize(figures, directions, codes, recipe)
    weights = combine(tree, expert_local, objective.weights, normalized.values, recipe)
    gaps = "reweight" if recipe.missing == "reweight" else "refuse"
    scores = score_tree(tree, normalized.values, weights.combined, rules=rules_of(recipe), missing=gaps)
    ranks = competition_ranks(scores.composite, tolerance=recipe.tolerance)
    return Composite(figures, objective, normalized, weights, scores, ranks)


def objective_weights(figures, directions, codes, recipe):
    """Weigh by the data; only variation weights can do with the cells available."""
    if recipe.objective != "variation":
        return METHODS[recipe.objective].weigh(figures, directions, codes=codes)
    return variation_weights(
        figures,
        directions,
        codes=codes,
        k=recipe.k,
        method=recipe.direction,
        negative_values=recipe.negative_values,
        missing="available" if recipe.missing == "reweight" else "refuse",
    )


def normalize(figures, directions, codes, recipe):
    """Normalise by the recipe's scale with the parameters it takes."""
    scale = SCALES[recipe.normalization]
    if recipe.normalization in TURNING_SCALES:
        return scale(figures, directions, k=recipe.k, method=recipe.direction, codes=codes)
    if recipe.normalization == "z_score":
        return scale(figures, directions, codes=codes)
    return scale(figures, directions, low=recipe.low, codes=codes)


def combine(tree, expert_local, variation, normalized, recipe):
    """Combine experts' and data's weights by the recipe's rule and level."""
    rule = COMBINATIONS[recipe.combination]
    if recipe.combination == "linear":
        rule = partial(rule, alpha=recipe.alpha)
    data = normalized if recipe.combination == "max_deviation" else None
    return combine_levels(tree, expert_local, variation, rule, level=recipe.level, matrix=data)


def rules_of(recipe):
    """Return the aggregation rule, or one a level."""
    if isinstance(recipe.aggregation, str):
        return rule_of(recipe.aggregation, recipe)
    return tuple(rule_of(name, recipe) for name in recipe.aggregation)


def rule_of(name, recipe):
    """Return one aggregation rule with the recipe's exponent."""
    return partial(power_mean, exponent=recipe.exponent) if name == "power" else AGGREGATIONS[name]


def refuse_unknown(recipe):
    """Refuse names that no table knows."""
    aggregations = (recipe.aggregation,) if isinstance(recipe.aggregation, str) else recipe.aggregation
    known = [
        (recipe.objective, METHODS),
        (recipe.combination, COMBINATIONS),
        (recipe.normalization, SCALES),
        (recipe.missing, ("refuse", "group_median", "reweight")),
        *((name, AGGREGATIONS) for name in aggregations),
    ]
    unknown = [name for name, names in known if name not in names]
    if unknown:
        raise MatrixRefused("unknown_choice", numbers={"names": unknown})
