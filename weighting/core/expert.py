"""Weights from experts: one row of shares an expert, pooled into one vector.

Shape throughout: (..., m, n), experts on the last axis but one, items on the last; leading axes are a
batch (resamples, rounds). Every pool returns (..., n) and sums to 1 on the last axis.
"""

import numpy as np

from weighting.core.closure import close
from weighting.core.refusal import MatrixRefused


def points_to_weights(points):
    """Turn allocated points into shares: w_ij = x_ij / sum_q x_iq.

    Parameters
    ----------
    points : array_like, shape (..., n)
        Points >= 0 of one expert a row; the rows need not sum to 100.

    Returns
    -------
    ndarray, shape (..., n)
        Shares; every row sums to 1.

    Raises
    ------
    MatrixRefused
        ``missing_values``, ``not_finite``, ``negative_points``, ``zero_points`` (a row of zeros).

    Examples
    --------
    >>> points_to_weights([[50, 30, 20], [1, 1, 2]])
    array([[0.5 , 0.3 , 0.2 ],
           [0.25, 0.25, 0.5 ]])
    """
    values = np.asarray(points, dtype=np.float64)
    refuse_unusable(values, "negative_points")
    return close(values, "zero_points")


def arithmetic_pool(shares, *, weights=None):
    """Pool by the mean over experts, the linear pool: right for budget shares, zero is a legal answer.

    w_j = sum_i c_i w_ij / sum_i c_i with c_i = 1, or the authority of the expert.

    Parameters
    ----------
    shares : array_like, shape (..., m, n)
    weights : array_like, shape (m,) or (..., m), optional
        Authority of the experts, >= 0, not all 0 (``zero_authority``).

    Returns
    -------
    ndarray, shape (..., n)

    Examples
    --------
    >>> arithmetic_pool([[0.5, 0.5], [0.7, 0.3]])
    array([0.6, 0.4])
    >>> arithmetic_pool([[0.5, 0.5], [0.7, 0.3]], weights=[3, 1])
    array([0.55, 0.45])
    """
    values = as_shares(shares)
    return close(weighted_mean(values, weights))


def geometric_pool(shares, *, weights=None):
    """Pool by the closed geometric mean over experts: keeps ratios, right for AHP, BWM and swing answers.

    w = clos(exp(sum_i c_i ln w_ij / sum_i c_i)), the mean of compositions in Aitchison's geometry.

    Parameters
    ----------
    shares : array_like, shape (..., m, n)
        Shares > 0.
    weights : array_like, shape (m,) or (..., m), optional
        Authority of the experts, >= 0, not all 0 (``zero_authority``).

    Returns
    -------
    ndarray, shape (..., n)

    Raises
    ------
    MatrixRefused
        ``zero_weight`` with the items where an expert gave 0: the ratio to it is undefined.
        `replace_zeros` is the explicit way out.

    Examples
    --------
    >>> geometric_pool([[0.5, 0.5], [0.9, 0.1]])
    array([0.75, 0.25])
    """
    values = as_shares(shares)
    zero = (values == 0).reshape(-1, values.shape[-1]).any(axis=0)
    if zero.any():
        raise MatrixRefused("zero_weight", np.flatnonzero(zero))
    log_mean = weighted_mean(np.log(values), weights)
    return close(np.exp(log_mean - log_mean.max(axis=-1, keepdims=True)))


def median_pool(shares):
    """Pool by the median of every item, closed again: robust, for sensitivity and not for the headline.

    Raises ``zero_total`` when every median is 0.

    Examples
    --------
    >>> median_pool([[0.2, 0.8], [0.4, 0.6], [0.9, 0.1]])
    array([0.4, 0.6])
    """
    return close(np.median(as_shares(shares), axis=-2))


def trimmed_pool(shares, *, proportion=0.1):
    """Pool by the mean without the floor(p m) highest and lowest answers of every item, closed again.

    Parameters
    ----------
    shares : array_like, shape (..., m, n)
    proportion : float
        p in [0, 0.5); see `trimmed_experts` for how many that is. With p m < 1 nobody is trimmed.

    Examples
    --------
    >>> trimmed_pool([[0.1, 0.9], [0.4, 0.6], [0.6, 0.4], [0.9, 0.1]], proportion=0.25)
    array([0.5, 0.5])
    """
    values = as_shares(shares)
    cut = trimmed_experts(values.shape[-2], proportion)
    ordered = np.sort(values, axis=-2)
    return close(ordered[..., cut : values.shape[-2] - cut, :].mean(axis=-2))


def trimmed_experts(experts, proportion):
    """Return how many answers `trimmed_pool` drops at each end: floor(p m), guarded against 0.1 * 30 < 3.

    Examples
    --------
    >>> trimmed_experts(15, 0.1)
    1
    """
    if not 0 <= proportion < 0.5:
        raise MatrixRefused("unknown_proportion", numbers={"proportion": proportion})
    return int(np.floor(proportion * experts + 1e-9))


def replace_zeros(shares, *, delta=0.005):
    """Replace zeros by delta and shrink the rest by 1 - (number of zeros) delta, so that ratios exist.

    Parameters
    ----------
    shares : array_like, shape (..., n)
        Rows that sum to 1.
    delta : float
        Share in place of a zero, > 0; half the smallest step of the questionnaire by habit.

    Raises
    ------
    MatrixRefused
        ``delta_too_large`` when the replaced zeros alone would reach 1.

    Examples
    --------
    >>> replace_zeros([0.6, 0.4, 0.0], delta=0.01)
    array([0.594, 0.396, 0.01 ])
    """
    values = np.asarray(shares, dtype=np.float64)
    refuse_unusable(values, "negative_weight")
    zero = values == 0
    left = 1.0 - delta * zero.sum(axis=-1, keepdims=True)
    if delta <= 0 or (left <= 0).any():
        raise MatrixRefused("delta_too_large", numbers={"delta": delta})
    return np.where(zero, delta, values * left)


def as_shares(shares):
    """Return shares as float64 (..., m, n) with at least one expert."""
    values = np.asarray(shares, dtype=np.float64)
    if values.ndim < 2 or values.shape[-2] == 0:
        raise MatrixRefused("no_experts", numbers={"shape": values.shape})
    refuse_unusable(values, "negative_weight")
    return values


def weighted_mean(values, weights):
    """Return the mean over experts, weighted by their authority if given."""
    if weights is None:
        return values.mean(axis=-2)
    authority = np.asarray(weights, dtype=np.float64)
    if authority.shape[-1:] != (values.shape[-2],):
        raise MatrixRefused("authority_does_not_match", numbers={"shape": authority.shape})
    refuse_unusable(authority[..., None, :], "negative_authority")
    return np.einsum("...i,...ij->...j", close(authority, "zero_authority"), values)


def refuse_unusable(values, negative_reason):
    """Refuse missing, infinite and negative figures, naming the items."""
    for reason, mask in (
        ("missing_values", np.isnan(values)),
        ("not_finite", np.isinf(values)),
        (negative_reason, values < 0),
    ):
        if mask.any():
            raise MatrixRefused(reason, np.flatnonzero(mask.reshape(-1, values.shape[-1]).any(axis=0)))
