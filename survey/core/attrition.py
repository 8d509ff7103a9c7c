"""Drop-outs told apart from those who stayed, so that people leaving does not pass for agreement."""

from dataclasses import dataclass

import numpy as np
from scipy import stats

from survey.core.answers import UnusableAnswers, given, item_answers
from survey.core.consensus import ItemStatistics, item_statistics
from survey.core.reasons import N_TOO_SMALL
from survey.core.verdicts import converged

LARGEST_EXACT = 30  # answers of both groups together up to which all splits are counted


@dataclass(frozen=True)
class LeaversAgainstStayers:
    """First answers of those who left against those who stayed; descriptive only.

    `effect` is the rank-biserial correlation, positive when leavers had answered higher.
    """

    n_leavers: int
    n_stayers: int
    median_leavers: float | None
    median_stayers: float | None
    u: float | None
    p: float | None
    effect: float | None
    reason: str | None = None


@dataclass(frozen=True)
class DropOutCheck:
    """An item's statistics over all who answered and over those who also answered the round before."""

    everyone: ItemStatistics
    returners: ItemStatistics
    converged_everyone: bool | None
    converged_returners: bool | None
    may_be_drop_out: bool


def leavers_against_stayers(first, stayed):
    """Return how the first answers of those who left differ from those who stayed.

    Mann-Whitney's U of the leavers on midranks. Two-sided p: up to 30 answers twice the smaller tail of
    the exact distribution over all splits, ties kept; beyond, normal with tie correction and without
    continuity correction. effect = 2 U / (n_leavers n_stayers) - 1.

    Parameters
    ----------
    first : array_like, shape (m,)
        Answers to one item in the first round, NaN = none.
    stayed : array_like of bool, shape (m,)
        True for each expert who was still there later.

    Returns
    -------
    LeaversAgainstStayers
        Without answers on both sides no test (`n_too_small`); p = 1 when all answers are equal.

    Raises
    ------
    UnusableAnswers
        If the two differ in length.

    Notes
    -----
    Mann & Whitney 1947.

    Examples
    --------
    >>> t = leavers_against_stayers([10, 20, 30, 40, 50], [True, True, True, False, False])
    >>> t.u, t.p, t.effect
    (6.0, 0.2, 1.0)
    """
    first, stayed = item_answers(first), np.asarray(stayed, dtype=bool)
    if first.shape != stayed.shape:
        raise UnusableAnswers(f"{first.size} answers for {stayed.size} experts")
    leavers, stayers = given(first[~stayed]), given(first[stayed])
    medians = [float(np.median(group)) if group.size else None for group in (leavers, stayers)]
    if not leavers.size or not stayers.size:
        return LeaversAgainstStayers(leavers.size, stayers.size, *medians, None, None, None, N_TOO_SMALL)
    ranks = np.rint(2 * stats.rankdata(np.concatenate([leavers, stayers]))).astype(np.int64)
    total = int(ranks[: leavers.size].sum())
    u = (total - leavers.size * (leavers.size + 1)) / 2
    exact = ranks.size <= LARGEST_EXACT
    return LeaversAgainstStayers(
        n_leavers=leavers.size,
        n_stayers=stayers.size,
        median_leavers=medians[0],
        median_stayers=medians[1],
        u=u,
        p=(_exact_p if exact else _normal_p)(ranks, leavers.size, total),
        effect=2 * u / (leavers.size * stayers.size) - 1,
    )


def drop_out_check(before, after, rule, *, full_mark=None):
    """Return an item's statistics twice, to tell convergence from people leaving.

    Parameters
    ----------
    before, after : array_like, shape (m,)
        The answers of the same m experts in the previous round and in this one; NaN = none.
    rule : ConsensusRule
        When an item has converged.
    full_mark : float, optional
        As in `item_statistics`.

    Returns
    -------
    DropOutCheck
        `may_be_drop_out` when all answers together have converged but those of experts who answered both
        rounds have not.

    Raises
    ------
    UnusableAnswers
        If the two differ in length.

    Examples
    --------
    >>> from survey.core.verdicts import ConsensusRule
    >>> nan = float("nan")
    >>> check = drop_out_check([10, 30, nan, nan], [10, 30, 20, 20], ConsensusRule(iqr=5))
    >>> check.converged_everyone, check.converged_returners, check.may_be_drop_out
    (True, False, True)
    """
    before, after = item_answers(before), item_answers(after)
    if before.shape != after.shape:
        raise UnusableAnswers(f"{before.size} answers before, {after.size} after")
    everyone, agreed = _judged(after, rule, full_mark)
    came_new = np.isnan(before) & ~np.isnan(after)
    returners, agreed_again = (
        _judged(after[~np.isnan(before)], rule, full_mark) if came_new.any() else (everyone, agreed)
    )
    return DropOutCheck(
        everyone=everyone,
        returners=returners,
        converged_everyone=agreed,
        converged_returners=agreed_again,
        may_be_drop_out=agreed is True and agreed_again is not True,
    )


def _judged(answers, rule, full_mark):
    statistics = item_statistics(answers, full_mark=full_mark)
    return statistics, converged(answers, rule, statistics=statistics).holds


def _exact_p(doubled_ranks, size, total):
    """Count the splits whose rank sum is as far out as the one seen, on its side, and double the share."""
    ways = np.zeros((size + 1, int(doubled_ranks.sum()) + 1), dtype=np.int64)
    ways[0, 0] = 1
    for rank in doubled_ranks:
        ways[1:, rank:] += ways[:-1, :-rank].copy()
    splits = ways[size]
    tail = min(int(splits[: total + 1].sum()), int(splits[total:].sum()))
    return min(1.0, 2 * tail / int(splits.sum()))


def _normal_p(doubled_ranks, size, total):
    n = doubled_ranks.size
    squares = float((doubled_ranks.astype(float) ** 2).sum()) - n * (n + 1) ** 2
    variance = size * (n - size) * squares / (n * (n - 1))
    if variance <= 0:
        return 1.0
    return float(2 * stats.norm.sf(abs(total - size * (n + 1)) / np.sqrt(variance)))
