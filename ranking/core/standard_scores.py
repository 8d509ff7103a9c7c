"""Scores by position in the column: z-scores and rank scores."""

import numpy as np
from scipy.stats import rankdata

from ranking.core.normalization import Normalized, constant_notices, present_columns
from weighting.core.matrix import as_directions, column_codes
from weighting.core.scaling import constant_columns


def z_score(matrix, directions, *, codes=None) -> Normalized:
    """Measure every figure from the mean of its column in standard deviations (n - 1): z = +-(x - mean) / sd.

    Parameters
    ----------
    matrix : array_like, shape (U, n)
        NaN is a missing cell and stays one.
    directions : array_like of int, shape (n,)
        -1 turns the sign.
    codes : sequence of str, optional

    Returns
    -------
    Normalized
        A constant column is 0 everywhere, with the notice ``constant_column``. Half the figures are negative,
        so neither geometric means nor variation weights can follow.

    Raises
    ------
    MatrixRefused
        ``unknown_direction``, ``not_finite``, ``empty_column``.

    Examples
    --------
    >>> z_score([[1.0, 1.0], [2.0, 2.0], [3.0, 3.0]], [1, -1]).values
    array([[-1.,  1.],
           [ 0.,  0.],
           [ 1., -1.]])
    """
    values = present_columns(matrix, codes)
    signs = as_directions(directions, values, codes)
    notices = constant_notices(values, column_codes(values, codes))
    deviation = values - np.nanmean(values, axis=0)
    deviation -= np.nanmean(deviation, axis=0)
    count = (~np.isnan(values)).sum(axis=0)
    sd = np.sqrt(np.nansum(deviation**2, axis=0) / np.maximum(count - 1, 1))
    flat = constant_columns(values)
    scores = signs * deviation / np.where(flat, 1.0, sd) + 0.0  # no -0
    return Normalized(np.where(flat & ~np.isnan(values), 0.0, scores), notices)


def rank_score(matrix, directions, *, low=0.0, high=100.0, codes=None) -> Normalized:
    """Replace every figure by its place: low for the worst unit, high for the best, ties in the middle.

    z = low + (high - low) (r - 1) / (u - 1), r the midrank from the worst among the u present cells.

    Parameters
    ----------
    matrix : array_like, shape (U, n)
        NaN is a missing cell and stays one.
    directions : array_like of int, shape (n,)
    low, high : float
    codes : sequence of str, optional

    Returns
    -------
    Normalized
        A constant column, also one of a single present cell, is in the middle of the range, with a notice.

    Raises
    ------
    MatrixRefused
        ``unknown_direction``, ``not_finite``, ``empty_column``.

    Examples
    --------
    >>> rank_score([[10.0], [900.0], [10.0], [20.0]], [1]).values.ravel().round(1)
    array([ 16.7, 100. ,  16.7,  66.7])
    """
    values = present_columns(matrix, codes)
    signs = as_directions(directions, values, codes)
    ranks = rankdata(signs * values, method="average", axis=0, nan_policy="omit")
    count = (~np.isnan(values)).sum(axis=0)
    share = np.where(count > 1, (ranks - 1) / np.maximum(count - 1, 1), ranks - 0.5)
    notices = constant_notices(values, column_codes(values, codes))
    return Normalized(low + (high - low) * share, notices)
