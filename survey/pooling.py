"""A group's weights pooled in the protocol's way and in the other one; the weighting room lends its pools."""

from collections.abc import Callable

import numpy as np
from django.utils.translation import gettext_lazy as _

WORDS = {
    "arithmetic": _("arithmetic mean of the experts' weights"),
    "geometric": _("closed geometric mean of the experts' weights"),
    "median": _("closed median of the experts' weights"),
    "trimmed": _("closed trimmed mean of the experts' weights"),
    "authority_arithmetic": _("mean of the experts' weights, weighted by authority Cr"),
    "authority_geometric": _("closed geometric mean of the experts' weights, weighted by authority Cr"),
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
