"""What is kept of drawn ranks where a table of units by ranks would be too large; memory grows with the units.

Two passes over the same draws give exact percentiles: the first counts the ranks of every unit in windows of
equal width, `percentile_windows` finds the window of each percentile, the second counts rank by rank inside it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

import numpy as np

from ranking.core.draw_ranks import block_ranks, blocks, drawn_scores
from ranking.core.rank_counts import needed_draws, rank_at

WINDOWS = 256
DRAWS_AT_ONCE = 128
UNITS_AT_ONCE = 1024
NEXT = 20  # units behind each one that it is compared with, where all pairs would be too many


@dataclass(frozen=True)
class RankStream:
    """Sums over some draws; those of several workers are joined by adding them.

    Attributes
    ----------
    windows : ndarray of int32 (U, 256)
        Draws in which a unit's rank lies in each window.
    within : ndarray of int64 (cuts, U)
        Draws in which a unit's rank is at most each cut.
    total : ndarray of int64 (U,)
        Sum of a unit's ranks.
    ahead, behind : ndarray of int64 (L, 20)
        Draws in which a compared unit is strictly ahead of, or behind, each of the 20 next ones.
    """

    windows: np.ndarray
    within: np.ndarray
    total: np.ndarray
    ahead: np.ndarray
    behind: np.ndarray


def additive_rank_rows(normalized, weight_draws) -> Iterator[np.ndarray]:
    """Competition ranks (U,) of one draw of effective weights after the other, for additive scores.

    Examples
    --------
    >>> [row.tolist() for row in additive_rank_rows([[1.0, 9.0], [4.0, 4.0]], [[0.5, 0.5], [0.9, 0.1]])]
    [[1, 2], [2, 1]]
    """
    drawn = drawn_scores(normalized, weight_draws)
    for start, stop in blocks(drawn):
        yield from block_ranks(drawn, start, stop)


def window_width(units):
    """Ranks in one window, so that 256 windows hold all ranks.

    Examples
    --------
    >>> window_width(293), window_width(30_000)
    (2, 118)
    """
    return -(-units // WINDOWS)


def stream_ranks(rank_rows: Iterable[np.ndarray], units, *, cuts, compared) -> RankStream:
    """Read the ranks of all units draw by draw and keep sums of them.

    Parameters
    ----------
    rank_rows : iterable of ndarray of int (U,)
        Ranks of one draw after the other.
    units : int
        U.
    cuts : sequence of int
        Ranks, e.g. the last of every tier and of the list.
    compared : array_like of int, shape (L,)
        Positions of the units to compare, in the order in which neighbours are next to each other.

    Returns
    -------
    RankStream

    Examples
    --------
    >>> found = stream_ranks([np.array([1, 2]), np.array([2, 1]), np.array([1, 2])], 2, cuts=[1], compared=[0, 1])
    >>> found.within, found.total, found.ahead[0, 0]
    (array([[2, 1]]), array([4, 5]), np.int64(2))
    """
    width, order = window_width(units), np.asarray(compared, dtype=np.int64)
    windows, total = np.zeros((units, WINDOWS), dtype=np.int32), np.zeros(units, dtype=np.int64)
    within = np.zeros((len(cuts), units), dtype=np.int64)
    ahead, behind = (np.zeros((len(order), NEXT), dtype=np.int64) for _ in range(2))
    for ranks in several_rows(rank_rows):
        for part in unit_slices(units):
            own = ranks[:, part]
            windows[part] += counted((own - 1) // width, WINDOWS)
            total[part] += own.sum(axis=0)
            for cut, reached in zip(cuts, within, strict=True):
                reached[part] += (own <= cut).sum(axis=0)
        own = ranks[:, order]
        for step in range(1, min(NEXT, len(order) - 1) + 1):
            ahead[:-step, step - 1] += (own[:, :-step] < own[:, step:]).sum(axis=0)
            behind[:-step, step - 1] += (own[:, :-step] > own[:, step:]).sum(axis=0)
    return RankStream(windows, within, total, ahead, behind)


def several_rows(rank_rows) -> Iterator[np.ndarray]:
    """Put the ranks of some draws into one array (draws, U) of small integers."""
    rows = iter(rank_rows)
    while some := [row.astype(np.int32) for row in islice(rows, DRAWS_AT_ONCE)]:
        yield np.array(some)


def unit_slices(units) -> Iterator[slice]:
    """Cut the units so that what is counted of them stays in the cache."""
    return (slice(start, min(start + UNITS_AT_ONCE, units)) for start in range(0, units, UNITS_AT_ONCE))


def counted(places, size) -> np.ndarray:
    """Count how often each column (draws, U) takes each place below size; shape (U, size)."""
    units = places.shape[1]
    cells = places + size * np.arange(units, dtype=np.int32)
    return np.bincount(cells.ravel(), minlength=size * units).reshape(units, size)


@dataclass(frozen=True)
class PercentileWindows:
    """Where each percentile lies: the rank before its window, and the draws still needed inside; each (P, U)."""

    before: np.ndarray
    needed: np.ndarray


def percentile_windows(windows, shares) -> PercentileWindows:
    """Find the window that holds each percentile of every unit's rank.

    Parameters
    ----------
    windows : ndarray of int (U, 256)
        Over all draws.
    shares : sequence of float
        Each in (0, 1].

    Returns
    -------
    PercentileWindows

    Examples
    --------
    >>> counts = np.zeros((1, WINDOWS), dtype=int)
    >>> counts[0, :2] = 3, 7
    >>> percentile_windows(counts, [0.5])
    PercentileWindows(before=array([[1]]), needed=array([[2]]))
    """
    width, draws = window_width(len(windows)), int(windows[0].sum())
    before, needed = (np.empty((len(shares), len(windows)), dtype=np.int64) for _ in range(2))
    for part in unit_slices(len(windows)):
        own = windows[part]
        reached, rows = np.cumsum(own, axis=1), np.arange(len(own))
        for place, share in enumerate(shares):
            wanted = needed_draws(draws, share)
            window = np.argmax(reached >= wanted, axis=1)
            before[place, part] = window * width
            needed[place, part] = wanted - (reached[rows, window] - own[rows, window])
    return PercentileWindows(before, needed)


def count_inside(rank_rows: Iterable[np.ndarray], before) -> np.ndarray:
    """Count the ranks inside the windows of the percentiles, rank by rank.

    Parameters
    ----------
    rank_rows : iterable of ndarray of int (U,)
        The draws of `stream_ranks` once more.
    before : ndarray of int (P, U)
        Of `percentile_windows`.

    Returns
    -------
    ndarray of int32, shape (P, U, width)
        Those of several workers are joined by adding them.

    Examples
    --------
    >>> count_inside([np.array([1, 2]), np.array([2, 1])], np.array([[0, 1]]))
    array([[[1],
            [1]]], dtype=int32)
    """
    units, width = before.shape[1], window_width(before.shape[1])
    inside, first = np.zeros((len(before), units, width), dtype=np.int32), before.astype(np.int32)
    for ranks in several_rows(rank_rows):
        for part in unit_slices(units):
            for table, start in zip(inside, first, strict=True):
                place = (ranks[:, part] - (start[part] + 1)).view(np.uint32)  # before the window is beyond it
                place = np.minimum(place, width).view(np.int32)
                table[part] += counted(place, width + 1)[:, :width]
    return inside


def exact_percentiles(inside, before, needed) -> np.ndarray:
    """Read the percentiles off the counts inside their windows.

    Parameters
    ----------
    inside : ndarray of int (P, U, width)
    before, needed : ndarray of int (P, U)
        Of `percentile_windows`.

    Returns
    -------
    ndarray of int64, shape (P, U)
        As `ranking.core.rank_counts.rank_percentiles`.

    Examples
    --------
    >>> exact_percentiles(np.array([[[1], [1]]]), np.array([[0, 1]]), np.array([[1, 1]]))
    array([[1, 2]])
    """
    return np.stack(
        [
            first + rank_at(counts, wanted)
            for counts, first, wanted in zip(inside, before, needed, strict=True)
        ]
    )
