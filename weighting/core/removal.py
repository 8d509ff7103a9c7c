"""MEREC: an indicator weighs as much as the scores move when it is taken away."""

import numpy as np

from weighting.core.criterion import ObjectiveWeights, checked_matrix, refuse_columns, weighted

NEAR = 0.5  # within it a ratio is taken from the difference, which keeps the digits of large figures


def merec_weights(matrix, directions, *, codes=None) -> ObjectiveWeights:
    """Weigh indicators by the effect of their removal on a logarithmic score.

    n_ij = min_i x_ij / x_ij (positive) or x_ij / max_i x_ij (negative); L_ij = |ln n_ij|;
    S_i = ln(1 + sum_j L_ij / n), S_i^(j) the same without column j but still over n;
    importance E_j = sum_i |S_i^(j) - S_i|. Measured: ``base``, the figure that is divided by or into, and ``ratio``,
    the mean of L_ij.

    Parameters
    ----------
    matrix : array_like, shape (U, n)
        All figures > 0, no missing cell, U >= 2. A unit's score S_i takes its whole row: without a cell it would be
        another score, and E_j would measure the gaps.
    directions : array_like of int, shape (n,)
    codes : sequence of str, optional

    Returns
    -------
    ObjectiveWeights

    Raises
    ------
    MatrixRefused
        ``nonpositive_values``, ``no_variation``, ``missing_values``, ``not_finite``, ``out_of_range``,
        ``too_few_units``.

    Notes
    -----
    Rewards large ratios between units; like the reciprocal it needs positive figures. Source:
    Keshavarz-Ghorabaee et al. 2021, Symmetry 13(4) 525; as in crispyn and pymcdm.

    Examples
    --------
    >>> merec_weights([[1.0, 1.0], [np.e, np.e]], [1, 1]).weights
    array([0.5, 0.5])
    """
    data = checked_matrix(matrix, directions, codes)
    refuse_columns((data.values <= 0).any(axis=0), "nonpositive_values", data)
    base = np.where(data.signs == 1, data.values.min(axis=0), data.values.max(axis=0))
    apart = (data.values - base) / base
    near = np.abs(apart) < NEAR
    distance = np.abs(np.where(near, np.log1p(np.where(near, apart, 0.0)), np.log(data.values / base)))
    columns = data.values.shape[1]
    total = distance.sum(axis=1, keepdims=True)
    moved = np.log1p(distance / (columns + total - distance))  # ln(1 + T/n) - ln(1 + (T - d)/n)
    return weighted(moved.sum(axis=0), data, measured={"base": base, "ratio": distance.mean(axis=0)})
