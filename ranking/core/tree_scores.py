"""Scores at every node of the tree, from the indicators up to the composite."""

from dataclasses import dataclass

import numpy as np

from ranking.core.means import arithmetic_mean
from ranking.core.present import present_weights
from weighting.core.refusal import MatrixRefused
from weighting.core.tree import Tree, as_leaves, as_nodes


@dataclass(frozen=True)
class TreeScores:
    """What every unit got at every node.

    Attributes
    ----------
    nodes : ndarray (..., U, nodes)
        Scores; at the leaves the normalised figures. NaN where a unit has no figure that carries weight
        under the node.
    composite : ndarray (..., U)
        Score of the first-level nodes together.
    local : ndarray (..., U, nodes)
        Local weights as used for each unit: the given ones, or shared among the children present.
    """

    nodes: np.ndarray
    composite: np.ndarray
    local: np.ndarray


def score_tree(tree: Tree, normalized, local, *, rules=arithmetic_mean, missing="refuse") -> TreeScores:
    """Aggregate level by level: every node from its children, the composite from the first level.

    Parameters
    ----------
    tree : Tree
    normalized : array_like, shape (U, leaves)
        Figures in the order of ``tree.leaves``, more is better; NaN is missing.
    local : array_like, shape (..., nodes)
        Local weights, sum 1 inside every group; leading axes are draws.
    rules : callable or sequence of callables
        ``rule(figures, weights)`` of `ranking.core.means` or `ranking.core.copeland`, one for all, or one a
        level: the first makes the composite from the first level, the second the first level from the
        second, and so on, ``tree.depth`` in all.
    missing : {"refuse", "reweight"}
        Refuse gaps, or share a missing child's weight among its present siblings.

    Returns
    -------
    TreeScores

    Raises
    ------
    MatrixRefused
        ``missing_values`` with the codes of the leaves, ``no_figure`` with the positions of units that have
        nothing at all, ``rules_do_not_match``, ``unknown_missing_rule``, and those of the rules, which then name
        nodes by their codes.

    Examples
    --------
    >>> tree = Tree(("A", "B", "A1", "A2"), (-1, -1, 0, 0))
    >>> found = score_tree(tree, [[40.0, 80.0, 100.0]], [0.5, 0.5, 0.25, 0.75])
    >>> found.nodes, found.composite
    (array([[ 95.,  40.,  80., 100.]]), array([67.5]))
    """
    figures, given = as_leaves(tree, normalized), as_nodes(tree, local)
    refuse_gaps_in(figures, tree, missing)
    by_level = per_level(rules, tree.depth)
    nodes = np.full((*given.shape[:-1], figures.shape[0], len(tree.codes)), np.nan)
    nodes[..., tree.leaves] = figures
    used = np.broadcast_to(given[..., None, :], nodes.shape).copy()
    for group in reversed(groups_by_level(tree)):
        scores = score_by_code(tree, nodes, used, group, by_level[tree.levels[group[0]]])
        parent = tree.parents[group[0]]
        if parent == -1:
            composite = scores
        else:
            nodes[..., parent] = scores
    refuse_empty(composite)
    return TreeScores(nodes, composite, used)


def score_by_code(tree, nodes, used, group, rule):
    """Score a group; where the rule refuses columns by position, name the nodes by code."""
    try:
        return score_group(nodes, used, group, rule)
    except MatrixRefused as refused:
        codes = [tree.codes[group[int(place)]] for place in refused.columns]
        raise MatrixRefused(refused.reason, codes, refused.numbers) from refused


def score_group(nodes, used, group, rule):
    """Return the group's score of every unit; where children are missing, put their weights' shares into used."""
    figures = nodes[..., group]
    gaps = np.isnan(figures)
    if not gaps.any() and (used[..., group].sum(axis=-1) > 0).all():
        return rule(figures, used[..., group])
    shared = present_weights(figures, used[..., group])
    used[..., group] = shared.weights
    empty = shared.weights.sum(axis=-1) == 0
    stand_in = np.where(empty[..., None], 1.0, shared.weights)
    scores = rule(np.where(gaps, 1.0, figures), stand_in)
    return np.where(empty, np.nan, scores)


def groups_by_level(tree):
    """Return the sibling groups, top level first."""
    return sorted(tree.groups, key=lambda group: tree.levels[group[0]])


def per_level(rules, depth):
    """Return one rule a level; lists have one for each already."""
    by_level = tuple(rules) if isinstance(rules, list | tuple) else (rules,) * depth
    if len(by_level) != depth:
        raise MatrixRefused("rules_do_not_match", numbers={"rules": len(by_level), "levels": depth})
    return by_level


def refuse_gaps_in(figures, tree, missing):
    """Refuse missing leaves unless they are to be re-weighted; infinite ones always."""
    if missing not in ("refuse", "reweight"):
        raise MatrixRefused("unknown_missing_rule", numbers={"missing": missing})
    unusable = np.isinf(figures) if missing == "reweight" else ~np.isfinite(figures)
    if unusable.any():
        columns = [tree.codes[tree.leaves[place]] for place in np.flatnonzero(unusable.any(axis=0))]
        raise MatrixRefused("missing_values", columns, {"cells": int(unusable.sum())})


def refuse_empty(composite):
    """Refuse units without any figure, naming their positions."""
    empty = np.isnan(composite).reshape(-1, composite.shape[-1]).any(axis=0)
    if empty.any():
        raise MatrixRefused("no_figure", numbers={"units": np.flatnonzero(empty).tolist()})
