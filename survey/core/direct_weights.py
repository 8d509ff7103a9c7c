"""One expert's weights from ratings, places or swings."""

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from survey.core.answers import UnusableAnswers, item_answers
from survey.core.reasons import MISSING, NO_FULL_SWING, ZERO_WEIGHT


@dataclass(frozen=True)
class Weights:
    """Weights that add up to 1, or None and why there are none."""

    values: tuple[float, ...] | None
    reason: str | None = None


def rating_weights(ratings):
    """Return w_j = x_j / sum x, so that every expert carries the same total.

    Parameters
    ----------
    ratings : array_like, shape (n,)
        Importance on the scale the expert saw, not below 0; NaN = none.

    Returns
    -------
    Weights
        None when a rating is missing (`missing`) or all are 0 (`zero_weight`): no partial weights.

    Raises
    ------
    UnusableAnswers
        If a rating is negative or infinite.

    Notes
    -----
    Compresses differences: on a scale from 1 to 5, 5 against 3 is at most 1.67 to 1. A scale that starts
    at 0 gives other weights than the same scale started at 1.

    Examples
    --------
    >>> rating_weights([5, 3, 2]).values
    (0.5, 0.3, 0.2)
    """
    return _closed(item_answers(ratings))


def swing_weights(swings):
    """Return w_j = s_j / sum s of swings, the best of which is 100.

    Parameters
    ----------
    swings : array_like, shape (n,)
        From 0 to 100, NaN = none.

    Returns
    -------
    Weights
        None when a swing is missing (`missing`) or none is 100 (`no_full_swing`).

    Raises
    ------
    UnusableAnswers
        If a swing lies outside 0 to 100.

    Notes
    -----
    von Winterfeldt & Edwards 1986, *Decision Analysis and Behavioral Research*, chapter 8.

    Examples
    --------
    >>> swing_weights([100, 60, 40, 0]).values
    (0.5, 0.3, 0.2, 0.0)
    """
    swings = item_answers(swings)
    if (swings > 100).any():
        raise UnusableAnswers("a swing lies above 100")
    if swings.size and not np.isnan(swings).any() and not (swings == 100).any():
        return Weights(None, NO_FULL_SWING)
    return _closed(swings)


def rank_order_centroid(places):
    """Return ranking weights by the centroid of all weights in that order.

    w_k = (1/n) sum_{q=k..n} 1/q for place k; tied items share the mean weight of the places they take.

    Parameters
    ----------
    places : array_like, shape (n,)
        Place of each item, 1 = most important; only the order counts, equal numbers are ties. NaN = none.

    Returns
    -------
    Weights
        None when a place is missing (`missing`).

    Raises
    ------
    UnusableAnswers
        If a place is infinite or `places` is not one-dimensional.

    Notes
    -----
    Barron & Barrett 1996.

    Examples
    --------
    >>> [round(w, 4) for w in rank_order_centroid([1, 2, 3]).values]
    [0.6111, 0.2778, 0.1111]
    """
    return _by_place(places, lambda k, n: sum(Fraction(1, q) for q in range(k, n + 1)) / n)


def rank_sum(places):
    """Return ranking weights w_k = 2 (n + 1 - k) / (n (n + 1)); ties and errors as in `rank_order_centroid`.

    Notes
    -----
    Stillwell, Seaver & Edwards 1981.

    Examples
    --------
    >>> rank_sum([2, 1, 4, 3]).values
    (0.3, 0.4, 0.1, 0.2)
    """
    return _by_place(places, lambda k, n: Fraction(2 * (n + 1 - k), n * (n + 1)))


def rank_reciprocal(places):
    """Return ranking weights w_k = (1/k) / sum_q 1/q; ties and errors as in `rank_order_centroid`.

    Notes
    -----
    Stillwell, Seaver & Edwards 1981.

    Examples
    --------
    >>> [round(w, 4) for w in rank_reciprocal([1, 2, 3]).values]
    [0.5455, 0.2727, 0.1818]
    """
    return _by_place(places, lambda k, n: Fraction(1, k) / sum(Fraction(1, q) for q in range(1, n + 1)))


def _closed(numbers):
    if (numbers < 0).any():
        raise UnusableAnswers("a number is below 0")
    if np.isnan(numbers).any() or not numbers.size:
        return Weights(None, MISSING)
    if not numbers.any():
        return Weights(None, ZERO_WEIGHT)
    exact = [Fraction(str(number)) for number in numbers.tolist()]
    whole = sum(exact)
    return Weights(tuple(float(number / whole) for number in exact))


def _by_place(places, weight):
    places = item_answers(places)
    if np.isnan(places).any() or not places.size:
        return Weights(None, MISSING)
    n, ordered = places.size, np.sort(places)
    by_number = {}
    for number in np.unique(ordered).tolist():
        taken = (np.flatnonzero(ordered == number) + 1).tolist()
        by_number[number] = float(sum(weight(k, n) for k in taken) / len(taken))
    return Weights(tuple(by_number[number] for number in places.tolist()))
