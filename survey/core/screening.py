"""Screening of indicators by the threshold method (界值法): a list of proposals, never a removal."""

from dataclasses import dataclass

import numpy as np

from survey.core.bounds import at_most
from survey.core.reasons import N_TOO_SMALL

FEWEST_ITEMS = 3
KEEP, DISCUSS, REMOVE = "keep", "discuss", "remove"


@dataclass(frozen=True)
class Screening:
    """The three bounds and, for each item, the criteria it fails and what is proposed.

    `proposals` holds "keep", "discuss" (fails some criteria) or "remove" (fails all of them).
    """

    mean_min: float | None
    full_mark_min: float | None
    variation_max: float | None
    failed: tuple[tuple[str, ...], ...]
    proposals: tuple[str, ...]
    reason: str | None = None


def threshold_screening(items):
    """Return what the threshold method proposes for the items of one level.

    Over the n items: mean_min = mean(M) - SD(M), full_mark_min = mean(K) - SD(K),
    variation_max = mean(V) + SD(V), SD with divisor n - 1. An item fails a criterion when M or K is
    strictly below, or V strictly above, its bound.

    Parameters
    ----------
    items : sequence of ItemStatistics
        One for each item, all on the same scale. When no item has a full-mark rate (allocated points) the
        other two criteria decide.

    Returns
    -------
    Screening
        None, no proposals and reason `n_too_small` for fewer than 3 items; None and the item's own
        reason when a mean, a variation or one of several full-mark rates is missing.

    Notes
    -----
    About one item in six lies beyond one SD whatever its quality: the method ranks, it does not test.

    Examples
    --------
    >>> from survey.core.consensus import item_statistics
    >>> panel = [[5, 5, 4], [5, 4, 4], [5, 5, 5], [1, 2, 4]]
    >>> threshold_screening([item_statistics(x, full_mark=5) for x in panel]).proposals
    ('keep', 'keep', 'keep', 'remove')
    """
    with_full_mark = any(item.full_mark_rate is not None for item in items)
    names = ("mean", "full_mark_rate", "variation") if with_full_mark else ("mean", "variation")
    reason = _reason(items, names)
    if reason:
        return Screening(None, None, None, (), (), reason)
    bounds = {name: _bound(items, name) for name in names}
    failed = tuple(tuple(name for name in names if _fails(item, name, bounds[name])) for item in items)
    proposals = tuple(_proposal(criteria, names) for criteria in failed)
    return Screening(bounds["mean"], bounds.get("full_mark_rate"), bounds["variation"], failed, proposals)


def _reason(items, names):
    if len(items) < FEWEST_ITEMS:
        return N_TOO_SMALL
    missing = ((item, name) for item in items for name in names if getattr(item, name) is None)
    return next((item.reasons[name] for item, name in missing), None)


def _bound(items, name):
    values = np.array([getattr(item, name) for item in items])
    if (values == values[0]).all():
        return float(values[0])
    sign = 1 if name == "variation" else -1
    return float(values.mean() + sign * values.std(ddof=1))


def _fails(item, name, bound):
    value = getattr(item, name)
    return not at_most(value, bound) if name == "variation" else not at_most(bound, value)


def _proposal(failed, names):
    if len(failed) == len(names):
        return REMOVE
    return DISCUSS if failed else KEEP
