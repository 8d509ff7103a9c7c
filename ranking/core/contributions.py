"""What every indicator brings to a score: parts that add up to it under every aggregation."""

import numpy as np

from ranking.core.copeland import CELLS_AT_ONCE, outcomes
from ranking.core.means import NEARLY_ZERO
from ranking.core.tree_scores import TreeScores, groups_by_level, per_level
from weighting.core.closure import close
from weighting.core.hierarchy import effective_weights
from weighting.core.tree import Tree


def tree_contributions(tree: Tree, scores: TreeScores, exponents=1.0):
    """Split every composite into what each leaf brought.

    Every mean here is homogeneous of degree 1, so by Euler's theorem S = sum_l z_l dS/dz_l, and c_l = z_l dS/dz_l
    adds up exactly. Inside one group the child j of a mean of exponent p has the share w_j x_j^p / sum_q w_q x_q^p
    of its parent (w_j under the geometric mean), and shares multiply down the tree; under the arithmetic mean
    c_l is the weight times the figure. It equals the Aumann-Shapley price on the way from 0.

    Under Copeland every pairing won is one point, shared by weight among the children that were ahead, and from
    each of these among its own children that were ahead, down to the leaves; every pairing lost is minus one
    point, shared in the same way among those that were behind. Even pairings bring nothing.

    Parameters
    ----------
    tree : Tree
    scores : TreeScores
    exponents : float or None, or sequence of them
        Exponent of the mean (1 arithmetic, 0 geometric, -1 harmonic), None for Copeland; one for all, or one a
        level from the composite downward, see `ranking.core.recipe.Recipe.exponents`.

    Returns
    -------
    ndarray, shape (..., U, leaves)
        Sums over leaves to ``scores.composite``. A missing figure brings 0; so does every figure of a mean that
        is 0, which a zero cell makes of a geometric or harmonic one.

    Raises
    ------
    MatrixRefused
        ``rules_do_not_match``, and what Copeland refuses.

    Notes
    -----
    Source: Euler's theorem; Aumann and Shapley 1974; the sharing of votes is this house's convention.

    Examples
    --------
    >>> from ranking.core.means import harmonic_mean
    >>> from ranking.core.tree_scores import score_tree
    >>> tree = Tree(("A", "B", "A1", "A2"), (-1, -1, 0, 0))
    >>> found = score_tree(tree, [[40.0, 80.0, 100.0]], [0.5, 0.5, 0.25, 0.75])
    >>> tree_contributions(tree, found)
    array([[20. , 10. , 37.5]])
    >>> tree = Tree(("A", "B"), (-1, -1))
    >>> tree_contributions(tree, score_tree(tree, [[20.0, 80.0]], [0.5, 0.5], rules=harmonic_mean), -1.0)
    array([[25.6,  6.4]])
    """
    by_level = per_level(exponents, tree.depth)
    if set(by_level) == {1.0}:
        weights = effective_weights(tree, scores.local)[..., tree.leaves]
        return weights * np.nan_to_num(scores.nodes[..., tree.leaves], nan=0.0)
    return passed_down(tree, scores, by_level)[..., tree.leaves]


def passed_down(tree, scores, by_level):
    """Return the points of every node, from the composite downward; under Copeland those of the leaves alone."""
    values = np.nan_to_num(scores.nodes, nan=0.0)
    points, rate = (
        np.zeros_like(values),
        np.zeros_like(values),
    )  # rate: points that one point of a node brings
    top, settled = np.ones(scores.composite.shape), set()
    for group in groups_by_level(tree):
        parent, exponent = tree.parents[group[0]], by_level[tree.levels[group[0]]]
        own_rate = top if parent == -1 else rate[..., parent]
        if parent in settled:
            settled.update(group.tolist())
        elif exponent is None:
            settled.update(group.tolist())
            points += own_rate[..., None] * shared_votes(tree, scores, group)
        else:
            whole = scores.composite if parent == -1 else points[..., parent]
            pass_on(
                values[..., group], scores.local[..., group], exponent, whole, own_rate, points, rate, group
            )
    return points


def pass_on(figures, weights, exponent, whole, own_rate, points, rate, group):
    """Put points and rates of a group's children into their places."""
    if exponent == 1:
        rate[..., group] = own_rate[..., None] * weights
        points[..., group] = rate[..., group] * figures
        return
    points[..., group] = whole[..., None] * mean_shares(figures, weights, exponent)
    rate[..., group] = np.divide(points[..., group], figures, out=np.zeros_like(figures), where=figures > 0)


def mean_shares(figures, weights, exponent):
    """Return each child's share of a weighted power mean: w x^p closed; zeros where nothing is above 0.

    Parameters
    ----------
    figures, weights : ndarray, shape (..., n)
        >= 0; the weights broadcast to the figures.
    exponent : float

    Examples
    --------
    >>> mean_shares(np.array([1.0, 4.0]), np.array([0.5, 0.5]), 0.5).round(4)
    array([0.3333, 0.6667])
    """
    used = (figures > 0) & (weights > 0)
    power = 0.0 if abs(exponent) < NEARLY_ZERO else exponent
    logs = np.log(np.where(used, weights, 1.0)) + power * np.log(np.where(used, figures, 1.0))
    highest = np.max(logs, axis=-1, keepdims=True, where=used, initial=-1e300)
    grown = np.where(used, np.exp(np.minimum(logs - highest, 0.0)), 0.0)
    total = grown.sum(axis=-1, keepdims=True)
    return np.divide(grown, total, out=np.zeros_like(grown), where=total > 0)


def shared_votes(tree, scores, group):
    """Return what every leaf under a group scored by Copeland brought to that score, (U, nodes), 0 elsewhere."""
    nodes, local = scores.nodes, scores.local
    found = np.zeros_like(nodes)
    if not local[0, group].any():  # below a node that weighs nothing
        return found
    shares = close(local[0, group])
    step = max(1, CELLS_AT_ONCE // (nodes.shape[0] * nodes.shape[1]))
    for start in range(0, len(nodes), step):
        rows = slice(start, start + step)
        votes = outcomes(nodes[rows][:, group], nodes[:, group], shares)
        hand_out(tree, nodes, local, rows, group, votes, found)
    return found


def hand_out(tree, nodes, local, rows, group, votes, found):
    """Share votes (units in the rows, all units) among a group's children, those of inner ones further down."""
    ahead = nodes[rows, None][..., group] - nodes[None][..., group]
    weights = np.broadcast_to(local[rows, None][..., group], ahead.shape)
    sided = np.where(votes[..., None] * ahead > 0, weights, 0.0)
    total = sided.sum(axis=-1, keepdims=True)
    shares = np.divide(sided, total, out=weights.copy(), where=total > 0)
    for place, node in enumerate(group.tolist()):
        own = votes * shares[..., place]
        below = [inner for inner in tree.groups if tree.parents[inner[0]] == node]
        if below:
            hand_out(tree, nodes, local, rows, below[0], own, found)
        else:
            found[rows, node] = own.sum(axis=1)
