"""CRITIC: spread, and conflict with the other indicators."""

import numpy as np

from weighting.core.criterion import ObjectiveWeights, checked_matrix, weighted
from weighting.core.matrix import picked
from weighting.core.moments import column_moments
from weighting.core.refusal import MatrixRefused
from weighting.core.scaling import unit_range

FEWEST_COMMON = 3  # units that two columns must have in common
FLAT = 1e-12  # share of a column's squares below which it does not vary over them


def critic_weights(matrix, directions, *, codes=None, missing="refuse") -> ObjectiveWeights:
    """Weigh indicators by C_j = sd_j sum_q (1 - r_jq), sd and correlations of the unit range.

    Measured: ``sd`` sd_j and ``conflict`` sum_q (1 - r_jq).

    Parameters
    ----------
    matrix : array_like, shape (U, n)
        U >= 2; negative figures are welcome.
    directions : array_like of int, shape (n,)
    codes : sequence of str, optional
    missing : {"refuse", "available"}
        Refuse missing cells (NaN), or take sd over the cells of a column and each correlation over the units that
        have both figures (`correlations`), with the notice ``missing_cells``.

    Returns
    -------
    ObjectiveWeights
        A constant column has no correlation: it weighs 0 and does not count among the others.

    Raises
    ------
    MatrixRefused
        ``no_variation``; ``no_conflict`` where all columns that vary rise and fall together;
        ``missing_values``, ``not_finite``, ``out_of_range``, ``too_few_units``, ``unknown_missing_rule``,
        ``too_few_common_units``.

    Notes
    -----
    Rewards indicators that say something the others do not; two copies of one indicator share their weight.
    Source: Diakoulaki, Mavrotas and Papayannakis 1995; as in crispyn and pymcdm.

    Examples
    --------
    >>> critic_weights([[0.0, 1.0, 5.0], [1.0, 0.0, 4.0], [2.0, 1.0, 0.0]], [1, 1, 1]).weights.round(3)
    array([0.324, 0.295, 0.381])
    """
    data = checked_matrix(matrix, directions, codes, missing)
    scaled = unit_range(data.values, data.signs)
    conflict = (1.0 - correlations(scaled, ~data.constant, data.codes)).sum(axis=1)
    conflict = np.where(np.abs(conflict) > 1e-12, conflict, 0.0)
    if not (data.constant.all() or conflict.any()):
        raise MatrixRefused("no_conflict", picked(data.codes, ~data.constant))
    sd = column_moments(scaled).sd
    return weighted(sd * conflict, data, measured={"sd": sd, "conflict": conflict})


def correlations(values, varied, codes):
    """Return Pearson's correlations; 1 with columns that do not vary, so that they conflict with none.

    Parameters
    ----------
    values : ndarray, shape (U, n)
        NaN is a missing cell: each correlation is then taken over the units that have both figures.
    varied : ndarray of bool, shape (n,)
    codes : sequence of str

    Returns
    -------
    ndarray, shape (n, n)
        Symmetric, within [-1, 1], exactly 1 on the diagonal. With gaps it need not be positive semidefinite.

    Raises
    ------
    MatrixRefused
        ``too_few_common_units`` with the columns of which two have fewer than three units in common, or do not vary
        over these.

    Examples
    --------
    >>> correlations(np.array([[0.0, 2.0], [1.0, 1.0], [2.0, 0.0]]), np.array([True, True]), ("a", "b"))
    array([[ 1., -1.],
           [-1.,  1.]])
    """
    if np.isnan(values).any():
        found = pairwise_correlations(values, varied, codes)
    else:
        centred = values - values[0]
        centred -= centred.mean(axis=0)
        length = np.sqrt((centred * centred).sum(axis=0))
        direction = centred / np.where(varied, length, 1.0)
        found = direction.T @ direction
    found = np.clip(found, -1.0, 1.0)
    found[~varied, :] = found[:, ~varied] = 1.0
    np.fill_diagonal(found, 1.0)
    return found


def pairwise_correlations(values, varied, codes):
    """Return each correlation over the units that have both figures; entries of unvaried columns mean nothing."""
    present = ~np.isnan(values)
    first = values[np.argmax(present, axis=0), np.arange(values.shape[1])]
    centred = np.where(present, values - first, 0.0)
    centred = np.where(present, centred - centred.sum(axis=0) / present.sum(axis=0), 0.0)
    both = present.T.astype(float) @ present
    sums = centred.T @ present  # of the column in the row over the units it has in common with the other
    squares = (centred * centred).T @ present
    count = np.maximum(both, 1.0)
    spread = squares - sums * sums / count
    refuse_lone_pairs((both < FEWEST_COMMON) | (spread <= FLAT * squares), varied, codes)
    covariance = centred.T @ centred - sums * sums.T / count
    length = np.sqrt(np.where(spread > 0, spread, 1.0))
    return covariance / length / length.T  # one by one: the product of both may leave the range of numbers


def refuse_lone_pairs(lone, varied, codes):
    """Refuse the columns that vary but cannot be correlated with each other."""
    lone = (lone | lone.T) & varied & varied[:, None]
    np.fill_diagonal(lone, False)
    if lone.any():
        raise MatrixRefused(
            "too_few_common_units", picked(codes, lone.any(axis=0)), {"fewest": FEWEST_COMMON}
        )
