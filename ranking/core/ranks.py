"""Ranks: competition ranking, ties share the best rank."""

import numpy as np

from weighting.core.refusal import MatrixRefused


def competition_ranks(scores, *, tolerance=0.0):
    """Rank scores, 1 = highest; equal scores share the best rank and the next ranks stay empty (1, 2, 2, 4).

    With a tolerance the scores are walked from the highest down. The first score opens a run; every
    following score s with leader - s <= tolerance joins it, leader being the first (highest) score of the
    run; the first score further away opens the next run. A run shares one rank, so a long chain of small
    steps is not one tie.

    Parameters
    ----------
    scores : array_like, shape (..., U)
        Ranked on the last axis; leading axes are draws.
    tolerance : float
        >= 0, in the unit of the scores; 0 ties exactly equal scores only.

    Returns
    -------
    ndarray of int64, shape (..., U)

    Raises
    ------
    MatrixRefused
        ``missing_values`` or ``not_finite`` scores, ``negative_tolerance``.

    Examples
    --------
    >>> competition_ranks([70.0, 90.0, 70.0, 10.0])
    array([2, 1, 2, 4])
    >>> competition_ranks([90.0, 89.9, 89.85], tolerance=0.1)
    array([1, 1, 3])
    """
    values = np.asarray(scores, dtype=np.float64)
    if not np.isfinite(values).all():
        raise MatrixRefused("missing_values" if np.isnan(values).any() else "not_finite")
    if not tolerance >= 0:
        raise MatrixRefused("negative_tolerance", numbers={"tolerance": tolerance})
    if not values.size:
        return np.empty(values.shape, dtype=np.int64)
    rows = values.reshape(-1, values.shape[-1])
    ranks = np.empty(rows.shape, dtype=np.int64)
    for row, own in zip(rows, ranks, strict=True):
        order = np.argsort(-row)  # the order among equals is of no effect
        own[order] = places_of(row[order], tolerance)
    return ranks.reshape(values.shape)


def places_of(falling, tolerance):
    """Return the ranks of scores sorted from the highest down."""
    places = np.arange(1, len(falling) + 1)
    if (falling[:-1] - falling[1:] > tolerance).all():
        return places
    opens = tolerant_openings(falling, tolerance)
    return np.maximum.accumulate(np.where(opens, places, 0))


def tolerant_openings(falling, tolerance):
    """Mark the first of every run of scores within the tolerance of its leader."""
    opens = np.append(True, falling[:-1] - falling[1:] > tolerance)
    starts = np.flatnonzero(opens)
    ends = np.append(starts[1:], len(falling))
    for start, end in zip(starts[ends - starts > 1].tolist(), ends[ends - starts > 1].tolist(), strict=True):
        while start < end:
            opens[start] = True
            start += int(np.searchsorted(falling[start] - falling[start:end], tolerance, side="right"))
    return opens
