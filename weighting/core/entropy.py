"""Entropy weights (熵权法): an indicator weighs as much as its shares differ from equal shares."""

import numpy as np

from weighting.core.criterion import ObjectiveWeights, checked_matrix, ratio_columns, weighted

NEAR_ONE = 0.02


def entropy_weights(
    matrix, directions, *, codes=None, k=0.1, method="reciprocal", missing="refuse"
) -> ObjectiveWeights:
    """Weigh indicators by 1 - e_j, e_j the entropy of the units' shares.

    p_ij = x'_ij / sum_i x'_ij, e_j = - sum_i p_ij ln p_ij / ln U with 0 ln 0 = 0, importance d_j = 1 - e_j; U counts
    the figures present. Measured: ``entropy`` e_j and ``units`` U.
    It is computed as sum_i h(x'_ij / mean_j - 1) / (U ln U) with h(d) = (1 + d) ln(1 + d) - d, which keeps
    figures where e_j is nearly 1.

    Parameters
    ----------
    matrix : array_like, shape (U, n)
        No negative figure in a positive column, U >= 2.
    directions : array_like of int, shape (n,)
    codes : sequence of str, optional
    k, method
        Of the negative columns, see `weighting.core.direction.positive_direction`.
    missing : {"refuse", "available"}
        Refuse a matrix with missing cells (NaN), or measure each column on the cells it has, with the
        notice ``missing_cells``.

    Returns
    -------
    ObjectiveWeights

    Raises
    ------
    MatrixRefused
        ``negative_values``, ``zero_mean``, ``no_variation``, ``missing_values``, ``not_finite``,
        ``too_few_units`` and those of the transform.

    Notes
    -----
    Rewards spread like the variation weight, heavy tails even more (about V^2 / (2 ln U) for small V).
    Source: Shannon 1948; as in crispyn and pymcdm.

    Examples
    --------
    >>> entropy_weights([[1.0, 1.0], [3.0, 1.2]], [1, 1]).weights.round(4)
    array([0.9693, 0.0307])
    """
    data = checked_matrix(matrix, directions, codes, missing)
    columns, units = ratio_columns(data, k=k, method=method), data.counts
    centre = data.total(columns.deviation) / units
    relative = (columns.deviation - centre) / np.where(columns.mean > 0, columns.mean, 1.0)
    apart = data.total(excess(np.where(data.present, relative, 0.0))) / (units * np.log(units))
    return weighted(apart, data, measured={"entropy": 1.0 - apart, "units": units})


def excess(d):
    """Return (1 + d) ln(1 + d) - d for d >= -1, by its series near 0."""
    safe = np.where(d > -1, d, 0.0)
    plain = np.where(d > -1, (1 + d) * np.log1p(safe) - d, 1.0)
    series = np.zeros_like(d)
    for power in range(9, 1, -1):
        series = d * series + (-1) ** power / (power * (power - 1))
    return np.where(np.abs(d) < NEAR_ONE, d * d * series, plain)
