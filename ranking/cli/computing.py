"""From tables to weights, scores, ranks, tiers and rank intervals by the rooms of the engine."""

from dataclasses import dataclass, replace

import numpy as np

from ranking.cli.options import AS_GIVEN, EXPERTS_ALONE, recipe_of
from ranking.cli.units import FEWEST, Units
from ranking.core.contributions import tree_contributions
from ranking.core.normalization import Normalized, constant_notices, present_columns
from ranking.core.other_ways import AlphaSweep, CrossCheck, alpha_ranks, cross_checks
from ranking.core.ranks import competition_ranks
from ranking.core.recipe import Composite, compose, normalize, refuse_unknown, rules_of
from ranking.core.resampling import Panel, aggregated_ranks, intervals_of, resampled_weights
from ranking.core.robustness import RankIntervals, expert_resamples, rank_intervals
from ranking.core.tiers import (
    goodness_of_fit,
    k_means_tiers,
    natural_break_tiers,
    quantile_tiers,
    rank_cut_tiers,
    score_cut_tiers,
)
from ranking.core.tree_scores import score_tree
from ranking.core.weight_draws import dirichlet_local_draws
from weighting.core.derivation import combining, objective_weights
from weighting.core.hierarchy import CombinedWeights, closed_inside_groups, effective_weights
from weighting.core.preparation import prepare
from weighting.core.refusal import MatrixRefused, Notice

FEWEST_EXPERTS = 5


@dataclass(frozen=True)
class Result:
    """Everything that was found, units in the order of the table.

    Attributes
    ----------
    units : Units
        Those that are ranked.
    left_out : tuple of str
        Codes of the others.
    composite : Composite
        ``objective`` is None where the data had no say.
    tiers : ndarray of int (U,) or None
    goodness : float or None
        Of variance fit of the units in a tier.
    intervals : RankIntervals or None
    drawn : str
        ``experts``, ``weights`` or ``none``.
    notices : tuple of Notice
    sweep : AlphaSweep or None
    checks : tuple of CrossCheck
    parts : ndarray (U, leaves) or None
        What every indicator brought to every score.
    """

    units: Units
    left_out: tuple[str, ...]
    composite: Composite
    tiers: np.ndarray | None
    goodness: float | None
    intervals: RankIntervals | None
    drawn: str
    notices: tuple[Notice, ...]
    sweep: AlphaSweep | None
    checks: tuple[CrossCheck, ...]
    parts: np.ndarray | None


class ExpertsAlone:
    """A combination in which the data have no say; stands where `weighting.core.derivation.Combining` does."""

    @staticmethod
    def levels(tree, expert_local, variation_leaf, level):
        """Return the experts' weights as the combined ones, unchanged."""
        local = closed_inside_groups(tree, np.asarray(expert_local, dtype=np.float64))
        return CombinedWeights(local, np.zeros_like(local), local, effective_weights(tree, local))


def compute(framework, kept, left_out, panel, asked) -> Result:
    """Follow the options from the figures of `kept_units` to rank intervals; raises `MatrixRefused`."""
    groups, given = groups_of(kept, asked), kept
    prepared = prepare(
        kept.matrix,
        framework.directions,
        framework.leaf_codes,
        fill=asked.missing == "group_median",
        groups=groups,
        targets=framework.targets,
        outliers=asked.outliers,
    )
    kept, framework = (
        replace(kept, matrix=prepared.matrix),
        replace(framework, directions=prepared.directions),
    )
    if asked.combination == EXPERTS_ALONE or asked.normalization == AS_GIVEN:
        composite = compose_given(kept.matrix, framework, panel.local, asked)
    else:
        composite = compose(kept.matrix, framework.directions, framework.tree, panel.local, recipe_of(asked))
    tiers, goodness = cut(composite, asked.tiers)
    drawn = drawn_from(panel, asked)
    intervals = None if drawn == "none" else draw(framework, composite, panel, asked, drawn)
    notices = all_notices(framework, given, left_out, composite, prepared, asked)
    sweep = None if asked.alpha_sweep is None else sweep_of(framework, composite, panel, asked)
    final = composite.weights.effective[framework.tree.leaves]
    checks = cross_checks(composite.normalized.values, final, composite.ranks) if asked.cross_checks else ()
    parts = None
    if asked.contributions:
        parts = tree_contributions(framework.tree, composite.scores, recipe_of(asked).exponents)
    return Result(
        given, left_out, composite, tiers, goodness, intervals, drawn, notices, sweep, checks, parts
    )


def sweep_of(framework, composite, panel, asked):
    """Return weights and ranks under every alpha asked for; there must be weights of the data to mix with."""
    recipe = recipe_of(asked)
    if composite.objective is None:
        raise MatrixRefused("no_data_weights")
    return alpha_ranks(
        framework.tree,
        composite.normalized.values,
        panel.local,
        composite.objective.weights,
        composite.ranks,
        rules=rules_of(recipe),
        level=recipe.level,
        missing=gap_rule(recipe),
        tolerance=recipe.tolerance,
        alphas=asked.alpha_sweep,
    )


def kept_units(units, missing):
    """Return the units that can be ranked under the rule for gaps, and the codes of those left out."""
    gaps = np.isnan(units.matrix)
    out = gaps.any(axis=1) if missing == "leave_out" else gaps.all(axis=1) & (missing != "refuse")
    if (~out).sum() < FEWEST:
        raise MatrixRefused("no_complete_unit" if missing == "leave_out" else "too_few_units")
    return units.only(~out), tuple(np.array(units.codes, dtype=object)[out].tolist())


def groups_of(units, asked):
    """Return the group of every unit whose median fills gaps, None for one group of all."""
    return None if asked.missing_group is None else np.array(units.attributes[asked.missing_group])


def compose_given(figures, framework, local, asked) -> Composite:
    """Do as `compose` does where the data have no say in the weights, or the figures are scores already."""
    recipe, tree, signs, codes = recipe_of(asked), framework.tree, framework.directions, framework.leaf_codes
    refuse_unknown(recipe)
    objective, together, variation = None, ExpertsAlone(), None
    if asked.combination != EXPERTS_ALONE:
        objective = objective_weights(figures, signs, codes, recipe)
        together, variation = combining(figures, signs, codes, recipe), objective.weights
    normalized = scaled(figures, framework, asked)
    weights = together.levels(tree, local, variation, recipe.level)
    gaps = gap_rule(recipe)
    scores = score_tree(tree, normalized.values, weights.combined, rules=rules_of(recipe), missing=gaps)
    ranks = competition_ranks(scores.composite, tolerance=recipe.tolerance)
    return Composite(figures, objective, normalized, weights, scores, ranks)


def scaled(figures, framework, asked):
    """Return the figures on the scale asked for, or as they are."""
    signs, codes = framework.directions, framework.leaf_codes
    if asked.normalization == AS_GIVEN:
        return as_given(figures, signs, codes)
    return normalize(figures, signs, codes, recipe_of(asked))


def as_given(figures, signs, codes):
    """Take figures as scores; less is better cannot be read that way."""
    values = present_columns(figures, codes)
    less = [code for code, sign in zip(codes, signs, strict=True) if sign == -1]
    if less:
        raise MatrixRefused("direction_without_scale", less)
    return Normalized(values, constant_notices(values, codes))


def gap_rule(recipe):
    """Return what the aggregation does with gaps."""
    return "reweight" if recipe.missing == "reweight" else "refuse"


def cut(composite, asked):
    """Return the tiers and their goodness of fit, None where none are asked for."""
    if asked is None:
        return None, None
    scores, ranks, numbers = composite.scores.composite, composite.ranks, asked.numbers
    methods = {
        "ranks": lambda: rank_cut_tiers(ranks, numbers),
        "scores": lambda: score_cut_tiers(scores, numbers),
        "breaks": lambda: natural_break_tiers(scores, int(numbers[0])).tiers,
        "k_means": lambda: k_means_tiers(scores, int(numbers[0])).tiers,
        "quantiles": lambda: quantile_tiers(ranks, int(numbers[0])),
    }
    tiers = methods[asked.method]()
    return tiers, goodness_of_fit(scores[tiers > 0], tiers[tiers > 0])


def drawn_from(panel, asked):
    """Return what is drawn again for the intervals."""
    if asked.intervals != "auto":
        return asked.intervals
    return "experts" if panel.shares is not None and len(panel.shares) >= FEWEST_EXPERTS else "weights"


def draw(framework, composite, panel, asked, drawn):
    """Return rank intervals over resampled experts, or over weights drawn about the given ones."""
    recipe, tree = recipe_of(asked), framework.tree
    together, variation = ExpertsAlone(), None
    if composite.objective is not None:
        together = combining(composite.matrix, framework.directions, framework.leaf_codes, recipe)
        variation = composite.objective.weights
    if drawn == "experts":
        picks = expert_resamples(len(panel.shares), asked.draws, seed=asked.seed)
        local = resampled_weights(Panel(tree, panel.shares, variation, together, recipe.level), picks)
    else:
        experts = dirichlet_local_draws(
            tree, panel.local, asked.draws, seed=asked.seed, concentration=asked.concentration
        )
        local = together.levels(tree, experts, variation, recipe.level).combined
    return intervals_under(tree, composite.normalized.values, local, recipe, asked.coverage)


def intervals_under(tree, values, local, recipe, coverage):
    """Return the intervals of the ranks under draws of local weights, by the fastest way there is."""
    if recipe.is_additive and not np.isnan(values).any():
        return rank_intervals(values, effective_weights(tree, local)[:, tree.leaves], coverage=coverage)
    rules, gaps = rules_of(recipe), gap_rule(recipe)
    if "copeland" not in np.atleast_1d(recipe.aggregation):
        return intervals_of(
            aggregated_ranks(tree, values, local, rules=rules, missing=gaps), coverage=coverage
        )
    scores = [score_tree(tree, values, one, rules=rules, missing=gaps).composite for one in local]
    return intervals_of(competition_ranks(np.array(scores)), coverage=coverage)  # it takes one draw at a time


def all_notices(framework, units, left_out, composite, prepared, asked):
    """Return what the reader must know, each thing once."""
    found = list(framework.notices)
    if left_out:
        found.append(Notice("left_out", "", {"units": list(left_out)}))
    found += prepared.notices
    if asked.missing == "reweight":
        pairs = zip(framework.leaf_codes, np.isnan(units.matrix).sum(axis=0).tolist(), strict=True)
        found += [Notice("weight_shared", code, {"cells": cells}) for code, cells in pairs if cells]
    if composite.objective is not None:
        found += [notice for notice in composite.objective.notices if notice.code != "missing_cells"]
    known = {(notice.code, notice.column) for notice in found}
    found += [n for n in composite.normalized.notices if (n.code, n.column) not in known]
    return tuple(found)
