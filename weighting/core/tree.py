"""The tree of indicators: who is whose parent, and the groups of siblings."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from weighting.core.refusal import MatrixRefused


@dataclass(frozen=True)
class Tree:
    """A forest of indicators of any depth.

    Attributes
    ----------
    codes : tuple of str
        One code a node, all different.
    parents : tuple of int
        Position of the parent, -1 for a first-level node; parents may stand before or after their children.

    Raises
    ------
    MatrixRefused
        ``codes_do_not_match``, ``empty_tree``, ``repeated_code``, ``unknown_parent``, ``circular_tree``.

    Examples
    --------
    >>> tree = Tree(("A", "B", "A1", "A2"), (-1, -1, 0, 0))
    >>> tree.leaves, tree.groups, tree.depth
    (array([1, 2, 3]), (array([0, 1]), array([2, 3])), 2)
    """

    codes: tuple[str, ...]
    parents: tuple[int, ...]

    def __post_init__(self):
        object.__setattr__(self, "codes", tuple(self.codes))
        object.__setattr__(self, "parents", tuple(int(parent) for parent in self.parents))
        if len(self.codes) != len(self.parents):
            raise MatrixRefused("codes_do_not_match", numbers={"codes": len(self.codes)})
        if not self.codes:
            raise MatrixRefused("empty_tree")
        repeated = {code for code in self.codes if self.codes.count(code) > 1}
        if repeated:
            raise MatrixRefused("repeated_code", sorted(repeated))
        nodes = range(len(self.codes))
        self._refuse_where("unknown_parent", [not -1 <= self.parents[node] < len(nodes) for node in nodes])
        self._refuse_where("circular_tree", [level is None for level in self.levels])

    def _refuse_where(self, reason, mask):
        """Refuse with the codes of the nodes where the mask holds."""
        if any(mask):
            raise MatrixRefused(reason, [code for code, hit in zip(self.codes, mask, strict=True) if hit])

    @cached_property
    def levels(self):
        """Level of every node, 0 for the first; None for a node that never reaches the top."""
        return tuple(self.level_of(node) for node in range(len(self.codes)))

    def level_of(self, node):
        """Steps from the node to the top, or None when there is no end to them."""
        for steps in range(len(self.codes)):
            node = self.parents[node]
            if node == -1:
                return steps
        return None

    @property
    def depth(self):
        """Number of levels."""
        return max(self.levels) + 1

    @cached_property
    def leaves(self):
        """Positions of the nodes without children."""
        return np.setdiff1d(np.arange(len(self.codes)), self.parents)

    @cached_property
    def groups(self):
        """Positions of siblings, one array a group, top level first, then in the order of the parents."""
        parents = np.asarray(self.parents)
        return tuple(np.flatnonzero(parents == parent) for parent in np.unique(parents))

    @cached_property
    def level_nodes(self):
        """Positions of the nodes of each level, top first."""
        levels = np.asarray(self.levels)
        return tuple(np.flatnonzero(levels == level) for level in range(self.depth))

    @cached_property
    def leaf_membership(self):
        """Matrix (leaves, nodes): 1 where the leaf is, or lies under, the node."""
        below = np.zeros((len(self.leaves), len(self.codes)))
        for row, node in enumerate(self.leaves.tolist()):
            while node != -1:
                below[row, node] = 1.0
                node = self.parents[node]
        return below


def as_nodes(tree, values):
    """Return values over nodes as float64."""
    return as_last_axis(values, len(tree.codes), "nodes_do_not_match")


def as_leaves(tree, values):
    """Return values over leaves as float64."""
    return as_last_axis(values, len(tree.leaves), "leaves_do_not_match")


def as_last_axis(values, length, reason):
    """Return float64 with the given length of the last axis, or refuse."""
    array = np.asarray(values, dtype=np.float64)
    if array.shape[-1:] != (length,):
        raise MatrixRefused(reason, numbers={"shape": array.shape, "expected": length})
    return array
