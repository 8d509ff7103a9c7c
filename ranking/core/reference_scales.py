"""Scales by figures fixed beforehand: goalposts, targets and the efficacy coefficient (功效系数).

They compare editions of an index with each other, because no unit's figure moves another unit's score.
"""

import numpy as np

from ranking.core.normalization import Normalized, present_columns
from weighting.core.direction import refuse_where
from weighting.core.matrix import as_directions


def goalposts(matrix, directions, lower, upper, *, low=0.0, high=100.0, clip=True, codes=None) -> Normalized:
    """Place figures between two posts: z = low + (high - low) (x - lower) / (upper - lower).

    For direction -1 the posts change places. As in the Human Development Index.

    Parameters
    ----------
    matrix : array_like, shape (U, n)
        NaN is a missing cell and stays one.
    directions : array_like of int, shape (n,)
    lower, upper : array_like, shape (n,) or float
        Posts in the unit of each column, lower < upper (``posts_reversed``).
    low, high : float
    clip : bool
        Keep figures beyond the posts at the end of the range.
    codes : sequence of str, optional

    Returns
    -------
    Normalized

    Examples
    --------
    >>> goalposts([[20.0], [85.0], [52.5]], [1], 20.0, 85.0, high=1.0).values.ravel()
    array([0. , 1. , 0.5])
    """
    values = present_columns(matrix, codes)
    signs = as_directions(directions, values, codes)
    refuse_where(np.broadcast_to(np.asarray(lower) >= upper, signs.shape), "posts_reversed", values, codes)
    worst, best = np.where(signs == 1, lower, upper), np.where(signs == 1, upper, lower)
    share = (values - worst) / (best - worst)
    return Normalized(low + (high - low) * (np.clip(share, 0.0, 1.0) if clip else share), ())


def distance_to_target(
    matrix, directions, targets, *, low=0.0, high=100.0, clip=True, codes=None
) -> Normalized:
    """Place figures between the worst one present and a target: (x - worst) / (target - worst).

    Parameters
    ----------
    matrix : array_like, shape (U, n)
        NaN is a missing cell and stays one.
    directions : array_like of int, shape (n,)
        +1: from the minimum up to the target; -1: from the maximum down to it.
    targets : array_like, shape (n,) or float
    low, high : float
    clip : bool
        Units beyond the target get high.
    codes : sequence of str, optional

    Returns
    -------
    Normalized

    Raises
    ------
    MatrixRefused
        ``target_not_ahead`` where the target is no better than the worst unit; ``unknown_direction``,
        ``not_finite``, ``empty_column``.

    Examples
    --------
    >>> distance_to_target([[10.0], [20.0], [40.0]], [1], 30.0).values.ravel()
    array([  0.,  50., 100.])
    """
    values = present_columns(matrix, codes)
    signs = as_directions(directions, values, codes)
    worst = np.where(signs == 1, np.fmin.reduce(values, axis=0), np.fmax.reduce(values, axis=0))
    way = np.asarray(targets) - worst
    refuse_where(signs * way <= 0, "target_not_ahead", values, codes)
    share = (values - worst) / way
    return Normalized(low + (high - low) * (np.minimum(share, 1.0) if clip else share), ())


def efficacy(matrix, unacceptable, satisfactory, *, clip=False, codes=None) -> Normalized:
    """Efficacy coefficient (功效系数): d = 60 + 40 (x - x_s) / (x_h - x_s).

    Parameters
    ----------
    matrix : array_like, shape (U, n)
        NaN is a missing cell and stays one.
    unacceptable, satisfactory : array_like, shape (n,) or float
        x_s (不允许值, scores 60) and x_h (满意值, scores 100); for a negative indicator x_h < x_s.
    clip : bool
        Keep scores within [60, 100]; otherwise a figure worse than x_s scores below 60.
    codes : sequence of str, optional

    Returns
    -------
    Normalized

    Raises
    ------
    MatrixRefused
        ``equal_bounds`` where x_h = x_s, ``not_finite``, ``empty_column``.

    Examples
    --------
    >>> efficacy([[95.0], [80.0]], 90.0, 100.0).values.ravel()
    array([80., 20.])
    """
    values = present_columns(matrix, codes)
    way = np.broadcast_to(np.asarray(satisfactory, dtype=np.float64) - unacceptable, values.shape[1:])
    refuse_where(way == 0, "equal_bounds", values, codes)
    scores = 60.0 + 40.0 * (values - unacceptable) / way
    return Normalized(np.clip(scores, 60.0, 100.0) if clip else scores, ())
