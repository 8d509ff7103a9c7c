"""Kendall's W as a panel may be told it: to one decimal, and under the same rule against differencing."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, replace

from survey.core.consensus import kendall_w
from survey.core.disclosure.grid import to_grid
from survey.core.disclosure.ladder import STANDARD, ladder
from survey.core.disclosure.release import (
    FEWEST_CHANGES,
    RELEASED,
    UNCHANGED,
    enough_changes,
    without_gaps,
)
from survey.core.reasons import SUPPRESSED


@dataclass(frozen=True)
class ReleasedConcordance:
    """What the panel is told about the concordance of a group; `w` to one decimal or None."""

    state: str
    n: int | None = None
    w: float | None = None


@dataclass(frozen=True)
class ConcordanceRelease:
    """One past round: what was told, and the rows of answers it was worked out from."""

    figure: ReleasedConcordance
    answers: Mapping[Hashable, tuple]


def released_concordance(answers, *, earlier=(), thresholds=STANDARD, fewest=FEWEST_CHANGES):
    """Return Kendall's W of a group of items as the panel may be told it.

    Only experts who answered the whole group count, and from 10 of them on W is told, rounded to one
    decimal. It is worked out anew only when at least `fewest` of their rows differ from those behind the
    last release; otherwise the last figure is repeated.

    Parameters
    ----------
    answers : Mapping
        Opaque key (a pseudonym) to a tuple of answers, one for each item of the group; None or NaN = none.
    earlier : sequence of ConcordanceRelease
        The group's earlier rounds over the same items, oldest first.
    thresholds : Thresholds
    fewest : int
        At least 3.

    Returns
    -------
    ReleasedConcordance
        "suppressed" below 10 complete rows; `w` None when it does not exist (no variation, one item).

    Raises
    ------
    ThresholdTooLow
        If `fewest` is below 3.

    Examples
    --------
    >>> same = {expert: (1, 2, 3) for expert in range(10)}
    >>> released_concordance(same)
    ReleasedConcordance(state='released', n=10, w=1.0)
    """
    complete = without_gaps(answers)
    last = next((past for past in reversed(earlier) if past.figure.state == RELEASED), None)
    if last and not enough_changes(last.answers, complete, fewest=fewest):
        return replace(last.figure, state=UNCHANGED)
    if not ladder(len(complete), thresholds=thresholds).shows_concordance:
        return ReleasedConcordance(SUPPRESSED)
    w = kendall_w(list(complete.values()), draws=0).w
    return ReleasedConcordance(RELEASED, len(complete), None if w is None else to_grid(w, 0.1))
