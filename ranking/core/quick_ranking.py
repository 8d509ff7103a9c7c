"""From raw figures to weights, scores and ranks in one call that reads the matrix twice and scales no copy.

The quick way sums over the columns without asking about single cells; whatever a sum cannot vouch for is
worked out again by the functions that keep every table, which also name what they refuse.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from ranking.core.ranks import competition_ranks
from ranking.core.vector_scores import vector_scores
from weighting.core.direction import NEGATIVE_TRANSFORMS, turn
from weighting.core.matrix import as_directions, as_matrix
from weighting.core.refusal import MatrixRefused
from weighting.core.variation import variation_weights

CELLS_AT_ONCE = 32_768
ONES = np.ones(CELLS_AT_ONCE)  # a product with ones is the quickest sum
FALLING = np.arange(CELLS_AT_ONCE, 0, -1)
ONES.flags.writeable = FALLING.flags.writeable = False
PLAIN_SQUARE = (
    0.01  # V squared: below, sums of squares that are not about the mean lose more than two figures
)
SMALLEST_VARIATION = 1e-10
SMALLEST_TURNED = 1e-2  # V of turned figures: they are rounded once more, which costs 1e-16 / V of the weight
PLAIN_SUM = 1e-80  # smaller figures and column sums are looked at the long way …
LARGE_SUM = 1e80  # … and so are larger ones
NEAR = 1e-12  # scores closer than this share of the highest may change places with the order of summing


class VariationRanking(NamedTuple):  # made quicker than a frozen dataclass
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
    1983; sums of squares about the mean in a column whose V < 0.1 in some block, else plain, which costs two
    figures of sixteen at most. What goes the long way and takes a little longer than the three functions: a column that
    is constant or nearly so (V < 1e-10; V < 0.01 where any column is turned round), equal or nearly equal
    scores (1e-12 of the highest), all refusals.

    Examples
    --------
    >>> found = variation_ranking([[1.0, 10.0], [3.0, 12.0], [2.0, 9.0]], [1, 1])
    >>> found.weights.round(4), found.ranks
    (array([0.7718, 0.2282]), array([3, 1, 2]))
    """
    figures = turned_figures(matrix, directions, codes, k, method)
    found = None if figures is None else quick_ranking(figures, directions)
    if found is not None:
        return found
    variation = variation_weights(matrix, directions, codes=codes, k=k, method=method)
    scores = vector_scores(variation)
    return VariationRanking(variation.weights, scores, competition_ranks(scores))


def turned_figures(matrix, directions, codes, k, method):
    """Return x' of two units or more, or None where something is not as it should be."""
    values, signs = as_matrix(matrix), np.asarray(directions)
    if len(values) < 2 or values.shape[1] > CELLS_AT_ONCE or method not in NEGATIVE_TRANSFORMS:
        return None
    if codes is not None and len(codes) != values.shape[1]:
        return None
    if signs.tolist() == [1] * values.shape[1]:
        return values
    try:
        signs = as_directions(signs, values)
        return turn(values, signs, method=method, k=k, codes=None) if _is_usual(values) else None
    except MatrixRefused:
        return None


def quick_ranking(figures, directions=()):
    """Return the ranking of x', or None where a sum leaves a doubt or V is too small; NaN fails every comparison."""
    spread = plain_spread(figures) if figures.size <= CELLS_AT_ONCE else None
    if spread is not None:
        return ranked(figures, spread)
    with np.errstate(all="ignore"):
        spread = column_spread(figures, SMALLEST_TURNED if -1 in directions else SMALLEST_VARIATION)
        return None if spread is None else ranked(figures, spread)


@dataclass(slots=True)
class Spread:
    """V^2 (sd with n) and the sum of the squares of every column."""

    varied: np.ndarray
    squares: np.ndarray


def ranked(figures, spread):
    """Return weights, scores and ranks from the spread of the columns, or None where scores are too near."""
    ratio = np.sqrt(spread.varied)  # V but for a factor that all columns share
    weights = ratio / ONES[: len(ratio)].dot(ratio)
    scores = figures.dot(weights / np.sqrt(spread.squares))
    order = scores.argsort()
    rising = scores[order]
    if not lowest(rising[1:] - rising[:-1]) > NEAR * rising[-1]:
        return None
    units, ranks = len(order), np.empty_like(order)
    ranks[order] = FALLING[-units:] if units <= CELLS_AT_ONCE else np.arange(units, 0, -1)
    return VariationRanking(weights, scores, ranks)


def plain_spread(figures):
    """Return the spread of one block from plain sums, or None where they may lose figures or overflow."""
    units = len(figures)
    ones = ONES[:units]
    total = ones.dot(figures)
    if not (lowest(total) > PLAIN_SUM and total[total.argmax()] < LARGE_SUM):
        return None
    squares = ones.dot(np.square(figures))
    varied = squares / (total * total) * units - 1.0
    usable = lowest(varied) > PLAIN_SQUARE and lowest(figures.reshape(-1)) >= 0
    return Spread(varied, squares) if usable else None


def column_spread(figures, least):
    """Return the spread from blocks of rows joined by Chan's rule, or None where it is nothing to weigh by."""
    sums = column_sums(figures)
    level = len(figures) * np.square(sums.origin + sums.rest)
    varied = sums.squares / level
    inside = lowest(level) > PLAIN_SUM**2 and level[level.argmax()] < LARGE_SUM**2
    usable = inside and lowest(varied) > least**2 and sums.lowest >= 0
    return Spread(varied, sums.squares + level) if usable else None


@dataclass(slots=True)
class Sums:
    """Mean of every column as origin + rest, sum of squares about it, and the lowest figure of all."""

    origin: np.ndarray
    rest: np.ndarray
    squares: np.ndarray
    lowest: float


def column_sums(figures) -> Sums:
    """Return the sums over blocks of rows, taken about the mean where plain squares would lose figures."""
    step = max(1, CELLS_AT_ONCE // figures.shape[1])
    blocks = [figures[start : start + step] for start in range(0, len(figures), step)]
    total, squares = (np.empty((len(blocks), figures.shape[1])) for _ in range(2))
    room, least = np.empty(blocks[0].shape), np.empty(len(blocks))
    for row, block in enumerate(blocks):
        ones = ONES[: len(block)]
        ones.dot(block, total[row])
        ones.dot(np.square(block, room[: len(block)]), squares[row])
        least[row] = lowest(block.reshape(-1))
    units = np.array([float(len(block)) for block in blocks])
    mean, rest = total / units[:, None], 0.0
    level = total * mean
    squares -= level
    if not lowest((squares / level).reshape(-1)) > PLAIN_SQUARE:
        narrow = ~(squares > PLAIN_SQUARE * level).all(axis=0)
        rest = np.zeros(total.shape)
        for row, block in enumerate(blocks):
            apart, ones = block[:, narrow] - mean[row, narrow], ONES[: len(block)]
            left = rest[row, narrow] = ones.dot(apart) / len(block)
            squares[row, narrow] = ones.dot(np.square(apart, apart)) - len(block) * left * left
    return joined(units, mean, rest, squares, lowest(least))


def joined(units, mean, rest, squares, least) -> Sums:
    """Join blocks, one in a row, by Chan's rule; origins near each other differ by an exact figure."""
    apart = (mean - mean[0]) + rest
    own = units.dot(apart) / units.sum()
    squares += units[:, None] * np.square(apart - own)
    return Sums(mean[0], own, squares.sum(axis=0), least)


def _is_usual(figures):
    """Tell whether every figure is a number and none so large that the long way would refuse it."""
    line = figures.reshape(-1)
    return line[line.argmax()] < LARGE_SUM and line[line.argmin()] > -LARGE_SUM


def lowest(line):
    """Return the lowest figure of a line, NaN if there is one; quicker than asking for the minimum."""
    return line[line.argmin()]
