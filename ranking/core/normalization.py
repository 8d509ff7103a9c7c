"""Normalisation: bring every indicator to one scale, more is better.

A missing cell (NaN) stays missing; the statistics of a column are those of its present cells.
"""

from dataclasses import dataclass

import numpy as np

from weighting.core.direction import refuse_where, turn
from weighting.core.matrix import as_directions, as_matrix, column_codes, is_finite, picked, refuse_infinite
from weighting.core.refusal import MatrixRefused, Notice
from weighting.core.scaling import constant_columns, unit_range

SMALLEST_SQUARE = 1e-280


@dataclass(frozen=True)
class Normalized:
    """Normalised figures (U, n), more is better, and what was noticed on the way."""

    values: np.ndarray
    notices: tuple[Notice, ...]


def min_max(matrix, directions, *, low=0.0, high=100.0, codes=None):
    """Stretch every column to [low, high]: the best unit gets high, the worst low.

    z = low + (high - low) (x - min) / (max - min), and (max - x) in place of (x - min) for direction -1.

    Parameters
    ----------
    matrix : array_like, shape (U, n)
        NaN is a missing cell and stays one.
    directions : array_like of int, shape (n,)
        +1 more is better, -1 less is better.
    low, high : float
        Range, low < high (``range_reversed``). A low above 0 keeps geometric means alive.
    codes : sequence of str, optional
        Codes of the columns, for notices and refusals.

    Returns
    -------
    Normalized
        A constant column gets the middle of the range, with the notice ``constant_column``.

    Raises
    ------
    MatrixRefused
        ``unknown_direction``, ``not_finite``, ``empty_column`` (no cell present), ``range_reversed``.

    Examples
    --------
    >>> min_max([[1.0, 8.0], [2.0, 6.0], [5.0, 4.0]], [1, -1]).values
    array([[  0.,   0.],
           [ 25.,  50.],
           [100., 100.]])
    """
    if not low < high:
        raise MatrixRefused("range_reversed", numbers={"low": low, "high": high})
    values = present_columns(matrix, codes)
    names, signs = column_codes(values, codes), as_directions(directions, values, codes)
    notices = constant_notices(values, names)
    return in_range(values, low + (high - low) * unit_range(values, signs), notices, names)


def vector(matrix, directions, *, k=0.1, method="reciprocal", codes=None):
    """Divide every column in positive direction by its length: r = x' / sqrt(sum_i x'^2).

    Parameters
    ----------
    matrix, directions, codes
        As in `min_max`.
    k, method
        Of the negative columns, see `weighting.core.direction.positive_direction`.

    Returns
    -------
    Normalized
        The matrix R of the variation-coefficient method; zero stays zero, ratios of x' are kept.

    Raises
    ------
    MatrixRefused
        ``zero_scaled`` for a column of zeros, ``not_finite``, ``empty_column`` and those of the transform.

    Examples
    --------
    >>> vector([[3.0], [4.0]], [1]).values
    array([[0.6],
           [0.8]])
    """
    turned = turned_columns(matrix, directions, k=k, method=method, codes=codes)
    with np.errstate(over="ignore"):
        squares = np.einsum("ij,ij->j", turned, turned)
    if (squares > SMALLEST_SQUARE).all() and np.isfinite(squares).all():
        return Normalized(turned / np.sqrt(squares), ())
    largest = np.fmax.reduce(np.abs(turned), axis=0)
    refuse_where(largest == 0, "zero_scaled", turned, codes)
    scaled = turned / largest  # gaps, or figures whose squares leave the range of numbers
    return in_range(turned, scaled / np.sqrt(np.nansum(scaled * scaled, axis=0)), (), codes)


def in_range(figures, scaled, notices, codes) -> Normalized:
    """Return scaled figures that are finite wherever the given ones are; refuse others (``not_finite``) by column."""
    if not is_finite(scaled):
        refuse_where((~np.isfinite(scaled) & ~np.isnan(figures)).any(axis=0), "not_finite", figures, codes)
    return Normalized(scaled, notices)


def turned_columns(matrix, directions, *, k, method, codes):
    """Return the matrix in positive direction; refuses as `present_columns` and the transform do."""
    values = present_columns(matrix, codes)
    return turn(values, as_directions(directions, values, codes), method=method, k=k, codes=codes)


def present_columns(matrix, codes):
    """Return the matrix as float64; refuse infinite cells and columns without any figure."""
    values = as_matrix(matrix)
    if is_finite(values):
        return values
    refuse_infinite(values, codes)
    refuse_where(np.isnan(values).all(axis=0), "empty_column", values, codes)
    return values


def constant_notices(values, codes):
    """Return a notice for every constant column, with its value."""
    constant = constant_columns(values)
    figures = dict(zip(codes, np.fmax.reduce(values, axis=0).tolist(), strict=True))
    return tuple(
        Notice("constant_column", code, {"value": figures[code]}) for code in picked(codes, constant)
    )
