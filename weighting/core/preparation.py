"""From figures as given to figures as used: gaps filled, best figures in between, extreme figures, all on record."""

from dataclasses import asdict, dataclass

import numpy as np

from weighting.core.direction import toward_interval
from weighting.core.matrix import as_directions, as_matrix
from weighting.core.missing import fill_with_group_median
from weighting.core.refusal import MatrixRefused, Notice
from weighting.core.treatment import treat_outliers

OUTLIERS = ("keep", "logarithm", "box_cox")


@dataclass(frozen=True)
class Prepared:
    """The matrix (U, n) as used, the directions (n,) of its columns, and what was changed."""

    matrix: np.ndarray
    directions: np.ndarray
    notices: tuple[Notice, ...]


def prepare(matrix, directions, codes, *, fill=False, groups=None, targets=None, outliers="keep") -> Prepared:
    """Fill gaps, turn columns with a best interval into closeness to it, and treat outliers, in this order.

    Parameters
    ----------
    matrix : array_like, shape (U, n)
        NaN is a missing cell.
    directions : array_like of int, shape (n,)
    codes : sequence of str
    fill : bool
        Fill gaps with the median of the unit's group (`weighting.core.missing.fill_with_group_median`); else they
        stay gaps.
    groups : array_like, shape (U,), optional
    targets : mapping of str to pair of float, optional
        Best interval by code; a single best value is an interval of equal ends.
    outliers : {"keep", "logarithm", "box_cox"}
        See `weighting.core.treatment.treat_outliers`.

    Returns
    -------
    Prepared
        A column with a best interval has direction 1.

    Raises
    ------
    MatrixRefused
        ``unknown_column`` for a target of no column, ``unknown_choice``, ``interval_reversed``, ``not_finite``, and
        those of the filling.

    Examples
    --------
    >>> done = prepare([[6.0], [7.0], [9.0]], [-1], ("PH",), targets={"PH": (7.0, 7.0)})
    >>> done.matrix.ravel(), done.directions, done.notices[0].code
    (array([0.5, 1. , 0. ]), array([1]), 'toward_interval')
    """
    values, codes = as_matrix(matrix), tuple(codes)
    signs, notices = as_directions(directions, values, codes).copy(), []
    if outliers not in OUTLIERS:
        raise MatrixRefused("unknown_choice", numbers={"names": [outliers]})
    unknown = sorted(set(targets or {}) - set(codes))
    if unknown:
        raise MatrixRefused("unknown_column", unknown)
    if fill and np.isnan(values).any():
        done = fill_with_group_median(values, groups, codes=codes)
        values = done.matrix
        notices += [
            Notice("filled_with_median", code, {"cells": count}) for code, count in done.missing.items()
        ]
    if targets:
        values = values.copy()
    for code, (low, high) in (targets or {}).items():
        column = codes.index(code)
        values[:, [column]] = toward_interval(values[:, [column]], low, high)
        signs[column] = 1
        notices.append(Notice("toward_interval", code, {"low": low, "high": high}))
    if outliers != "keep":
        treatment = treat_outliers(values, codes=codes, bend=outliers)
        values = treatment.matrix
        notices += [Notice(f"outliers_{step.method}", step.column, asdict(step)) for step in treatment.steps]
    return Prepared(values, signs, tuple(notices))
