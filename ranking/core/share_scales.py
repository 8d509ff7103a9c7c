"""Scales that keep ratios: a figure as a share of its column's sum or largest figure."""

import numpy as np

from ranking.core.normalization import Normalized, turned_columns
from weighting.core.direction import refuse_where


def sum_share(matrix, directions, *, k=0.1, method="reciprocal", codes=None) -> Normalized:
    """Divide every column in positive direction by its sum: p = x' / sum_i x'.

    Parameters
    ----------
    matrix : array_like, shape (U, n)
        NaN is a missing cell and stays one.
    directions : array_like of int, shape (n,)
        +1 more is better, -1 less is better.
    k, method
        Of the negative columns, see `weighting.core.direction.positive_direction`.
    codes : sequence of str, optional

    Returns
    -------
    Normalized
        Present cells of every column sum to 1.

    Raises
    ------
    MatrixRefused
        ``nonpositive_sum`` (a sum that is 0 or negative turns shares over), ``not_finite``, ``empty_column``.

    Examples
    --------
    >>> sum_share([[1.0], [3.0]], [1]).values
    array([[0.25],
           [0.75]])
    """
    turned = turned_columns(matrix, directions, k=k, method=method, codes=codes)
    total = np.nansum(turned, axis=0)
    refuse_where(total <= 0, "nonpositive_sum", turned, codes)
    return Normalized(turned / total, ())


def max_share(matrix, directions, *, k=0.1, method="reciprocal", codes=None) -> Normalized:
    """Divide every column in positive direction by its largest figure: m = x' / max_i x'.

    Parameters as in `sum_share`; refuses a largest figure that is not > 0 (``nonpositive_largest``).

    Examples
    --------
    >>> max_share([[1.0], [4.0]], [1]).values
    array([[0.25],
           [1.  ]])
    """
    turned = turned_columns(matrix, directions, k=k, method=method, codes=codes)
    largest = np.fmax.reduce(turned, axis=0)
    refuse_where(largest <= 0, "nonpositive_largest", turned, codes)
    return Normalized(turned / largest, ())
