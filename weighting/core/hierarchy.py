"""Weights on the tree of indicators: inside sibling groups, and as the product along the path.

Arrays over nodes are (..., nodes) in the order of `Tree.codes`; arrays over leaves are (..., leaves) in the
order of `Tree.leaves`. Leading axes are a batch of draws.
"""

from dataclasses import dataclass

import numpy as np

from weighting.core.closure import close
from weighting.core.refusal import MatrixRefused
from weighting.core.tree import Tree, as_leaves, as_nodes

CLOSED_WITHIN = 1e-6


@dataclass(frozen=True)
class CombinedWeights:
    """Every node's weight after combination, each array (..., nodes).

    Attributes
    ----------
    expert : ndarray
        The experts' local weight, inside the group.
    variation : ndarray
        The variation weight made local: share inside the group, 0 under a node without variation.
    combined : ndarray
        Final local weight, inside the group.
    effective : ndarray
        Final product along the path; over the leaves it sums to 1.
    """

    expert: np.ndarray
    variation: np.ndarray
    combined: np.ndarray
    effective: np.ndarray


def effective_weights(tree: Tree, local):
    """Multiply local weights along the path from the top.

    Parameters
    ----------
    tree : Tree
    local : array_like, shape (..., nodes)
        Weights that sum to 1 inside every group.

    Returns
    -------
    ndarray, shape (..., nodes)
        Children sum to their parent, leaves sum to 1.

    Examples
    --------
    >>> effective_weights(Tree(("A", "B", "A1", "A2"), (-1, -1, 0, 0)), [0.5, 0.5, 0.25, 0.75])
    array([0.5  , 0.5  , 0.125, 0.375])
    """
    effective = as_nodes(tree, local).copy()
    parents = np.asarray(tree.parents)
    for nodes in tree.level_nodes[1:]:
        effective[..., nodes] *= effective[..., parents[nodes]]
    return effective


def local_weights(tree: Tree, leaf_weights):
    """Go back from weights of the leaves to local ones: the sum of a node's leaves over its parent's.

    Parameters
    ----------
    tree : Tree
    leaf_weights : array_like, shape (..., leaves)
        In the order of ``tree.leaves``, >= 0, sum 1.

    Returns
    -------
    ndarray, shape (..., nodes)
        Sums to 1 inside every group, except under a parent whose leaves all weigh 0: there it is 0, because
        no share is defined.

    Examples
    --------
    >>> local_weights(Tree(("A", "B", "A1", "A2"), (-1, -1, 0, 0)), [0.5, 0.125, 0.375])
    array([0.5 , 0.5 , 0.25, 0.75])
    """
    return local_from_effective(tree, summed_up(tree, leaf_weights))


def combine_levels(tree: Tree, expert_local, variation_leaf, combine, *, level, matrix=None):
    """Combine the experts' weights with the variation weights, over the whole tree or inside its groups.

    Parameters
    ----------
    tree : Tree
    expert_local : array_like, shape (..., nodes)
        Experts' weights, sum 1 inside every group.
    variation_leaf : array_like, shape (leaves,) or (..., leaves)
        Variation weights in the order of ``tree.leaves``, sum 1.
    combine : callable
        ``combine(s, o)`` on (..., q), closing on the last axis; one of `weighting.core.combination`,
        parameters bound by ``functools.partial``.
    level : {"global", "group", "both"}
        ``global``: the leaves' effective weights are combined at once, a parent is the sum of its leaves,
        which moves the weights the experts gave to dimensions. ``group``: the leaves among siblings share
        what the experts gave them together; all other nodes keep the experts' weight. ``both``: siblings are
        combined in every group, headings as well; the data's weight of a heading is the sum of its leaves'. So the
        data move the dimensions and the shares inside them, each by what they say there.
    matrix : array_like, shape (U, leaves), optional
        Normalised data; when given, ``combine(s, o, z)`` is called with the columns concerned.

    Returns
    -------
    CombinedWeights

    Raises
    ------
    MatrixRefused
        ``nodes_do_not_match``, ``leaves_do_not_match``, ``not_closed`` (with the codes of the group),
        ``no_variation_in_group`` (nothing in a group varies that is combined inside itself), ``unknown_level``,
        ``no_figures_of_headings`` (level both, with the codes of a group of headings: a rule that needs figures has
        none there), and what ``combine`` refuses.

    Examples
    --------
    >>> from weighting.core.combination import product_combination
    >>> tree = Tree(("A", "B", "A1", "A2"), (-1, -1, 0, 0))
    >>> halves = [0.5, 0.5, 0.5, 0.5]
    >>> both = combine_levels(tree, halves, [0.5, 0.1, 0.4], product_combination, level="global")
    >>> both.effective.round(3)
    array([0.333, 0.667, 0.067, 0.267])
    """
    expert = closed_inside_groups(tree, as_nodes(tree, expert_local))
    variation = as_leaves(tree, variation_leaf)
    if level not in LEVELS:
        raise MatrixRefused("unknown_level", numbers={"level": level})
    data = None if matrix is None else np.asarray(matrix, dtype=np.float64)
    combined, effective = LEVELS[level](tree, expert, variation, combine, data)
    variation_local = np.broadcast_to(local_weights(tree, variation), combined.shape)
    return CombinedWeights(expert, variation_local, combined, effective)


def combine_globally(tree: Tree, expert, variation, combine, matrix):
    """Combine effective weights of all leaves; return local and effective weights."""
    s = effective_weights(tree, expert)[..., tree.leaves]
    leaves = combine(s, variation) if matrix is None else combine(s, variation, matrix)
    effective = summed_up(tree, leaves)
    return local_from_effective(tree, effective), effective


def combine_in_groups(tree: Tree, expert, variation, combine, matrix):
    """Combine the leaves inside every group; return local and effective weights."""
    batch = np.broadcast_shapes(expert.shape[:-1], variation.shape[:-1])
    local = np.broadcast_to(expert, (*batch, expert.shape[-1])).copy()
    for group in tree.groups:
        places = np.flatnonzero(np.isin(tree.leaves, group))
        nodes = tree.leaves[places]
        if len(nodes) > 1:
            columns = None if matrix is None else matrix[:, places]
            shares = combine_siblings(tree, nodes, expert, variation[..., places], combine, columns)
            local[..., nodes] = shares * expert[..., nodes].sum(axis=-1, keepdims=True)
    return local, effective_weights(tree, local)


def combine_everywhere(tree: Tree, expert, variation, combine, matrix):
    """Combine the siblings in every group, headings by the sum of their leaves; return local and effective weights."""
    batch = np.broadcast_shapes(expert.shape[:-1], variation.shape[:-1])
    local, data = np.broadcast_to(expert, (*batch, expert.shape[-1])).copy(), summed_up(tree, variation)
    for group in tree.groups:
        if len(group) > 1:
            columns = None if matrix is None else matrix[:, leaf_places(tree, group)]
            local[..., group] = combine_siblings(tree, group, expert, data[..., group], combine, columns)
    return local, effective_weights(tree, local)


def leaf_places(tree, group):
    """Return the places of a group among the leaves; refuse headings, which have no figures of their own."""
    if not np.isin(group, tree.leaves).all():
        raise MatrixRefused("no_figures_of_headings", [tree.codes[node] for node in group])
    return np.searchsorted(tree.leaves, group)


def combine_siblings(tree: Tree, nodes, expert, variation, combine, matrix):
    """Combine some of a group's nodes, closed among them; where the experts give them 0 the data's shares stand."""
    if (variation.sum(axis=-1) <= 0).any():
        raise MatrixRefused("no_variation_in_group", [tree.codes[node] for node in nodes])
    s, o = expert[..., nodes], close(variation)
    total = s.sum(axis=-1, keepdims=True)
    s = np.where(total > 0, s / np.where(total > 0, total, 1.0), o)
    return combine(s, o) if matrix is None else combine(s, o, matrix)


def close_groups(tree: Tree, values):
    """Close values inside every group, e.g. points of a questionnaire.

    Parameters
    ----------
    tree : Tree
    values : array_like, shape (..., nodes)
        Figures >= 0; a group that sums to 0 is refused (``zero_total``) with its codes.

    Returns
    -------
    ndarray, shape (..., nodes)

    Examples
    --------
    >>> close_groups(Tree(("A", "B", "A1", "A2"), (-1, -1, 0, 0)), [60, 40, 5, 15])
    array([0.6 , 0.4 , 0.25, 0.75])
    """
    local = as_nodes(tree, values).copy()
    for group in tree.groups:
        if (local[..., group].sum(axis=-1) <= 0).any():
            raise MatrixRefused("zero_total", [tree.codes[node] for node in group])
        local[..., group] = close(local[..., group])
    return local


def pool_groups(tree: Tree, shares, pool):
    """Pool experts group by group, level by level: (..., m, nodes) to (..., nodes).

    Parameters
    ----------
    tree : Tree
    shares : array_like, shape (..., m, nodes)
        Every expert's local weights.
    pool : callable
        (..., m, q) to (..., q), one of `weighting.core.expert`.

    Examples
    --------
    >>> from weighting.core.expert import arithmetic_pool
    >>> pool_groups(Tree(("A", "B"), (-1, -1)), [[0.5, 0.5], [0.7, 0.3]], arithmetic_pool)
    array([0.6, 0.4])
    """
    answers = as_nodes(tree, shares)
    pooled = np.empty(answers.shape[:-2] + answers.shape[-1:])
    for group in tree.groups:
        pooled[..., group] = pool(answers[..., group])
    return pooled


def summed_up(tree: Tree, leaf_weights):
    """Return the effective weight of every node: the sum over its leaves."""
    return as_leaves(tree, leaf_weights) @ tree.leaf_membership


def local_from_effective(tree: Tree, effective):
    """Divide every node by its parent; 0 under a parent of 0."""
    parents = np.asarray(tree.parents)
    above = np.where(parents == -1, 1.0, effective[..., parents])
    return np.divide(effective, above, out=np.zeros_like(effective), where=above > 0)


def closed_inside_groups(tree: Tree, local):
    """Return the local weights if every group sums to 1, else refuse with the codes of the group."""
    for group in tree.groups:
        total = local[..., group].sum(axis=-1)
        if not (np.abs(total - 1.0) <= CLOSED_WITHIN).all():
            raise MatrixRefused(
                "not_closed", [tree.codes[node] for node in group], {"sum": float(np.ravel(total)[0])}
            )
    return local


LEVELS = {"global": combine_globally, "group": combine_in_groups, "both": combine_everywhere}
