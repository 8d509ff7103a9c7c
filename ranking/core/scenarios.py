"""The named factors behind a ranking: what each could have been instead, and the ranks it would have given."""

from dataclasses import dataclass, field, replace

import numpy as np

from ranking.core.draw_ranks import drawn_scores
from ranking.core.leave_out import leave_out_node
from ranking.core.levels import USUAL, changed_recipe, other_levels
from ranking.core.ranks import competition_ranks
from ranking.core.recipe import TURNING_SCALES, Recipe, normalize, rules_of, shown_scores
from ranking.core.robustness import expert_resamples
from ranking.core.study import Factor
from ranking.core.tree_scores import score_tree
from ranking.core.weight_draws import dirichlet_local_draws
from weighting.core.combination import squared_deviations
from weighting.core.derivation import combining, objective_weights
from weighting.core.hierarchy import effective_weights
from weighting.core.panel import ExpertPanel, as_panel
from weighting.core.refusal import MatrixRefused
from weighting.core.tree import Tree

PUBLISHED = None
PANELS = 16
WEIGHT_DRAWS = 16
UNITS_AT_ONCE = 1024
KEPT_CELLS = 20_000_000  # of normalised figures that are not worked out anew for the next scenario


@dataclass
class World:
    """Everything that a scenario is computed from.

    Attributes
    ----------
    matrices : dict of str to ndarray (U_r, leaves)
        The figures under each rule for missing cells, the published rule first.
    places : dict of str to ndarray of int (U,)
        Rows of the published units in each of these matrices.
    directions : ndarray of int (leaves,)
    tree : Tree
    shares : ExpertPanel, or ndarray (m, nodes) to be pooled by the mean
        Every expert's shares inside the groups.
    recipe : Recipe
        As published, with the tolerance within which published scores tie.
    seed : int
        Of resampled panels and drawn weights.
    concentration : float
        Of the drawn weights.
    levels : dict of str to sequence, optional
        By factor of ``USUAL`` the levels it takes beside the published one, in place of the usual ones: names of
        ``LEVELS``, ``linear`` with its alpha such as "linear 0.3", numbers for k. A factor without levels stays
        as published.
    """

    matrices: dict[str, np.ndarray]
    places: dict[str, np.ndarray]
    directions: np.ndarray
    tree: Tree
    shares: ExpertPanel | np.ndarray
    recipe: Recipe
    seed: int
    concentration: float = 50.0
    levels: dict | None = None
    _known: dict = field(default_factory=dict, repr=False)

    @property
    def codes(self):
        """Codes of the leaves."""
        return tuple(self.tree.codes[leaf] for leaf in self.tree.leaves)


@dataclass(frozen=True)
class Dropped:
    """A choice that could not be computed alone, why, and the codes of the columns concerned."""

    factor: str
    choice: str
    reason: str
    columns: tuple[str, ...] = ()


@dataclass(frozen=True)
class Factors:
    """The factors of a world that can be computed, and the choices that cannot."""

    factors: tuple[Factor, ...]
    dropped: tuple[Dropped, ...]


def world_factors(world, dropped=None) -> Factors:
    """List the factors of a world; the first choice of each, None, is the published one.

    Parameters
    ----------
    world : World
    dropped : sequence of Dropped, optional
        The choices that are refused, where that is known already; else every choice is tried.

    Returns
    -------
    Factors
        ``experts`` (resampled whole), ``without_expert``, ``weights`` (Dirichlet about the experts'),
        ``without_indicator``, and those of ``USUAL`` that have levels. A choice that is refused when it alone is
        changed is dropped, with the reason.
    """
    m = len(world.shares)
    candidates = {
        "experts": range(PANELS) if m > 1 else (),
        "without_expert": range(m) if m > 2 else (),
        "weights": range(WEIGHT_DRAWS),
        "without_indicator": world.codes if len(world.codes) > 2 else (),
    } | {name: other_levels(world, name) for name in USUAL}
    found, factors = list(dropped or ()), []
    refused = {(row.factor, row.choice) for row in found}
    for name, choices in candidates.items():
        if dropped is None:
            kept = [choice for choice in choices if not refused_alone(world, name, choice, found)]
        else:
            kept = [choice for choice in choices if (name, str(choice)) not in refused]
        if kept:
            factors.append(Factor(name, (PUBLISHED, *kept)))
    return Factors(tuple(factors), tuple(found))


def refused_alone(world, factor, choice, dropped):
    """Try one choice with all else as published; put a refusal on the list and say whether there was one."""
    try:
        scenario_ranks(world, {factor: choice})
    except MatrixRefused as refusal:
        dropped.append(Dropped(factor, str(choice), refusal.reason, refusal.columns))
        return True
    return False


def scenario_ranks(world, setting):
    """Ranks of the published units under one setting.

    Parameters
    ----------
    world : World
    setting : dict
        A choice by factor name; None, or a factor that is not named, is as published.

    Returns
    -------
    ndarray of int, shape (U,)
        Competition ranks among the published units, in their order.

    Raises
    ------
    MatrixRefused
        As the steps do.
    """
    chosen = {name: choice for name, choice in setting.items() if choice is not PUBLISHED}
    if len(chosen) > 1:
        return computed_ranks(world, chosen)
    return known(world, ("ranks", *chosen.items()), lambda: computed_ranks(world, chosen).astype(np.int32))


def computed_ranks(world, chosen):
    """Compute the ranks under choices that all differ from the published ones."""
    recipe = world_recipe(world, chosen)
    missing = chosen.get("missing", next(iter(world.matrices)))
    experts = panel_weights(world, chosen)
    variation, values, together = prepared(world, recipe, missing)
    local = together.levels(world.tree, experts, variation, recipe.level).combined.copy()
    if "without_indicator" in chosen:
        node = world.tree.codes.index(chosen["without_indicator"])
        leave_out_node(world.tree, local, node)
    scores = composite_scores(world.tree, values, local, recipe)
    shown = shown_scores(scores, scores, recipe)
    return competition_ranks(shown[world.places[missing]], tolerance=recipe.tolerance)


def composite_scores(tree, values, local, recipe):
    """Return the composite of every unit; of many units without a table of all nodes.

    Many units are scored as one weighted sum where they can be, else some at a time. Rules that compare units
    need them all at once.
    """
    gaps, rules = gap_rule(values), rules_of(recipe)
    if len(values) <= UNITS_AT_ONCE or "copeland" in recipe.aggregation:
        return score_tree(tree, values, local, rules=rules, missing=gaps).composite
    if recipe.is_additive and gaps == "refuse":
        return drawn_scores(values, effective_weights(tree, local)[tree.leaves][None]).scores(0, 1)[0]
    some = (values[start : start + UNITS_AT_ONCE] for start in range(0, len(values), UNITS_AT_ONCE))
    return np.concatenate(
        [score_tree(tree, part, local, rules=rules, missing=gaps).composite for part in some]
    )


def panel_weights(world, chosen):
    """Return the experts' pooled weights under the chosen panel and the chosen noise."""
    panel = (chosen.get("experts"), chosen.get("without_expert"))
    if "weights" not in chosen:
        return known(world, ("pooled", *panel), lambda: pooled_weights(world, *panel))
    return known(world, ("noisy", *panel), lambda: noisy_weights(world, *panel))[chosen["weights"]]


def pooled_weights(world, resample, without):
    """Pool the published panel or a resampled one, where asked without one of the experts."""
    panel, m = as_panel(world.shares), len(world.shares)
    if resample is None and without is None:
        return panel.pooled(world.tree)
    picks = np.arange(m) if resample is None else expert_resamples(m, PANELS, seed=world.seed)[resample]
    if without is not None and (picks != without).any():
        picks = picks[picks != without]
    return panel.pooled(world.tree, picks)


def noisy_weights(world, resample, without):
    """Draw weights about those of a panel."""
    pooled = panel_weights(world, {"experts": resample, "without_expert": without})
    return dirichlet_local_draws(
        world.tree, pooled, WEIGHT_DRAWS, seed=world.seed, concentration=world.concentration
    )


def figures_key(world, setting):
    """Return what the normalised figures of a setting depend on; settings that share it are quick in a row."""
    chosen = {name: choice for name, choice in setting.items() if choice is not PUBLISHED}
    return recipe_key(world_recipe(world, chosen), chosen.get("missing", next(iter(world.matrices))))


def world_recipe(world, chosen):
    """Return the world's recipe with the chosen levels."""
    return changed_recipe(
        world.recipe, chosen, dict(zip(world.codes, world.directions.tolist(), strict=True))
    )


def recipe_key(recipe, missing):
    """Return what the normalised figures of a recipe depend on."""
    turning = (recipe.k, recipe.direction) if recipe.normalization in TURNING_SCALES else ()
    return ("figures", missing, recipe.normalization, recipe.low, *turning)


def prepared(world, recipe, missing):
    """Return data weights, normalised figures and the combination of a recipe; each worked out once."""
    figures, turning = world.matrices[missing], (missing, recipe.k, recipe.direction)

    def scaled():
        forget_figures(world, figures.size)
        return normalize(figures, world.directions, world.codes, recipe).values

    def weighed():
        weigh = replace(recipe, missing="reweight" if np.isnan(figures).any() else "refuse")
        return objective_weights(figures, world.directions, world.codes, weigh).weights

    way = ("combination", *turning, recipe.combination, recipe.alpha)
    return (
        known(world, ("objective", *turning, recipe.objective), weighed),
        known(world, recipe_key(recipe, missing), scaled),
        known(world, way, lambda: small(combining(figures, world.directions, world.codes, recipe))),
    )


def small(together):
    """Return a combination that needs figures with two rows that deviate as much as many units do."""
    if together.matrix is None or len(together.matrix) <= UNITS_AT_ONCE:
        return together
    reach = np.sqrt(squared_deviations(together.matrix) / 8)
    return replace(together, matrix=np.stack([reach, -reach]))


def forget_figures(world, cells):
    """Forget the normalised figures that were worked out first, where more would be too many to keep."""
    kept = [key for key in world._known if key[0] == "figures"]
    for key in kept[: max(0, len(kept) + 1 - KEPT_CELLS // cells)]:
        del world._known[key]


def known(world, key, work):
    """Return what is known under the key, working it out on first use."""
    if key not in world._known:
        world._known[key] = work()
    return world._known[key]


def gap_rule(values):
    """Share out the weights of missing cells only where there are any."""
    return "reweight" if np.isnan(values).any() else "refuse"
