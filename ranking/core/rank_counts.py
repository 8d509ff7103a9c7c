"""How often every unit takes every rank (rank acceptability, SMAA), and percentiles of its rank."""

import numpy as np

from ranking.core.draw_ranks import block_ranks, blocks, drawn_scores, packed_order
from ranking.core.ranks import competition_ranks
from weighting.core.refusal import MatrixRefused

UNITS_IN_TABLE = 1024
WINDOWS = 256


def rank_counts(normalized, weight_draws, *, block=None):
    """Count how often every unit takes every rank under additive scores.

    Parameters
    ----------
    normalized : array_like, shape (U, n)
        Normalised figures, complete; U up to some thousands, because the table is U by U.
    weight_draws : array_like, shape (B, n)
    block : int, optional
        Draws worked off at once; the counts do not depend on it.

    Returns
    -------
    ndarray of int64, shape (U, U)
        Row u, column r - 1: draws in which unit u has competition rank r. Rows sum to B. Tables of several
        workers are joined by adding them.

    Raises
    ------
    MatrixRefused
        ``missing_values``, ``weights_do_not_match``.

    Examples
    --------
    >>> rank_counts([[1.0, 0.0], [0.0, 1.0]], [[0.9, 0.1], [0.8, 0.2], [0.4, 0.6]])
    array([[2, 1],
           [1, 2]])
    """
    drawn = drawn_scores(normalized, weight_draws)
    units = drawn.units
    table = np.zeros(units * units, dtype=np.int64)
    from_lowest = np.arange(units - 1, -1, -1) * units
    for start, stop in blocks(drawn, block):
        order = packed_order(drawn, start, stop)
        cells = order.units
        cells += from_lowest
        if order.near.any():
            scores = drawn.scores(start, stop)[order.near]
            cells[order.near] = (competition_ranks(scores) - 1) * units + np.arange(units)
        table += np.bincount(cells.ravel(), minlength=units * units)
    return np.ascontiguousarray(table.reshape(units, units).T)


def rank_percentiles(normalized, weight_draws, shares):
    """Percentiles of every unit's rank over the draws, in memory that does not grow with the square of units.

    Up to 1,024 units the table of `rank_counts` is read. Beyond, the ranks are counted in 256 windows first
    and rank by rank inside the window of each percentile in a second pass over the draws.

    Parameters
    ----------
    normalized : array_like, shape (U, n)
    weight_draws : array_like, shape (B, n)
    shares : sequence of float
        Each in (0, 1]; 0.5 is the median.

    Returns
    -------
    ndarray of int64, shape (len(shares), U)
        The smallest rank that at least this share of the draws does not exceed (``inverted_cdf``).

    Raises
    ------
    MatrixRefused
        ``missing_values``, ``weights_do_not_match``.

    Examples
    --------
    >>> draws = [[0.9, 0.1], [0.8, 0.2], [0.4, 0.6]]
    >>> rank_percentiles([[1.0, 0.0], [0.0, 1.0]], draws, [0.5, 1.0])
    array([[1, 2],
           [2, 2]])
    """
    units = len(normalized)
    if units <= UNITS_IN_TABLE:
        counts = rank_counts(normalized, weight_draws)
        return np.stack([rank_at(counts, needed_draws(len(weight_draws), share)) for share in shares])
    width = -(-units // WINDOWS)
    coarse = window_counts(
        normalized, weight_draws, [np.zeros(units, dtype=np.int64)], width=width, windows=WINDOWS
    )
    needed = [needed_draws(len(weight_draws), share) for share in shares]
    window = [rank_at(coarse[0], count) - 1 for count in needed]
    fine = window_counts(normalized, weight_draws, [w * width for w in window], width=1, windows=width)
    reached, rows = np.cumsum(coarse[0], axis=1), np.arange(units)
    below = [reached[rows, w] - coarse[0][rows, w] for w in window]
    return np.stack(
        [w * width + rank_at(f, n - b) for w, f, n, b in zip(window, fine, needed, below, strict=True)]
    )


def window_counts(normalized, weight_draws, firsts, *, width, windows):
    """Count ranks in windows of equal width that start after a rank of each unit's own.

    Parameters
    ----------
    normalized : array_like, shape (U, n)
    weight_draws : array_like, shape (B, n)
    firsts : list of ndarray of int (U,)
        Rank before the first window, one array a table.
    width, windows : int
        Ranks beyond the last window, or before the first, are not counted.

    Returns
    -------
    list of ndarray of int32, shape (U, windows)
        Tables of several workers are joined by adding them.

    Examples
    --------
    >>> window_counts([[1.0], [0.0]], [[1.0]], [np.array([0, 1])], width=1, windows=1)
    [array([[1],
           [1]], dtype=int32)]
    """
    drawn = drawn_scores(normalized, weight_draws)
    stride = windows + 1  # the last window takes all ranks outside
    rows = np.arange(drawn.units) * stride
    tables = [np.zeros(drawn.units * stride, dtype=np.int32) for _ in firsts]
    for start, stop in blocks(drawn):
        for ranks in block_ranks(drawn, start, stop):
            for table, first in zip(tables, firsts, strict=True):
                window = ((ranks - (first + 1)) // width).view(np.uint64)
                np.minimum(window, windows, out=window)
                table[rows + window.view(np.int64)] += 1
    return [table.reshape(-1, stride)[:, :windows] for table in tables]


def needed_draws(draws, share):
    """Return how many draws make up the share, at least one; guarded against 0.05 * 10000 > 500."""
    if not 0 < share <= 1:
        raise MatrixRefused("share_out_of_range", numbers={"share": share})
    return max(int(np.ceil(share * draws - 1e-9)), 1)


def rank_at(counts, needed):
    """Return the first place (from 1) where the running count of a row reaches what is needed."""
    return np.argmax(np.cumsum(counts, axis=1) >= np.reshape(needed, (-1, 1)), axis=1) + 1
