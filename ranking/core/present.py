"""Weights among the indicators present: what a missing figure would have carried is shared by the others."""

from dataclasses import dataclass

import numpy as np

from weighting.core.refusal import MatrixRefused


@dataclass(frozen=True)
class PresentWeights:
    """Weights of every unit's own.

    Attributes
    ----------
    weights : ndarray (..., U, n)
        0 where the figure is missing, the others closed to 1; a row of zeros where nothing is present.
    share : ndarray (..., U)
        Weight that the present indicators carry in the weights given, 1 for a complete unit.
    missing : ndarray of int (..., U)
        Missing figures.
    """

    weights: np.ndarray
    share: np.ndarray
    missing: np.ndarray


def present_weights(normalized, weights) -> PresentWeights:
    """Share the weight of missing figures among those present, in proportion: w_j p_ij / sum_q w_q p_iq.

    Parameters
    ----------
    normalized : array_like, shape (..., U, n)
        NaN is a missing figure.
    weights : array_like, shape (n,) or (..., 1, n)
        >= 0.

    Returns
    -------
    PresentWeights

    Raises
    ------
    MatrixRefused
        ``weights_do_not_match``, ``negative_weight``.

    Notes
    -----
    It supposes that a unit is as good where it has no figure as where it has one. Show ``share`` with the score.

    Examples
    --------
    >>> present_weights([[1.0, np.nan, 3.0]], [0.5, 0.25, 0.25]).weights.round(3)
    array([[0.667, 0.   , 0.333]])
    """
    values, given = np.asarray(normalized, dtype=np.float64), np.asarray(weights, dtype=np.float64)
    if values.ndim < 2 or given.shape[-1:] != values.shape[-1:]:
        raise MatrixRefused("weights_do_not_match", numbers={"weights": given.shape, "matrix": values.shape})
    if not (given >= 0).all():
        raise MatrixRefused("negative_weight")
    present = ~np.isnan(values)
    carried = np.where(present, given, 0.0)
    total = carried.sum(axis=-1, keepdims=True)
    own = np.divide(carried, total, out=np.zeros_like(carried), where=total > 0)
    whole = np.broadcast_to(given.sum(axis=-1, keepdims=True), total.shape)
    share = np.divide(total, whole, out=np.zeros_like(total), where=whole > 0)[..., 0]
    return PresentWeights(own, share, (~present).sum(axis=-1))
