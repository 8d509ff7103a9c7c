"""A group's weights pooled in the protocol's way and in the other one; the weighting room lends its pools."""

from collections.abc import Callable

import numpy as np
from django.utils.translation import gettext_lazy as _

from survey.core.reasons import SUPPRESSED, ZERO_WEIGHT

ARITHMETIC, GEOMETRIC = "arithmetic", "geometric"
NOT_KEPT = "not_kept"
WORDS = {
    "arithmetic": _("arithmetic mean of the experts' weights"),
    "geometric": _("closed geometric mean of the experts' weights"),
    "median": _("closed median of the experts' weights"),
    "trimmed": _("closed trimmed mean of the experts' weights"),
    "authority_arithmetic": _("mean of the experts' weights, weighted by authority Cr"),
    "authority_geometric": _("closed geometric mean of the experts' weights, weighted by authority Cr"),
}
SHORT = {
    "arithmetic": _("arithmetic mean"),
    "geometric": _("geometric mean"),
    "median": _("median"),
    "trimmed": _("trimmed mean"),
    "authority_arithmetic": _("mean by authority"),
    "authority_geometric": _("geometric mean by authority"),
}
REASONS = {
    NOT_KEPT: _("these statistics were frozen before both ways to pool were kept"),
    SUPPRESSED: _(
        "withheld: so few experts have, or lack, an authority Cr that the weights would tell their answers"
    ),
    ZERO_WEIGHT: _("a weight of 0 has no logarithm, and the protocol puts nothing in its place"),
    "": _("the figures do not exist"),
}
Pools = Callable[[tuple[str, ...], np.ndarray, np.ndarray | None, dict], dict]
_lent: list[Pools] = []


def lend_pools(pools: Pools) -> None:
    """Have the rooms above pool a group: its codes, shares (experts, items), each expert's Cr, the survey's rules."""
    _lent[:] = [pools]


def pooled_both_ways(
    codes: tuple[str, ...], shares: np.ndarray, authority: np.ndarray | None, rules: dict
) -> dict | None:
    """Names, weights and largest difference (percentage points) of both ways; None where nobody lends a pool."""
    return _lent[0](codes, shares, authority, rules) if _lent else None


def kept_pools(group: dict) -> dict:
    """Both ways as a round's statistics keep a group; what is missing in older ones says so under ``refused``.

    Statistics from before the protocol's way was kept have the arithmetic mean, and perhaps the geometric one.
    """
    pools = group.get("pools") or {}
    return pools.get("protocol") or {
        "rule": ARITHMETIC,
        "other": GEOMETRIC,
        "weights": group["weights"],
        "others": pools.get("geometric"),
        "largest": pools.get("largest"),
        "largest_item": pools.get("largest_item"),
        "refused": None if pools.get("geometric") else NOT_KEPT,
    }


def missing_words(pools: dict) -> str:
    """Why a way to pool has no figures, in words; nothing where both have them."""
    if pools["weights"] and pools["others"]:
        return ""
    return str(REASONS.get(pools.get("refused"), REASONS[""]))
