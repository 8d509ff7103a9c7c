"""The permutation distribution of Kendall's W: each expert's ranks shuffled on their own."""

import math
from itertools import permutations

import numpy as np

LARGEST_EXACT = 1_000_000  # arrangements that are counted one by one


def permutation_p(ranks, *, draws, seed):
    """Return P(W* >= W) when every expert's ranks are shuffled independently.

    The spread of the rank sums orders the arrangements exactly as W does, because ties stay as they are.

    Parameters
    ----------
    ranks : int array, shape (m, n)
        Twice the midranks of each expert; n at most 7.
    draws : int
        Number of random arrangements when there are more than 10^6 of them.
    seed : int
        Seed of the PCG64 generator.

    Returns
    -------
    float
        Exact share of arrangements, or (1 + #{W* >= W}) / (draws + 1).

    Examples
    --------
    >>> permutation_p(np.array([[2, 4, 6], [2, 4, 6]]), draws=99, seed=0)
    0.16666666666666666
    """
    observed = _spread(ranks.sum(axis=0)[None, :])[0]
    m, n = ranks.shape
    if math.factorial(n) ** (m - 1) <= LARGEST_EXACT:
        spreads = _spread(_all_rank_sums(ranks))
        return float(np.mean(spreads >= observed))
    spreads = _spread(_drawn_rank_sums(ranks, draws=draws, seed=seed))
    return float((1 + np.count_nonzero(spreads >= observed)) / (draws + 1))


def _spread(rank_sums):
    """Return the sum of squares of each row of rank sums; their mean is the same in all rows."""
    return (rank_sums.astype(np.int64) ** 2).sum(axis=1)


def _all_rank_sums(ranks):
    """Return the rank sums of all arrangements; the first expert may stay as he is."""
    sums = ranks[:1]
    for row in ranks[1:]:
        sums = (sums[:, None, :] + _arrangements(row)[None, :, :]).reshape(-1, ranks.shape[1])
    return sums


def _drawn_rank_sums(ranks, *, draws, seed):
    """Return rank sums of random arrangements, experts with the same tie pattern taken together."""
    generator = np.random.Generator(np.random.PCG64(seed))
    patterns, experts = np.unique(np.sort(ranks, axis=1), axis=0, return_counts=True)
    sums = np.zeros((draws, ranks.shape[1]), dtype=np.int64)
    for pattern, count in zip(patterns, experts, strict=True):
        arrangements = _arrangements(pattern)
        if count > len(arrangements):
            chances = np.full(len(arrangements), 1 / len(arrangements))
            sums += generator.multinomial(count, chances, size=draws) @ arrangements
        else:
            for _ in range(count):
                sums += arrangements[generator.integers(len(arrangements), size=draws)]
    return sums


def _arrangements(row):
    """Return the distinct arrangements of one row of ranks; each is equally likely."""
    return np.array(sorted(set(permutations(row.tolist()))), dtype=np.int64)
