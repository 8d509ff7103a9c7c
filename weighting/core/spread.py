"""Weights by spread alone: the standard deviation of the unit range, and Gini's coefficient."""

import numpy as np

from weighting.core.criterion import ObjectiveWeights, complete_matrix, ratio_columns, weighted
from weighting.core.moments import column_moments
from weighting.core.scaling import unit_range


def standard_deviation_weights(matrix, directions, *, codes=None) -> ObjectiveWeights:
    """Weigh indicators by the standard deviation (n - 1) of their unit range.

    Without bringing columns to one range first the weights would follow the units of measure.

    Parameters
    ----------
    matrix : array_like, shape (U, n)
        No missing cell, U >= 2; negative figures are welcome, the unit range has no origin.
    directions : array_like of int, shape (n,)
    codes : sequence of str, optional

    Returns
    -------
    ObjectiveWeights

    Raises
    ------
    MatrixRefused
        ``no_variation``, ``missing_values``, ``not_finite``, ``out_of_range``, ``too_few_units``.

    Notes
    -----
    Rewards columns whose units crowd at both ends; a single outlier squeezes the rest and lowers the weight.

    Examples
    --------
    >>> standard_deviation_weights([[0.0, 0.0], [10.0, 5.0], [10.0, 10.0]], [1, 1]).weights.round(4)
    array([0.5359, 0.4641])
    """
    data = complete_matrix(matrix, directions, codes)
    return weighted(column_moments(unit_range(data.values, data.signs)).sd, data)


def gini_weights(matrix, directions, *, codes=None, k=0.1, method="reciprocal") -> ObjectiveWeights:
    """Weigh indicators by Gini's coefficient of x': the mean difference of two units over twice the mean.

    G_j = sum_i sum_q |x'_ij - x'_qj| / (2 U^2 mean_j), computed from sorted columns.

    Parameters
    ----------
    matrix : array_like, shape (U, n)
        No missing cell, no negative figure in a positive column, U >= 2.
    directions : array_like of int, shape (n,)
    codes : sequence of str, optional
    k, method
        Of the negative columns, see `weighting.core.direction.positive_direction`.

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
    data = complete_matrix(matrix, directions, codes)
    deviation, mean = ratio_columns(data, k=k, method=method)
    units = deviation.shape[0]
    rising = np.sort(deviation, axis=0)
    places = 2.0 * np.arange(1, units + 1) - units - 1
    difference = places @ (rising - rising[0])
    return weighted(difference / (units**2 * np.where(mean > 0, mean, 1.0)), data)
