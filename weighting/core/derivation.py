"""One recipe from figures to weights: every choice by name."""

from dataclasses import dataclass
from functools import partial

import numpy as np

from weighting.core.combination import (
    entropy_combination,
    game_theory_combination,
    linear_combination,
    max_deviation_combination,
    product_combination,
)
from weighting.core.criterion import ObjectiveWeights
from weighting.core.direction import positive_direction
from weighting.core.hierarchy import CombinedWeights, combine_levels
from weighting.core.matrix import as_matrix, picked
from weighting.core.objective import METHODS
from weighting.core.refusal import MatrixRefused
from weighting.core.tree import Tree
from weighting.core.variation import VariationWeights

COMBINATIONS = {
    "product": product_combination,
    "linear": linear_combination,
    "entropy": entropy_combination,
    "game_theory": game_theory_combination,
    "max_deviation": max_deviation_combination,
}
NEEDING_FIGURES = ("max_deviation",)
ON_TURNED_COLUMNS = ("variation", "entropy", "gini", "idocriw")  # methods that work on x'


@dataclass(frozen=True)
class WeightRecipe:
    """Choices from figures to combined weights.

    Attributes
    ----------
    objective : str
        Weights of the data, a name in `weighting.core.objective.METHODS`.
    direction, k, negative_values
        Of negative columns and of negative figures in the variation weights.
    combination, alpha, level
        Of experts' and data's weights; alpha for ``linear`` only; level ``global``, ``group`` or ``both``.
    missing : {"refuse", "group_median", "reweight"}
    """

    objective: str = "variation"
    direction: str = "reciprocal"
    k: float = 0.1
    negative_values: str = "refuse"
    combination: str = "entropy"
    alpha: float = 0.5
    level: str = "global"
    missing: str = "refuse"


def weight_recipe(rules) -> WeightRecipe:
    """Return the recipe of the weighting section of a protocol."""
    return WeightRecipe(**recipe_choices(rules))


def recipe_choices(rules):
    """Return the arguments of a recipe that the weighting section of a protocol sets.

    Units with gaps are left out, and gaps are filled, before the recipe is followed.
    """
    choices = {
        name: rules[name] for name in ("objective", "k", "negative_values", "combination", "alpha", "level")
    }
    missing = "reweight" if rules["missing"] == "reweight" else "refuse"
    return choices | {"direction": rules["negative_direction"], "missing": missing}


def objective_weights(figures, directions, codes, recipe) -> VariationWeights | ObjectiveWeights:
    """Weigh by the data, under ``reweight`` on the cells available.

    Parameters
    ----------
    figures : ndarray, shape (U, n)
    directions : array_like of int, shape (n,)
    codes : sequence of str
    recipe : WeightRecipe

    Returns
    -------
    VariationWeights or ObjectiveWeights

    Raises
    ------
    MatrixRefused
        As the method does; ``needs_whole_rows`` with the columns that have gaps where the method compares whole rows
        (MEREC, CILOS, IDOCRIW).

    Examples
    --------
    >>> objective_weights([[1.0, 10.0], [3.0, 12.0]], [1, 1], ("a", "b"), WeightRecipe()).weights
    array([0.84615385, 0.15384615])
    """
    method, options = METHODS[recipe.objective], {"codes": codes}
    if recipe.objective in ON_TURNED_COLUMNS:
        options |= {"k": recipe.k, "method": recipe.direction}
    if recipe.missing == "reweight" and method.takes_gaps:
        options["missing"] = "available"
    elif recipe.missing == "reweight":
        refuse_gappy_rows(figures, codes)
    if recipe.objective == "variation":
        options["negative_values"] = recipe.negative_values
    return method.weigh(figures, directions, **options)


def refuse_gappy_rows(figures, codes):
    """Refuse missing cells for a method that compares whole rows."""
    gaps = np.isnan(as_matrix(figures)).sum(axis=0)
    if gaps.any():
        columns = picked(codes, gaps > 0)
        cells = dict(zip(columns, gaps[gaps > 0].tolist(), strict=True))
        raise MatrixRefused("needs_whole_rows", columns, cells)


def combining(figures, directions, codes, recipe):
    """Return the recipe's combination as a function of experts' and data's weights, and the figures it needs.

    Parameters
    ----------
    figures, directions, codes
        As in `objective_weights`.
    recipe : WeightRecipe

    Returns
    -------
    Combining
        ``max_deviation`` comes with R, the columns of x' scaled to length 1; the others need no figures.

    Examples
    --------
    >>> combining([[1.0], [3.0]], [1], ("a",), WeightRecipe(combination="product")).matrix is None
    True
    """
    rule = COMBINATIONS[recipe.combination]
    if recipe.combination == "linear":
        rule = partial(rule, alpha=recipe.alpha)
    if recipe.combination not in NEEDING_FIGURES:
        return Combining(rule, None)
    turned = positive_direction(figures, directions, method=recipe.direction, k=recipe.k, codes=codes)
    length = np.sqrt(np.nansum(turned**2, axis=0))
    return Combining(rule, turned / np.where(length > 0, length, 1.0))


@dataclass(frozen=True)
class Combining:
    """A combination ready for use: the rule, and the figures it needs or None."""

    rule: object
    matrix: np.ndarray | None

    def levels(self, tree: Tree, expert_local, variation_leaf, level) -> CombinedWeights:
        """Combine over the tree, see `weighting.core.hierarchy.combine_levels`."""
        return combine_levels(tree, expert_local, variation_leaf, self.rule, level=level, matrix=self.matrix)
