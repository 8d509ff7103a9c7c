"""Mean and standard deviation of columns, without losing figures and in one reading of the matrix."""

from dataclasses import dataclass

import numpy as np

CELLS_AT_ONCE = 65_536


@dataclass(frozen=True)
class Moments:
    """Mean and standard deviation (n - 1) of every column, each (n,), and the lowest figure of all."""

    mean: np.ndarray
    sd: np.ndarray
    lowest: float


def column_moments(matrix):
    """Mean and sd (n - 1) of every column.

    With d = x - x_1 (exact for figures close to each other) the mean is x_1 + mean d and the sd is that of d
    about its own mean. Rows are worked off in blocks that stay in the cache, two passes over each, and the
    blocks are joined by Chan's rule. A constant column has exactly sd 0; mean 1e9 with sd 1 keeps 12 figures.

    Parameters
    ----------
    matrix : ndarray, shape (U, n)
        Finite or missing (NaN), at least two figures in every column; those present count.

    Returns
    -------
    Moments
        Not finite in a column that holds an infinite figure.

    Notes
    -----
    Source: Chan, Golub and LeVeque 1983.

    Examples
    --------
    >>> column_moments(np.array([[1.0, 5.0], [3.0, 5.0]]))
    Moments(mean=array([2., 5.]), sd=array([1.41421356, 0.        ]), lowest=1.0)
    """
    with np.errstate(invalid="ignore", over="ignore"):
        found = dense_moments(matrix) if matrix.size > CELLS_AT_ONCE else block_moments(matrix)
    return present_moments(matrix) if np.isnan(found.mean).any() else found


def block_moments(matrix):
    """Return the moments of a matrix that is one block."""
    deviation = matrix - matrix[0]
    own = np.ones(len(matrix)) @ deviation / len(matrix)
    deviation -= own
    sd = np.sqrt(np.einsum("ij,ij->j", deviation, deviation) / (len(matrix) - 1))
    return Moments(matrix[0] + own, sd, float(matrix.min()))


def dense_moments(matrix):
    """Return the moments of a matrix without gaps, block by block; a gap makes its column NaN."""
    units, columns = matrix.shape
    step = min(units, max(1, CELLS_AT_ONCE // columns))
    origin, lowest = matrix[0], np.inf
    mean = squares = np.zeros(columns)
    room, ones = np.empty((step, columns)), np.ones(step)
    for start in range(0, units, step):
        block = matrix[start : start + step]
        count, total = len(block), start + len(block)
        lowest = min(lowest, float(block.min()))
        deviation = np.subtract(block, origin, out=room[:count])
        own = ones[:count] @ deviation / count
        deviation -= own
        apart = own - mean
        squares = (
            squares + np.einsum("ij,ij->j", deviation, deviation) + apart * apart * (start * count / total)
        )
        mean = mean + apart * (count / total)
    return Moments(origin + mean, np.sqrt(squares / (units - 1)), lowest)


def present_moments(matrix):
    """Return the moments over the present cells of each column."""
    present = ~np.isnan(matrix)
    count = present.sum(axis=0)
    origin = matrix[np.argmax(present, axis=0), np.arange(matrix.shape[1])]
    deviation = np.where(present, matrix - origin, 0.0)
    centre = deviation.sum(axis=0) / count
    deviation = np.where(present, deviation - centre, 0.0)
    sd = np.sqrt((deviation * deviation).sum(axis=0) / (count - 1))
    return Moments(origin + centre, sd, float(np.nanmin(matrix)))
