"""How far one ranking is from another."""

import numpy as np
from scipy.stats import rankdata

from weighting.core.refusal import MatrixRefused


def average_shift(reference, ranks):
    """Average shift in rank: (1 / U) sum_i |reference_i - rank_i|.

    Parameters
    ----------
    reference : array_like of int, shape (U,)
    ranks : array_like of int, shape (..., U)

    Returns
    -------
    ndarray, shape (...)

    Raises
    ------
    MatrixRefused
        ``ranks_do_not_match``.

    Notes
    -----
    Source: OECD/JRC Handbook 2008, step 7; Saisana, Saltelli and Tarantola 2005.

    Examples
    --------
    >>> average_shift([1, 2, 3], [[1, 2, 3], [3, 2, 1]]).round(3)
    array([0.   , 1.333])
    """
    first, second = as_rankings(reference, ranks)
    return np.abs(first - second).mean(axis=-1)


def tier_change_share(reference, tiers):
    """Share of units whose tier is another one, shape (...).

    Examples
    --------
    >>> tier_change_share([1, 1, 2, 2], [1, 2, 2, 2]).item()
    0.25
    """
    first, second = as_rankings(reference, tiers)
    return (first != second).mean(axis=-1)


def rank_correlation(reference, ranks):
    """Spearman's correlation of two rankings, ties at their mean rank, shape (...).

    Raises
    ------
    MatrixRefused
        ``no_variation`` where all units share one rank, ``ranks_do_not_match``.

    Examples
    --------
    >>> rank_correlation([1, 2, 3], [3, 2, 1]).item()
    -1.0
    """
    first, second = as_rankings(reference, ranks)
    first, second = (side - side.mean(axis=-1, keepdims=True) for side in (midranks(first), midranks(second)))
    length = np.sqrt((first**2).sum(axis=-1) * (second**2).sum(axis=-1))
    if not length.all():
        raise MatrixRefused("no_variation")
    return (first * second).sum(axis=-1) / length


def midranks(ranks):
    """Return ranks with ties at their mean."""
    return rankdata(ranks, method="average", axis=-1)


def as_rankings(reference, ranks):
    """Return two rankings of the same units as float64."""
    first, second = np.asarray(reference, dtype=np.float64), np.asarray(ranks, dtype=np.float64)
    if first.ndim != 1 or second.shape[-1:] != first.shape:
        raise MatrixRefused("ranks_do_not_match", numbers={"reference": first.shape, "ranks": second.shape})
    return first, second
