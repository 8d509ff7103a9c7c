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


def cheapest_partitions(values, k):
    """Cut many rows at once: the partitions of `cheapest_partition` with every count 1.

    All rows halve the same spans in step, so the work is D log D a row without a loop over rows.

    Parameters
    ----------
    values : ndarray (B, D)
        Each row rising; equal values may stand beside each other.
    k : int
        1 <= k <= D.

    Returns
    -------
    ndarray of int64 (B, k)
        First position of every run, lowest run first. A border may part equal values only in a row with fewer
        than k distinct ones, or by rounding.

    Examples
    --------
    >>> cheapest_partitions(np.array([[1.0, 2.0, 10.0, 11.0], [1.0, 9.0, 10.0, 11.0]]), 2)
    array([[0, 2],
           [0, 1]])
    """
    rows, size = values.shape
    sums = RowSums(values)
    every = np.arange(1, size + 1)
    cost = np.zeros((rows, size + 1))
    cost[:, 1:] = sums.cost(np.arange(rows)[:, None], 0, every)
    choices = []
    for runs in range(2, k + 1):
        first = runs if runs < k else size  # of the last row only the whole is asked for
        cost, choice = next_rows(cost, sums, runs, first)
        choices.append(choice)
    starts, end = [], np.full(rows, size)
    for choice in reversed(choices):
        end = choice[np.arange(rows), end]
        starts.append(end)
    return np.column_stack([np.zeros(rows, dtype=np.int64), *reversed(starts)])


class RowSums:
    """The running sums of every row, from which the cost of any run of any row follows at once."""

    def __init__(self, values):
        centred = values - values.mean(axis=1, keepdims=True)
        self.width = values.shape[1] + 1
        self.first, self.second = (
            np.hstack([np.zeros((len(values), 1)), np.cumsum(part, axis=1)]).ravel()
            for part in (centred, centred**2)
        )

    def cost(self, rows, start, end):
        """Squared deviation of the values at start .. end - 1 of these rows about their mean."""
        before, after = rows * self.width + start, rows * self.width + end
        total = self.first[after] - self.first[before]
        square = self.second[after] - self.second[before]
        return np.maximum(square - total**2 / (end - start), 0.0)


def next_rows(cost, sums, runs, first):
    """Return for every row the least cost of the first j >= first values in that many runs, and the last start."""
    rows, size = len(cost), cost.shape[1] - 1
    best, choice = np.full(cost.shape, np.inf), np.zeros(cost.shape, dtype=np.int64)
    spans = [(first, size)]
    low, high = np.full((rows, 1), runs - 1), np.full((rows, 1), size - 1)
    while spans:
        middles = np.array([(start + stop) // 2 for start, stop in spans])
        least, pick = cheapest_starts(cost, sums, middles, low, np.minimum(high, middles - 1))
        best[:, middles], choice[:, middles] = least, pick
        halves = [
            (span, side)
            for span, middle in enumerate(middles)
            for side in ((spans[span][0], middle - 1), (middle + 1, spans[span][1]))
            if side[0] <= side[1]
        ]
        left = np.array([side[1] < middles[span] for span, side in halves], dtype=bool)
        spans, owners = [side for _, side in halves], [span for span, _ in halves]
        low, high = (
            np.where(left, low[:, owners], pick[:, owners]),
            np.where(left, pick[:, owners], high[:, owners]),
        )
    return best, choice


def cheapest_starts(cost, sums, middles, low, high):
    """Return the least cost up to each middle over starts low .. high, and the earliest start that has it."""
    lengths = (high - low + 1).ravel()
    begins = np.cumsum(lengths) - lengths
    owner = np.repeat(np.arange(len(lengths)), lengths)
    starts = np.arange(lengths.sum()) - np.repeat(begins - low.ravel(), lengths)
    rows, ends = owner // len(middles), middles[owner % len(middles)]
    candidates = cost.ravel()[rows * sums.width + starts] + sums.cost(rows, starts, ends)
    least = np.minimum.reduceat(candidates, begins)
    hits = np.flatnonzero(candidates == least[owner])
    where = hits[np.searchsorted(hits, begins)]
    return least.reshape(low.shape), starts[where].reshape(low.shape)
