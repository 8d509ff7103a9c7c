"""Missing cells: the four ways a protocol may deal with them, each counted and shown.

`weighting.core.matrix.refuse_gaps` is the first way, `ranking.core.present` (weights shared among the
indicators present) the fourth; the two that change the matrix are here.
"""

from dataclasses import dataclass

import numpy as np

from weighting.core.direction import refuse_where
from weighting.core.matrix import as_matrix, column_codes, refuse_infinite
from weighting.core.refusal import MatrixRefused


@dataclass(frozen=True)
class Completed:
    """A matrix without gaps, and what was done to get there.

    Attributes
    ----------
    matrix : ndarray (kept units, n)
    kept : ndarray of bool (U,)
        Units of the given matrix that are still in.
    filled : ndarray of bool (U, n)
        Cells of the given matrix that were missing and got a figure.
    missing : dict of str to int
        Missing cells of every column that had any, by code.
    """

    matrix: np.ndarray
    kept: np.ndarray
    filled: np.ndarray
    missing: dict[str, int]


def leave_out_units(matrix, *, codes=None) -> Completed:
    """Keep the units that have every figure.

    Parameters
    ----------
    matrix : array_like, shape (U, n)
        NaN is a missing cell.
    codes : sequence of str, optional

    Returns
    -------
    Completed

    Raises
    ------
    MatrixRefused
        ``no_complete_unit``, ``not_finite``.

    Examples
    --------
    >>> leave_out_units([[1.0, 2.0], [np.nan, 3.0]]).kept
    array([ True, False])
    """
    values = as_matrix(matrix)
    refuse_infinite(values, codes)
    gaps = np.isnan(values)
    kept = ~gaps.any(axis=1)
    if not kept.any():
        raise MatrixRefused("no_complete_unit", missing_by_column(gaps, values, codes))
    return Completed(values[kept], kept, np.zeros_like(gaps), missing_by_column(gaps, values, codes))


def fill_with_group_median(matrix, groups=None, *, codes=None) -> Completed:
    """Fill a missing cell with the median of the present cells of its column in the unit's group.

    Parameters
    ----------
    matrix : array_like, shape (U, n)
        NaN is a missing cell.
    groups : array_like, shape (U,), optional
        Group of every unit (a region, a size class); without it all units are one group.
    codes : sequence of str, optional

    Returns
    -------
    Completed

    Raises
    ------
    MatrixRefused
        ``no_figure_in_group`` with the columns where some group has a gap and no figure to fill it with: no
        wider group is taken unasked. ``groups_do_not_match``, ``not_finite``.

    Notes
    -----
    Filling draws units together and lowers every measure of spread.

    Examples
    --------
    >>> fill_with_group_median([[1.0], [3.0], [np.nan], [90.0]], ["A", "A", "A", "B"]).matrix.ravel()
    array([ 1.,  3.,  2., 90.])
    """
    values = as_matrix(matrix)
    refuse_infinite(values, codes)
    labels = np.zeros(len(values), dtype=int) if groups is None else np.asarray(groups)
    if labels.shape != (len(values),):
        raise MatrixRefused("groups_do_not_match", numbers={"groups": labels.shape, "units": len(values)})
    gaps = np.isnan(values)
    full = values.copy()
    for label in np.unique(labels[gaps.any(axis=1)]):
        fill_group(full, labels == label, codes)
    return Completed(full, np.ones(len(values), dtype=bool), gaps, missing_by_column(gaps, values, codes))


def fill_group(full, members, codes):
    """Fill the gaps of one group's rows in place."""
    rows = full[members]
    gaps = np.isnan(rows)
    refuse_where(gaps.all(axis=0), "no_figure_in_group", full, codes)
    full[members] = np.where(gaps, np.nanmedian(rows, axis=0), rows)


def missing_by_column(gaps, values, codes):
    """Return the number of missing cells of the columns that have any."""
    counts = zip(column_codes(values, codes), gaps.sum(axis=0).tolist(), strict=True)
    return {code: count for code, count in counts if count}
