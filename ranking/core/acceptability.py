"""What the table of `ranking.core.rank_counts` says: how sure a rank, a tier or a place on the list is."""

from dataclasses import dataclass

import numpy as np

from ranking.core.draw_ranks import block_ranks, blocks, drawn_scores
from ranking.core.tiers import rank_cut_tiers


def rank_acceptability(counts):
    """Share of the draws in which every unit takes every rank (SMAA's b_i^r).

    Parameters
    ----------
    counts : ndarray of int, shape (U, U)
        Of `ranking.core.rank_counts.rank_counts`.

    Returns
    -------
    ndarray, shape (U, U)
        Rows sum to 1.

    Notes
    -----
    Source: Lahdelma and Salminen 2001 (SMAA-2).

    Examples
    --------
    >>> rank_acceptability(np.array([[3, 1], [1, 3]]))
    array([[0.75, 0.25],
           [0.25, 0.75]])
    """
    return counts / counts.sum(axis=1, keepdims=True)


def expected_ranks(counts):
    """Mean rank of every unit over the draws, shape (U,).

    Examples
    --------
    >>> expected_ranks(np.array([[3, 1], [1, 3]]))
    array([1.25, 1.75])
    """
    return rank_acceptability(counts) @ np.arange(1.0, counts.shape[1] + 1)


def listed_probabilities(counts, last):
    """Share of the draws in which a unit is on the list of the first ``last`` ranks, shape (U,).

    Examples
    --------
    >>> listed_probabilities(np.array([[3, 1], [1, 3]]), 1)
    array([0.75, 0.25])
    """
    return rank_acceptability(counts)[:, :last].sum(axis=1)


def tier_probabilities(counts, cuts):
    """Share of the draws in which a unit falls into each tier of rank cuts.

    Parameters
    ----------
    counts : ndarray of int, shape (U, U)
    cuts : sequence of int
        Last rank of every tier, rising.

    Returns
    -------
    ndarray, shape (U, len(cuts) + 1)
        Column 0: no tier; column t: tier t. Rows sum to 1.

    Examples
    --------
    >>> tier_probabilities(np.array([[3, 1], [1, 3]]), (1,))
    array([[0.25, 0.75],
           [0.75, 0.25]])
    """
    tiers = rank_cut_tiers(np.arange(1, counts.shape[1] + 1), cuts)
    return rank_acceptability(counts) @ (tiers[:, None] == np.arange(len(cuts) + 1)).astype(np.float64)


@dataclass(frozen=True)
class Leads:
    """Draws in which units lead; those of several workers are joined by `joined_leads`.

    Attributes
    ----------
    units : ndarray of int (L,)
        Positions of the units that lead in some draw, rising.
    times : ndarray of int (L,)
        In how many draws each has rank 1, alone or with others.
    sums : ndarray (L, n)
        Sum of the weights of these draws.
    """

    units: np.ndarray
    times: np.ndarray
    sums: np.ndarray


def draws_that_lead(rows, units, weight_draws) -> Leads:
    """Add up the draws in which each unit leads.

    Parameters
    ----------
    rows, units : ndarray of int, shape (pairs,)
        Draw and unit of every first rank, e.g. ``np.nonzero(ranks == 1)``.
    weight_draws : ndarray, shape (draws, n)

    Returns
    -------
    Leads

    Examples
    --------
    >>> draws_that_lead(np.array([0, 1]), np.array([4, 4]), np.array([[0.75, 0.25], [0.5, 0.5]]))
    Leads(units=array([4]), times=array([2]), sums=array([[1.25, 0.75]]))
    """
    order = np.argsort(units, kind="stable")
    found, begins, times = np.unique(units[order], return_index=True, return_counts=True)
    return Leads(found, times, np.add.reduceat(weight_draws[rows[order]], begins, axis=0))


def joined_leads(parts) -> Leads:
    """Join the leads of several workers, always in the same order.

    Examples
    --------
    >>> one = Leads(np.array([4]), np.array([2]), np.array([[1.25, 0.75]]))
    >>> joined_leads([one, one]).times
    array([4])
    """
    parts = list(parts)
    every = np.concatenate([part.units for part in parts])
    units, place = np.unique(every, return_inverse=True)
    times = np.zeros(len(units), dtype=np.int64)
    np.add.at(times, place, np.concatenate([part.times for part in parts]))
    sums = np.zeros((len(units), parts[0].sums.shape[1]))
    np.add.at(sums, place, np.concatenate([part.sums for part in parts]))
    return Leads(units, times, sums)


def central_weights(normalized, weight_draws):
    """Mean of the draws that put a unit first: what one would have to find important to favour it.

    Parameters
    ----------
    normalized : array_like, shape (U, n)
    weight_draws : array_like, shape (B, n)

    Returns
    -------
    dict of int to ndarray (n,)
        By position of the unit; units that are never first are absent.

    Notes
    -----
    SMAA's confidence factor, the share of cases in which a unit is first under its central weights, is 1 for
    every unit here: figures are taken as exact, and the weights under which a unit leads an additive score are
    a convex set that holds its own mean. Source: Lahdelma, Hokkanen and Salminen 1998.

    Examples
    --------
    >>> central_weights([[1.0, 0.0], [0.0, 1.0], [0.1, 0.1]], [[0.9, 0.1], [0.7, 0.3], [0.2, 0.8]])
    {0: array([0.8, 0.2]), 1: array([0.2, 0.8])}
    """
    drawn = drawn_scores(normalized, weight_draws)
    leads = []
    for start, stop in blocks(drawn):
        rows, units = np.nonzero(block_ranks(drawn, start, stop) == 1)
        leads.append(draws_that_lead(rows, units, drawn.draws[start:stop]))
    found = joined_leads(leads)
    return dict(zip(found.units.tolist(), found.sums / found.times[:, None], strict=True))
