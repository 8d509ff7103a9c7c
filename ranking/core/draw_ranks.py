"""Ranks of all units under every draw of the weights, block by block, as fast as one sort allows.

Where no two scores of a draw come near each other the order is found by sorting packed keys: the lowest bits
of each score (2^-43 of it for 512 units) give way to the unit's number, so that a plain sort of numbers
carries the units along. A draw in which two keys agree but for these bits is ranked by `competition_ranks`
on the scores themselves; the result never depends on which way was taken.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from ranking.core.aggregation import as_scored
from ranking.core.ranks import competition_ranks
from weighting.core.refusal import MatrixRefused

CELLS_AT_ONCE = 150_000
DRAWS_AT_LEAST = 32  # fewer would read the figures from memory again for every few draws


@dataclass(frozen=True)
class DrawnScores:
    """Figures and draws ready to be scored in blocks.

    Attributes
    ----------
    columns : ndarray (n, U)
        The figures, indicators in rows.
    draws : ndarray (B, n)
    twins : ndarray of int (U,) or None
        First unit with the same figures, for each unit; None where all differ.
    signed : bool
        Whether figures or weights may be negative (or -0).
    """

    columns: np.ndarray
    draws: np.ndarray
    twins: np.ndarray | None
    signed: bool

    @property
    def units(self):
        """Number of units."""
        return self.columns.shape[1]

    def plain_scores(self, start, stop):
        """Additive scores of some draws (draws, units); equal units get equal scores."""
        found = self.draws[start:stop] @ self.columns
        return found if self.twins is None else found[:, self.twins]

    def scores(self, start, stop):
        """The same scores lifted to >= 0."""
        found = self.plain_scores(start, stop)
        return found - min(found.min(), 0.0) + 0.0 if self.signed else found


def drawn_scores(normalized, weight_draws) -> DrawnScores:
    """Check figures and draws; refuses as `ranking.core.aggregation.additive` does."""
    values, shares = as_scored(normalized, weight_draws)
    if shares.ndim != 2 or not len(shares) or not np.isfinite(shares).all():
        raise MatrixRefused("weights_do_not_match", numbers={"weights": shares.shape})
    signed = bool(np.signbit(values).any() or np.signbit(shares).any())
    return DrawnScores(values.T, shares, twins_of(values), signed)


def twins_of(values):
    """Return for each unit the first with the same figures, or None where all differ."""
    mark = np.einsum("ij,j->i", values, np.sqrt(np.arange(2.0, values.shape[1] + 2)))
    if len(np.unique(mark)) == len(values):
        return None
    _, first, place = np.unique(values, axis=0, return_index=True, return_inverse=True)
    return None if len(first) == len(values) else first[place]


def blocks(drawn, size=None) -> Iterator[tuple[int, int]]:
    """Cut the draws into blocks of at most that many, by default so that a block stays in the cache."""
    step = size or max(DRAWS_AT_LEAST, CELLS_AT_ONCE // drawn.units)
    return ((start, min(start + step, len(drawn.draws))) for start in range(0, len(drawn.draws), step))


@dataclass(frozen=True)
class PackedOrder:
    """Units of each draw from the lowest score to the highest (draws, U), and draws (draws,) too near to tell."""

    units: np.ndarray
    near: np.ndarray


def packed_order(drawn, start, stop):
    """Sort the units of some draws by packed keys, made in the memory of the scores.

    Parameters
    ----------
    drawn : DrawnScores
    start, stop : int

    Returns
    -------
    PackedOrder
        Where ``near`` holds, two keys agree but for the unit's number and the order is not to be used.

    Examples
    --------
    >>> drawn = drawn_scores([[3.0, 3.0], [1.0, 1.0], [2.0, 3.0]], [[0.5, 0.5], [0.0, 1.0]])
    >>> packed_order(drawn, 0, 2)
    PackedOrder(units=array([[1, 2, 0],
           [1, 0, 2]]), near=array([False,  True]))
    """
    keys = drawn.scores(start, stop).view(np.int64)
    number = np.arange(drawn.units)
    mask = (1 << max(len(number) - 1, 1).bit_length()) - 1
    keys &= ~mask
    keys |= number
    keys.view(np.float64).sort(axis=1)  # of figures >= 0 the order is that of their bits
    near = near_draws(keys, mask)
    keys &= mask
    return PackedOrder(keys, near)


def near_draws(keys, mask):
    """Mark the draws in which two neighbours differ within the mask; one look at all keys rules most out."""
    near, line = np.zeros(len(keys), dtype=bool), keys.ravel()
    if keys.shape[1] > 1 and (line[1:] ^ line[:-1]).min() <= mask:
        near = (keys[:, 1:] ^ keys[:, :-1]).min(axis=1) <= mask
    return near


def block_ranks(drawn, start, stop):
    """Return competition ranks (draws, units) of some draws."""
    order = packed_order(drawn, start, stop)
    ranks, places = np.empty_like(order.units), np.arange(drawn.units, 0, -1)
    for row, units in zip(ranks, order.units, strict=True):
        row[units] = places
    if order.near.any():
        ranks[order.near] = competition_ranks(drawn.scores(start, stop)[order.near])
    return ranks
