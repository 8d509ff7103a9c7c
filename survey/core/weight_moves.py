"""How far a group's weights moved from one round to the next."""

from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np

from survey.core.answers import UnusableAnswers, item_answers
from survey.core.compositions import centred_log_ratio
from survey.core.correlation import rank_correlation
from survey.core.reasons import N_TOO_SMALL, ZERO_WEIGHT

INDICATOR_MOVE = 1  # percentage points below which a vector of indicator weights is stable
DIMENSION_MOVE = 2  # the same for first-level weights


@dataclass(frozen=True)
class WeightMove:
    """How far a group's weights moved between two rounds; `largest` in percentage points."""

    items: tuple[int, ...]
    largest: float | None
    largest_item: int | None
    aitchison: float | None
    spearman: float | None
    stable: bool | None
    reasons: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Distance:
    """A distance, or None and why it does not exist."""

    value: float | None
    reason: str | None = None


def aitchison_distance(first, second):
    """Return ||clr(first) - clr(second)||, the Aitchison distance of two weight vectors.

    Parameters
    ----------
    first, second : array_like, shape (n,)
        Not below 0, of any positive sum.

    Returns
    -------
    Distance
        None with `zero_weight` when either holds a zero, `n_too_small` for fewer than two items.

    Raises
    ------
    UnusableAnswers
        If the two differ in length, or an entry is missing, negative or infinite.

    Examples
    --------
    >>> round(aitchison_distance([0.5, 0.5], [0.8, 0.2]).value, 6)
    0.980258
    """
    first, second = item_answers(first), item_answers(second)
    if first.shape != second.shape:
        raise UnusableAnswers(f"{first.size} weights against {second.size}")
    both = np.vstack([first, second])
    if not (both >= 0).all():
        raise UnusableAnswers("a weight is missing or below 0")
    if first.size < 2:
        return Distance(None, N_TOO_SMALL)
    if (both == 0).any():
        return Distance(None, ZERO_WEIGHT)
    logs = centred_log_ratio(both)
    return Distance(float(np.linalg.norm(logs[0] - logs[1])))


def weight_move(before, after, *, stable_below=INDICATOR_MOVE):
    """Return how far a group's weights moved between two rounds.

    Over the items weighed in both rounds, re-closed: the largest |w_after - w_before| in percentage
    points, the Aitchison distance and Spearman's correlation. Stable when the largest move is strictly
    below `stable_below`; the shares are compared as fractions of the numbers' decimal face value.

    Parameters
    ----------
    before, after : array_like, shape (n,)
        The group's weights, not below 0; NaN where the item was not part of the round.
    stable_below : float
        Percentage points: 1 for indicators, 2 for first-level weights.

    Returns
    -------
    WeightMove
        `items` lists the positions compared. Without common items everything is None (`n_too_small`);
        when the common items of a round weigh nothing, `zero_weight`.

    Raises
    ------
    UnusableAnswers
        If the two differ in length, or a weight is negative or infinite.

    Examples
    --------
    >>> move = weight_move([0.5, 0.3, 0.2], [0.49, 0.31, 0.2])
    >>> move.largest, move.largest_item, move.stable
    (1.0, 0, False)
    """
    before, after = item_answers(before), item_answers(after)
    if before.shape != after.shape:
        raise UnusableAnswers(f"{before.size} weights before, {after.size} after")
    if (before < 0).any() or (after < 0).any():
        raise UnusableAnswers("a weight is below 0")
    items = np.flatnonzero(~(np.isnan(before) | np.isnan(after)))
    before, after = before[items], after[items]
    if not items.size or not before.sum() or not after.sum():
        reason = ZERO_WEIGHT if items.size else N_TOO_SMALL
        names = ("largest", "aitchison", "spearman", "stable")
        return WeightMove(tuple(items.tolist()), *(None,) * 5, reasons=dict.fromkeys(names, reason))
    moves = [abs(new - old) for old, new in zip(_exact(before), _exact(after), strict=True)]
    largest = 100 * max(moves)
    distance, correlation = aitchison_distance(before, after), rank_correlation(before, after)
    reasons = {"aitchison": distance.reason, "spearman": correlation.reason}
    return WeightMove(
        items=tuple(items.tolist()),
        largest=float(largest),
        largest_item=int(items[moves.index(max(moves))]),
        aitchison=distance.value,
        spearman=correlation.value,
        stable=largest < Fraction(str(stable_below)),
        reasons={name: reason for name, reason in reasons.items() if reason},
    )


def _exact(weights):
    exact = [Fraction(str(weight)) for weight in weights.tolist()]
    whole = sum(exact)
    return [weight / whole for weight in exact]
