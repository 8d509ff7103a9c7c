"""Panels resampled whole: the weights they give, and the ranks under any aggregation."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from ranking.core.copeland import copeland
from ranking.core.draw_ranks import block_ranks, blocks, drawn_scores
from ranking.core.rank_counts import needed_draws
from ranking.core.ranks import competition_ranks
from ranking.core.robustness import RankIntervals, rank_intervals
from ranking.core.tree_scores import score_tree
from weighting.core.derivation import Combining
from weighting.core.hierarchy import effective_weights
from weighting.core.panel import ExpertPanel, as_panel
from weighting.core.tree import Tree

PANELS_AT_ONCE = 250
CELLS_AT_ONCE = 2_000_000


@dataclass(frozen=True)
class Panel:
    """What a resampled panel is weighed with: the tree, every expert's shares, and the way to combine.

    Attributes
    ----------
    tree : Tree
    shares : ExpertPanel, or ndarray (m, nodes) to be pooled by the mean
    variation : ndarray (leaves,)
    together : Combining
    level : str
    """

    tree: Tree
    shares: ExpertPanel | np.ndarray
    variation: np.ndarray
    together: Combining
    level: str


def resampled_weights(panel, picks):
    """Final local weights of resampled panels.

    Parameters
    ----------
    panel : Panel
    picks : ndarray of int, shape (draws, experts)
        Positions of the experts of every resampled panel, see `ranking.core.robustness.expert_resamples`.

    Returns
    -------
    ndarray, shape (draws, nodes)

    Raises
    ------
    MatrixRefused
        As the combination does.

    Examples
    --------
    >>> from weighting.core.combination import linear_combination
    >>> panel = Panel(Tree(("A", "B"), (-1, -1)), np.array([[0.8, 0.2], [0.4, 0.6]]), np.array([0.5, 0.5]),
    ...               Combining(linear_combination, None), "global")
    >>> resampled_weights(panel, np.array([[0, 0], [0, 1]])).round(2)
    array([[0.65, 0.35],
           [0.55, 0.45]])
    """
    experts, found = as_panel(panel.shares), []
    for start in range(0, len(picks), PANELS_AT_ONCE):
        pools = experts.pooled(panel.tree, picks[start : start + PANELS_AT_ONCE])
        found.append(panel.together.levels(panel.tree, pools, panel.variation, panel.level).combined)
    return np.concatenate(found)


def aggregated_ranks(tree, normalized, local, *, rules, missing="refuse"):
    """Competition ranks of all units under every draw of local weights and any aggregation.

    Parameters
    ----------
    tree : Tree
    normalized : ndarray, shape (U, leaves)
    local : ndarray, shape (draws, nodes)
    rules, missing
        Of `ranking.core.tree_scores.score_tree`.

    Returns
    -------
    ndarray of int64, shape (draws, U)

    Examples
    --------
    >>> from ranking.core.means import geometric_mean
    >>> tree = Tree(("A", "B"), (-1, -1))
    >>> aggregated_ranks(tree, np.array([[1.0, 9.0], [4.0, 4.0]]), np.array([[0.5, 0.5]]), rules=geometric_mean)
    array([[2, 1]])
    """
    scores = aggregated_scores(tree, normalized, local, rules=rules, missing=missing)
    return np.concatenate([competition_ranks(block) for block in scores])


def aggregated_scores(tree, normalized, local, *, rules, missing="refuse") -> Iterator[np.ndarray]:
    """Composite scores of all units under every draw of local weights, some draws at a time.

    Parameters
    ----------
    tree, normalized, local, rules, missing
        As in `aggregated_ranks`.

    Yields
    ------
    ndarray, shape (some draws, U)

    Examples
    --------
    >>> from ranking.core.means import geometric_mean
    >>> tree = Tree(("A", "B"), (-1, -1))
    >>> list(aggregated_scores(tree, np.array([[1.0, 9.0]]), np.array([[0.5, 0.5]]), rules=geometric_mean))
    [array([[3.]])]
    """
    step = max(1, CELLS_AT_ONCE // (len(normalized) * len(tree.codes)))
    if copeland in (rules if isinstance(rules, tuple) else (rules,)):
        step = 1  # it compares units under one set of weights
    for start in range(0, len(local), step):
        block = local[start] if step == 1 else local[start : start + step]
        found = score_tree(tree, normalized, block, rules=rules, missing=missing).composite
        yield found[None] if step == 1 else found


def additive_ranks(normalized, weight_draws):
    """Competition ranks of all units under every draw of effective weights, for additive scores.

    Parameters
    ----------
    normalized : array_like, shape (U, n)
        Complete.
    weight_draws : array_like, shape (draws, n)

    Returns
    -------
    ndarray of int64, shape (draws, U)

    Examples
    --------
    >>> additive_ranks([[1.0, 9.0], [4.0, 4.0]], [[0.5, 0.5], [0.9, 0.1]])
    array([[1, 2],
           [2, 1]])
    """
    drawn = drawn_scores(normalized, weight_draws)
    return np.concatenate([block_ranks(drawn, start, stop) for start, stop in blocks(drawn)])


def counts_of(ranks):
    """How often every unit takes every rank, the table of `ranking.core.rank_counts` from the ranks themselves.

    Parameters
    ----------
    ranks : ndarray of int, shape (draws, U)

    Returns
    -------
    ndarray of int64, shape (U, U)
        Row unit, column rank less 1; rows sum to the draws.

    Examples
    --------
    >>> counts_of(np.array([[1, 2], [1, 2], [2, 1]]))
    array([[2, 1],
           [1, 2]])
    """
    units = ranks.shape[1]
    cells = ranks - 1 + units * np.arange(units)
    return np.bincount(cells.ravel(), minlength=units * units).reshape(units, units)


def ahead_counts(ranks):
    """In how many draws one unit is strictly ahead of another.

    Parameters
    ----------
    ranks : ndarray of int, shape (draws, S)

    Returns
    -------
    ndarray of int64, shape (S, S)
        Row ahead of column.

    Examples
    --------
    >>> ahead_counts(np.array([[1, 2], [1, 2], [2, 1]]))
    array([[0, 2],
           [1, 0]])
    """
    rows = np.ascontiguousarray(ranks.T, dtype=np.int16 if ranks.max() < 32_000 else np.int32)
    return np.array([np.count_nonzero(own < rows, axis=1) for own in rows])


def intervals_of(ranks, *, coverage):
    """Interval and median of every unit's rank from the ranks themselves.

    Parameters
    ----------
    ranks : ndarray of int, shape (draws, U)
    coverage : float
        In (0, 1); 0.9 gives the 5th and 95th percentile, each a rank that occurred.

    Returns
    -------
    RankIntervals

    Examples
    --------
    >>> intervals_of(np.array([[1, 2], [1, 2], [2, 1]]), coverage=0.9).upper
    array([2, 2])
    """
    rising, tail = np.sort(ranks, axis=0), (1 - coverage) / 2
    shares = (tail, 1 - tail, 0.5)
    return RankIntervals(*(rising[needed_draws(len(ranks), share) - 1] for share in shares))


def panel_intervals(panel, normalized, picks, *, rules, missing, is_additive, coverage):
    """Rank intervals over resampled panels, by the fast way where scores are additive and no cell is missing.

    Parameters
    ----------
    panel : Panel
    normalized : ndarray, shape (U, leaves)
    picks : ndarray of int, shape (draws, experts)
    rules, missing
        Of `ranking.core.tree_scores.score_tree`.
    is_additive : bool
        Whether the rule is the arithmetic mean at every level.
    coverage : float

    Returns
    -------
    RankIntervals
    """
    local = resampled_weights(panel, picks)
    if is_additive and not np.isnan(normalized).any():
        effective = effective_weights(panel.tree, local)[:, panel.tree.leaves]
        return rank_intervals(normalized, effective, coverage=coverage)
    ranks = aggregated_ranks(panel.tree, normalized, local, rules=rules, missing=missing)
    return intervals_of(ranks, coverage=coverage)
