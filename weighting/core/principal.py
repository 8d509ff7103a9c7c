"""Weights from principal components: what an indicator shares with the strongest components."""

import numpy as np

from weighting.core.criterion import ObjectiveWeights, checked_matrix, refuse_columns, weighted
from weighting.core.critic import correlations
from weighting.core.matrix import picked
from weighting.core.refusal import MatrixRefused

INDEFINITE = 1e-10  # an eigenvalue below this times the columns, negative, is no rounding


def principal_component_weights(
    matrix, directions, *, codes=None, explained=None, missing="refuse"
) -> ObjectiveWeights:
    """Weigh indicators by their communality with the components kept.

    R = V diag(l) V' is the correlation matrix of the columns that vary; importance h_j = sum_k l_k v_jk^2
    over the kept components: those with l_k >= 1 (Kaiser), or the fewest that explain the share asked for.
    Measured: ``loading_1``, ``loading_2``, ... sqrt(l_k) v_jk, whose squares add up to h_j; the sign of a component is
    that with which its largest loading is positive. Facts: ``eigenvalues``, all of them, and ``kept``.

    Parameters
    ----------
    matrix : array_like, shape (U, n)
        U >= 2; negative figures are welcome.
    directions : array_like of int, shape (n,)
        Of no effect on squared loadings; asked for so that all methods are called alike.
    codes : sequence of str, optional
    explained : float, optional
        Share of variance in (0, 1] (``explained_out_of_range``).
    missing : {"refuse", "available"}
        Refuse missing cells (NaN), or take each correlation over the units that have both figures, with the notice
        ``missing_cells``; a table that is no correlation matrix any more is refused (``indefinite``).

    Returns
    -------
    ObjectiveWeights

    Raises
    ------
    MatrixRefused
        ``no_variation``, ``missing_values``, ``not_finite``, ``out_of_range``, ``not_solved``, ``too_few_units``,
        ``unknown_missing_rule``, ``too_few_common_units``, ``indefinite``.

    Notes
    -----
    Rewards redundancy: indicators that move with many others weigh most, the opposite of CRITIC. All
    components together give equal weights. No rotation. Source: OECD/JRC Handbook 2008, step 6.

    Examples
    --------
    >>> matrix = [[0.0, 0.1, 5.0], [1.0, 0.9, 4.0], [2.0, 2.1, 5.0], [3.0, 2.9, 3.9]]
    >>> principal_component_weights(matrix, [1, 1, 1]).weights.round(3)
    array([0.413, 0.395, 0.193])
    """
    data = checked_matrix(matrix, directions, codes, missing)
    refuse_columns(np.full(len(data.codes), data.constant.all()), "no_variation", data)
    kept = np.flatnonzero(~data.constant)
    strength, vectors = components(data, kept)
    count = components_kept(strength, explained)
    importance, loadings = np.zeros(len(data.codes)), np.zeros((count, len(data.codes)))
    importance[kept] = (vectors[:, :count] ** 2) @ strength[:count]
    loadings[:, kept] = (vectors[:, :count] * np.sqrt(strength[:count])).T
    measured = {f"loading_{place}": turned(row) for place, row in enumerate(loadings, start=1)}
    facts = {"eigenvalues": strength.tolist(), "kept": count}
    return weighted(importance, data, measured=measured, facts=facts)


def components(data, kept):
    """Return the eigenvalues of the correlations, falling, and their vectors; refuse what is no correlation matrix."""
    names = picked(data.codes, ~data.constant)
    try:
        found = correlations(data.values[:, kept], np.ones(len(kept), dtype=bool), names)
        strength, vectors = np.linalg.eigh(found)
    except np.linalg.LinAlgError as error:
        raise MatrixRefused("not_solved", data.codes) from error
    if strength[0] < -INDEFINITE * len(kept):
        raise MatrixRefused("indefinite", names, {"eigenvalue": float(strength[0])})
    return np.maximum(strength[::-1], 0.0), vectors[:, ::-1]


def turned(loadings):
    """Return loadings with the sign with which the largest is positive."""
    return loadings if loadings[np.argmax(np.abs(loadings))] >= 0 else -loadings


def components_kept(strength, explained):
    """Return how many of the falling eigenvalues are kept, at least one."""
    if explained is None:
        return max(int((strength >= 1.0 - 1e-9).sum()), 1)
    if not 0 < explained <= 1:
        raise MatrixRefused("explained_out_of_range", numbers={"explained": explained})
    share = np.cumsum(strength) / strength.sum()
    return int(np.searchsorted(share, explained - 1e-12)) + 1
