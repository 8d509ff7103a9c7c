"""VIKOR: a compromise between the sum of shortfalls and the worst of them, as a cross-check of the score."""

from dataclasses import dataclass

import numpy as np

from ranking.core.aggregation import as_scored
from weighting.core.refusal import MatrixRefused


@dataclass(frozen=True)
class Vikor:
    """Shortfalls of every unit, each (U,), less is better.

    Attributes
    ----------
    total : ndarray
        S_i, weighted sum of the shortfalls.
    worst : ndarray
        R_i, the largest of them.
    compromise : ndarray
        Q_i between 0 (best) and 1.
    """

    total: np.ndarray
    worst: np.ndarray
    compromise: np.ndarray


def vikor(normalized, weights, *, v=0.5) -> Vikor:
    """Weigh shortfalls: S_i = sum_j w_j f_ij, R_i = max_j w_j f_ij, Q_i = v S~_i + (1 - v) R~_i.

    f_ij = (max z_j - z_ij) / (max z_j - min z_j), 0 for a constant column; S~ and R~ are S and R stretched to
    [0, 1] over the units (0 where all are equal).

    Parameters
    ----------
    normalized : array_like, shape (U, n)
        Figures where more is better, complete; any linear scale gives the same result.
    weights : array_like, shape (n,)
    v : float
        Weight of the total in [0, 1] (``v_out_of_range``).

    Returns
    -------
    Vikor

    Raises
    ------
    MatrixRefused
        ``v_out_of_range``, ``out_of_range``, ``missing_values``, ``weights_do_not_match``.

    Notes
    -----
    Source: Opricovic and Tzeng 2004.

    Examples
    --------
    >>> vikor([[1.0, 1.0], [0.0, 0.0], [1.0, 0.0]], [0.5, 0.5]).compromise
    array([0.  , 1.  , 0.75])
    """
    if not 0 <= v <= 1:
        raise MatrixRefused("v_out_of_range", numbers={"v": v})
    values, shares = as_scored(normalized, weights)
    if shares.ndim != 1:
        raise MatrixRefused("weights_do_not_match", numbers={"weights": shares.shape})
    best = values.max(axis=0)
    spread = best - values.min(axis=0)
    shortfall = shares * (best - values) / np.where(spread > 0, spread, 1.0)
    total, worst = shortfall.sum(axis=1), shortfall.max(axis=1)
    if not np.isfinite(total).all():
        raise MatrixRefused("out_of_range")
    return Vikor(total, worst, v * stretched(total) + (1 - v) * stretched(worst))


def stretched(figures):
    """Return figures stretched to [0, 1]; 0 where all are equal."""
    spread = np.ptp(figures)
    return (figures - figures.min()) / (spread if spread > 0 else 1.0)
