"""Closure: weights as shares of their sum."""

from weighting.core.refusal import MatrixRefused


def close(values, reason="zero_total"):
    """Divide by the sum over the last axis, so that it sums to 1.

    Parameters
    ----------
    values : ndarray, shape (..., n)
        Figures >= 0.
    reason : str
        Code of the refusal when a sum is 0.

    Returns
    -------
    ndarray, shape (..., n)

    Raises
    ------
    MatrixRefused
        The reason given, with the number of rows whose sum is 0.

    Examples
    --------
    >>> import numpy as np
    >>> close(np.array([2.0, 3.0, 5.0]))
    array([0.2, 0.3, 0.5])
    """
    total = values.sum(axis=-1, keepdims=True)
    if (total <= 0).any():
        raise MatrixRefused(reason, numbers={"rows": int((total <= 0).sum())})
    return values / total
