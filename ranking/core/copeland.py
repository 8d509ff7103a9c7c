"""Copeland's rule: majorities between pairs of units, no compensation at all."""

import numpy as np

from ranking.core.aggregation import as_scored
from weighting.core.closure import close
from weighting.core.refusal import MatrixRefused

EVEN = 1e-12
CELLS_AT_ONCE = 4_000_000


def copeland(normalized, weights):
    """Pairwise wins minus losses: score_i = sum_k sign(sum_j w_j sign(z_ij - z_kj)).

    Unit i beats unit k when the indicators where it is ahead weigh more than those where it is behind; equal
    figures weigh for neither. Only the order inside each column counts, so normalisation has no effect.

    Parameters
    ----------
    normalized : array_like, shape (U, n)
        Figures where more is better, complete.
    weights : array_like, shape (n,), or (U, n) with equal rows

    Returns
    -------
    ndarray, shape (U,)
        Whole numbers from -(U - 1) to U - 1, as float64.

    Raises
    ------
    MatrixRefused
        ``missing_values``, ``weights_do_not_match``, ``weights_differ_by_unit`` (re-weighted gaps or draws: a
        pair of units then has no common weights), ``zero_total``.

    Notes
    -----
    Source: Copeland 1951; OECD/JRC Handbook 2008, step 6; a margin within 1e-12 is even. Time grows with
    U^2 n, memory is bounded.

    Examples
    --------
    >>> copeland([[3.0, 3.0], [2.0, 1.0], [1.0, 2.0]], [0.6, 0.4])
    array([ 2.,  0., -2.])
    """
    shares = np.asarray(weights, dtype=np.float64)
    if shares.ndim > 1:
        if shares.ndim > 2 or (shares != shares[0]).any():
            raise MatrixRefused("weights_differ_by_unit")
        shares = shares[0]
    values, shares = as_scored(normalized, shares)
    shares = close(shares)
    units, columns = values.shape
    block = max(1, CELLS_AT_ONCE // (units * columns))
    parts = [values[start : start + block] for start in range(0, units, block)]
    return np.concatenate([outcomes(some, values, shares).sum(axis=1) for some in parts])


def outcomes(some, everyone, shares):
    """Return 1 where one of some units beats one of everyone, -1 where it loses, 0 where they are even."""
    margin = np.sign(some[:, None, :] - everyone[None, :, :]) @ shares
    return np.where(np.abs(margin) <= EVEN, 0.0, np.sign(margin))
