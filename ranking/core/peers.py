"""A unit among its peers: where it stands on every column, whose profile is nearest, what it is strong and weak in."""

from dataclasses import dataclass

import numpy as np
from scipy.stats import rankdata

from weighting.core.refusal import MatrixRefused


@dataclass(frozen=True)
class Standout:
    """Columns in which a unit stands out from its peers.

    Attributes
    ----------
    differences : ndarray (n,)
        Own figure minus the peers' mean; NaN where either is unknown.
    strengths, gaps : tuple of int
        Columns with the largest positive, and with the largest negative difference, the largest first.
    """

    differences: np.ndarray
    strengths: tuple[int, ...]
    gaps: tuple[int, ...]


def percentile_positions(values):
    """Return where every figure stands in its column: p = (r − 1) / (m − 1), r its rank from below, m the known ones.

    Parameters
    ----------
    values : array_like, shape (U, n)
        More is better; NaN is missing. Equal figures share their mean rank.

    Returns
    -------
    ndarray, shape (U, n)
        From 0 (the worst) to 1 (the best); NaN stays NaN; 0.5 where a column has one known figure.

    Notes
    -----
    Source: mean ranks (mid-ranks) as in Kendall, Rank Correlation Methods (1948), chapter 3.

    Examples
    --------
    >>> percentile_positions([[1.0], [3.0], [3.0], [9.0]]).ravel()
    array([0. , 0.5, 0.5, 1. ])
    """
    figures = np.asarray(values, dtype=np.float64)
    known = np.isfinite(figures).sum(axis=0)
    ranks = rankdata(figures, axis=0, nan_policy="omit")
    return np.where(known > 1, (ranks - 1) / np.maximum(known - 1, 1), np.where(np.isnan(ranks), np.nan, 0.5))


def nearest_profiles(profiles, own: int, count: int):
    """Return the units whose profile has the most similar shape: its ups and downs about its own mean.

    d_i = sqrt(mean_j ((x_ij − x̄_i) − (x_oj − x̄_o))²) over the columns that both units have; the level of a profile
    does not count, only its shape.

    Parameters
    ----------
    profiles : array_like, shape (U, n)
        One row a unit, such as its dimension scores; NaN is missing.
    own : int
        The unit's row.
    count : int
        How many to return at most.

    Returns
    -------
    ndarray of int, shape (≤ count,)
        The nearest first, of equal distance the one that stands first; never the unit itself, nor units without two
        columns in common with it.

    Raises
    ------
    MatrixRefused
        ``unknown_unit`` where there is no such row.

    Examples
    --------
    >>> nearest_profiles([[80, 60], [20, 0], [50, 50], [60, 80]], own=0, count=2)
    array([1, 2])
    """
    figures = np.asarray(profiles, dtype=np.float64)
    if not 0 <= own < len(figures):
        raise MatrixRefused("unknown_unit", numbers={"unit": own})
    both = np.isfinite(figures) & np.isfinite(figures[own])
    counts = both.sum(axis=1)
    apart = np.where(both, figures - figures[own], 0.0)
    mean = apart.sum(axis=1) / np.maximum(counts, 1)
    squares = np.where(both, (apart - mean[:, None]) ** 2, 0.0).sum(axis=1) / np.maximum(counts, 1)
    distance = np.where(counts >= 2, np.sqrt(squares), np.inf)
    distance[own] = np.inf
    order = np.argsort(distance, kind="stable")[:count]
    return order[np.isfinite(distance[order])]


def stand_out(points, own: int, peers, most: int = 3) -> Standout:
    """Compare what each column brought to a unit with what it brought to its peers on average.

    d_j = c_oj − mean_{i in peers} c_ij; strengths are the largest d_j > 0, gaps the smallest d_j < 0.

    Parameters
    ----------
    points : array_like, shape (U, n)
        Contributions to the score; NaN is unknown.
    own : int
        The unit's row.
    peers : sequence of int
        Rows of the peers, without the unit itself.
    most : int
        How many of each to name.

    Returns
    -------
    Standout
        Without strengths and gaps where there are no peers; equal differences in the order of the columns.

    Raises
    ------
    MatrixRefused
        ``unknown_unit`` where a row does not exist.

    Examples
    --------
    >>> found = stand_out([[9.0, 1.0, 5.0], [3.0, 3.0, 5.0], [5.0, 5.0, 5.0]], own=0, peers=[1, 2])
    >>> found.differences, found.strengths, found.gaps
    (array([ 5., -3.,  0.]), (0,), (1,))
    """
    figures, rows = np.asarray(points, dtype=np.float64), np.asarray(peers, dtype=np.int64)
    if not 0 <= own < len(figures) or (rows.size and not (rows.min() >= 0 and rows.max() < len(figures))):
        raise MatrixRefused("unknown_unit", numbers={"unit": own})
    known = np.isfinite(figures[rows])
    sums, counts = np.where(known, figures[rows], 0.0).sum(axis=0), known.sum(axis=0)
    means = np.where(counts > 0, sums / np.maximum(counts, 1), np.nan)
    differences = figures[own] - means
    order = np.argsort(-np.nan_to_num(differences), kind="stable")
    upward = [int(column) for column in order if differences[column] > 0]
    downward = [
        int(column)
        for column in np.argsort(np.nan_to_num(differences), kind="stable")
        if differences[column] < 0
    ]
    return Standout(differences, tuple(upward[:most]), tuple(downward[:most]))
