"""Weights by spread alone: the standard deviation of the unit range, and Gini's coefficient."""

import numpy as np

from weighting.core.criterion import ObjectiveWeights, checked_matrix, ratio_columns, weighted
from weighting.core.moments import column_moments
from weighting.core.scaling import unit_range


def standard_deviation_weights(matrix, directions, *, codes=None, missing="refuse") -> ObjectiveWeights:
    """Weigh indicators by the standard deviation (n - 1) of their unit range.

    Importance s_j = sd_j / (max_j - min_j); measured: ``sd`` and ``range`` of the column. Without bringing columns to
    one range first the weights would follow the units of measure.

    Parameters
    ----------
    matrix : array_like, shape (U, n)
        U >= 2; negative figures are welcome, the unit range has no origin.
    directions : array_like of int, shape (n,)
    codes : sequence of str, optional
    missing : {"refuse", "available"}
        Refuse a matrix with missing cells (NaN), or measure each column on the cells it has, with the
        notice ``missing_cells``.

    Returns
    -------
    ObjectiveWeights

    Raises
    ------
    MatrixRefused
        ``no_variation``, ``missing_values``, ``not_finite``, ``out_of_range``, ``too_few_units``,
        ``unknown_missing_rule``.

    Notes
    -----
    Rewards columns whose units crowd at both ends; a single outlier squeezes the rest and lowers the weight.

    Examples
    --------
    >>> standard_deviation_weights([[0.0, 0.0], [10.0, 5.0], [10.0, 10.0]], [1, 1]).weights.round(4)
    array([0.5359, 0.4641])
    """
    data = checked_matrix(matrix, directions, codes, missing)
    width = np.fmax.reduce(data.values, axis=0) - np.fmin.reduce(data.values, axis=0)
    measured = {"sd": column_moments(data.values).sd, "range": width}
    return weighted(column_moments(unit_range(data.values, data.signs)).sd, data, measured=measured)


def gini_weights(
    matrix, directions, *, codes=None, k=0.1, method="reciprocal", missing="refuse"
) -> ObjectiveWeights:
    """Weigh indicators by Gini's coefficient of x': the mean difference of two units over twice the mean.

    G_j = sum_i sum_q |x'_ij - x'_qj| / (2 U^2 mean_j), computed from sorted columns; U counts the figures present.
    Measured: ``difference``, the mean difference sum_i sum_q |x'_ij - x'_qj| / U^2, and ``mean``.

    Parameters
    ----------
    matrix : array_like, shape (U, n)
        No negative figure in a positive column, U >= 2.
    directions : array_like of int, shape (n,)
    codes : sequence of str, optional
    k, method
        Of the negative columns, see `weighting.core.direction.positive_direction`.
    missing
        As in `standard_deviation_weights`.

    Returns
    -------
    ObjectiveWeights

    Raises
    ------
    MatrixRefused
        ``negative_values``, ``zero_mean`` and those of `standard_deviation_weights`.

    Notes
    -----
    Rewards inequality between units; steadier than the variation weight against one outlier. As in crispyn.

    Examples
    --------
    >>> gini_weights([[1.0, 1.0], [3.0, 2.0]], [1, 1]).importance.round(4)
    array([0.25  , 0.1667])
    """
    data = checked_matrix(matrix, directions, codes, missing)
    columns = ratio_columns(data, k=k, method=method)
    rising, count = np.sort(columns.deviation, axis=0), data.counts
    places = 2.0 * np.arange(1, len(rising) + 1)[:, None] - count - 1
    apart = np.where(
        np.arange(len(rising))[:, None] < count, places * (rising - rising[0]), 0.0
    )  # gaps come last
    difference = 2.0 * apart.sum(axis=0) / count**2
    mean = np.where(columns.mean > 0, columns.mean, 1.0)
    measured = {"difference": difference * columns.unit, "mean": columns.mean * columns.unit}
    return weighted(difference / (2.0 * mean), data, measured=measured)
