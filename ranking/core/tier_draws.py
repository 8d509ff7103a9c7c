"""The tier of every unit in every draw of the weights, cut in each draw as the published tiers are."""

import numpy as np

from ranking.core.breaks import cheapest_partitions
from ranking.core.tiers import natural_break_tiers, rank_cut_tiers, score_cut_tiers
from weighting.core.refusal import MatrixRefused

NO_TIERS = -1  # in a draw in which the tiers are not defined
BY_SCORE = ("score_cuts", "natural_breaks", "k_means")
BREAKS = ("natural_breaks", "k_means")
CELLS_AT_ONCE = 30_000
STEPS = 30_000_000  # of the dynamic programme that all draws together may take
FEWEST, BLOCK = 512, 256


def drawn_tiers(scores, ranks, rules):
    """Tiers of all units in some draws by the ranking section of a protocol, as `ranking.core.tiers.listed_tiers`.

    Score cuts stand as they are; quantiles and natural breaks are cut anew among the units that each draw lists.

    Parameters
    ----------
    scores : ndarray, shape (draws, U), or None
        On the scale on which the borders are; only methods in ``BY_SCORE`` read it.
    ranks : ndarray of int, shape (draws, U)
    rules : dict
        With ``listed`` and ``tiers`` (``method`` and its ``cuts`` or ``count``).

    Returns
    -------
    ndarray of int8, shape (draws, U)
        1 = best, 0 = not listed; -1 for all units of a draw whose listed scores are fewer or less different than
        the tiers.

    Examples
    --------
    >>> ranks = np.array([[1, 2, 3, 4], [4, 1, 2, 3]])
    >>> drawn_tiers(None, ranks, {"listed": 4, "tiers": {"method": "quantiles", "count": 2}})
    array([[1, 1, 2, 2],
           [2, 1, 1, 2]], dtype=int8)
    """
    cut, listed = rules["tiers"], ranks <= rules["listed"]
    if cut["method"] == "rank_cuts":
        tiers = rank_cut_tiers(ranks, cut["cuts"])
    elif cut["method"] == "score_cuts":
        tiers = score_cut_tiers(scores, cut["cuts"])
    elif cut["method"] == "quantiles":
        many = listed.sum(axis=1, keepdims=True)
        tiers = np.where(many < cut["count"], NO_TIERS, (ranks - 1) * cut["count"] // many + 1)
        return np.where(listed | (many < cut["count"]), tiers, 0).astype(np.int8)
    else:
        return drawn_breaks(scores, listed, cut["count"])
    return np.where(listed, tiers, 0).astype(np.int8)


def drawn_breaks(scores, listed, k):
    """Natural breaks among the listed units of every draw; draws that list equally many are cut together.

    Examples
    --------
    >>> drawn_breaks(np.array([[9.0, 8.0, 1.0, 0.0]]), np.array([[True, True, True, False]]), 2)
    array([[1, 1, 2, 0]], dtype=int8)
    """
    tiers, many = np.zeros(scores.shape, dtype=np.int8), listed.sum(axis=1)
    for size in np.unique(many).tolist():
        rows = np.flatnonzero(many == size)
        for some in np.array_split(rows, -(-len(rows) * size // CELLS_AT_ONCE)):
            places = np.nonzero(listed[some])[1].reshape(len(some), size)
            own = np.take_along_axis(scores[some], places, axis=1)
            found = broken_rows(own, k) if k <= size else np.full(own.shape, NO_TIERS)
            tiers[some[:, None], places] = found
            tiers[some[found[:, 0] == NO_TIERS]] = NO_TIERS
    return tiers


def broken_rows(scores, k):
    """Return the natural-break tiers of every row; a border between equal scores sends its row the plain way."""
    order = np.argsort(scores, axis=1, kind="stable")
    rising = np.take_along_axis(scores, order, axis=1)
    starts = cheapest_partitions(rising, k)
    begins = np.zeros(scores.shape, dtype=np.int8)
    begins[np.arange(len(starts))[:, None], starts] = 1
    tiers = np.empty_like(begins)
    np.put_along_axis(tiers, order, k + 1 - np.cumsum(begins, axis=1, dtype=np.int8), axis=1)
    inner = starts[:, 1:]
    split = np.take_along_axis(rising, inner, axis=1) == np.take_along_axis(rising, inner - 1, axis=1)
    for row in np.flatnonzero(split.any(axis=1)):
        try:
            tiers[row] = natural_break_tiers(scores[row], k).tiers
        except MatrixRefused:
            tiers[row] = NO_TIERS
    return tiers


def tier_counts(tiers, k):
    """Count in how many draws every unit is in each tier; those of several workers are joined by adding them.

    Parameters
    ----------
    tiers : ndarray of int, shape (draws, U)
        Of `drawn_tiers`.
    k : int

    Returns
    -------
    ndarray of int64, shape (U, k + 1)
        Column 0: not listed. Rows sum to the draws whose tiers are defined.

    Examples
    --------
    >>> tier_counts(np.array([[1, 2, 0], [1, 1, 0], [-1, -1, -1]]), 2)
    array([[0, 2, 0],
           [0, 1, 1],
           [2, 0, 0]])
    """
    return np.stack([(tiers == tier).sum(axis=0) for tier in range(k + 1)], axis=1)


def draws_cut(rules, draws):
    """How many of the draws are cut into tiers: all, but fewer where natural breaks of a long list would take long.

    Parameters
    ----------
    rules : dict
        As in `drawn_tiers`; ``listed`` units at most are cut.
    draws : int

    Returns
    -------
    int
        At least 512 or all of them; a multiple of 256 or all of them.

    Examples
    --------
    >>> breaks = {"method": "natural_breaks", "count": 4}
    >>> [draws_cut({"listed": listed, "tiers": breaks}, 10_000) for listed in (100, 1000, 30_000)]
    [10000, 768, 512]
    """
    if rules["tiers"]["method"] not in BREAKS:
        return draws
    listed, k = rules["listed"], rules["tiers"]["count"]
    steps = listed * max(1, (listed - 1).bit_length()) * max(1, k - 1)
    return min(draws, max(FEWEST, STEPS // steps // BLOCK * BLOCK))
