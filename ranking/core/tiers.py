"""Tiers: 1 is the best; a border never splits equal ranks or equal scores."""

from dataclasses import dataclass

import numpy as np

from ranking.core.breaks import cheapest_partition
from weighting.core.refusal import MatrixRefused


@dataclass(frozen=True)
class BreakTiers:
    """Tiers found in the scores themselves.

    Attributes
    ----------
    tiers : ndarray of int64 (U,)
        1 = best.
    lower_bounds : ndarray (k,)
        Lowest score of every tier, best tier first.
    goodness : float
        Goodness of variance fit 1 - SDCM / SDAM: squared deviations left inside the tiers, over all of them.
    """

    tiers: np.ndarray
    lower_bounds: np.ndarray
    goodness: float


def rank_cut_tiers(ranks, cuts):
    """Cut by rank: tier t holds the ranks after the last of tier t - 1, up to ``cuts[t - 1]``.

    Equal ranks are never split: the shared rank decides, so a tier may hold more units than its cut.

    Parameters
    ----------
    ranks : array_like of int, shape (..., U)
        Competition ranks.
    cuts : sequence of int
        Last rank of every tier, rising, e.g. (3, 29, 58, 100).

    Returns
    -------
    ndarray of int64, shape (..., U)
        1 = best, 0 = after the last cut, in no tier.

    Raises
    ------
    MatrixRefused
        ``cuts_out_of_order``.

    Examples
    --------
    >>> rank_cut_tiers([1, 2, 2, 4, 5], (2, 4))
    array([1, 1, 1, 2, 0])
    """
    borders = np.asarray(cuts)
    refuse_disorder(borders, np.diff(borders) > 0)
    tiers = np.searchsorted(borders, np.asarray(ranks), side="left") + 1
    return np.where(tiers > len(borders), 0, tiers)


def score_cut_tiers(scores, cuts):
    """Cut by score: a score on a bound belongs to the upper tier.

    Parameters
    ----------
    scores : array_like, shape (..., U)
    cuts : sequence of float
        Lower bounds of the tiers but the last, falling, e.g. (60, 40, 30) for four tiers.

    Returns
    -------
    ndarray of int64, shape (..., U)
        1 = best; below the last bound ``len(cuts) + 1``.

    Raises
    ------
    MatrixRefused
        ``cuts_out_of_order``, ``missing_values``.

    Examples
    --------
    >>> score_cut_tiers([60.0, 59.9, 40.0, 12.0], (60, 40))
    array([1, 2, 2, 3])
    """
    borders = np.asarray(cuts, dtype=np.float64)
    refuse_disorder(borders, np.diff(borders) < 0)
    return np.searchsorted(-borders, -as_scores(scores), side="left") + 1


def quantile_tiers(ranks, k):
    """Cut into k tiers of as equal size as ties allow: tier t ends at rank U t / k.

    Parameters
    ----------
    ranks : array_like of int, shape (U,)
        Competition ranks; a shared rank decides for all that share it.
    k : int
        Number of tiers, 1 <= k <= U (``too_many_tiers``).

    Returns
    -------
    ndarray of int64, shape (U,)
        1 = best; with many ties a tier may stay empty.

    Examples
    --------
    >>> quantile_tiers([1, 2, 2, 4, 5], 2)
    array([1, 1, 1, 2, 2])
    """
    places = np.asarray(ranks)
    if not 1 <= k <= len(places):
        raise MatrixRefused("too_many_tiers", numbers={"units": len(places), "k": k})
    return (places - 1) * k // len(places) + 1


def k_means_tiers(scores, k):
    """Cut into k tiers by k-means on the scores: the same as `natural_break_tiers`, which solves it exactly.

    In one dimension the clusters of least squared deviation are runs, so there is nothing to start at random.

    Examples
    --------
    >>> k_means_tiers([1.0, 2.0, 10.0, 11.0, 11.0], 2).tiers
    array([2, 2, 1, 1, 1])
    """
    return natural_break_tiers(scores, k)


def natural_break_tiers(scores, k):
    """Cut into the k tiers of least squared deviation (Fisher-Jenks, solved exactly).

    The distinct scores with their counts are partitioned into k runs by dynamic programming, so equal scores
    stay together. Of partitions of equal fit the one whose lowest tiers are smallest is taken.

    Parameters
    ----------
    scores : array_like, shape (U,)
    k : int
        Number of tiers, 1 <= k <= number of distinct scores.

    Returns
    -------
    BreakTiers

    Raises
    ------
    MatrixRefused
        ``too_few_distinct_scores``, ``missing_values``.

    Notes
    -----
    Fisher 1958, Jenks 1977. The cost of a run has the monotone-minimum property, so each row of the programme
    takes O(D log D) for D distinct scores.

    Examples
    --------
    >>> natural_break_tiers([1.0, 2.0, 10.0, 11.0, 11.0], 2).tiers
    array([2, 2, 1, 1, 1])
    """
    values = as_scores(scores)
    distinct, place, counts = np.unique(values, return_inverse=True, return_counts=True)
    if not 1 <= k <= len(distinct):
        raise MatrixRefused("too_few_distinct_scores", numbers={"distinct": len(distinct), "k": k})
    starts = cheapest_partition(near_one(distinct), counts, k)
    tiers = k - (np.searchsorted(starts, place, side="right") - 1)
    return BreakTiers(tiers, distinct[starts][::-1], goodness_of_fit(values, tiers))


def listed_tiers(scores, ranks, rules):
    """Cut the listed units into tiers by the ranking section of a protocol.

    Parameters
    ----------
    scores : ndarray, shape (U,)
    ranks : ndarray of int, shape (U,)
    rules : dict
        With ``listed`` (last rank of the list) and ``tiers`` (``method`` and its ``cuts`` or ``count``).

    Returns
    -------
    tuple of ndarray of int64 (U,) and float
        Tiers, 0 for units that are not listed, and the goodness of variance fit of the listed scores.

    Raises
    ------
    MatrixRefused
        As the method does.

    Examples
    --------
    >>> rules = {"listed": 2, "tiers": {"method": "rank_cuts", "cuts": [1, 2]}}
    >>> listed_tiers(np.array([3.0, 1.0, 2.0]), np.array([1, 3, 2]), rules)[0]
    array([1, 0, 2])
    """
    tiers, listed, cut = np.zeros(len(scores), dtype=np.int64), ranks <= rules["listed"], rules["tiers"]
    methods = {
        "rank_cuts": lambda s, r: rank_cut_tiers(r, cut["cuts"]),
        "score_cuts": lambda s, r: score_cut_tiers(s, cut["cuts"]),
        "quantiles": lambda s, r: quantile_tiers(r, cut["count"]),
        "k_means": lambda s, r: k_means_tiers(s, cut["count"]).tiers,
        "natural_breaks": lambda s, r: natural_break_tiers(s, cut["count"]).tiers,
    }
    tiers[listed] = methods[cut["method"]](scores[listed], ranks[listed])
    return tiers, float(goodness_of_fit(scores[listed], tiers[listed]))


def goodness_of_fit(scores, tiers):
    """Goodness of variance fit of any tiers: 1 - squared deviations inside tiers / all squared deviations.

    Parameters
    ----------
    scores, tiers : array_like, shape (U,)

    Returns
    -------
    float
        In [0, 1]; 1 when every tier holds one distinct score, also when all scores are equal.

    Examples
    --------
    >>> goodness_of_fit([1.0, 1.0, 3.0, 3.0], [2, 2, 1, 1])
    1.0
    """
    values, labels = near_one(as_scores(scores)), np.asarray(tiers)
    total = ((values - values.mean()) ** 2).sum()
    inside = sum(
        ((part - part.mean()) ** 2).sum() for part in (values[labels == t] for t in np.unique(labels))
    )
    return float(1.0 - inside / total) if total > 0 else 1.0


def near_one(scores):
    """Return scores in a unit near their range, a power of two, in which no square leaves the range of numbers.

    Examples
    --------
    >>> near_one(np.array([0.0, 6.0, 3.0]))
    array([0.   , 0.75 , 0.375])
    """
    return np.ldexp(scores, -np.frexp(np.ptp(scores))[1]) if scores.size else scores


def as_scores(scores):
    """Return scores as float64, complete."""
    values = np.asarray(scores, dtype=np.float64)
    if not np.isfinite(values).all():
        raise MatrixRefused("missing_values")
    return values


def refuse_disorder(borders, steps):
    """Refuse cuts that do not run strictly one way."""
    if borders.ndim != 1 or not len(borders) or not steps.all():
        raise MatrixRefused("cuts_out_of_order", numbers={"cuts": borders.tolist()})
