"""From the table as used and the experts' weights to what is published: one way for a run and for a verifier."""

from dataclasses import dataclass

import numpy as np

from ranking.core.exact import exact_results
from ranking.core.ranks import competition_ranks
from ranking.core.recipe import Composite, Recipe, compose, rules_of, shown_scores
from ranking.core.resampling import Panel, panel_intervals
from ranking.core.robustness import RankIntervals, expert_resamples
from ranking.core.tiers import listed_tiers
from weighting.core.derivation import combining
from weighting.core.hierarchy import CombinedWeights
from weighting.core.refusal import MatrixRefused
from weighting.core.tree import Tree
from weighting.core.used_table import Table


@dataclass(frozen=True)
class PublishedResults:
    """Weights, scores, ranks and tiers of all units, in the order of the table.

    Attributes
    ----------
    composite : Composite
        By binary arithmetic, with every intermediate table.
    arithmetic : str
        ``decimal``, or ``binary`` where decimals do not cover the recipe or an outlier was bent.
    weights : CombinedWeights
    scores : ndarray (U,)
    nodes : ndarray (U, nodes)
    ranks, tiers : ndarray of int64 (U,)
    goodness : float
        Of the variance fit of the listed tiers.
    """

    composite: Composite
    arithmetic: str
    weights: CombinedWeights
    scores: np.ndarray
    nodes: np.ndarray
    ranks: np.ndarray
    tiers: np.ndarray
    goodness: float


def published_results(table: Table, tree: Tree, expert_local, recipe: Recipe, rules) -> PublishedResults:
    """Follow the recipe, rank, and cut tiers by the ranking section of a protocol.

    Parameters
    ----------
    table : Table
    tree : Tree
    expert_local : array_like, shape (nodes,)
    recipe : Recipe
    rules : dict

    Raises
    ------
    MatrixRefused
        As the recipe does; ``no_leader`` where the vector scale would stretch scores of which none is above 0.
    """
    composite = compose(table.matrix, table.directions, tree, expert_local, recipe)
    exact = exact_results(table.matrix, table.directions, tree, expert_local, recipe)
    total = composite.scores.composite
    if recipe.normalization == "vector" and total.max() <= 0:
        raise MatrixRefused("no_leader")
    scores = exact.composite if exact else shown_scores(total, total, recipe)
    ranks = competition_ranks(scores, tolerance=rules["tie_tolerance"])
    tiers, goodness = listed_tiers(scores, ranks, rules)
    bent = any(notice.code.startswith("outliers_") for notice in table.notices)
    return PublishedResults(
        composite=composite,
        arithmetic="decimal" if exact and not bent else "binary",
        weights=exact.weights if exact else composite.weights,
        scores=scores,
        nodes=exact.nodes if exact else shown_scores(composite.scores.nodes, total, recipe),
        ranks=ranks,
        tiers=tiers,
        goodness=goodness,
    )


def published_intervals(
    panel: Panel, composite: Composite, recipe: Recipe, rules, experts: int
) -> RankIntervals | None:
    """Rank intervals from resampling the experts whole; None for a panel that is too small to resample.

    Parameters
    ----------
    panel : Panel
    composite : Composite
    recipe : Recipe
    rules : dict
        ``intervals`` of the ranking section: draws, coverage, seed, fewest_experts.
    experts : int
    """
    if experts < rules["fewest_experts"]:
        return None
    return panel_intervals(
        panel,
        composite.normalized.values,
        expert_resamples(experts, rules["draws"], seed=rules["seed"]),
        rules=rules_of(recipe),
        missing=recipe.missing,
        is_additive=recipe.is_additive,
        coverage=rules["coverage"],
    )


def resampled_panel(tree: Tree, panel, table: Table, composite: Composite, recipe: Recipe) -> Panel:
    """Return an `ExpertPanel` ready to be resampled under the recipe."""
    codes = [tree.codes[leaf] for leaf in tree.leaves]
    together = combining(table.matrix, table.directions, codes, recipe)
    return Panel(tree, panel, composite.objective.weights, together, recipe.level)
