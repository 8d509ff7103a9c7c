"""Weighted means that do not let one indicator make up for another without limit.

All work on the last axis and broadcast: figures (..., U, n) with weights (n,), (..., 1, n) or, one row a
unit, (..., U, n). Weights are closed first. Figures must be >= 0; a figure of 0 that carries weight makes
the geometric, the harmonic and every power mean of exponent <= 0 exactly 0.
"""

import numpy as np

from weighting.core.closure import close
from weighting.core.refusal import MatrixRefused

NEARLY_ZERO = 1e-12


def arithmetic_mean(normalized, weights):
    """Weighted sum with closed weights: sum_j w_j z_j; figures of any sign.

    Examples
    --------
    >>> arithmetic_mean([[1.0, 4.0]], [0.5, 0.5])
    array([2.5])
    """
    values, shares = as_weighted(normalized, weights)
    return (values * shares).sum(axis=-1)


def geometric_mean(normalized, weights, *, floor=0.0):
    """Weighted geometric mean: prod_j z_j^w_j = exp(sum_j w_j ln z_j).

    Parameters
    ----------
    normalized : array_like, shape (..., U, n)
        Figures >= 0, complete.
    weights : array_like, broadcastable to the figures
    floor : float
        Figures below it are raised to it, so that one 0 does not end everything; say so where it is used.

    Returns
    -------
    ndarray, shape (..., U)

    Raises
    ------
    MatrixRefused
        ``negative_figures``, ``missing_values``, ``negative_weight``, ``zero_total`` (weights).

    Notes
    -----
    Marginal gains fall: poor units gain most where they are poorest. Used by the HDI since 2010.

    Examples
    --------
    >>> geometric_mean([[1.0, 4.0], [0.0, 9.0]], [0.5, 0.5])
    array([2., 0.])
    """
    values, shares = as_weighted(normalized, weights)
    return absorbing_mean(floored(values, floor), shares, np.log, np.exp)


def harmonic_mean(normalized, weights, *, floor=0.0):
    """Weighted harmonic mean: 1 / sum_j (w_j / z_j). Parameters and refusals as in `geometric_mean`.

    Examples
    --------
    >>> harmonic_mean([[1.0, 4.0]], [0.5, 0.5])
    array([1.6])
    """
    values, shares = as_weighted(normalized, weights)
    return absorbing_mean(floored(values, floor), shares, np.reciprocal, np.reciprocal)


def power_mean(normalized, weights, *, exponent, floor=0.0):
    """Weighted power mean: (sum_j w_j z_j^p)^(1/p); p = 1 arithmetic, 0 geometric, -1 harmonic.

    Parameters
    ----------
    normalized, weights, floor
        As in `geometric_mean`.
    exponent : float
        p, finite, within 1e-12 of 0 geometric; the smaller, the less one indicator can make up for another.

    Returns
    -------
    ndarray, shape (..., U)

    Raises
    ------
    MatrixRefused
        ``unknown_exponent`` and those of `geometric_mean`.

    Examples
    --------
    >>> power_mean([[1.0, 4.0]], [0.5, 0.5], exponent=0.5)
    array([2.25])
    """
    if not np.isfinite(exponent):
        raise MatrixRefused("unknown_exponent", numbers={"exponent": exponent})
    if abs(exponent) < NEARLY_ZERO:
        return geometric_mean(normalized, weights, floor=floor)
    values, shares = as_weighted(normalized, weights)
    values = floored(values, floor)
    weighed = (values > 0) & (shares > 0)
    base = extreme_of(values, weighed, exponent)
    logs = exponent * np.log(np.where(weighed, values / base, 1.0))
    less_one = (shares * np.where(weighed, np.expm1(logs), -1.0)).sum(axis=-1)
    found = base[..., 0] * np.exp(log_of_sum(less_one, shares * weighed, logs) / exponent)
    ended = (values == 0) & (shares > 0)
    return np.where(ended.any(axis=-1) if exponent < 0 else ~weighed.any(axis=-1), 0.0, found)


def extreme_of(values, weighed, exponent):
    """Return the figure that carries weight and counts most, (..., 1); 1 where none does."""
    if exponent < 0:
        found = np.min(values, axis=-1, keepdims=True, where=weighed, initial=np.inf)
    else:
        found = np.max(values, axis=-1, keepdims=True, where=weighed, initial=0.0)
    return np.where(np.isfinite(found) & (found > 0), found, 1.0)


def log_of_sum(less_one, shares, logs):
    """Return ln of sum w e^l from that sum less 1, exact for l near 0; from the sum itself where it is small."""
    small = less_one < -0.5
    found = np.log1p(np.where(small, 0.0, less_one))
    if small.any():
        total = (shares * np.exp(logs)).sum(axis=-1)
        found = np.where(small & (total > 0), np.log(np.where(total > 0, total, 1.0)), found)
    return found


def absorbing_mean(values, shares, transform, back):
    """Return back(sum of shares times transform), and 0 where a 0 carries weight."""
    zero = values == 0
    spread = back((shares * transform(np.where(zero, 1.0, values))).sum(axis=-1))
    return np.where((zero & (shares > 0)).any(axis=-1), 0.0, spread)


def as_weighted(normalized, weights):
    """Return figures and closed weights as float64; refuse gaps and what is no weight."""
    values, shares = np.asarray(normalized, dtype=np.float64), np.asarray(weights, dtype=np.float64)
    if values.ndim < 2 or shares.ndim == 0 or shares.shape[-1] != values.shape[-1]:
        raise MatrixRefused("weights_do_not_match", numbers={"weights": shares.shape, "matrix": values.shape})
    unusable = ~np.isfinite(values)
    if unusable.any():
        columns = np.flatnonzero(unusable.reshape(-1, values.shape[-1]).any(axis=0))
        raise MatrixRefused("missing_values", columns, {"cells": int(unusable.sum())})
    if not (shares >= 0).all():
        raise MatrixRefused("negative_weight")
    return values, close(shares)


def floored(values, floor):
    """Return figures raised to the floor; refuse negative ones, naming the columns by position."""
    negative = values < 0
    if negative.any():
        columns = np.flatnonzero(negative.reshape(-1, values.shape[-1]).any(axis=0))
        raise MatrixRefused("negative_figures", columns, {"cells": int(negative.sum())})
    return np.maximum(values, floor)
