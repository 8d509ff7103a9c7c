"""Aggregation: from normalised figures and weights to one score a unit."""

import numpy as np

from weighting.core.matrix import is_finite
from weighting.core.refusal import MatrixRefused


def additive(normalized, weights):
    """Weighted sum: score_i = sum_j w_j z_ij, fully compensatory.

    Parameters
    ----------
    normalized : array_like, shape (U, n)
        Normalised figures, complete.
    weights : array_like, shape (n,) or (B, n)
        One weight vector, or a draw a row.

    Returns
    -------
    ndarray, shape (U,) or (B, U)
        For one vector every unit is summed in the same order, so equal rows get equal scores to the last bit.

    Raises
    ------
    MatrixRefused
        ``missing_values`` with the columns by position, ``weights_do_not_match``.

    Examples
    --------
    >>> additive([[100.0, 0.0], [50.0, 50.0]], [0.75, 0.25])
    array([75., 50.])
    """
    values, shares = as_scored(normalized, weights)
    return np.einsum("ij,j->i", values, shares) if shares.ndim == 1 else shares @ values.T


def contributions(normalized, weights):
    """Split every score into its terms: c_ij = w_j z_ij, which sum over j to the additive score.

    Parameters
    ----------
    normalized : array_like, shape (U, n)
    weights : array_like, shape (n,)

    Returns
    -------
    ndarray, shape (U, n)

    Examples
    --------
    >>> contributions([[100.0, 20.0]], [0.75, 0.25])
    array([[75.,  5.]])
    """
    values, shares = as_scored(normalized, weights)
    if shares.ndim != 1:
        raise MatrixRefused("weights_do_not_match", numbers={"weights": shares.shape})
    return values * shares


def as_scored(normalized, weights):
    """Return figures and weights as float64 that fit together and have no gaps."""
    values, shares = np.asarray(normalized, dtype=np.float64), np.asarray(weights, dtype=np.float64)
    if values.ndim != 2 or shares.ndim not in (1, 2) or shares.shape[-1] != values.shape[1]:
        raise MatrixRefused("weights_do_not_match", numbers={"weights": shares.shape, "matrix": values.shape})
    if not is_finite(values):
        refuse_unusable(values)
    return values, shares


def refuse_unusable(values):
    """Refuse missing and infinite figures, naming the columns by position and counting the cells."""
    unusable = ~np.isfinite(values)
    if unusable.any():
        columns = np.flatnonzero(unusable.any(axis=0))
        raise MatrixRefused("missing_values", columns, {"cells": int(unusable.sum())})
