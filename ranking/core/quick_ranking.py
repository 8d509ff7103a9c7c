"""From raw figures to weights, scores and ranks in one call that reads the matrix twice and scales no copy.

The quick way sums over the columns without asking about single cells; whatever a sum cannot vouch for is
worked out again by the functions that keep every table, which also name what they refuse.
"""

from dataclasses import dataclass

import numpy as np

from ranking.core.ranks import competition_ranks
from ranking.core.vector_scores import vector_scores
from weighting.core.direction import NEGATIVE_TRANSFORMS, turn
from weighting.core.matrix import as_directions, as_matrix, is_finite
from weighting.core.refusal import MatrixRefused
from weighting.core.variation import variation_weights

CELLS_AT_ONCE = 32_768
PLAIN_SQUARE = 0.01  # of V: below, sums of squares that are not about the mean lose more than two figures
SMALLEST_VARIATION = 1e-10
NEAR = 1e-12  # scores closer than this share of the highest may change places with the order of summing


@dataclass(frozen=True)
class VariationRanking:
    """Weights (n,), sum 1; scores (U,) on the vector scale; competition ranks (U,), 1 = highest."""

    weights: np.ndarray
    scores: np.ndarray
    ranks: np.ndarray


def variation_ranking(matrix, directions, *, codes=None, k=0.1, method="reciprocal") -> VariationRanking:
    """Weigh by variation, score on the vector scale and rank, for when only the outcome is wanted.

    V_j = sd_j / mean_j and w_j = V_j / sum_q V_q on x', score_i = sum_j c_j x'_ij with
    c_j = w_j / sqrt(sum_q x'_qj^2), rank by `ranking.core.ranks.competition_ranks` without tolerance. The
    same as `variation_weights`, `vector_scores` and `competition_ranks` one after the other, to 1e-13, with
    the same ranks, but without their tables and notices.

    Parameters
    ----------
    matrix : array_like, shape (U, n)
        Units in rows, U >= 2; complete.
    directions : array_like of int, shape (n,)
        +1 more is better, -1 less is better.
    codes : sequence of str, optional
        Codes of the columns, for refusals; without them their positions.
    k, method
        Of the negative columns, see `weighting.core.direction.positive_direction`.

    Returns
    -------
    VariationRanking

    Raises
    ------
    MatrixRefused
        As `weighting.core.variation.variation_weights` with its rules left as they are.

    Notes
    -----
    Sums are taken in blocks of rows that stay in the cache, joined by the rule of Chan, Golub and LeVeque
    1983; sums of squares about the mean where V < 0.1 in a block, else plain, which costs two figures of
    sixteen at most. What goes the long way and takes a little longer than the three functions: a column that
    is constant or nearly so (V < 1e-10), equal or nearly equal scores (1e-12 of the highest), all refusals.

    Examples
    --------
    >>> found = variation_ranking([[1.0, 10.0], [3.0, 12.0], [2.0, 9.0]], [1, 1])
    >>> found.weights.round(4), found.ranks
    (array([0.7718, 0.2282]), array([3, 1, 2]))
    """
    figures = turned_figures(matrix, directions, codes, k, method)
    found = None if figures is None else quick_ranking(figures)
    if found is not None:
        return found
    variation = variation_weights(matrix, directions, codes=codes, k=k, method=method)
    scores = vector_scores(variation)
    return VariationRanking(variation.weights, scores, competition_ranks(scores))


def turned_figures(matrix, directions, codes, k, method):
    """Return x' of two units or more, or None where something is not as it should be."""
    values, signs = as_matrix(matrix), np.asarray(directions)
    if len(values) < 2 or method not in NEGATIVE_TRANSFORMS:
        return None
    if codes is not None and len(codes) != values.shape[1]:
        return None
    if signs.tolist() == [1] * values.shape[1]:
        return values
    try:
        signs = as_directions(signs, values)
        return turn(values, signs, method=method, k=k, codes=None) if is_finite(values) else None
    except MatrixRefused:
        return None


def quick_ranking(figures):
    """Return the ranking of x', or None where a sum leaves a doubt; NaN fails every comparison."""
    root_units = len(figures) ** 0.5
    with np.errstate(all="ignore"):
        sums = column_sums(figures)
        mean, root = sums.origin + sums.rest, np.sqrt(sums.squares)
        ratio = root / mean  # V but for a factor that all columns share
        weights = ratio / np.add.reduce(ratio)
        scores = figures @ (weights / np.hypot(root, root_units * mean))
        order = scores.argsort()
        rising = scores[order]
        apart = np.minimum.reduce(rising[1:] - rising[:-1]) > NEAR * rising[-1]
        varied = np.minimum.reduce(ratio) > SMALLEST_VARIATION * root_units
    if not (apart and varied and sums.lowest >= 0):
        return None
    ranks = np.empty(len(scores), dtype=np.int64)
    ranks[order] = np.arange(len(scores), 0, -1)
    return VariationRanking(weights, scores, ranks)


@dataclass(frozen=True)
class Sums:
    """Mean of every column as origin + rest, sum of squares about it, and the lowest figure of all."""

    units: int
    origin: np.ndarray
    rest: np.ndarray | float
    squares: np.ndarray
    lowest: float


def column_sums(figures) -> Sums:
    """Return the sums over all units, from blocks of rows that stay in the cache."""
    step = max(1, CELLS_AT_ONCE // figures.shape[1])
    found = block_sums(figures[:step])
    for start in range(step, len(figures), step):
        found = joined(found, block_sums(figures[start : start + step]))
    return found


def block_sums(block) -> Sums:
    """Return the sums over one block, taken about the mean only where plain squares would lose figures."""
    units, ones, rest = len(block), np.ones(len(block)), 0.0
    total = ones @ block
    mean = total / units
    level = total * mean
    squares = ones @ np.square(block) - level
    if not np.minimum.reduce(squares / level) > PLAIN_SQUARE:
        apart = block - mean
        rest = ones @ apart / units
        squares = ones @ np.square(apart, out=apart) - units * rest * rest
    return Sums(units, mean, rest, squares, np.minimum.reduce(block, axis=None))


def joined(one: Sums, other: Sums) -> Sums:
    """Join the sums over two blocks by Chan's rule; origins near each other differ by an exact figure."""
    units, apart = one.units + other.units, (other.origin - one.origin) + (other.rest - one.rest)
    share = other.units / units
    squares = one.squares + other.squares + apart * apart * (one.units * share)
    return Sums(units, one.origin, one.rest + apart * share, squares, min(one.lowest, other.lowest))
