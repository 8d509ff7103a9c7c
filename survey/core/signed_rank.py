"""Wilcoxon's signed rank test on two answers of the same experts, exact with ties for small panels."""

import math
from dataclasses import dataclass

import numpy as np
from scipy import stats

from survey.core.answers import paired
from survey.core.reasons import NO_CHANGE, NO_PAIRS

LARGEST_EXACT = 25  # changed answers up to which all sign patterns are counted
DROPPED, PRATT = "dropped", "pratt"


@dataclass(frozen=True)
class SignedRank:
    """Wilcoxon's test and its effect size; `method` is exact or normal."""

    n_pairs: int
    n_changed: int
    w_plus: float | None
    w_minus: float | None
    p: float | None
    rank_biserial: float | None
    method: str | None
    reason: str | None = None


def signed_rank(before, after, *, unchanged=DROPPED):
    """Return Wilcoxon's signed rank test of a shift between two rounds.

    delta = after - before; r = midranks of |delta|; W+ and W- are the sums of r over rises and falls.
    Two-sided p: up to 25 changed answers the exact share of the 2^n sign patterns at least as uneven, ties
    kept as they are; beyond, z = (W+ - sum r / 2) / sqrt(sum r^2 / 4) without continuity correction, sums
    over the changed answers. Effect: rank-biserial (W+ - W-) / (W+ + W-), in [-1, 1].

    Unchanged answers are dropped before ranking (Wilcoxon), or keep the lowest ranks and are dropped
    afterwards (Pratt): each r is then larger by their number.

    Parameters
    ----------
    before, after : array_like, shape (m,)
        The answers of the same experts in the same order; NaN = none. Only full pairs count.
    unchanged : str
        `DROPPED` or `PRATT`.

    Returns
    -------
    SignedRank
        Without pairs all figures None and reason `no_pairs`; when nobody changed, p = 1 and no effect,
        reason `no_change`.

    Raises
    ------
    UnusableAnswers
        If the two differ in length, are not one-dimensional or hold an infinite number.
    ValueError
        If `unchanged` is neither of the two.

    Notes
    -----
    Wilcoxon 1945; Pratt 1959 (zeros ranked); rank-biserial: Kerby 2014. No significance does not show
    stability.

    Examples
    --------
    >>> t = signed_rank([10, 20, 30, 40], [15, 25, 30, 35])
    >>> t.n_changed, t.w_plus, t.w_minus, t.p
    (3, 4.0, 2.0, 1.0)
    >>> t = signed_rank([10, 20, 30, 40], [15, 25, 30, 35], unchanged=PRATT)
    >>> t.w_plus, t.w_minus
    (6.0, 3.0)
    """
    if unchanged not in (DROPPED, PRATT):
        raise ValueError(f"unchanged answers cannot be treated as {unchanged!r}")
    dropped, pratt = signed_rank_both_ways(before, after)
    return pratt if unchanged == PRATT else dropped


def signed_rank_both_ways(before, after):
    """Return `signed_rank` with unchanged answers dropped, and the same after Pratt, from one ranking.

    Examples
    --------
    >>> dropped, pratt = signed_rank_both_ways([10, 20, 30, 40, 50], [15, 25, 35, 40, 50])
    >>> dropped.w_plus, pratt.w_plus, dropped.p == pratt.p
    (6.0, 12.0, True)
    """
    before, after = paired(before, after)
    if before.size == 0:
        nothing = SignedRank(0, 0, None, None, None, None, None, reason=NO_PAIRS)
        return nothing, nothing
    delta = after - before
    delta = delta[delta != 0]
    if delta.size == 0:
        nothing = SignedRank(before.size, 0, 0.0, 0.0, 1.0, None, None, reason=NO_CHANGE)
        return nothing, nothing
    ranks = np.rint(2 * stats.rankdata(np.abs(delta))).astype(np.int64)
    same = before.size - delta.size
    dropped = _tested(delta > 0, ranks, before.size)
    return dropped, _tested(delta > 0, ranks + 2 * same, before.size) if same else dropped


def _tested(rises, doubled_ranks, pairs):
    plus, total = int(doubled_ranks[rises].sum()), int(doubled_ranks.sum())
    exact = rises.size <= LARGEST_EXACT
    return SignedRank(
        n_pairs=pairs,
        n_changed=rises.size,
        w_plus=plus / 2,
        w_minus=(total - plus) / 2,
        p=_exact_p(doubled_ranks, plus) if exact else _normal_p(doubled_ranks, plus),
        rank_biserial=(2 * plus - total) / total,
        method="exact" if exact else "normal",
    )


def _exact_p(doubled_ranks, plus):
    """Count the sign patterns whose sum of positive ranks is as far out as the one seen."""
    total = int(doubled_ranks.sum())
    ways = np.zeros(total + 1, dtype=np.int64)
    ways[0] = 1
    for rank in doubled_ranks:
        ways[rank:] += ways[:-rank].copy()
    as_uneven = int(ways[: min(plus, total - plus) + 1].sum())
    return min(1.0, 2 * as_uneven / 2**doubled_ranks.size)


def _normal_p(doubled_ranks, plus):
    ranks = doubled_ranks / 2
    z = (plus / 2 - ranks.sum() / 2) / math.sqrt((ranks**2).sum() / 4)
    return float(2 * stats.norm.sf(abs(z)))
