"""A tree cut down to some of its leaves, with the experts' weights closed over what is left."""

from dataclasses import dataclass

import numpy as np

from weighting.core.closure import close
from weighting.core.hierarchy import effective_weights, local_weights
from weighting.core.refusal import MatrixRefused
from weighting.core.tree import Tree


@dataclass(frozen=True)
class ReducedTree:
    """What is left of a tree.

    Attributes
    ----------
    tree : Tree
        The leaves that were kept and every node above them, in their old order.
    nodes : ndarray of int
        Where the nodes of ``tree`` stood in the whole tree.
    local : ndarray (nodes,)
        The experts' weights inside the groups that are left.
    """

    tree: Tree
    nodes: np.ndarray
    local: np.ndarray


def reduced_tree(tree: Tree, local, codes) -> ReducedTree:
    """Keep some leaves, and close the experts' effective weights over them.

    With s the effective weights of the whole tree and K the leaves kept, s'_j = s_j / sum over K of s: any two
    indicators keep the ratio that the experts gave them, whichever groups they stand in, and a group that loses
    leaves loses weight with them.

    Parameters
    ----------
    tree : Tree
    local : array_like, shape (nodes,)
        Experts' weights, sum 1 inside every group.
    codes : collection of str
        Codes of the leaves to keep.

    Returns
    -------
    ReducedTree

    Raises
    ------
    MatrixRefused
        ``unknown_leaves`` for codes that are no leaves, ``empty_tree`` without codes, ``zero_total`` where the experts
        give nothing to the leaves kept.

    Examples
    --------
    >>> whole = Tree(("A", "B", "A1", "A2", "B1"), (-1, -1, 0, 0, 1))
    >>> left = reduced_tree(whole, [0.6, 0.4, 0.5, 0.5, 1.0], ["A2", "B1"])
    >>> left.tree.codes, left.local.round(4)
    (('A', 'B', 'A2', 'B1'), array([0.4286, 0.5714, 1.    , 1.    ]))
    """
    place = {tree.codes[leaf]: leaf for leaf in tree.leaves.tolist()}
    unknown = sorted(set(codes) - place.keys())
    if unknown:
        raise MatrixRefused("unknown_leaves", unknown)
    kept = np.array([leaf for code, leaf in place.items() if code in set(codes)], dtype=int)
    if not len(kept):
        raise MatrixRefused("empty_tree")
    shares = effective_weights(tree, local)[kept]
    if shares.sum() <= 0:
        raise MatrixRefused("zero_total", [tree.codes[leaf] for leaf in kept])
    rows = np.isin(tree.leaves, kept)
    nodes = np.flatnonzero(tree.leaf_membership[rows].any(axis=0))
    left = Tree(
        tuple(tree.codes[node] for node in nodes),
        tuple(
            int(np.searchsorted(nodes, parent)) if parent != -1 else -1 for parent in _parents(tree, nodes)
        ),
    )
    return ReducedTree(left, nodes, local_weights(left, close(shares)))


def _parents(tree: Tree, nodes):
    return [tree.parents[node] for node in nodes.tolist()]
