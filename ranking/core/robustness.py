"""How far a rank carries: ranks of every unit over many draws of the weights.

Random numbers come from NumPy's PCG64 and a seed given by the caller; the same seed gives the same bits.
"""

from dataclasses import dataclass

import numpy as np

from ranking.core.aggregation import as_scored
from ranking.core.ranks import competition_ranks
from weighting.core.refusal import MatrixRefused

DRAWS_AT_ONCE = 256


@dataclass(frozen=True)
class RankIntervals:
    """Ranks over the draws, each array of int64 (U,): the ends of the interval and the median."""

    lower: np.ndarray
    upper: np.ndarray
    median: np.ndarray


def expert_resamples(m, draws, *, seed):
    """Draw experts whole, with replacement: one row of m positions a draw.

    Parameters
    ----------
    m : int
        Number of experts, >= 1.
    draws : int
    seed : int

    Returns
    -------
    ndarray of int64, shape (draws, m)

    Examples
    --------
    >>> expert_resamples(4, 2, seed=7).shape
    (2, 4)
    """
    if m < 1 or draws < 1:
        raise MatrixRefused("no_experts", numbers={"experts": m, "draws": draws})
    return np.random.Generator(np.random.PCG64(seed)).integers(0, m, size=(draws, m))


def rank_intervals(normalized, weight_draws, *, coverage=0.9):
    """Interval and median of every unit's rank under additive scores.

    Parameters
    ----------
    normalized : array_like, shape (U, n)
        Normalised figures, complete.
    weight_draws : array_like, shape (B, n)
    coverage : float
        Share of draws inside the interval, in (0, 1): 0.9 gives the 5th and 95th percentile.

    Returns
    -------
    RankIntervals
        Percentiles of the integer ranks by the inverse of their distribution (``inverted_cdf``), so they are
        ranks that occurred.

    Examples
    --------
    >>> rank_intervals([[1.0, 0.0], [0.0, 1.0]], [[0.9, 0.1], [0.8, 0.2], [0.4, 0.6]]).median
    array([1, 2])
    """
    if not 0 < coverage < 1:
        raise MatrixRefused("coverage_out_of_range", numbers={"coverage": coverage})
    counts = rank_counts(normalized, weight_draws)
    tail = (1 - coverage) / 2
    return RankIntervals(*(rank_at(counts, share) for share in (tail, 1 - tail, 0.5)))


def rank_counts(normalized, weight_draws, *, block=DRAWS_AT_ONCE):
    """Count how often every unit takes every rank: (U, U), rows are units, column r - 1 is rank r.

    Worked off in blocks of draws, so that memory stays at one block of scores and the table itself.

    Parameters
    ----------
    normalized : array_like, shape (U, n)
    weight_draws : array_like, shape (B, n)
    block : int
        Draws worked off at once; the counts do not depend on it.

    Returns
    -------
    ndarray of int64, shape (U, U)
        Every row sums to B.

    Examples
    --------
    >>> rank_counts([[1.0, 0.0], [0.0, 1.0]], [[0.9, 0.1], [0.8, 0.2], [0.4, 0.6]])
    array([[2, 1],
           [1, 2]])
    """
    values, shares = as_scored(normalized, weight_draws)
    if shares.ndim != 2 or not len(shares):
        raise MatrixRefused("weights_do_not_match", numbers={"weights": shares.shape})
    units = len(values)
    offsets = np.arange(units) * units - 1
    counts = np.zeros(units * units, dtype=np.int64)
    for start in range(0, len(shares), block):
        ranks = competition_ranks(shares[start : start + block] @ values.T)
        counts += np.bincount((ranks + offsets).ravel(), minlength=units * units)
    return counts.reshape(units, units)


def rank_at(counts, share):
    """Return the smallest rank that at least this share of the draws does not exceed."""
    reached = np.cumsum(counts, axis=1)
    needed = np.maximum(np.ceil(share * reached[:, -1:] - 1e-9), 1)
    return np.argmax(reached >= needed, axis=1) + 1
