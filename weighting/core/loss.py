"""CILOS and IDOCRIW: what the other indicators lose where one of them is at its best."""

import numpy as np

from weighting.core.closure import close
from weighting.core.criterion import ObjectiveWeights, checked_matrix, refuse_columns, weighted
from weighting.core.entropy import entropy_weights
from weighting.core.matrix import picked
from weighting.core.refusal import MatrixRefused


def cilos_weights(matrix, directions, *, codes=None) -> ObjectiveWeights:
    """Weigh indicators by their impact loss.

    y = x (positive) or min_i x / x (negative), each column divided by its sum. In the unit where column i is
    best (the mean over several) column j loses p_ij = (max y_j - y_j) / max y_j. The weights q balance the
    losses: q_i sum_k p_ki = sum_j p_ij q_j, sum q = 1. Measured: ``lost`` sum_k p_ki, what column i loses where the
    others are best, and ``caused`` sum_j p_ij q_j, what the others lose where it is; q_i is their ratio.

    Parameters
    ----------
    matrix : array_like, shape (U, n)
        Positive columns >= 0 and not all 0, negative columns > 0; U >= 2. No missing cell: the losses are read from
        the whole row of the unit that is best in a column.
    directions : array_like of int, shape (n,)
    codes : sequence of str, optional

    Returns
    -------
    ObjectiveWeights

    Raises
    ------
    MatrixRefused
        ``negative_values``, ``nonpositive_values``, ``zero_mean``, ``undetermined`` (one unit leads in
        everything, or the losses fall into parts that do not meet), ``no_variation``, ``missing_values``,
        ``not_finite``, ``out_of_range``, ``too_few_units``.

    Notes
    -----
    Rewards indicators that lose little where others win. Only the leading rows count, so it hangs on a few
    units. Source: Zavadskas and Podvezko 2016; as in crispyn.

    Examples
    --------
    >>> cilos_weights([[4.0, 1.0], [2.0, 2.0]], [1, 1]).weights
    array([0.5, 0.5])
    """
    data = checked_matrix(matrix, directions, codes)
    refuse_columns(((data.values < 0) & (data.signs == 1)).any(axis=0), "negative_values", data)
    refuse_columns(((data.values <= 0) & (data.signs == -1)).any(axis=0), "nonpositive_values", data)
    refuse_columns((data.values == 0).all(axis=0), "zero_mean", data)
    kept = np.flatnonzero(~data.constant)
    importance, lost, caused = np.zeros((3, len(data.codes)))
    if kept.size:
        table = losses(data.values[:, kept], data.signs[kept])
        importance[kept] = balance(table, picked(data.codes, ~data.constant))
        lost[kept], caused[kept] = table.sum(axis=0), table @ importance[kept]
    return weighted(importance, data, measured={"lost": lost, "caused": caused})


def idocriw_weights(matrix, directions, *, codes=None, k=0.1, method="reciprocal") -> ObjectiveWeights:
    """Weigh indicators by entropy weight times impact loss, closed.

    Measured: ``entropy_weight`` and ``loss_weight``, and the figures that both are made of.

    Parameters and refusals are those of `entropy_weights` and `cilos_weights` together. The entropy part
    sees x', so negative columns pass through the transform; peers give it the raw column.

    Examples
    --------
    >>> idocriw_weights([[4.0, 1.0], [2.0, 2.0]], [1, 1]).weights
    array([0.5, 0.5])
    """
    data = checked_matrix(matrix, directions, codes)
    by_entropy = entropy_weights(matrix, directions, codes=codes, k=k, method=method)
    by_loss = cilos_weights(matrix, directions, codes=codes)
    measured = {"entropy": by_entropy.measured["entropy"], **by_loss.measured}
    measured |= {"entropy_weight": by_entropy.weights, "loss_weight": by_loss.weights}
    return weighted(by_entropy.weights * by_loss.weights, data, measured=measured)


def losses(values, signs):
    """Return p: p_ij is what column j loses, relative to its best, where column i is best.

    Worked out from differences of the figures, so that a column far from 0 keeps its digits: 1 - x / max x is
    (max x - x) / max x, and 1 - min x / x is (x - min x) / x. Where several units share the best figure of a column
    the mean over them is taken, so that the order of units has no effect.
    """
    top = np.where(signs == 1, values.max(axis=0), values.min(axis=0))
    lost = np.where(signs == 1, (top - values) / top, (values - top) / np.where(signs == 1, 1.0, values))
    leaders = values == top
    return (leaders / leaders.sum(axis=0)).T @ lost


def balance(lost, codes):
    """Return the weights (sum 1) at which every column's losses given and taken are equal."""
    size = len(lost)
    system = lost - np.diag(lost.sum(axis=0))
    try:
        if size > 1 and np.linalg.matrix_rank(system) != size - 1:
            raise MatrixRefused("undetermined", codes)
        system[-1] = 1.0
        found = np.linalg.solve(system, np.r_[np.zeros(size - 1), 1.0])
    except np.linalg.LinAlgError as error:
        raise MatrixRefused("undetermined", codes) from error
    return close(np.maximum(found, 0.0))
