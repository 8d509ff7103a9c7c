"""The unit range: every column from 0 for its worst unit to 1 for its best."""

import numpy as np


def unit_range(values, signs):
    """Stretch columns to [0, 1], reversing those of direction -1; a constant column becomes 0.5.

    z = |x - worst| / (max - min), worst being the minimum for +1 and the maximum for -1.

    Parameters
    ----------
    values : ndarray, shape (U, n)
        NaN is a missing cell and stays one; it takes no part in minimum and maximum.
    signs : ndarray of int, shape (n,)
        +1 or -1.

    Returns
    -------
    ndarray, shape (U, n)

    Examples
    --------
    >>> unit_range(np.array([[1.0, 8.0], [2.0, 6.0], [5.0, 4.0]]), np.array([1, -1]))
    array([[0.  , 0.  ],
           [0.25, 0.5 ],
           [1.  , 1.  ]])
    """
    smallest, largest = np.fmin.reduce(values, axis=0), np.fmax.reduce(values, axis=0)
    spread = largest - smallest
    worst = np.where(signs == 1, smallest, largest)
    share = np.abs(values - worst) / np.where(spread > 0, spread, 1.0)
    share[:, spread == 0] += 0.5
    return share


def constant_columns(values):
    """Mark the columns whose present cells are all the same figure.

    Examples
    --------
    >>> constant_columns(np.array([[1.0, 2.0], [1.0, np.nan], [1.0, 3.0]]))
    array([ True, False])
    """
    return np.fmin.reduce(values, axis=0) == np.fmax.reduce(values, axis=0)
