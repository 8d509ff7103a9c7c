"""Spearman's correlation of two vectors, worked out in whole ranks."""

import math
from dataclasses import dataclass

import numpy as np
from scipy import stats

from survey.core.answers import paired
from survey.core.reasons import N_TOO_SMALL, NO_VARIATION


@dataclass(frozen=True)
class RankCorrelation:
    """Spearman's correlation of n pairs, or None and why there is none."""

    value: float | None
    n: int
    reason: str | None = None


def rank_correlation(first, second):
    """Return Spearman's correlation, for example of the group means or weights of two rounds.

    Pearson's correlation of the midranks; in whole numbers up to the last division, so that the same
    order gives exactly 1 and the opposite order exactly -1.

    Parameters
    ----------
    first, second : array_like, shape (n,)
        NaN = missing; only full pairs count.

    Returns
    -------
    RankCorrelation
        None for fewer than 2 pairs (`n_too_small`) or a constant vector (`no_variation`).

    Raises
    ------
    UnusableAnswers
        If the two differ in length, are not one-dimensional or hold an infinite number.

    Notes
    -----
    Spearman 1904.

    Examples
    --------
    >>> rank_correlation([10, 20, 30], [1, 3, 2]).value
    0.5
    """
    first, second = paired(first, second)
    if first.size < 2:
        return RankCorrelation(None, first.size, N_TOO_SMALL)
    one, two = _centred_ranks(first), _centred_ranks(second)
    size = sum(x * x for x in one) * sum(y * y for y in two)
    if not size:
        return RankCorrelation(None, first.size, NO_VARIATION)
    product = sum(x * y for x, y in zip(one, two, strict=True))
    root = math.isqrt(size)
    return RankCorrelation(product / (root if root * root == size else math.sqrt(size)), first.size)


def _centred_ranks(values):
    """Return twice the midranks less their mean, as whole numbers."""
    return (np.rint(2 * stats.rankdata(values)).astype(int) - (values.size + 1)).tolist()
