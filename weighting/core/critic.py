"""CRITIC: spread, and conflict with the other indicators."""

import numpy as np

from weighting.core.criterion import ObjectiveWeights, complete_matrix, weighted
from weighting.core.moments import column_moments
from weighting.core.scaling import unit_range


def critic_weights(matrix, directions, *, codes=None) -> ObjectiveWeights:
    """Weigh indicators by sd_j sum_q (1 - r_jq), sd and correlations of the unit range.

    Parameters
    ----------
    matrix : array_like, shape (U, n)
        No missing cell, U >= 2; negative figures are welcome.
    directions : array_like of int, shape (n,)
    codes : sequence of str, optional

    Returns
    -------
    ObjectiveWeights
        A constant column has no correlation: it weighs 0 and does not count among the others.

    Raises
    ------
    MatrixRefused
        ``no_variation``, also when all columns rise and fall together so that nothing conflicts;
        ``missing_values``, ``not_finite``, ``out_of_range``, ``too_few_units``.

    Notes
    -----
    Rewards indicators that say something the others do not; two copies of one indicator share their weight.
    Source: Diakoulaki, Mavrotas and Papayannakis 1995; as in crispyn and pymcdm.

    Examples
    --------
    >>> critic_weights([[0.0, 1.0, 5.0], [1.0, 0.0, 4.0], [2.0, 1.0, 0.0]], [1, 1, 1]).weights.round(3)
    array([0.324, 0.295, 0.381])
    """
    data = complete_matrix(matrix, directions, codes)
    scaled = unit_range(data.values, data.signs)
    conflict = (1.0 - correlations(scaled, ~data.constant)).sum(axis=1)
    return weighted(column_moments(scaled).sd * np.where(np.abs(conflict) > 1e-12, conflict, 0.0), data)


def correlations(values, varied):
    """Return Pearson's correlations; 1 with columns that do not vary, so that they conflict with none.

    Parameters
    ----------
    values : ndarray, shape (U, n)
    varied : ndarray of bool, shape (n,)

    Returns
    -------
    ndarray, shape (n, n)
        Symmetric, within [-1, 1], exactly 1 on the diagonal.

    Examples
    --------
    >>> correlations(np.array([[0.0, 2.0], [1.0, 1.0], [2.0, 0.0]]), np.array([True, True]))
    array([[ 1., -1.],
           [-1.,  1.]])
    """
    centred = values - values[0]
    centred -= centred.mean(axis=0)
    length = np.sqrt((centred * centred).sum(axis=0))
    direction = centred / np.where(varied, length, 1.0)
    found = np.clip(direction.T @ direction, -1.0, 1.0)
    found[~varied, :] = found[:, ~varied] = 1.0
    np.fill_diagonal(found, 1.0)
    return found
