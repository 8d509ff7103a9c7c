"""Rankings between an old one and a new one: some inputs new, the others old, and what each brought to the change."""

from dataclasses import dataclass

import numpy as np

from ranking.core.attribution import Attribution, attribute_change
from ranking.core.ranks import competition_ranks
from ranking.core.recipe import Recipe, normalize, rules_of, shown_scores
from ranking.core.tree_scores import score_tree
from weighting.core.tree import Tree

CAUSES = ("data", "weights", "method", "universe")


@dataclass(frozen=True, eq=False)
class RankingInputs:
    """Everything that scores and ranks follow from.

    Attributes
    ----------
    units : tuple of str
        Codes of the units that were scored.
    matrix : ndarray (U, n)
        Figures as used, in the order of ``tree.leaves``; NaN is missing.
    tree : Tree
    directions : ndarray of int (n,)
    weights : ndarray (n,)
        Effective weights of the leaves.
    recipe : Recipe
    tolerance : float
        Scores within it tie.
    """

    units: tuple[str, ...]
    matrix: np.ndarray
    tree: Tree
    directions: np.ndarray
    weights: np.ndarray
    recipe: Recipe
    tolerance: float

    @property
    def leaves(self):
        """Codes of the columns."""
        return tuple(self.tree.codes[leaf] for leaf in self.tree.leaves)


@dataclass(frozen=True)
class RankingChange:
    """What each cause brought to the scores and to the ranks of the units that both rankings have.

    Attributes
    ----------
    units : tuple of str
    scores, ranks : Attribution
        ``parts`` in the order of ``CAUSES``; a negative part of ranks is a gain.
    """

    units: tuple[str, ...]
    scores: Attribution
    ranks: Attribution


def explain_ranking_change(old: RankingInputs, new: RankingInputs) -> RankingChange:
    """Split the change of every score and rank between two rankings into data, weights, method and universe.

    Each cause is taken from the new ranking or from the old one, in all 16 ways; a cause gets its Shapley value.
    Data are the figures as used; weights the effective weights of the indicators; method the tree, directions,
    scale, aggregation and tie rule; universe the units that are scored. What only one of the rankings has (a figure,
    the weight of an indicator) is the same in both states, and weights are closed over the tree that is used.

    Parameters
    ----------
    old, new : RankingInputs

    Returns
    -------
    RankingChange
        For the units of both, in the order of the new ranking. Parts add up to the change of the score and of the
        rank.

    Raises
    ------
    MatrixRefused
        Where one of the 16 rankings cannot be worked out.

    Notes
    -----
    Source: Shapley 1953; Shorrocks 2013. The ranks of a state are those among all of its units.

    Examples
    --------
    >>> tree = Tree(("A", "B"), (-1, -1))
    >>> figures = np.array([[0.0, 10.0], [10.0, 0.0], [5.0, 5.0]])
    >>> common = (tree, np.array([1, 1]))
    >>> old = RankingInputs(("x", "y", "z"), figures, *common, np.array([0.4, 0.6]), Recipe(), 0.0)
    >>> new = RankingInputs(("x", "y", "z"), figures, *common, np.array([0.6, 0.4]), Recipe(), 0.0)
    >>> found = explain_ranking_change(old, new)
    >>> found.ranks.parts[CAUSES.index("weights")], found.ranks.after - found.ranks.before
    (array([ 2., -2.,  0.]), array([ 2., -2.,  0.]))
    """
    both = tuple(unit for unit in new.units if unit in set(old.units))
    found: dict[frozenset[str], tuple[np.ndarray, np.ndarray]] = {}

    def state(causes):
        if causes not in found:
            found[causes] = _hybrid(old, new, causes, both)
        return found[causes]

    scores = attribute_change(lambda causes: state(causes)[0], CAUSES)
    ranks = attribute_change(lambda causes: state(causes)[1], CAUSES)
    return RankingChange(both, scores, ranks)


def _hybrid(old, new, causes, wanted):
    """Scores and ranks of the wanted units with the given causes new."""
    data, weights, method, universe = ((new, old) if cause in causes else (old, new) for cause in CAUSES)
    units, rules = universe[0].units, method[0]
    matrix = _filled(units, rules.leaves, *data)
    local = _local(rules, _weights(rules.leaves, *weights))
    normalized = normalize(matrix, rules.directions, rules.leaves, rules.recipe)
    total = score_tree(
        rules.tree, normalized.values, local, rules=rules_of(rules.recipe), missing="reweight"
    ).composite
    scores = shown_scores(total, total, rules.recipe)
    ranks = competition_ranks(scores, tolerance=rules.tolerance)
    rows = [units.index(unit) for unit in wanted]
    return scores[rows], ranks[rows]


def _filled(units, leaves, first, second):
    """The first ranking's figures, the second's where the first has none."""
    matrix = _aligned(units, leaves, first)
    return np.where(np.isnan(matrix), _aligned(units, leaves, second), matrix)


def _aligned(units, leaves, inputs):
    rows = {unit: place for place, unit in enumerate(inputs.units)}
    columns = {code: place for place, code in enumerate(inputs.leaves)}
    found = np.full((len(units), len(leaves)), np.nan)
    to_rows = [place for place, unit in enumerate(units) if unit in rows]
    to_columns = [place for place, code in enumerate(leaves) if code in columns]
    from_rows = [rows[units[place]] for place in to_rows]
    from_columns = [columns[leaves[place]] for place in to_columns]
    found[np.ix_(to_rows, to_columns)] = inputs.matrix[np.ix_(from_rows, from_columns)]
    return found


def _weights(leaves, first, second):
    """Effective weights by the first ranking, by the second where the first does not have the indicator."""
    known = dict(zip(second.leaves, second.weights, strict=True)) | dict(
        zip(first.leaves, first.weights, strict=True)
    )
    return np.array([known[code] for code in leaves])


def _local(rules, effective):
    """Local weights inside every group; equal ones where a group has no weight at all."""
    nodes = effective @ rules.tree.leaf_membership
    local = np.empty(len(nodes))
    for group in rules.tree.groups:
        total = nodes[group].sum()
        local[group] = nodes[group] / total if total > 0 else 1 / len(group)
    return local
