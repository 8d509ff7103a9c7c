"""How far the answers to one item moved from one round to the next, among experts who answered both."""

from dataclasses import dataclass, field

import numpy as np

from survey.core.answers import paired
from survey.core.bins import binned, numbered
from survey.core.bounds import at_most
from survey.core.consensus import item_statistics
from survey.core.reasons import NO_PAIRS, NO_RULE
from survey.core.signed_rank import signed_rank_both_ways


@dataclass(frozen=True)
class StabilityRule:
    """What stable means; a bound of None is not asked for, all others must hold together.

    `scheibe_below` and `changed_below` are percents of the pairs and strict; the rest are the largest
    change still allowed.
    """

    scheibe_below: float | None = 15
    variation_change: float | None = 0.05
    median_change: float | None = None
    iqr_change: float | None = None
    changed_below: float | None = None


HISTOGRAM_RULE = StabilityRule()  # Scheibe, Skutsch & Schofer 1975; Dajani et al. 1979
POINTS_RULE = StabilityRule(
    scheibe_below=None, variation_change=None, median_change=1, iqr_change=1, changed_below=15
)


@dataclass(frozen=True)
class ItemStability:
    """The change of one item between two rounds; percents in `scheibe`, a share in `unchanged`."""

    n_pairs: int
    scheibe: float | None
    unchanged: float | None
    variation_change: float | None
    median_change: float | None
    iqr_change: float | None
    wilcoxon_p: float | None
    pratt_p: float | None
    rank_biserial: float | None
    stable: bool | None
    reasons: dict[str, str] = field(default_factory=dict)


def item_stability(before, after, *, bin_width=1, rule=HISTOGRAM_RULE, statistics=None):
    """Return how much the answers to one item changed between two rounds.

    scheibe = 100 * (sum over bins of |f_after - f_before| / 2) / m, the percent of answers that would have
    to change bins to turn one histogram into the other; unchanged = share of experts with the same
    answer; |V_after - V_before|, |median_after - median_before| and |IQR_after - IQR_before|; Wilcoxon's
    p and rank-biserial, and p after Pratt, who ranks unchanged answers too (`signed_rank`). `stable`
    compares them with the rule, on exact counts.

    Parameters
    ----------
    before, after : array_like, shape (m,)
        The answers of the same experts in the same order; NaN = none. Only full pairs count.
    bin_width : float
        Width of the histogram bins, which start at 0: bin k holds k width <= x < (k + 1) width.
        1 for ratings, 5 for allocated points.
    rule : StabilityRule
        The bounds `stable` stands for.
    statistics : ItemStatistics, optional
        Those of the answers after, of the pairs alone, where they are known already.

    Returns
    -------
    ItemStability
        Without pairs every figure None (`no_pairs`). `stable` is None, with the reason of the missing
        figure, when the rule asks for a figure that does not exist; when no answer changed at all the
        item is stable whatever the rule asks for. A rule without any bound gives None (`no_rule`).

    Raises
    ------
    UnusableAnswers
        If the two differ in length, are not one-dimensional or hold an infinite number.
    ValueError
        If `bin_width` is not above 0.

    Notes
    -----
    Scheibe, Skutsch & Schofer 1975 (stable below 15 percent); Dajani, Sincoff & Talley 1979.

    Examples
    --------
    >>> s = item_stability([20, 20, 25, 30], [20, 20, 25, 25], bin_width=5)
    >>> s.scheibe, s.unchanged, s.median_change, s.stable
    (25.0, 0.75, 0.0, False)
    """
    before, after = paired(before, after)
    moved = _moved(before, after, bin_width)
    m = before.size
    if m == 0:
        names = [name for name in ItemStability.__dataclass_fields__ if name not in ("n_pairs", "reasons")]
        return ItemStability(0, *(None,) * 9, reasons=dict.fromkeys(names, NO_PAIRS))
    test, pratt = signed_rank_both_ways(before, after)
    changes, reasons = _changes(item_statistics(before), statistics or item_statistics(after))
    if test.rank_biserial is None:
        reasons["rank_biserial"] = test.reason
    stable, reason = _verdict(rule, m, moved, test.n_changed, changes, reasons)
    if reason:
        reasons["stable"] = reason
    return ItemStability(
        n_pairs=m,
        scheibe=100 * moved / m,
        unchanged=(m - test.n_changed) / m,
        **changes,
        wilcoxon_p=test.p,
        pratt_p=pratt.p,
        rank_biserial=test.rank_biserial,
        stable=stable,
        reasons=reasons,
    )


def _moved(before, after, bin_width):
    """Return how many answers must change bins to turn one histogram into the other."""
    bins = np.concatenate([binned(before, bin_width), binned(after, bin_width)])
    places = numbered(bins)
    length = int(places.max(initial=0)) + 1
    balance = np.bincount(places[before.size :], minlength=length)
    balance = balance - np.bincount(places[: before.size], minlength=length)
    return int(np.abs(balance).sum()) // 2


def _changes(old, new):
    changes, reasons = {}, {}
    for name in ("variation", "median", "iqr"):
        reason = old.reasons.get(name) or new.reasons.get(name)
        changes[f"{name}_change"] = None if reason else abs(getattr(new, name) - getattr(old, name))
        if reason:
            reasons[f"{name}_change"] = reason
    return changes, reasons


def _verdict(rule, m, moved, changed, changes, reasons):
    """Return whether every bound of the rule holds, or None and the reason why that cannot be said."""
    bounds = {name: getattr(rule, name) for name in changes if getattr(rule, name) is not None}
    counts = [(moved, rule.scheibe_below), (changed, rule.changed_below)]
    counts = [(count, below) for count, below in counts if below is not None]
    if not bounds and not counts:
        return None, NO_RULE
    if changed == 0:
        return True, None
    if any(100 * count >= below * m for count, below in counts):
        return False, None
    if any(changes[name] is not None and not at_most(changes[name], bound) for name, bound in bounds.items()):
        return False, None
    missing = next((reasons[name] for name in bounds if changes[name] is None), None)
    return (None if missing else True), missing
