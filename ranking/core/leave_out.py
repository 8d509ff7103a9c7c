"""What changes when one expert, or one indicator, is left out."""

import numpy as np

from ranking.core.tree_scores import score_tree
from weighting.core.refusal import MatrixRefused
from weighting.core.tree import Tree, as_nodes


def without_each_expert(m):
    """Positions of the experts that stay when each in turn is left out.

    Parameters
    ----------
    m : int
        Number of experts, >= 2 (``no_experts``).

    Returns
    -------
    ndarray of int, shape (m, m - 1)
        Row i lacks expert i; ``pool(shares[rows])`` gives all pools at once.

    Examples
    --------
    >>> without_each_expert(3)
    array([[1, 2],
           [0, 2],
           [0, 1]])
    """
    if m < 2:
        raise MatrixRefused("no_experts", numbers={"experts": m})
    everyone = np.tile(np.arange(m), (m, 1))
    return everyone[~np.eye(m, dtype=bool)].reshape(m, m - 1)


def without_each_leaf(tree: Tree, local):
    """Local weights when each indicator in turn is left out; its weight goes to its siblings in proportion.

    Parameters
    ----------
    tree : Tree
    local : array_like, shape (nodes,)
        Sum 1 inside every group.

    Returns
    -------
    ndarray, shape (leaves, nodes)
        Row l lacks leaf l. Where it was all its group had, the parent is left out as well, and so on upward.

    Raises
    ------
    MatrixRefused
        ``nothing_left`` for a tree whose whole weight is on one indicator.

    Examples
    --------
    >>> without_each_leaf(Tree(("A", "B", "A1", "A2"), (-1, -1, 0, 0)), [0.4, 0.6, 0.5, 0.5])
    array([[1. , 0. , 0.5, 0.5],
           [0.4, 0.6, 0. , 1. ],
           [0.4, 0.6, 1. , 0. ]])
    """
    rows = np.tile(as_nodes(tree, local), (len(tree.leaves), 1))
    for row, leaf in zip(rows, tree.leaves.tolist(), strict=True):
        leave_out_node(tree, row, leaf)
    return rows


def leave_out_node(tree, row, node):
    """Set a node's local weight to 0 and close its siblings, in place; go up where no sibling is left."""
    while True:
        row[node] = 0.0
        siblings = next(group for group in tree.groups if node in group)
        total = row[siblings].sum()
        if total > 0:
            row[siblings] /= total
            return
        node = tree.parents[node]
        if node == -1:
            raise MatrixRefused("nothing_left")


def scores_without_each_leaf(tree: Tree, figures, local, *, rules):
    """What one unit would score if each indicator in turn was left out, its weight taken over by its siblings.

    Means that are no sum cannot be split into parts; how far the score falls or rises is what an indicator brings.

    Parameters
    ----------
    tree : Tree
    figures : array_like, shape (leaves,)
        The unit's normalised figures; NaN is missing.
    local : array_like, shape (nodes,)
        The unit's local weights, see `ranking.core.tree_scores.TreeScores`.
    rules : callable or sequence of callables
        As in `ranking.core.tree_scores.score_tree`, none of which compares units.

    Returns
    -------
    ndarray, shape (leaves,)
        NaN where the unit would have nothing left.

    Raises
    ------
    MatrixRefused
        As the rules do.

    Examples
    --------
    >>> from ranking.core.means import geometric_mean
    >>> scores_without_each_leaf(Tree(("A", "B"), (-1, -1)), [20.0, 80.0], [0.5, 0.5], rules=geometric_mean)
    array([80., 20.])
    """
    row, found = np.asarray(figures, dtype=np.float64)[None], np.full(len(tree.leaves), np.nan)
    for place, leaf in enumerate(tree.leaves.tolist()):
        kept = as_nodes(tree, local).copy()
        try:
            leave_out_node(tree, kept, leaf)
            found[place] = score_tree(tree, row, kept, rules=rules, missing="reweight").composite[0]
        except MatrixRefused as refused:
            if refused.reason not in ("nothing_left", "no_figure"):
                raise
    return found
