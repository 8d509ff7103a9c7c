"""What changes when one expert, or one indicator, is left out."""

import numpy as np

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
