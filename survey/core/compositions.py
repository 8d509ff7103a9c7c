"""Weight vectors as compositions: how far the experts' vectors lie from their centre."""

import math
from dataclasses import dataclass

import numpy as np

from survey.core.answers import UnusableAnswers, panel_answers
from survey.core.reasons import N_TOO_SMALL, ZERO_WEIGHT

_OUTLYING = 3 * 1.4826
_ROUNDING = 1e-9


@dataclass(frozen=True)
class CompositionSpread:
    """How far the weight vectors of a panel lie from their centre.

    `distances` and `outlying` have one entry for each expert given, None for one who could not be placed.
    """

    m_used: int
    m_total: int
    with_zero: int
    centre: tuple[float, ...] | None
    metric_variance: float | None
    metric_sd: float | None
    distances: tuple[float | None, ...]
    outlying: tuple[bool | None, ...]
    reason: str | None = None


def centred_log_ratio(weights):
    """Return clr(w) = ln w - mean(ln w) of each row.

    Parameters
    ----------
    weights : array_like, shape (m, n)
        Strictly positive; the rows need not sum to 1.

    Returns
    -------
    ndarray, shape (m, n)
        Each row sums to 0.

    Raises
    ------
    UnusableAnswers
        If an entry is missing, infinite, zero or below.

    Notes
    -----
    Aitchison 1986, *The Statistical Analysis of Compositional Data*.

    Examples
    --------
    >>> centred_log_ratio([[0.5, 0.25, 0.25]]).round(6).tolist()
    [[0.462098, -0.231049, -0.231049]]
    """
    weights = panel_answers(weights)
    if not (weights > 0).all():
        raise UnusableAnswers("a log ratio needs weights above 0")
    logs = np.log(weights)
    return logs - logs.mean(axis=1, keepdims=True)


def composition_spread(weights, *, zero_replacement=None):
    """Return metric variance, centre and distances of the experts' weight vectors.

    Y_i = clr(w_i), c = mean_i Y_i, a_i = ||Y_i - c||; metric variance = sum a_i^2 / (m - 1), metric
    SD = sqrt(metric variance / (n - 1)); centre = closure of exp(c). Outlying: a_i above
    median(a) + 3 * 1.4826 * MAD(a).

    Parameters
    ----------
    weights : array_like, shape (m, n)
        One vector an expert, not below 0, of any positive sum. A row with a missing entry is left out.
    zero_replacement : float, optional
        A share put in the place of each zero, the other shares of that expert times 1 - k * share for his
        k zeros. Without it experts with a zero are left out.

    Returns
    -------
    CompositionSpread
        `metric_variance`, `metric_sd` and `centre` None with reason `zero_weight` as soon as one expert
        gave a zero that is not replaced; his distance and flag are None, those of the others are worked
        out among themselves. All None (`n_too_small`) with fewer than two experts or items.

    Raises
    ------
    UnusableAnswers
        If a weight is negative or infinite, or an expert's weights are all 0.
    ValueError
        If the replacement would use up an expert's whole weight.

    Notes
    -----
    Pawlowsky-Glahn & Egozcue 2001 (metric variance); Martin-Fernandez et al. 2003 (multiplicative
    replacement).

    Examples
    --------
    >>> s = composition_spread([[0.5, 0.5], [0.8, 0.2]])
    >>> round(s.metric_variance, 6), tuple(round(w, 6) for w in s.centre)
    (0.480453, (0.666667, 0.333333))
    """
    shares, rows = _shares(weights)
    m_total, n = len(panel_answers(weights)), shares.shape[1]
    with_zero = int((shares == 0).any(axis=1).sum())
    if zero_replacement is not None:
        shares = without_zeros(shares, zero_replacement)
    positive = (shares > 0).all(axis=1)
    shares, rows = shares[positive], rows[positive]
    if len(shares) < 2 or n < 2:
        return _no_spread(len(shares), m_total, with_zero)
    logs = centred_log_ratio(shares)
    centre = logs.mean(axis=0)
    distances = np.linalg.norm(logs - centre, axis=1)
    undefined = ZERO_WEIGHT if len(positive) > len(shares) else None
    variance = float((distances**2).sum() / (len(shares) - 1))
    return CompositionSpread(
        m_used=len(shares),
        m_total=m_total,
        with_zero=with_zero,
        centre=None if undefined else _closure(np.exp(centre)),
        metric_variance=None if undefined else variance,
        metric_sd=None if undefined else math.sqrt(variance / (n - 1)),
        distances=_placed(distances.tolist(), rows, m_total),
        outlying=_placed(_outlying(distances).tolist(), rows, m_total),
        reason=undefined,
    )


def _shares(weights):
    """Return the closed rows without gaps, and which rows they are."""
    weights = panel_answers(weights)
    rows = np.flatnonzero(~np.isnan(weights).any(axis=1))
    weights = weights[rows]
    if (weights < 0).any() or not weights.sum(axis=1).all():
        raise UnusableAnswers("weights must not be below 0, nor all of them 0")
    return weights / weights.sum(axis=1, keepdims=True), rows


def without_zeros(shares, replacement):
    """Return closed rows with each zero as the share `replacement`, and the row's other shares smaller by as much.

    Raises
    ------
    ValueError
        If the replacement is not above 0 or would use up a row's whole weight.

    Examples
    --------
    >>> without_zeros(np.array([[0.0, 0.4, 0.6]]), 0.01).tolist()
    [[0.01, 0.396, 0.594]]
    """
    zeros = shares == 0
    rest = 1 - zeros.sum(axis=1, keepdims=True) * replacement
    if not replacement > 0 or (rest <= 0).any():
        raise ValueError(f"zeros cannot be replaced by a share of {replacement}")
    return np.where(zeros, replacement, shares * rest)


def _outlying(distances):
    median = np.median(distances)
    bound = median + _OUTLYING * np.median(np.abs(distances - median))
    return distances > bound + _ROUNDING * (1 + bound)


def _placed(values, rows, m_total):
    if len(values) == m_total:
        return tuple(values)
    placed = dict(zip(rows.tolist(), values, strict=True))
    return tuple(placed.get(row) for row in range(m_total))


def _no_spread(m_used, m_total, with_zero):
    nobody = (None,) * m_total
    return CompositionSpread(m_used, m_total, with_zero, None, None, None, nobody, nobody, N_TOO_SMALL)


def _closure(values):
    return tuple((values / values.sum()).tolist())
