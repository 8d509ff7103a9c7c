"""One recipe from raw figures to ranks: every choice by name, every intermediate table kept."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial

import numpy as np

from ranking.core.copeland import copeland
from ranking.core.means import arithmetic_mean, geometric_mean, harmonic_mean, power_mean
from ranking.core.normalization import Normalized, min_max, vector
from ranking.core.ranks import competition_ranks
from ranking.core.reference_scales import distance_to_target, efficacy, goalposts
from ranking.core.share_scales import max_share, sum_share
from ranking.core.standard_scores import rank_score, z_score
from ranking.core.tree_scores import TreeScores, score_tree
from weighting.core.criterion import ObjectiveWeights
from weighting.core.derivation import (
    COMBINATIONS,
    WeightRecipe,
    combining,
    objective_weights,
    recipe_choices,
)
from weighting.core.hierarchy import CombinedWeights
from weighting.core.missing import fill_with_group_median
from weighting.core.objective import METHODS
from weighting.core.refusal import MatrixRefused
from weighting.core.tree import Tree
from weighting.core.variation import VariationWeights

SCALES = {
    "min_max": min_max,
    "vector": vector,
    "sum": sum_share,
    "max": max_share,
    "z_score": z_score,
    "rank": rank_score,
    "goalposts": goalposts,
    "distance_to_target": distance_to_target,
    "efficacy": efficacy,
}
REFERENCES = {  # what a scale must be told of every indicator, in this order
    "goalposts": ("lower", "upper"),
    "distance_to_target": ("target",),
    "efficacy": ("unacceptable", "satisfactory"),
}
BEYOND = ("keep", "cut")
TURNING_SCALES = ("vector", "sum", "max")
AGGREGATIONS = {
    "additive": arithmetic_mean,
    "geometric": geometric_mean,
    "harmonic": harmonic_mean,
    "power": power_mean,
    "copeland": copeland,
}


@dataclass(frozen=True)
class Recipe(WeightRecipe):
    """Choices from raw figures to ranks: those of `WeightRecipe`, and these.

    Attributes
    ----------
    normalization : str
        A name in ``SCALES``.
    low, high : float
        Ends of the ``min_max``, ``rank``, ``goalposts`` and ``distance_to_target`` scales; low above 0 for
        geometric means.
    references : mapping of str to sequence of float
        By code of the indicator the figures that ``REFERENCES`` names for the scale: goalposts (lower, upper),
        distance_to_target (target,), efficacy (unacceptable, satisfactory).
    beyond : {"keep", "cut"}
        Figures beyond their references score beyond the scale, or at its end.
    aggregation : str or tuple of str
        A name in ``AGGREGATIONS``, or one a level from the composite downward.
    exponent : float
        Of the power mean.
    tolerance : float
        Scores within it tie.
    """

    normalization: str = "min_max"
    low: float = 0.0
    high: float = 100.0
    references: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    beyond: str = "keep"
    aggregation: str | tuple[str, ...] = "additive"
    exponent: float = 0.5
    tolerance: float = 0.0

    @property
    def is_additive(self):
        """Whether the arithmetic mean is used at every level."""
        names = (self.aggregation,) if isinstance(self.aggregation, str) else self.aggregation
        return set(names) == {"additive"}

    @property
    def exponents(self):
        """Exponent of the mean, None for Copeland; one for all levels, or one a level as ``aggregation`` has them."""
        known = {
            "additive": 1.0,
            "geometric": 0.0,
            "harmonic": -1.0,
            "power": self.exponent,
            "copeland": None,
        }
        if isinstance(self.aggregation, str):
            return known[self.aggregation]
        return tuple(known[name] for name in self.aggregation)


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
    together = combining(figures, directions, codes, recipe)
    weights = together.levels(tree, expert_local, objective.weights, recipe.level)
    gaps = "reweight" if recipe.missing == "reweight" else "refuse"
    scores = score_tree(tree, normalized.values, weights.combined, rules=rules_of(recipe), missing=gaps)
    ranks = competition_ranks(scores.composite, tolerance=recipe.tolerance)
    return Composite(figures, objective, normalized, weights, scores, ranks)


def recipe_of(weighting, ranking):
    """Return the recipe of a protocol's sections ``weighting`` and ``ranking``."""
    aggregation = ranking["aggregation"]
    return Recipe(
        **recipe_choices(weighting),
        normalization=ranking["normalization"],
        low=float(ranking["low"]),
        high=float(ranking.get("high", 100)),
        references={code: tuple(figures) for code, figures in ranking.get("references", {}).items()},
        beyond=ranking.get("beyond", "keep"),
        aggregation=aggregation if isinstance(aggregation, str) else tuple(aggregation),
        exponent=ranking["exponent"],
    )


def normalize(figures, directions, codes, recipe):
    """Normalise by the recipe's scale with the parameters it takes."""
    scale = SCALES[recipe.normalization]
    if recipe.normalization in TURNING_SCALES:
        return scale(figures, directions, k=recipe.k, method=recipe.direction, codes=codes)
    if recipe.normalization == "z_score":
        return scale(figures, directions, codes=codes)
    if recipe.normalization not in REFERENCES:
        return scale(figures, directions, low=recipe.low, high=recipe.high, codes=codes)
    ends = {} if recipe.normalization == "efficacy" else {"low": recipe.low, "high": recipe.high}
    references = references_of(recipe, codes)
    return scale(figures, directions, *references, **ends, clip=recipe.beyond == "cut", codes=codes)


def references_of(recipe, codes):
    """Return the references of a scale as one array (n,) for each that it takes.

    Raises
    ------
    MatrixRefused
        ``no_reference`` with the codes that have none, ``references_do_not_match`` with those that have another
        number of figures.

    Examples
    --------
    >>> references_of(Recipe(normalization="goalposts", references={"A": (0, 10)}), ("A",))
    [array([0.]), array([10.])]
    """
    names = REFERENCES[recipe.normalization]
    unknown = [code for code in codes if code not in recipe.references]
    if unknown:
        raise MatrixRefused("no_reference", unknown)
    given = [tuple(recipe.references[code]) for code in codes]
    odd = [code for code, figures in zip(codes, given, strict=True) if len(figures) != len(names)]
    if odd:
        raise MatrixRefused("references_do_not_match", odd)
    return list(np.array(given, dtype=np.float64).T)


def shown_scores(scores, composite, recipe):
    """Bring scores to the scale on which they are shown.

    Parameters
    ----------
    scores : ndarray
        Of the composite or of nodes below it.
    composite : ndarray, shape (U,)
    recipe : Recipe

    Returns
    -------
    ndarray
        On the vector scale 100 times their share of the leader's composite, else the scores themselves.

    Examples
    --------
    >>> shown_scores(np.array([0.3, 0.6]), np.array([0.3, 0.6]), Recipe(normalization="vector"))
    array([ 50., 100.])
    """
    return 100 * scores / composite.max() if recipe.normalization == "vector" else scores


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
        (recipe.beyond, BEYOND),
        *((name, AGGREGATIONS) for name in aggregations),
    ]
    unknown = [name for name, names in known if name not in names]
    if unknown:
        raise MatrixRefused("unknown_choice", numbers={"names": unknown})
