"""Whether the same experts gave the same answers twice: weighted kappa, McNemar, Holm's adjustment."""

from dataclasses import dataclass

import numpy as np
from scipy import stats

from survey.core.answers import UnusableAnswers, paired
from survey.core.reasons import NO_CHANGE, NO_PAIRS, NO_VARIATION


@dataclass(frozen=True)
class Kappa:
    """Weighted kappa of the pairs, or None and why there is none."""

    value: float | None
    n_pairs: int
    reason: str | None = None


@dataclass(frozen=True)
class McNemar:
    """McNemar's exact test: how many gave up their agreement and how many came round to it."""

    n_pairs: int
    gave_up: int
    came_round: int
    p: float | None
    reason: str | None = None


def weighted_kappa(before, after, *, linear=False):
    """Return weighted kappa of two answers of the same experts.

    kappa = 1 - sum v o / sum v e with v = (a - b)^2, or |a - b| when `linear`; o the observed pairs, e
    those expected from the two margins. v is taken from the answers themselves, so that points of the
    scale that nobody used cannot change the result.

    Parameters
    ----------
    before, after : array_like, shape (m,)
        NaN = none; only full pairs count.
    linear : bool
        Weigh a difference by its size rather than by its square.

    Returns
    -------
    Kappa
        None without pairs (`no_pairs`) or when both rounds are constant and equal (`no_variation`); 0 when
        one of them is constant.

    Raises
    ------
    UnusableAnswers
        If the two differ in length, are not one-dimensional or hold an infinite number.

    Notes
    -----
    Cohen 1968. Equal to scikit-learn's `cohen_kappa_score` with `labels` set to the full, evenly
    spaced scale.

    Examples
    --------
    >>> weighted_kappa([1, 2, 3, 4], [1, 2, 3, 3]).value
    0.875
    """
    before, after = paired(before, after)
    m = before.size
    if not m:
        return Kappa(None, 0, NO_PAIRS)
    if (before == before[0]).all() and (after == before[0]).all():
        return Kappa(None, m, NO_VARIATION)
    apart = np.abs(before - after)
    observed = apart.sum() if linear else apart @ apart
    expected = _linear_chance(before, after) if linear else _quadratic_chance(before, after)
    return Kappa(float(1 - m * observed / expected), m)


def _linear_chance(before, after):
    """Return sum |a - b| over all pairs of an answer before and an answer after."""
    left, left_count = np.unique(before, return_counts=True)
    right, right_count = np.unique(after, return_counts=True)
    return left_count @ np.abs(left[:, None] - right) @ right_count


def _quadratic_chance(before, after):
    """Return sum (a - b)^2 over all pairs: m sum a^2 + m sum b^2 - 2 sum a sum b, about a common middle."""
    left, right = np.sort(before), np.sort(after)
    middle = left.mean()
    left, right = left - middle, right - middle
    return before.size * (left @ left + right @ right) - 2 * left.sum() * right.sum()


def mcnemar(before, after):
    """Return McNemar's exact test of a shift in agreement between two rounds.

    p = min(1, 2 P(X <= min(b, c))) with X binomial(b + c, 1/2), where b experts agreed before and not
    after, and c the other way round.

    Parameters
    ----------
    before, after : array_like, shape (m,)
        1 agrees, 0 does not, NaN = no answer; only full pairs count.

    Returns
    -------
    McNemar
        p None without pairs (`no_pairs`); p = 1 with `no_change` when nobody changed sides.

    Raises
    ------
    UnusableAnswers
        If the two differ in length, or an answer is not 0, 1 or NaN.

    Notes
    -----
    McNemar 1947, in its exact binomial form.

    Examples
    --------
    >>> mcnemar([0, 0, 0, 1, 1], [1, 1, 1, 1, 0]).p
    0.625
    """
    before, after = paired(before, after)
    if not (np.isin(before, (0, 1)).all() and np.isin(after, (0, 1)).all()):
        raise UnusableAnswers("an answer is neither 0 nor 1")
    gave_up, came_round = int(((before == 1) & (after == 0)).sum()), int(((before == 0) & (after == 1)).sum())
    if not before.size:
        return McNemar(0, 0, 0, None, NO_PAIRS)
    if not gave_up + came_round:
        return McNemar(before.size, 0, 0, 1.0, NO_CHANGE)
    tail = stats.binom.cdf(min(gave_up, came_round), gave_up + came_round, 0.5)
    return McNemar(before.size, gave_up, came_round, float(min(1.0, 2 * tail)))


def holm(p_values):
    """Return the p values adjusted for being read together, by Holm's step-down rule.

    In ascending order p_(k) becomes max over j <= k of min(1, (n - j + 1) p_(j)).

    Parameters
    ----------
    p_values : sequence of float or None
        None stays None and does not count.

    Returns
    -------
    tuple of float or None
        In the order given.

    Raises
    ------
    ValueError
        If a value is not between 0 and 1.

    Notes
    -----
    Holm 1979.

    Examples
    --------
    >>> holm([0.01, None, 0.04, 0.03])
    (0.03, None, 0.06, 0.06)
    """
    tested = [place for place, p in enumerate(p_values) if p is not None]
    if not all(0 <= p_values[place] <= 1 for place in tested):
        raise ValueError("a p value lies outside 0 to 1")
    adjusted, floor = list(p_values), 0.0
    for rank, place in enumerate(sorted(tested, key=lambda place: p_values[place])):
        floor = max(floor, min(1.0, (len(tested) - rank) * p_values[place]))
        adjusted[place] = floor
    return tuple(adjusted)
