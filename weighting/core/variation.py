"""Variation weights (变异系数法): an indicator weighs as much as its figures vary, relative to their mean."""

from dataclasses import dataclass

import numpy as np

from weighting.core.direction import RATIOS, departures, largest_magnitude, turn
from weighting.core.matrix import (
    LARGEST,
    SMALLEST,
    as_directions,
    as_matrix,
    column_codes,
    picked,
    refuse_thin_columns,
)
from weighting.core.moments import Moments, column_moments
from weighting.core.refusal import MatrixRefused, Notice
from weighting.core.scaling import constant_columns, unit_range
from weighting.core.variation_notices import variation_notices

RATIO_SCALINGS = ("none", "vector", "sum", "max")


@dataclass(frozen=True)
class VariationWeights:
    """What `variation_weights` found; n columns, U units.

    Attributes
    ----------
    weights : ndarray (n,)
        V_j / sum V, sums to 1.
    variation : ndarray (n,)
        V_j = sd_j / mean_j of x'.
    raw_variation : ndarray (n,)
        The same ratio of the raw column before any transform; NaN with the notice
        ``raw_variation_undefined`` where the raw mean is not > 0.
    mean, sd : ndarray (n,)
        Of x'; sd with n - 1.
    transformed : ndarray (U, n)
        x', every column positive in direction; cannot be written to, and where no column had to be turned
        it is the given matrix itself.
    notices : tuple of Notice
    """

    weights: np.ndarray
    variation: np.ndarray
    raw_variation: np.ndarray
    mean: np.ndarray
    sd: np.ndarray
    transformed: np.ndarray
    notices: tuple[Notice, ...]


def variation_weights(
    matrix,
    directions,
    *,
    codes=None,
    k=0.1,
    method="reciprocal",
    negative_values="refuse",
    scaling="none",
    missing="refuse",
):
    """Weigh indicators by their coefficient of variation.

    x' is the matrix in positive direction, then V_j = sd_j / mean_j and w_j = V_j / sum_q V_q. Mean and sd
    (n - 1) are taken on x' itself, in two passes, before any scaling: vector, sum or max scaling would give
    the same V but lose figures on columns of large mean and small spread.

    Parameters
    ----------
    matrix : array_like, shape (U, n)
        Units in rows, U >= 2.
    directions : array_like of int, shape (n,)
        +1 more is better, -1 less is better.
    codes : sequence of str, optional
        Codes of the columns; without them their positions, counted from 0, as text.
    k, method
        Of the negative columns, see `weighting.core.direction.positive_direction`.
    negative_values : {"refuse", "zero"}
        What to do with a negative figure of a positive column (V explodes as the mean nears 0):
        refuse the matrix, or let it count as 0 here, with a notice telling how many. Never a shift,
        which would change every weight unseen.
    scaling : {"none", "vector", "sum", "max", "min_max", "z_score"}
        The first four give the same weights, so they are not carried out. ``min_max`` moves the origin to
        the worst unit and gives other weights. ``z_score`` has mean 0, V does not exist: refused.
    missing : {"refuse", "available"}
        Refuse a matrix with missing cells (NaN), or measure each column on the cells it has, with the notice
        ``missing_cells`` telling how many it has not. A missing cell is never 0.

    Returns
    -------
    VariationWeights

    Raises
    ------
    MatrixRefused
        ``too_few_units``, ``missing_values``, ``not_finite``, ``negative_values``, ``zero_mean`` (an
        all-zero column), ``no_variation`` (every column constant), ``out_of_range``, ``z_score_without_mean``,
        ``unknown_scaling``, and those of `positive_direction`.

    Notes
    -----
    - A constant column has V = 0, weight 0 and the notice ``constant_column``.
    - ``k_large_for_unit``: k > 0.01 max|x|, so that k and not the figures shapes the column.
    - ``reciprocal_ceiling``: for x >= 0 the reciprocal keeps V (population sd) under 0.5/sqrt(2) = 0.354
      whatever the raw spread; the numbers hold both variations and the ceiling for n - 1.
    - ``negative_under_reciprocal``: for x < 0 the denominator may fall to k and V explode.

    Sources: 变异系数法 as in the notebook of Geaming-CHN/Mathematical-Modeling-Competition, whose printed
    figures are a test here; n - 1 or n gives the same weights.

    Examples
    --------
    >>> variation_weights([[1.0, 10.0], [3.0, 12.0]], [1, 1]).weights
    array([0.84615385, 0.15384615])
    """
    raw = as_matrix(matrix)
    names = column_codes(raw, codes)
    signs = as_directions(directions, raw, names)
    gaps = refuse_thin_columns(raw, names, missing)
    before = column_moments(raw)
    if scales_by_ratio(scaling):
        figures = turned_figures(raw, before, signs, names, method, k, negative_values)
    else:
        method, ranged = "min_max", unit_range(raw, signs)
        figures = Figures(ranged, column_moments(ranged), ())
    after = figures.moments
    refuse_lost_moments(before, raw, names)
    refuse_lost_moments(after, raw, names)
    refuse_zero_mean(after.mean, raw, names)
    variation = ratio(after.sd, after.mean)
    raw_variation = variation if after is before else ratio(before.sd, before.mean, undefined=np.nan)
    if not variation.any():
        raise MatrixRefused("no_variation", names)
    notices = variation_notices(raw, signs, names, variation, raw_variation, method, k)
    return VariationWeights(
        weights=variation / variation.sum(),
        variation=variation,
        raw_variation=raw_variation,
        mean=after.mean,
        sd=after.sd,
        transformed=locked(figures.values),
        notices=gaps + figures.notices + notices,
    )


@dataclass(frozen=True)
class Figures:
    """x', its moments and what was done to get there."""

    values: np.ndarray
    moments: Moments
    notices: tuple[Notice, ...]


def turned_figures(raw, moments, signs, codes, method, k, negative_values) -> Figures:
    """Return x' in positive direction, without negative figures in positive columns."""
    usable, zeroed = without_negatives(raw, signs, codes, negative_values, moments.lowest)
    turned = turn(usable, signs, method=method, k=k, codes=codes)
    after = moments_again(moments, turned, changed_columns(signs, codes, zeroed))
    return Figures(turned, exact_moments(after, usable, signs, method, k), zeroed)


def exact_moments(moments, raw, signs, method, k):
    """Return the moments of x', those of columns that were divided by worked out from differences of the figures."""
    turned = np.flatnonzero(signs == -1)
    if method not in RATIOS or not turned.size:
        return moments
    first, departure = departures(raw[:, turned], method=method, k=k)
    found = column_moments(departure)
    mean, sd = moments.mean.copy(), moments.sd.copy()
    mean[turned], sd[turned] = first * (1.0 + found.mean), np.abs(first) * found.sd
    return Moments(mean, sd, moments.lowest)


def changed_columns(signs, codes, zeroed):
    """Mark the columns of x' that are not those of the raw matrix."""
    changed = signs == -1
    return changed | np.isin(codes, [notice.column for notice in zeroed]) if zeroed else changed


def moments_again(raw_moments, transformed, changed):
    """Return the moments of x': those of the raw matrix, measured again in the changed columns."""
    if not changed.any():
        return raw_moments
    again = column_moments(transformed[:, changed])
    mean, sd = raw_moments.mean.copy(), raw_moments.sd.copy()
    mean[changed], sd[changed] = again.mean, again.sd
    return Moments(mean, sd, raw_moments.lowest)


def locked(values):
    """Return a view that cannot be written through: where no column is turned it is the caller's matrix."""
    view = values.view()
    view.flags.writeable = False
    return view


def scales_by_ratio(scaling):
    """Tell a pure scaling, which leaves V as it is, from the unit range; refuse what has no V."""
    if scaling == "z_score":
        raise MatrixRefused("z_score_without_mean")
    if scaling not in (*RATIO_SCALINGS, "min_max"):
        raise MatrixRefused("unknown_scaling", numbers={"scaling": scaling})
    return scaling in RATIO_SCALINGS


def without_negatives(raw, signs, codes, negative_values, lowest):
    """Return the matrix without negative figures in positive columns, and the notices of what became 0."""
    if negative_values not in ("refuse", "zero"):
        raise MatrixRefused("unknown_negative_values", numbers={"negative_values": negative_values})
    if lowest >= 0:
        return raw, ()
    counts = ((raw < 0) & (signs == 1)).sum(axis=0)
    below = counts > 0
    if not below.any():
        return raw, ()
    columns = picked(codes, below)
    numbers = dict(zip(columns, counts[below].tolist(), strict=True))
    if negative_values == "refuse":
        raise MatrixRefused("negative_values", columns, numbers)
    clipped = np.where(signs == 1, np.maximum(raw, 0.0), raw)
    return clipped, tuple(
        Notice("negative_counted_as_zero", code, {"cells": numbers[code]}) for code in columns
    )


def refuse_lost_moments(moments, raw, codes):
    """Refuse columns whose mean or sd has left the range of numbers (``out_of_range``)."""
    if (
        (moments.sd > SMALLEST).all()
        and (moments.sd < LARGEST).all()
        and (np.abs(moments.mean) < LARGEST).all()
    ):
        return
    inside = (np.abs(moments.mean) < LARGEST) & (moments.sd < LARGEST)
    lost = ~(inside & ((moments.sd > SMALLEST) | constant_columns(raw)))
    if lost.any():
        raise MatrixRefused("out_of_range", picked(codes, lost))


def refuse_zero_mean(mean, raw, codes):
    """Refuse columns without a mean to divide by; a constant raw column turned to zeros is no such case."""
    if (mean > 0).all():
        return
    constant = constant_columns(raw) & (largest_magnitude(raw) > 0)
    hollow = (mean <= 0) & ~constant
    if hollow.any():
        raise MatrixRefused("zero_mean", picked(codes, hollow))


def ratio(sd, mean, *, undefined=0.0):
    """Return sd / mean where the mean is > 0, else the value for an undefined ratio."""
    return np.divide(sd, mean, out=np.full(sd.shape, undefined), where=mean > 0)
