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
    order = np.argsort(-values, axis=-1, kind="stable")
    falling = np.take_along_axis(values, order, axis=-1)
    opens = run_openings(falling) if tolerance == 0 else tolerant_openings(falling, tolerance)
    places = np.where(opens, np.arange(1, values.shape[-1] + 1), 0)
    ranks = np.empty(values.shape, dtype=np.int64)
    np.put_along_axis(ranks, order, np.maximum.accumulate(places, axis=-1), axis=-1)
    return ranks


def run_openings(falling):
    """Mark the first of every run of equal scores."""
    opens = np.ones(falling.shape, dtype=bool)
    opens[..., 1:] = falling[..., 1:] != falling[..., :-1]
    return opens


def tolerant_openings(falling, tolerance):
    """Mark the first of every run of scores within the tolerance of its leader, row by row."""
    opens = np.zeros(falling.shape, dtype=bool)
    for row, marks in zip(
        falling.reshape(-1, falling.shape[-1]), opens.reshape(-1, falling.shape[-1]), strict=True
    ):
        start = 0
        while start < len(row):
            marks[start] = True
            start += int(np.searchsorted(-(row[start:] - row[start]), tolerance, side="right"))
    return opens
