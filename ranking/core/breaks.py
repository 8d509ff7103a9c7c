"""Ordered values cut into k runs of least squared deviation, exactly (Fisher's dynamic programme)."""

import numpy as np


def cheapest_partition(values, counts, k):
    """Return where each of the k runs starts.

    Minimises the sum over runs of sum_i c_i (v_i - mean of the run)^2. With C[t, j] the least cost of the
    first j values in t runs, C[t, j] = min_i C[t - 1, i] + cost(i, j); the best i grows with j, so each row
    is solved by halving.

    Parameters
    ----------
    values : ndarray (D,)
        Distinct, rising.
    counts : ndarray of int (D,)
    k : int
        1 <= k <= D.

    Returns
    -------
    ndarray of int64 (k,)
        First position of every run, lowest run first; of equal costs the earliest start.

    Examples
    --------
    >>> cheapest_partition(np.array([1.0, 2.0, 10.0, 11.0]), np.array([1, 1, 1, 1]), 2)
    array([0, 2])
    """
    sums = RunningSums(values, counts)
    size = len(values)
    cost = np.concatenate(([0.0], sums.cost(0, np.arange(1, size + 1))))
    choices = []
    for runs in range(2, k + 1):
        cost, choice = next_row(cost, sums, runs, size)
        choices.append(choice)
    starts, end = [], size
    for choice in reversed(choices):
        end = int(choice[end])
        starts.append(end)
    return np.array([0, *reversed(starts)], dtype=np.int64)


class RunningSums:
    """Running sums of values about their middle, from which the cost of any run follows at once."""

    def __init__(self, values, counts):
        centred = values - np.average(values, weights=counts)
        self.weight = np.concatenate(([0.0], np.cumsum(counts)))
        self.first = np.concatenate(([0.0], np.cumsum(counts * centred)))
        self.second = np.concatenate(([0.0], np.cumsum(counts * centred**2)))

    def cost(self, start, end):
        """Squared deviation of the values at start .. end - 1 about their mean."""
        total = self.first[end] - self.first[start]
        square = self.second[end] - self.second[start]
        return np.maximum(square - total**2 / (self.weight[end] - self.weight[start]), 0.0)


def next_row(cost, sums, runs, size):
    """Return the least cost of the first j values in that many runs, and the start of the last run."""
    best, choice = np.full(size + 1, np.inf), np.zeros(size + 1, dtype=np.int64)
    open_spans = [(runs, size, runs - 1, size - 1)]
    while open_spans:
        first, last, low, high = open_spans.pop()
        if first > last:
            continue
        middle = (first + last) // 2
        starts = np.arange(low, min(high, middle - 1) + 1)
        candidates = cost[starts] + sums.cost(starts, middle)
        pick = int(np.argmin(candidates))
        best[middle], choice[middle] = candidates[pick], starts[pick]
        open_spans.append((first, middle - 1, low, int(starts[pick])))
        open_spans.append((middle + 1, last, int(starts[pick]), high))
    return best, choice
