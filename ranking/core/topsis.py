"""TOPSIS: closeness to the best column figures and distance from the worst, as a cross-check of the score."""

import numpy as np

from ranking.core.aggregation import as_scored
from weighting.core.refusal import MatrixRefused


def topsis(normalized, weights):
    """Relative closeness to the ideal: C_i = d_i^- / (d_i^+ + d_i^-).

    y_ij = w_j z_ij; d^+ and d^- are the Euclidean distances to the row of column maxima and of column minima.

    Parameters
    ----------
    normalized : array_like, shape (U, n)
        Figures where more is better, complete; Hwang and Yoon take vector scaling.
    weights : array_like, shape (n,)

    Returns
    -------
    ndarray, shape (U,)
        In [0, 1], 1 for a unit best in everything.

    Raises
    ------
    MatrixRefused
        ``no_variation`` when no weighted column varies, ``out_of_range``, ``missing_values``, ``weights_do_not_match``.

    Notes
    -----
    Source: Hwang and Yoon 1981. Adding or dropping a unit moves the ideal and can reverse ranks.

    Examples
    --------
    >>> topsis([[1.0, 1.0], [0.0, 0.0], [1.0, 0.0]], [0.5, 0.5])
    array([1. , 0. , 0.5])
    """
    values, shares = as_scored(normalized, weights)
    if shares.ndim != 1:
        raise MatrixRefused("weights_do_not_match", numbers={"weights": shares.shape})
    weighted = values * shares
    to_best = np.sqrt(((weighted.max(axis=0) - weighted) ** 2).sum(axis=1))
    to_worst = np.sqrt(((weighted - weighted.min(axis=0)) ** 2).sum(axis=1))
    if not np.isfinite(to_best + to_worst).all():
        raise MatrixRefused("out_of_range")
    if not (to_best + to_worst).all():
        raise MatrixRefused("no_variation")
    return to_worst / (to_best + to_worst)
