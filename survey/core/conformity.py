"""Moves toward the median that was fed back, with and without a reason: conformity is not yet convergence."""

from dataclasses import dataclass

import numpy as np

from survey.core.answers import UnusableAnswers, item_answers
from survey.core.reasons import NO_CHANGE, NO_PAIRS

NOTE_ABOVE = 60  # percent of the changed answers that moved toward the median without a reason


@dataclass(frozen=True)
class Conformity:
    """Where the changed answers went; `share` is that of toward without a reason among the changed.

    An answer that jumped over the median to the same distance went neither toward nor away. `note` asks
    the organiser to release reasons and not only numbers.
    """

    n_pairs: int
    changed: int
    toward_with_reason: int
    toward_without_reason: int
    away: int
    share: float | None
    note: bool | None
    reason: str | None = None


def conformity(before, after, median, *, reasoned=None, note_above=NOTE_ABOVE):
    """Return how many answers to one item moved toward the median their owners were shown.

    Toward: |after - median| < |before - median|; away: the other way round. share = moves toward the
    median without a reason / changed answers; a note is due strictly above 60 percent.

    Parameters
    ----------
    before, after : array_like, shape (m,)
        The answers of the same experts before and after the feedback; NaN = none. Only full pairs count.
    median : float
        The median fed back between the two rounds.
    reasoned : array_like of bool, shape (m,), optional
        True for each expert who gave a reason with the new answer; by default nobody did.
    note_above : int
        Percent.

    Returns
    -------
    Conformity
        `share` and `note` None without pairs (`no_pairs`) or when nobody changed (`no_change`).

    Raises
    ------
    UnusableAnswers
        If the arrays differ in length or the median is not a finite number.

    Examples
    --------
    >>> c = conformity([10, 30, 20, 40], [15, 25, 20, 45], 20, reasoned=[True, False, False, False])
    >>> c.toward_with_reason, c.toward_without_reason, c.away, c.changed
    (1, 1, 1, 3)
    """
    before, after = item_answers(before), item_answers(after)
    reasoned = np.zeros(before.size, dtype=bool) if reasoned is None else np.asarray(reasoned, dtype=bool)
    if not before.shape == after.shape == reasoned.shape:
        raise UnusableAnswers(f"{before.size} answers before, {after.size} after, {reasoned.size} reasons")
    if not np.isfinite(median):
        raise UnusableAnswers("the median fed back is not a number")
    pairs = ~(np.isnan(before) | np.isnan(after))
    before, after, reasoned = before[pairs], after[pairs], reasoned[pairs]
    nearer = np.abs(after - median) < np.abs(before - median)
    farther = np.abs(after - median) > np.abs(before - median)
    return _counted(
        n_pairs=before.size,
        changed=int((before != after).sum()),
        toward_with_reason=int((nearer & reasoned).sum()),
        toward_without_reason=int((nearer & ~reasoned).sum()),
        away=int(farther.sum()),
        note_above=note_above,
    )


def conformity_of_all(items, *, note_above=NOTE_ABOVE):
    """Return the conformity of a whole round: the counts of its items added up.

    Examples
    --------
    >>> one = conformity([10, 30], [20, 30], 20)
    >>> conformity_of_all([one, one]).toward_without_reason
    2
    """
    counts = ("n_pairs", "changed", "toward_with_reason", "toward_without_reason", "away")
    return _counted(
        **{name: sum(getattr(item, name) for item in items) for name in counts}, note_above=note_above
    )


def _counted(*, n_pairs, changed, toward_with_reason, toward_without_reason, away, note_above):
    counts = (n_pairs, changed, toward_with_reason, toward_without_reason, away)
    if not changed:
        return Conformity(*counts, None, None, NO_CHANGE if n_pairs else NO_PAIRS)
    note = 100 * toward_without_reason > note_above * changed
    return Conformity(*counts, toward_without_reason / changed, note)
