"""Scores on the vector scale straight from the variation weights, without making the scaled matrix."""

import numpy as np

from weighting.core.refusal import MatrixRefused
from weighting.core.variation import VariationWeights


def vector_scores(variation: VariationWeights, weights=None):
    """Additive scores of R: score_i = sum_j w_j x'_ij / sqrt(sum_q x'_qj^2).

    The length of a column is that of its moments, sqrt((U - 1) sd^2 + U mean^2), so the figures are read
    once. Equal to ``additive(vector(...).values, weights)`` but for the last digits.

    Parameters
    ----------
    variation : VariationWeights
        Of a matrix without gaps, ``scaling`` not ``min_max``.
    weights : array_like, shape (n,), optional
        Combined weights; those of the variation by default.

    Returns
    -------
    ndarray, shape (U,)
        Equal rows get equal scores to the last bit.

    Raises
    ------
    MatrixRefused
        ``weights_do_not_match``, ``missing_values``.

    Examples
    --------
    >>> from weighting.core.variation import variation_weights
    >>> vector_scores(variation_weights([[3.0, 1.0], [4.0, 1.0]], [1, 1])).round(12)
    array([0.6, 0.8])
    """
    shares = variation.weights if weights is None else np.asarray(weights, dtype=np.float64)
    if shares.shape != variation.weights.shape:
        raise MatrixRefused("weights_do_not_match", numbers={"weights": shares.shape})
    units = len(variation.transformed)
    length = np.sqrt((units - 1) * variation.sd**2 + units * variation.mean**2)
    scores = np.einsum("ij,j->i", variation.transformed, shares / length)
    if not np.isfinite(scores).all():
        raise MatrixRefused("missing_values")
    return scores
