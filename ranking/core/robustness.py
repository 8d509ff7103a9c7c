"""How far a rank carries: ranks of every unit over many draws of the weights.

Random numbers come from NumPy's PCG64 and a seed given by the caller; the same seed gives the same bits.
"""

from dataclasses import dataclass

import numpy as np

from ranking.core.rank_counts import rank_percentiles
from weighting.core.refusal import MatrixRefused


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
        Share of draws inside the interval, in (0, 1) (``coverage_out_of_range``): 0.9 gives the 5th and 95th
        percentile.

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
    tail = (1 - coverage) / 2
    return RankIntervals(*rank_percentiles(normalized, weight_draws, (tail, 1 - tail, 0.5)))
