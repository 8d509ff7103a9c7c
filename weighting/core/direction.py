"""Positive direction (正向化): turn every indicator so that more is better.

A missing cell (NaN) stays missing and takes no part in a maximum. Every function returns a new array.
"""

import numpy as np

from weighting.core.matrix import as_directions, as_matrix, column_codes, picked, refuse_infinite
from weighting.core.refusal import MatrixRefused

UNIT_FREE_SHARE = 0.1
RATIOS = ("reciprocal", "reciprocal_unit_free", "inverse")  # transforms that divide by the figure


def positive_direction(matrix, directions, *, method="reciprocal", k=0.1, codes=None):
    """Turn the negative columns of a matrix into positive ones; positive columns stay as they are.

    ====================== ===========================================================
    method                 x' of a negative column
    ====================== ===========================================================
    reciprocal             1 / (k + max_i |x_ij| + x_ij), see `reciprocal`
    reciprocal_unit_free   the same with k_j = 0.1 max_i |x_ij|
    max_minus              max_i x_ij - x_ij
    inverse                1 / x_ij
    ====================== ===========================================================

    Parameters
    ----------
    matrix : array_like, shape (U, n)
        Units in rows, indicators in columns; NaN is a missing cell.
    directions : array_like of int, shape (n,)
        +1 more is better, -1 less is better.
    method : str
        One of the table above.
    k : float
        Constant of ``reciprocal``, in the unit of the column, > 0.
    codes : sequence of str, optional
        Codes of the columns, for refusals.

    Returns
    -------
    ndarray, shape (U, n)

    Raises
    ------
    MatrixRefused
        ``unknown_direction``, ``unknown_method``, ``k_not_positive``, ``not_finite``,
        ``zero_scaled`` (unit-free k of an all-zero column), ``nonpositive_values`` (inverse of x <= 0).

    Notes
    -----
    The reciprocal is not free of units: k is added to raw figures. For x >= 0 it squeezes a column into
    a range of at most 1:2. Source: the variation-coefficient tutorial notebook of
    Geaming-CHN/Mathematical-Modeling-Competition (k "usually 0.1").

    Examples
    --------
    >>> positive_direction([[1.0, 1.0], [2.0, 3.0]], [1, -1], k=1.0)
    array([[1.        , 0.2       ],
           [2.        , 0.14285714]])
    """
    values = as_matrix(matrix)
    refuse_infinite(values, codes)
    turned = turn(values, as_directions(directions, values, codes), method=method, k=k, codes=codes)
    return turned.copy() if turned is values else turned


def turn(values, signs, *, method, k, codes):
    """Return checked figures in positive direction; the very same array where no column is negative."""
    if method not in NEGATIVE_TRANSFORMS:
        raise MatrixRefused("unknown_method", numbers={"method": method})
    negative = np.flatnonzero(signs == -1)
    if not negative.size:
        return values
    turned = values.copy()
    names = picked(column_codes(values, codes), signs == -1)
    turned[:, negative] = NEGATIVE_TRANSFORMS[method](values[:, negative], k, names)
    return turned


def reciprocal(columns, *, k=0.1):
    """Return 1 / (k + max|x| + x) column by column, the form of the white paper's method.

    Parameters
    ----------
    columns : array_like, shape (U, n)
    k : float or array_like (n,)
        Constant in the unit of the column, > 0, so that the denominator is at least k.

    Returns
    -------
    ndarray, shape (U, n)

    Examples
    --------
    >>> reciprocal([[1.0], [4.0]], k=5.0)
    array([[0.1       ],
           [0.07692308]])
    """
    values = as_matrix(columns)
    if np.any(np.asarray(k) <= 0) or not np.all(np.isfinite(k)):
        raise MatrixRefused("k_not_positive", numbers={"k": k})
    return 1.0 / (k + largest_magnitude(values) + values)


def reciprocal_unit_free(columns, *, codes=None):
    """Return 1 / (1.1 max|x| + x): the reciprocal with k_j = 0.1 max|x_j|, the same in any unit.

    Raises ``zero_scaled`` for an all-zero column. Parameters as in `reciprocal`.

    Examples
    --------
    >>> reciprocal_unit_free([[0.0], [10.0]])
    array([[0.09090909],
           [0.04761905]])
    """
    values = as_matrix(columns)
    magnitude = largest_magnitude(values)
    refuse_where(magnitude == 0, "zero_scaled", values, codes)
    return reciprocal(values, k=UNIT_FREE_SHARE * magnitude)


def max_minus(columns):
    """Return max x - x column by column; the worst unit gets exactly 0.

    Examples
    --------
    >>> max_minus([[1.0], [4.0]])
    array([[3.],
           [0.]])
    """
    values = as_matrix(columns)
    return np.fmax.reduce(values, axis=0) - values


def inverse(columns, *, codes=None):
    """Return 1 / x column by column; every present figure must be > 0 (``nonpositive_values``).

    Examples
    --------
    >>> inverse([[1.0], [4.0]])
    array([[1.  ],
           [0.25]])
    """
    values = as_matrix(columns)
    refuse_where((values <= 0).any(axis=0), "nonpositive_values", values, codes)
    return 1.0 / values


def departures(columns, *, method, k):
    """Return x'_0 and d with x' = x'_0 (1 + d), d worked out from differences of the figures.

    For columns far from 0 in comparison with their spread x' itself has lost the digits that tell units apart:
    1 / (c + x) - 1 / (c + x_0) over 1 / (c + x_0) is (x_0 - x) / (c + x).

    Parameters
    ----------
    columns : ndarray, shape (U, n)
        Checked; NaN is a missing cell.
    method : {"reciprocal", "reciprocal_unit_free", "inverse"}
    k : float

    Returns
    -------
    ndarray, shape (n,), and ndarray, shape (U, n)
        x' of the first figure present in each column, and d, 0 there.

    Examples
    --------
    >>> departures(np.array([[1.0], [4.0]]), method="inverse", k=0.1)
    (array([1.]), array([[ 0.  ],
           [-0.75]]))
    """
    first = columns[np.argmax(~np.isnan(columns), axis=0), np.arange(columns.shape[1])]
    if method == "inverse":
        return 1.0 / first, (first - columns) / columns
    magnitude = largest_magnitude(columns)
    added = (UNIT_FREE_SHARE * magnitude if method == "reciprocal_unit_free" else k) + magnitude
    return 1.0 / (added + first), (first - columns) / (added + columns)


def toward_target(columns, target):
    """Return 1 - |x - target| / max|x - target|: 1 on the target, 0 for the unit furthest from it.

    Parameters
    ----------
    columns : array_like, shape (U, n)
    target : float or array_like (n,)
        The best figure, in the unit of the column.

    Returns
    -------
    ndarray, shape (U, n), in [0, 1]; a column wholly on its target is 1.

    Examples
    --------
    >>> toward_target([[6.0], [7.0], [9.0]], 7.0)
    array([[0.5],
           [1. ],
           [0. ]])
    """
    return toward_interval(columns, target, target)


def toward_interval(columns, low, high):
    """Return 1 inside [low, high] and 1 - d / max d outside, d the distance to the interval.

    Parameters
    ----------
    columns : array_like, shape (U, n)
    low, high : float or array_like (n,)
        Bounds of the best interval, low <= high (``interval_reversed`` otherwise).

    Returns
    -------
    ndarray, shape (U, n), in [0, 1]; a column wholly inside is 1.

    Examples
    --------
    >>> toward_interval([[35.0], [36.5], [39.0]], 36.0, 37.0)
    array([[0.5],
           [1. ],
           [0. ]])
    """
    values = as_matrix(columns)
    if np.any(np.asarray(low) > np.asarray(high)):
        raise MatrixRefused("interval_reversed", numbers={"low": low, "high": high})
    distance = np.maximum(np.maximum(low - values, values - high), 0.0)
    furthest = np.fmax.reduce(distance, axis=0)
    return 1.0 - distance / np.where(furthest > 0, furthest, 1.0)


def largest_magnitude(values):
    """Return max|x| of every column over the present cells."""
    return np.fmax.reduce(np.abs(values), axis=0)


def refuse_where(mask, reason, values, codes):
    """Refuse with the codes of the columns where the mask holds."""
    if np.any(mask):
        raise MatrixRefused(reason, picked(column_codes(values, codes), mask))


NEGATIVE_TRANSFORMS = {
    "reciprocal": lambda columns, k, codes: reciprocal(columns, k=k),
    "reciprocal_unit_free": lambda columns, k, codes: reciprocal_unit_free(columns, codes=codes),
    "max_minus": lambda columns, k, codes: max_minus(columns),
    "inverse": lambda columns, k, codes: inverse(columns, codes=codes),
}
