"""Combination (综合赋权): one weight out of the experts' s and the data's o.

s is (..., n) (leading axes are draws), o is (n,) or broadcasts against s; both are >= 0 and sum to 1 on the
last axis, and so does the result. A zero in s or o gives exactly 0 under the product and the entropy rule.
"""

from dataclasses import dataclass

import numpy as np

from weighting.core.closure import close
from weighting.core.refusal import MatrixRefused


@dataclass(frozen=True)
class Coefficients:
    """Shares of s and o in a combined weight (batch shape, they sum to 1); whether one was cut at 0."""

    expert: np.ndarray
    variation: np.ndarray
    clipped: np.ndarray


def product_combination(s, o):
    """Multiply and close (乘法合成): w_j = s_j o_j / sum_q s_q o_q.

    Not idempotent: large meets large and grows. Uniform s returns o.

    Raises
    ------
    MatrixRefused
        ``zero_total`` when s and o share no indicator; ``weights_do_not_match``, ``not_a_weight``.

    Examples
    --------
    >>> product_combination([0.5, 0.3, 0.2], [0.5, 0.3, 0.2])
    array([0.65789474, 0.23684211, 0.10526316])
    """
    s, o = as_pair(s, o)
    return close(s * o)


def linear_combination(s, o, *, alpha=0.5):
    """Mix linearly (线性加权): w_j = alpha s_j + (1 - alpha) o_j, alpha in [0, 1] (``alpha_out_of_range``).

    With alpha = 0.5 it is also the least-squares rule min sum z^2 [(s - w)^2 + (o - w)^2].

    Examples
    --------
    >>> linear_combination([0.5, 0.5], [0.1, 0.9], alpha=0.25)
    array([0.2, 0.8])
    """
    if not 0 <= alpha <= 1:
        raise MatrixRefused("alpha_out_of_range", numbers={"alpha": alpha})
    s, o = as_pair(s, o)
    return close(alpha * s + (1 - alpha) * o)


def entropy_combination(s, o):
    """Least relative entropy (最小鉴别信息): w_j = sqrt(s_j o_j) / sum_q sqrt(s_q o_q).

    The minimiser of KL(w||s) + KL(w||o); idempotent, symmetric, without a free parameter. Refuses as the
    product does.

    Examples
    --------
    >>> entropy_combination([0.5, 0.5], [0.9, 0.1])
    array([0.75, 0.25])
    """
    s, o = as_pair(s, o)
    return close(np.sqrt(s * o))


def game_theory_combination(s, o):
    """Compromise of two players (博弈论): w = a_1 s + a_2 o, a of `game_theory_coefficients`.

    Examples
    --------
    >>> game_theory_combination([0.5, 0.3, 0.2], [0.2, 0.3, 0.5])
    array([0.35, 0.3 , 0.35])
    """
    return mixed(s, o, game_theory_coefficients(s, o))


def game_theory_coefficients(s, o):
    """Coefficients of the game: [[s.s, s.o], [o.s, o.o]] a = [s.s, o.o], cut at 0 and closed to sum 1.

    By Cramer's rule a_1 : a_2 = (o.o)(s.s - s.o) : (s.s)(o.o - s.o), so the determinant cancels and s = o
    needs no inverse: it returns (1, 0), that is s itself. A uniform s gets a_1 = 0.

    Returns
    -------
    Coefficients
        ``clipped`` is true where one coefficient was negative and set to 0.

    Examples
    --------
    >>> game_theory_coefficients([0.5, 0.5], [0.9, 0.1]).variation.tolist()
    1.0
    """
    s, o = as_pair(s, o)
    ss, so, oo = (s * s).sum(axis=-1), (s * o).sum(axis=-1), (o * o).sum(axis=-1)
    return shared(oo * (ss - so), ss * (oo - so))


def max_deviation_combination(s, o, z):
    """Largest squared deviation of units (离差平方和最大): w = a_1 s + a_2 o (`max_deviation_coefficients`).

    Examples
    --------
    >>> max_deviation_combination([0.5, 0.5], [0.5, 0.5], [[0.0, 1.0], [1.0, 0.0]])
    array([0.5, 0.5])
    """
    return mixed(s, o, max_deviation_coefficients(s, o, z))


def max_deviation_coefficients(s, o, z):
    """Coefficients that drive the units' scores furthest apart, closed to sum 1.

    B = diag(sum_i sum_k (z_ij - z_kj)^2); a is the leading eigenvector of [s o]' B [s o]. It favours spread
    once more, after the variation weights have done so.

    Parameters
    ----------
    s, o : array_like, shape (..., n) and (n,)
    z : array_like, shape (U, n)
        Normalised data; NaN is a missing cell.

    Raises
    ------
    MatrixRefused
        ``weights_do_not_match``, ``not_finite``, ``no_variation`` (no weighted column varies).

    Examples
    --------
    >>> max_deviation_coefficients([1.0, 0.0], [0.0, 1.0], [[0.0, 0.0], [1.0, 0.5]]).expert.tolist()
    1.0
    """
    s, o = as_pair(s, o)
    data = np.asarray(z, dtype=np.float64)
    if data.ndim != 2 or data.shape[1] != s.shape[-1]:
        raise MatrixRefused("weights_do_not_match", numbers={"weights": s.shape, "data": data.shape})
    spread = squared_deviations(data)
    if not np.isfinite(spread).all():
        raise MatrixRefused("not_finite", np.flatnonzero(~np.isfinite(spread)))
    ss, so, oo = (s * s * spread).sum(axis=-1), (s * o * spread).sum(axis=-1), (o * o * spread).sum(axis=-1)
    if np.any(ss + oo <= 0):
        raise MatrixRefused("no_variation")
    return shared(*leading_eigenvector(ss, so, oo))


def squared_deviations(z):
    """Return sum_i sum_k (z_ij - z_kj)^2 of every column: 2 U times the squared deviations from its mean.

    Of a column with missing cells (NaN) it is 2 U times the squared deviations of those it has, so that a column of
    length 1 counts the same however many it has.

    Examples
    --------
    >>> squared_deviations(np.array([[0.0], [1.0]]))
    array([2.])
    """
    present = ~np.isnan(z)
    mean = np.where(present, z, 0.0).sum(axis=0) / np.maximum(present.sum(axis=0), 1)
    return 2 * z.shape[0] * np.where(present, (z - mean) ** 2, 0.0).sum(axis=0)


def leading_eigenvector(p, q, r):
    """Return the unscaled eigenvector of [[p, q], [q, r]] to its larger eigenvalue; (1, 1) when equal."""
    half = (p - r) / 2
    reach = np.hypot(half, q)
    first = np.where(half >= 0, half + reach, q)
    second = np.where(half >= 0, q, reach - half)
    return np.where(reach == 0, 1.0, first), np.where(reach == 0, 1.0, second)


def mixed(s, o, coefficients):
    """Return a_1 s + a_2 o, closed."""
    s, o = as_pair(s, o)
    return close(coefficients.expert[..., None] * s + coefficients.variation[..., None] * o)


def shared(first, second):
    """Cut two raw coefficients at 0 and close them; nothing left means s = o, where s stands."""
    expert, variation = np.maximum(first, 0.0), np.maximum(second, 0.0)
    total = expert + variation
    share = np.divide(expert, total, out=np.ones_like(total), where=total > 0)
    return Coefficients(share, 1.0 - share, np.asarray((first < 0) | (second < 0)))


def as_pair(s, o):
    """Return s and o as float64 broadcast against each other, refusing what is no weight."""
    s, o = np.asarray(s, dtype=np.float64), np.asarray(o, dtype=np.float64)
    if s.ndim == 0 or o.ndim == 0 or s.shape[-1] != o.shape[-1]:
        raise MatrixRefused("weights_do_not_match", numbers={"s": s.shape, "o": o.shape})
    for name, weight in (("s", s), ("o", o)):
        if not (weight >= 0).all() or not np.isfinite(weight).all():
            raise MatrixRefused("not_a_weight", numbers={"which": name})
    return s, o
