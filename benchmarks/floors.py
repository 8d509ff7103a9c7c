"""The lower limits that the engine is held against: the same work, nothing checked or kept, fused by Numba."""

import numba
import numpy as np

DRAWS_AT_ONCE = 256


@numba.njit(fastmath={"reassoc"})
def fused(matrix):
    """Weights and scores: two passes over blocks of rows joined by Chan's rule, then one product."""
    units, columns = matrix.shape
    mean, squares = np.zeros(columns), np.zeros(columns)
    own, apart = np.empty(columns), np.empty(columns)
    for start in range(0, units, 64):
        stop = min(start + 64, units)
        own[:] = 0.0
        for i in range(start, stop):
            for j in range(columns):
                own[j] += matrix[i, j]
        for j in range(columns):
            own[j] /= stop - start
            apart[j] = own[j] - mean[j]
            squares[j] += apart[j] * apart[j] * start * (stop - start) / stop
            mean[j] += apart[j] * (stop - start) / stop
        for i in range(start, stop):
            for j in range(columns):
                squares[j] += (matrix[i, j] - own[j]) ** 2
    weights = np.sqrt(squares / (units - 1)) / mean
    weights /= weights.sum()
    factor = weights / np.sqrt(squares + units * mean * mean)
    scores = np.zeros(units)
    for i in range(units):
        total = 0.0
        for j in range(columns):
            total += matrix[i, j] * factor[j]
        scores[i] = total
    return weights, scores


def weights_scores_ranks(matrix):
    """The fused loop and one sort."""
    weights, scores = fused(matrix)
    ranks = np.empty(len(scores), dtype=np.int64)
    ranks[np.argsort(-scores)] = np.arange(1, len(scores) + 1)
    return weights, scores, ranks


@numba.njit
def count(keys, mask, counts):
    """Count the ranks of sorted keys whose lowest bits are the unit's number."""
    draws, units = keys.shape
    for i in range(draws):
        for j in range(units):
            counts[keys[i, j] & mask, units - 1 - j] += 1


def rank_distribution(figures, draws):
    """Packed keys, sorted by NumPy and counted by Numba, on one thread."""
    units = len(figures)
    mask = (1 << (units - 1).bit_length()) - 1
    counts, columns, number = np.zeros((units, units), dtype=np.int64), figures.T.copy(), np.arange(units)
    for start in range(0, len(draws), DRAWS_AT_ONCE):
        scores = draws[start : start + DRAWS_AT_ONCE] @ columns
        keys = scores.view(np.int64)
        keys &= ~mask
        keys |= number
        scores.sort(axis=1)
        count(keys, mask, counts)
    return counts
