"""Pairs of units that the draws cannot tell apart."""

import numpy as np

from ranking.core.draw_ranks import block_ranks, blocks, drawn_scores


def ahead_shares(normalized, weight_draws, *, units=None):
    """Share of the draws in which one unit ranks strictly ahead of another.

    Parameters
    ----------
    normalized : array_like, shape (U, n)
        All units that are ranked.
    weight_draws : array_like, shape (B, n)
    units : array_like of int, shape (S,), optional
        Positions of the units to compare, e.g. those on the list; all by default. Time grows with B S^2.

    Returns
    -------
    ndarray, shape (S, S)
        Row ahead of column; entry and mirrored entry sum to 1 less the share of ties, the diagonal is 0.

    Raises
    ------
    MatrixRefused
        ``missing_values``, ``weights_do_not_match``.

    Examples
    --------
    >>> draws = [[0.9, 0.1], [0.8, 0.2], [0.6, 0.4], [0.4, 0.6]]
    >>> ahead_shares([[1.0, 0.0], [0.0, 1.0]], draws)
    array([[0.  , 0.75],
           [0.25, 0.  ]])
    """
    drawn = drawn_scores(normalized, weight_draws)
    chosen = np.arange(drawn.units) if units is None else np.asarray(units)
    small = np.int16 if drawn.units < 32_000 else np.int32
    ranks = np.empty((len(chosen), len(drawn.draws)), dtype=small)
    for start, stop in blocks(drawn):
        ranks[:, start:stop] = block_ranks(drawn, start, stop)[:, chosen].T
    ahead = np.zeros((len(chosen), len(chosen)))
    for place, own in enumerate(ranks):
        ahead[place] = np.count_nonzero(own < ranks, axis=1)
    return ahead / len(drawn.draws)


def indistinct_pairs(ahead, *, level=0.95):
    """Return the pairs of which neither is ahead of the other in at least this share of the draws.

    Parameters
    ----------
    ahead : ndarray, shape (S, S)
        Of `ahead_shares`.
    level : float

    Returns
    -------
    ndarray of int, shape (pairs, 2)
        Positions in ``ahead``, the smaller first, in rising order.

    Examples
    --------
    >>> indistinct_pairs(np.array([[0.0, 0.75, 0.99], [0.25, 0.0, 0.9], [0.01, 0.1, 0.0]]))
    array([[0, 1],
           [1, 2]])
    """
    apart = np.maximum(ahead, ahead.T) >= level
    return np.argwhere(np.triu(~apart, k=1))
