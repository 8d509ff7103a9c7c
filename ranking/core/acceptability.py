"""What the table of `ranking.core.rank_counts` says: how sure a rank, a tier or a place on the list is."""

import numpy as np

from ranking.core.draw_ranks import block_ranks, blocks, drawn_scores
from ranking.core.tiers import rank_cut_tiers


def rank_acceptability(counts):
    """Share of the draws in which every unit takes every rank (SMAA's b_i^r).

    Parameters
    ----------
    counts : ndarray of int, shape (U, U)
        Of `ranking.core.rank_counts.rank_counts`.

    Returns
    -------
    ndarray, shape (U, U)
        Rows sum to 1.

    Notes
    -----
    Source: Lahdelma and Salminen 2001 (SMAA-2).

    Examples
    --------
    >>> rank_acceptability(np.array([[3, 1], [1, 3]]))
    array([[0.75, 0.25],
           [0.25, 0.75]])
    """
    return counts / counts.sum(axis=1, keepdims=True)


def expected_ranks(counts):
    """Mean rank of every unit over the draws, shape (U,).

    Examples
    --------
    >>> expected_ranks(np.array([[3, 1], [1, 3]]))
    array([1.25, 1.75])
    """
    return rank_acceptability(counts) @ np.arange(1.0, counts.shape[1] + 1)


def listed_probabilities(counts, last):
    """Share of the draws in which a unit is on the list of the first ``last`` ranks, shape (U,).

    Examples
    --------
    >>> listed_probabilities(np.array([[3, 1], [1, 3]]), 1)
    array([0.75, 0.25])
    """
    return rank_acceptability(counts)[:, :last].sum(axis=1)


def tier_probabilities(counts, cuts):
    """Share of the draws in which a unit falls into each tier of rank cuts.

    Parameters
    ----------
    counts : ndarray of int, shape (U, U)
    cuts : sequence of int
        Last rank of every tier, rising.

    Returns
    -------
    ndarray, shape (U, len(cuts) + 1)
        Column 0: no tier; column t: tier t. Rows sum to 1.

    Examples
    --------
    >>> tier_probabilities(np.array([[3, 1], [1, 3]]), (1,))
    array([[0.25, 0.75],
           [0.75, 0.25]])
    """
    tiers = rank_cut_tiers(np.arange(1, counts.shape[1] + 1), cuts)
    return rank_acceptability(counts) @ (tiers[:, None] == np.arange(len(cuts) + 1)).astype(np.float64)


def central_weights(normalized, weight_draws):
    """Mean of the draws that put a unit first: what one would have to find important to favour it.

    Parameters
    ----------
    normalized : array_like, shape (U, n)
    weight_draws : array_like, shape (B, n)

    Returns
    -------
    dict of int to ndarray (n,)
        By position of the unit; units that are never first are absent.

    Examples
    --------
    >>> central_weights([[1.0, 0.0], [0.0, 1.0], [0.1, 0.1]], [[0.9, 0.1], [0.7, 0.3], [0.2, 0.8]])
    {0: array([0.8, 0.2]), 1: array([0.2, 0.8])}
    """
    drawn = drawn_scores(normalized, weight_draws)
    total, times = np.zeros((drawn.units, drawn.draws.shape[1])), np.zeros(drawn.units)
    for start, stop in blocks(drawn):
        first = block_ranks(drawn, start, stop) == 1
        total += first.T.astype(np.float64) @ drawn.draws[start:stop]
        times += first.sum(axis=0)
    return {unit: total[unit] / times[unit] for unit in np.flatnonzero(times).tolist()}
