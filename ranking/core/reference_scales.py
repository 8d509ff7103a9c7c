"""Scales by figures fixed beforehand: goalposts, targets and the efficacy coefficient (功效系数).

They compare editions of an index with each other: with goalposts and the efficacy coefficient no unit's figure
moves another unit's score. Figures beyond their references are kept beyond the scale or cut, and counted either way.
"""

import numpy as np

from ranking.core.normalization import Normalized, constant_notices, in_range, present_columns
from weighting.core.direction import refuse_where
from weighting.core.matrix import as_directions, column_codes
from weighting.core.refusal import MatrixRefused, Notice

PASS, FULL = 60.0, 100.0  # of the efficacy coefficient


def goalposts(matrix, directions, lower, upper, *, low=0.0, high=100.0, clip=False, codes=None) -> Normalized:
    """Place figures between two posts: z = low + (high - low) (x - lower) / (upper - lower).

    For direction -1 the posts change places. As in the Human Development Index and COINr's ``n_goalposts``.

    Parameters
    ----------
    matrix : array_like, shape (U, n)
        NaN is a missing cell and stays one.
    directions : array_like of int, shape (n,)
    lower, upper : array_like, shape (n,) or float
        Posts in the unit of each column, lower < upper (``posts_reversed``).
    low, high : float
        Score at the worse and at the better post, low < high (``range_reversed``).
    clip : bool
        Keep figures beyond the posts at the end of the range.
    codes : sequence of str, optional

    Returns
    -------
    Normalized
        With the notice ``beyond_references`` for each column in which figures lie beyond the posts.

    Raises
    ------
    MatrixRefused
        ``posts_reversed``, ``range_reversed``, ``references_do_not_match``, ``unknown_direction``, ``not_finite``,
        ``empty_column``.

    Examples
    --------
    >>> goalposts([[20.0], [85.0], [52.5]], [1], 20.0, 85.0, high=1.0).values.ravel()
    array([0. , 1. , 0.5])
    """
    values, signs = checked(matrix, directions, codes)
    lower, upper = as_references(lower, values, codes), as_references(upper, values, codes)
    refuse_where(lower >= upper, "posts_reversed", values, codes)
    worst, best = np.where(signs == 1, lower, upper), np.where(signs == 1, upper, lower)
    return placed(values, worst, best, low=low, high=high, clip=clip, codes=codes)


def distance_to_target(
    matrix, directions, targets, *, low=0.0, high=100.0, clip=False, codes=None
) -> Normalized:
    """Place figures between the worst one present and a target: (x - worst) / (target - worst).

    As COINr's ``n_dist2targ``.

    Parameters
    ----------
    matrix : array_like, shape (U, n)
        NaN is a missing cell and stays one.
    directions : array_like of int, shape (n,)
        +1: from the minimum up to the target; -1: from the maximum down to it.
    targets : array_like, shape (n,) or float
    low, high : float
        Score of the worst unit and of the target, low < high (``range_reversed``).
    clip : bool
        Units beyond the target get high.
    codes : sequence of str, optional

    Returns
    -------
    Normalized
        With the notice ``beyond_references`` for each column in which figures lie beyond the target.

    Raises
    ------
    MatrixRefused
        ``target_not_ahead`` where the target is no better than the worst unit; ``range_reversed``,
        ``references_do_not_match``, ``unknown_direction``, ``not_finite``, ``empty_column``.

    Examples
    --------
    >>> distance_to_target([[10.0], [20.0], [40.0]], [1], 30.0, clip=True).values.ravel()
    array([  0.,  50., 100.])
    """
    values, signs = checked(matrix, directions, codes)
    targets = as_references(targets, values, codes)
    worst = np.where(signs == 1, np.fmin.reduce(values, axis=0), np.fmax.reduce(values, axis=0))
    refuse_where(signs * (targets - worst) <= 0, "target_not_ahead", values, codes)
    return placed(values, worst, targets, low=low, high=high, clip=clip, codes=codes)


def efficacy(matrix, directions, unacceptable, satisfactory, *, clip=False, codes=None) -> Normalized:
    """Efficacy coefficient (功效系数): d = 60 + 40 (x - x_s) / (x_h - x_s).

    Parameters
    ----------
    matrix : array_like, shape (U, n)
        NaN is a missing cell and stays one.
    directions : array_like of int, shape (n,)
    unacceptable, satisfactory : array_like, shape (n,) or float
        x_s (不允许值, scores 60) and x_h (满意值, scores 100), x_h better than x_s: larger for direction +1, smaller
        for -1.
    clip : bool
        Keep scores within [60, 100]; otherwise a figure worse than x_s scores below 60.
    codes : sequence of str, optional

    Returns
    -------
    Normalized
        With the notice ``beyond_references`` for each column in which figures lie beyond both values.

    Raises
    ------
    MatrixRefused
        ``equal_bounds`` where x_h = x_s, ``bounds_reversed`` where x_h is worse than x_s,
        ``references_do_not_match``, ``unknown_direction``, ``not_finite``, ``empty_column``.

    Examples
    --------
    >>> efficacy([[95.0], [80.0]], [1], 90.0, 100.0).values.ravel()
    array([80., 20.])
    """
    values, signs = checked(matrix, directions, codes)
    worst, best = as_references(unacceptable, values, codes), as_references(satisfactory, values, codes)
    refuse_where(best == worst, "equal_bounds", values, codes)
    refuse_where(signs * (best - worst) < 0, "bounds_reversed", values, codes)
    return placed(values, worst, best, low=PASS, high=FULL, clip=clip, codes=codes)


def checked(matrix, directions, codes):
    """Return the matrix and the signs of its columns."""
    values = present_columns(matrix, codes)
    return values, as_directions(directions, values, codes)


def as_references(figures, values, codes):
    """Return one finite reference a column; refuse another number of them (``references_do_not_match``)."""
    given = np.asarray(figures, dtype=np.float64)
    if given.shape not in ((), values.shape[1:]):
        raise MatrixRefused("references_do_not_match", numbers={"references": given.shape})
    each = np.broadcast_to(given, values.shape[1:])
    refuse_where(~np.isfinite(each), "not_finite", values, codes)
    return each


def placed(values, worst, best, *, low, high, clip, codes) -> Normalized:
    """Place figures on the line from worst (low) to best (high); count those beyond, and cut them where asked."""
    if not low < high:
        raise MatrixRefused("range_reversed", numbers={"low": low, "high": high})
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        share = (values - worst) / (best - worst)
    below, above = (share < 0).sum(axis=0), (share > 1).sum(axis=0)
    names = column_codes(values, codes)
    notices = [
        Notice(
            "beyond_references",
            names[j],
            {"worse": int(below[j]), "better": int(above[j]), "cut": bool(clip)},
        )
        for j in np.flatnonzero(below + above)
    ]
    scaled = low + (high - low) * (np.clip(share, 0.0, 1.0) if clip else share)
    return in_range(values, scaled, (*constant_notices(values, names), *notices), names)
