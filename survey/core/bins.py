"""Histogram bins of answers: bin k holds k width <= x < (k + 1) width."""

import numpy as np

_ROUNDING = 1e-9
_DENSE = 10  # bins for each answer up to which counting beats sorting


def numbered(bins):
    """Return a small whole number for each bin, the same for equal bins; in ascending order of the bins.

    Examples
    --------
    >>> numbered(np.array([7.0, 3.0, 7.0])).tolist()
    [4, 0, 4]
    """
    if not bins.size:
        return bins.astype(np.int64)
    low, high = bins.min(), bins.max()
    if high - low <= _DENSE * bins.size:
        return (bins - low).astype(np.int64)
    return np.unique(bins, return_inverse=True)[1]


def binned(values, width):
    """Return the bin number of each answer; one meant to sit on an edge is not lost to binary fractions.

    Examples
    --------
    >>> binned(np.array([0.0, 4.5, 5.0, 12.0]), 5).tolist()
    [0.0, 0.0, 1.0, 2.0]
    >>> binned(np.array([0.3]), 0.1).tolist()
    [3.0]
    """
    if not width > 0:
        raise ValueError(f"a bin must be wider than 0, not {width}")
    quotient = values / width
    nearest = np.rint(quotient)
    return np.where(np.abs(quotient - nearest) < _ROUNDING, nearest, np.floor(quotient))
