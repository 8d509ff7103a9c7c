"""The same figures ranked in other ways, as checks of a ranking: another alpha, TOPSIS, VIKOR."""

from dataclasses import dataclass
from functools import partial

import numpy as np

from ranking.core.ranks import competition_ranks
from ranking.core.shift import average_shift, rank_correlation
from ranking.core.topsis import topsis
from ranking.core.tree_scores import score_tree
from ranking.core.vikor import vikor
from weighting.core.combination import linear_combination
from weighting.core.hierarchy import combine_levels
from weighting.core.refusal import MatrixRefused
from weighting.core.tree import Tree

ALPHAS = tuple(step / 10 for step in range(11))


@dataclass(frozen=True)
class AlphaSweep:
    """Weights and ranks as alpha goes from the data's weights alone (0) to the experts' alone (1).

    Attributes
    ----------
    alphas : tuple of float (A,)
    weights : ndarray (A, nodes)
        Effective weight of every node.
    ranks : ndarray of int64 (A, U)
    shift : ndarray (A,)
        Average shift in rank against the ranks given.
    correlation : ndarray (A,)
        Spearman's correlation with them; NaN where all units share one rank.
    """

    alphas: tuple[float, ...]
    weights: np.ndarray
    ranks: np.ndarray
    shift: np.ndarray
    correlation: np.ndarray


def alpha_ranks(
    tree: Tree, values, expert_local, variation_leaf, published, *, rules, level="global", missing="refuse",
    tolerance=0.0, alphas=ALPHAS,
) -> AlphaSweep:  # fmt: skip
    """Combine linearly with every alpha and rank again, all else as published.

    Parameters
    ----------
    tree : Tree
    values : array_like, shape (U, leaves)
        Normalised figures.
    expert_local : array_like, shape (nodes,)
    variation_leaf : array_like, shape (leaves,)
        The data's weights, sum 1.
    published : array_like of int, shape (U,)
    rules, missing
        Of `ranking.core.tree_scores.score_tree`.
    level : {"global", "group", "both"}
    tolerance : float
        Scores within it tie, in the unit of the scores.
    alphas : sequence of float
        In [0, 1].

    Returns
    -------
    AlphaSweep

    Raises
    ------
    MatrixRefused
        ``alpha_out_of_range`` and those of the combination and the aggregation.

    Examples
    --------
    >>> from ranking.core.means import arithmetic_mean
    >>> tree, figures = Tree(("A", "B"), (-1, -1)), [[100.0, 0.0], [0.0, 100.0]]
    >>> found = alpha_ranks(tree, figures, [0.9, 0.1], [0.2, 0.8], [1, 2], rules=arithmetic_mean, alphas=(0, 1))
    >>> found.ranks.tolist(), found.shift.tolist()
    ([[2, 1], [1, 2]], [1.0, 0.0])
    """
    weights, ranks = [], []
    for alpha in alphas:
        rule = partial(linear_combination, alpha=alpha)
        found = combine_levels(tree, expert_local, variation_leaf, rule, level=level)
        scores = score_tree(tree, values, found.combined, rules=rules, missing=missing).composite
        weights.append(found.effective)
        ranks.append(competition_ranks(scores, tolerance=tolerance))
    correlation = np.array([correlated(published, one) for one in ranks])
    return AlphaSweep(
        tuple(alphas),
        np.array(weights),
        np.array(ranks),
        average_shift(published, np.array(ranks)),
        correlation,
    )


@dataclass(frozen=True)
class CrossCheck:
    """One other method on the same figures and weights.

    Attributes
    ----------
    name : str
        ``topsis`` or ``vikor``.
    scores : ndarray (U,) or None
        Closeness C (more is better) or compromise Q (less is better); None where the method refuses.
    ranks : ndarray of int64 (U,) or None
    shift, correlation : float or None
        Against the ranks given.
    refusal : MatrixRefused or None
    """

    name: str
    scores: np.ndarray | None = None
    ranks: np.ndarray | None = None
    shift: float | None = None
    correlation: float | None = None
    refusal: MatrixRefused | None = None


METHODS = {
    "topsis": lambda values, weights: (topsis(values, weights), 1.0),
    "vikor": lambda values, weights: (vikor(values, weights).compromise, -1.0),
}


def cross_checks(values, weights, published) -> tuple[CrossCheck, ...]:
    """Rank by TOPSIS and VIKOR.

    Parameters
    ----------
    values : array_like, shape (U, leaves)
        Normalised figures, more is better, complete.
    weights : array_like, shape (leaves,)
        Effective weights.
    published : array_like of int, shape (U,)

    Returns
    -------
    tuple of CrossCheck

    Examples
    --------
    >>> found = cross_checks([[1.0, 1.0], [0.0, 0.0], [1.0, 0.0]], [0.5, 0.5], [1, 3, 2])
    >>> [(check.name, check.ranks.tolist(), check.shift) for check in found]
    [('topsis', [1, 3, 2], 0.0), ('vikor', [1, 3, 2], 0.0)]
    """
    found = []
    for name, method in METHODS.items():
        try:
            scores, sign = method(values, weights)
            ranks = competition_ranks(sign * scores)
        except MatrixRefused as refusal:
            found.append(CrossCheck(name, refusal=refusal))
            continue
        shift = float(average_shift(published, ranks))
        found.append(CrossCheck(name, scores, ranks, shift, correlated(published, ranks)))
    return tuple(found)


def correlated(published, ranks):
    """Return Spearman's correlation, NaN where one side does not vary."""
    try:
        return float(rank_correlation(published, ranks))
    except MatrixRefused:
        return float("nan")
