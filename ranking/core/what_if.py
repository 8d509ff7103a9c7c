"""A list under other weights: the reader's own, or a blend of the experts' and the data's.

Every number is added and multiplied in one stated order, indicator by indicator, so that another program that keeps to
it (the reader's browser) finds the same bits. The sums are those of `ranking.core.tree_scores.score_tree` with the
arithmetic mean.
"""

from dataclasses import dataclass

import numpy as np

from weighting.core.refusal import MatrixRefused
from weighting.core.tree import Tree

STEPS = 20  # of a mix of two indicators
AHEAD = 1e-9  # a smaller lead is none


@dataclass(frozen=True)
class Reach:
    """The ranks a unit can have under all weights with a floor.

    Attributes
    ----------
    best, worst : int
        Ranks that were found, with all free weight on one indicator or on two.
    best_bound, worst_bound : int
        No weights with this floor give a better or a worse rank.
    """

    best: int
    worst: int
    best_bound: int
    worst_bound: int


def shares_of(points, groups):
    """Bring points to shares of 1 inside every group of siblings.

    Parameters
    ----------
    points : array_like, shape (nodes,)
        Finite and >= 0 (``not_a_weight``).
    groups : sequence of sequence of int

    Returns
    -------
    ndarray, shape (nodes,)
        0 throughout a group whose points are all 0.

    Examples
    --------
    >>> shares_of([1, 3, 0, 0], [[0, 1], [2, 3]])
    array([0.25, 0.75, 0.  , 0.  ])
    """
    given = np.asarray(points, dtype=np.float64)
    if not (np.isfinite(given) & (given >= 0)).all():
        raise MatrixRefused("not_a_weight")
    shares = np.zeros(len(given))
    for group in groups:
        total = in_order(given[node] for node in group)
        if total > 0:
            shares[list(group)] = given[list(group)] / total
    return shares


def leaf_weights(tree: Tree, local):
    """Return the weight of every leaf in the whole: the product of the shares along its path.

    Raises
    ------
    MatrixRefused
        ``zero_total`` where nothing carries weight.

    Examples
    --------
    >>> leaf_weights(Tree(("A", "B", "A1", "A2"), (-1, -1, 0, 0)), [0.5, 0.5, 0.25, 0.75])
    array([0.5  , 0.125, 0.375])
    """
    whole = list(map(float, local))
    for node, parent in enumerate(tree.parents):
        if parent >= 0:
            whole[node] *= whole[parent]
    return closed(whole[leaf] for leaf in tree.leaves)


def blended(expert, variation, alpha):
    """Mix the experts' and the data's weights of the leaves: alpha s + (1 - alpha) o, closed to the sum 1.

    Examples
    --------
    >>> blended([0.5, 0.5], [0.1, 0.9], 0.25)
    array([0.2, 0.8])
    """
    pairs = zip(map(float, expert), map(float, variation), strict=True)
    return closed(alpha * s + (1 - alpha) * o for s, o in pairs)


def floored(weights, floor):
    """Give every leaf the floor first and share out the rest: f + (1 - n f) w.

    Parameters
    ----------
    weights : array_like, shape (n,)
        Sum 1.
    floor : float
        0 <= floor <= 1 / n (``floor_out_of_range``).

    Examples
    --------
    >>> floored([1.0, 0.0], 0.1)
    array([0.9, 0.1])
    """
    given = np.asarray(weights, dtype=np.float64)
    rest = free_weight(len(given), floor)
    return floor + rest * given


def free_weight(count, floor):
    """Return what is left to share out when ``count`` leaves have the floor."""
    rest = 1 - count * floor
    if not floor >= 0 or rest < -1e-12:
        raise MatrixRefused("floor_out_of_range", numbers={"floor": floor})
    return max(rest, 0.0)


def local_shares(tree: Tree, weights):
    """Return every node's share of its group out of the leaves' weights of the whole; 0 in a group without weight.

    Examples
    --------
    >>> local_shares(Tree(("A", "B", "A1", "A2"), (-1, -1, 0, 0)), [0.5, 0.125, 0.375])
    array([0.5 , 0.5 , 0.25, 0.75])
    """
    whole = np.zeros(len(tree.codes))
    whole[tree.leaves] = weights
    for node in range(len(tree.codes) - 1, -1, -1):
        parent = tree.parents[node]
        if parent >= 0:
            whole[parent] += whole[node]
    return shares_of(whole, tree.groups)


def what_if_scores(tree: Tree, normalized, weights):
    """Score every unit: weighted means from the leaves upward; a missing figure's weight goes to its siblings.

    Parameters
    ----------
    tree : Tree
    normalized : array_like, shape (U, leaves)
        More is better; NaN is missing.
    weights : array_like, shape (leaves,)
        Sum 1.

    Returns
    -------
    ndarray, shape (U,)
        NaN for a unit without a figure that carries weight.

    Examples
    --------
    >>> tree = Tree(("A", "B", "A1", "A2"), (-1, -1, 0, 0))
    >>> what_if_scores(tree, [[40.0, 80.0, 100.0], [60.0, 0.0, np.nan]], [0.5, 0.125, 0.375])
    array([67.5, 30. ])
    """
    figures, local = np.asarray(normalized, dtype=np.float64), local_shares(tree, weights)
    nodes = {int(leaf): figures[:, place] for place, leaf in enumerate(tree.leaves)}
    for group in sorted(tree.groups, key=lambda group: -tree.levels[group[0]]):
        parent = int(tree.parents[group[0]])
        nodes[parent] = _mean([nodes[int(node)] for node in group], [float(local[node]) for node in group])
    return nodes[-1]


def _mean(columns, shares):
    """Weighted mean over the columns that are there, one after the other."""
    above, below = np.zeros(len(columns[0])), np.zeros(len(columns[0]))
    for column, share in zip(columns, shares, strict=True):
        there = ~np.isnan(column) & (share > 0)
        above = np.where(there, above + share * np.where(there, column, 0.0), above)
        below = np.where(there, below + share, below)
    return np.where(below > 0, above / np.where(below > 0, below, 1.0), np.nan)


def reach(normalized, place, floor) -> Reach:
    """Find how far a unit can rise and fall under all weights of which every leaf has at least the floor.

    The bounds count the units that are ahead (behind) at every corner of these weights, and so everywhere; the ranks
    that are reached are those at the corners and, in `STEPS` steps, between any two of them.

    Parameters
    ----------
    normalized : array_like, shape (U, n)
        Without gaps (``missing_values``).
    place : int
        The unit's row.
    floor : float

    Returns
    -------
    Reach

    Examples
    --------
    >>> reach([[3.0, 0.0], [2.0, 2.0], [1.0, 3.0]], 1, 0.0)
    Reach(best=1, worst=2, best_bound=1, worst_bound=3)
    """
    figures = np.asarray(normalized, dtype=np.float64)
    if np.isnan(figures).any():
        raise MatrixRefused("missing_values")
    corners = corner_leads(figures, place, floor)
    ahead, found = corners > AHEAD, []
    for first in range(corners.shape[1]):
        found.append(int(ahead[:, first].sum()))
        for second in range(first + 1, corners.shape[1]):
            steps = np.arange(1, STEPS) / STEPS
            mixes = corners[:, [first]] * steps + corners[:, [second]] * (1 - steps)
            found.extend((mixes > AHEAD).sum(axis=0).tolist())
    behind = np.delete(corners <= AHEAD, place, axis=0)
    return Reach(
        best=1 + min(found),
        worst=1 + max(found),
        best_bound=1 + int(ahead.all(axis=1).sum()),
        worst_bound=len(figures) - int(behind.all(axis=1).sum()),
    )


def corner_leads(figures, place, floor):
    """Return by how much every unit leads the one at ``place`` when all free weight is on one leaf, for each leaf."""
    leads, rest = figures - figures[place], free_weight(figures.shape[1], floor)
    base = np.zeros(len(figures))
    for column in leads.T:
        base = base + floor * column
    return base[:, None] + rest * leads


def closed(numbers):
    """Return numbers divided by their sum; ``zero_total`` where it is 0."""
    given = [float(number) for number in numbers]
    total = in_order(given)
    if not total > 0:
        raise MatrixRefused("zero_total")
    return np.array([number / total for number in given])


def in_order(numbers):
    """Add one after the other, from the first to the last."""
    total = 0.0
    for number in numbers:
        total += float(number)
    return total
