"""Random weights: uniform on the simplex, or scattered about given weights.

Draws come in blocks of 256, each from its own PCG64 stream named by seed and block number, so any worker can
make any block and all of them together are the same bits as one worker's.
"""

import numpy as np

from weighting.core.hierarchy import close_groups
from weighting.core.refusal import MatrixRefused
from weighting.core.tree import Tree, as_nodes

BLOCK = 256


def simplex_draws(columns, draws, *, seed, start=0):
    """Draw weights uniformly from all that are >= 0 and sum to 1 (not uniform numbers closed afterwards).

    Parameters
    ----------
    columns, draws : int
    seed : int
    start : int
        Number of the first draw, a multiple of 256; the draws from there on are those of the whole series.

    Returns
    -------
    ndarray, shape (draws, columns)

    Raises
    ------
    MatrixRefused
        ``no_draws``, ``start_inside_block``.

    Examples
    --------
    >>> simplex_draws(3, 2, seed=1).sum(axis=1).round(12)
    array([1., 1.])
    """
    return closed_rows(gamma_draws(np.ones(columns), draws, seed=seed, start=start))


def dirichlet_draws(weights, draws, *, seed, concentration=50.0, start=0):
    """Draw weights about given ones: Dirichlet(c w), mean w, variance w (1 - w) / (c + 1).

    Parameters
    ----------
    weights : array_like, shape (n,)
        >= 0, sum 1; a weight of 0 stays 0.
    draws : int
    seed : int
    concentration : float
        c > 0; 50 keeps a weight of 0.04 within about 0.03.
    start : int
        As in `simplex_draws`.

    Returns
    -------
    ndarray, shape (draws, n)

    Raises
    ------
    MatrixRefused
        ``not_a_weight``, ``concentration_not_positive``, ``no_draws``, ``start_inside_block``.

    Examples
    --------
    >>> dirichlet_draws([0.5, 0.5, 0.0], 2, seed=1)[:, 2]
    array([0., 0.])
    """
    shares = np.asarray(weights, dtype=np.float64)
    if shares.ndim != 1 or not (shares >= 0).all() or not shares.any():
        raise MatrixRefused("not_a_weight", numbers={"shape": shares.shape})
    refuse_concentration(concentration)
    return closed_rows(gamma_draws(concentration * shares, draws, seed=seed, start=start))


def dirichlet_local_draws(tree: Tree, local, draws, *, seed, concentration=50.0, start=0):
    """Draw local weights about given ones, every group by its own Dirichlet(c w).

    Parameters
    ----------
    tree : Tree
    local : array_like, shape (nodes,)
        Sum 1 inside every group.
    draws, seed, concentration, start
        As in `dirichlet_draws`.

    Returns
    -------
    ndarray, shape (draws, nodes)

    Examples
    --------
    >>> tree = Tree(("A", "B", "A1"), (-1, -1, 0))
    >>> dirichlet_local_draws(tree, [0.4, 0.6, 1.0], 2, seed=3)[:, 2]
    array([1., 1.])
    """
    refuse_concentration(concentration)
    shape = concentration * as_nodes(tree, local)
    return close_groups(tree, gamma_draws(shape, draws, seed=seed, start=start))


def gamma_draws(shape, draws, *, seed, start):
    """Return gamma variates (draws, n) of the given shapes, block by block."""
    if draws < 1:
        raise MatrixRefused("no_draws", numbers={"draws": draws})
    if start % BLOCK:
        raise MatrixRefused("start_inside_block", numbers={"start": start, "block": BLOCK})
    found = np.empty((draws, len(shape)))
    each = shape[0] if (shape == shape[0]).all() else shape  # the same bits, faster from one number
    for first in range(0, draws, BLOCK):
        stream = np.random.SeedSequence(seed, spawn_key=((start + first) // BLOCK,))
        block = np.random.Generator(np.random.PCG64(stream)).standard_gamma(each, size=(BLOCK, len(shape)))
        found[first : first + BLOCK] = block[: draws - first]
    return found


def closed_rows(values):
    """Divide every row by its sum, in place of the rows."""
    values /= values.sum(axis=1, keepdims=True)
    return values


def refuse_concentration(concentration):
    """Refuse a concentration that is not > 0."""
    if not 0 < concentration < np.inf:
        raise MatrixRefused("concentration_not_positive", numbers={"concentration": concentration})
