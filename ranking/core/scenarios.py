"""The named factors behind a ranking: what each could have been instead, and the ranks it would have given."""

from dataclasses import dataclass, field, replace

import numpy as np

from ranking.core.leave_out import leave_out_node
from ranking.core.ranks import competition_ranks
from ranking.core.recipe import Recipe, normalize, rules_of, shown_scores
from ranking.core.robustness import expert_resamples
from ranking.core.study import Factor
from ranking.core.tree_scores import score_tree
from ranking.core.weight_draws import dirichlet_local_draws
from weighting.core.derivation import combining, objective_weights
from weighting.core.panel import ExpertPanel, as_panel
from weighting.core.refusal import MatrixRefused
from weighting.core.tree import Tree

PUBLISHED = None
PANELS = 16
WEIGHT_DRAWS = 16
K_CHOICES = (0.01, 0.1, 1.0)
ALPHAS = (0.3, 0.5, 0.7)
SCALE_CHOICES = ("min_max", "vector", "rank")
GEOMETRIC_FLOOR = 0.01  # of the highest figure of the scale


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
    """

    matrices: dict[str, np.ndarray]
    places: dict[str, np.ndarray]
    directions: np.ndarray
    tree: Tree
    shares: ExpertPanel | np.ndarray
    recipe: Recipe
    seed: int
    concentration: float = 50.0
    _known: dict = field(default_factory=dict, repr=False)

    @property
    def codes(self):
        """Codes of the leaves."""
        return tuple(self.tree.codes[leaf] for leaf in self.tree.leaves)


@dataclass(frozen=True)
class Dropped:
    """A choice that could not be computed alone, and why."""

    factor: str
    choice: str
    reason: str


@dataclass(frozen=True)
class Factors:
    """The factors of a world that can be computed, and the choices that cannot."""

    factors: tuple[Factor, ...]
    dropped: tuple[Dropped, ...]


def world_factors(world) -> Factors:
    """List the factors of a world; the first choice of each, None, is the published one.

    Parameters
    ----------
    world : World

    Returns
    -------
    Factors
        ``experts`` (resampled whole), ``without_expert``, ``weights`` (Dirichlet about the experts'),
        ``without_indicator``, ``combination``, ``k``, ``normalization``, ``aggregation``, ``missing``. A choice
        that is refused when it alone is changed is dropped, with the reason.
    """
    m, recipe = len(world.shares), world.recipe
    candidates = {
        "experts": range(PANELS) if m > 1 else (),
        "without_expert": range(m) if m > 2 else (),
        "weights": range(WEIGHT_DRAWS),
        "without_indicator": world.codes if len(world.codes) > 2 else (),
        "combination": other_combinations(recipe),
        "k": [k for k in K_CHOICES if k != recipe.k] if uses_k(world) else (),
        "normalization": [name for name in SCALE_CHOICES if name != recipe.normalization],
        "aggregation": [name for name in ("additive", "geometric") if name != recipe.aggregation],
        "missing": list(world.matrices)[1:],
    }
    factors, dropped = [], []
    for name, choices in candidates.items():
        kept = [choice for choice in choices if not refused_alone(world, name, choice, dropped)]
        if kept:
            factors.append(Factor(name, (PUBLISHED, *kept)))
    return Factors(tuple(factors), tuple(dropped))


def uses_k(world):
    """Tell whether any figure is turned round by 1/(k + max|x| + x)."""
    return world.recipe.direction == "reciprocal" and bool((world.directions == -1).any())


def other_combinations(recipe):
    """Return the ways to combine other than the published one: a name, or ``linear`` with its alpha."""
    ways = ["product", "entropy", *[f"linear {alpha}" for alpha in ALPHAS]]
    published = f"linear {recipe.alpha}" if recipe.combination == "linear" else recipe.combination
    return [way for way in ways if way != published]


def refused_alone(world, factor, choice, dropped):
    """Try one choice with all else as published; put a refusal on the list and say whether there was one."""
    try:
        scenario_ranks(world, {factor: choice})
    except MatrixRefused as refusal:
        dropped.append(Dropped(factor, str(choice), refusal.reason))
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
    ndarray of int64, shape (U,)
        Competition ranks among the published units, in their order.

    Raises
    ------
    MatrixRefused
        As the steps do.
    """
    chosen = {name: choice for name, choice in setting.items() if choice is not PUBLISHED}
    if len(chosen) > 1:
        return computed_ranks(world, chosen)
    return known(world, ("ranks", *chosen.items()), lambda: computed_ranks(world, chosen))


def computed_ranks(world, chosen):
    """Compute the ranks under choices that all differ from the published ones."""
    recipe = changed_recipe(world.recipe, chosen)
    missing = chosen.get("missing", next(iter(world.matrices)))
    experts = panel_weights(world, chosen)
    variation, values, together = prepared(world, recipe, missing)
    local = together.levels(world.tree, experts, variation, recipe.level).combined.copy()
    if "without_indicator" in chosen:
        node = world.tree.codes.index(chosen["without_indicator"])
        leave_out_node(world.tree, local, node)
    scores = score_tree(world.tree, values, local, rules=rules_of(recipe), missing=gap_rule(values))
    shown = shown_scores(scores.composite, scores.composite, recipe)
    return competition_ranks(shown[world.places[missing]], tolerance=recipe.tolerance)


def changed_recipe(recipe, chosen):
    """Return the recipe with the chosen combination, k, scale and aggregation.

    A geometric mean needs figures above 0, so it is always taken on the min-max scale from 1 % of its end on.
    """
    changes = {name: chosen[name] for name in ("k", "normalization", "aggregation") if name in chosen}
    if "combination" in chosen:
        way, _, alpha = chosen["combination"].partition(" ")
        changes |= {"combination": way, "alpha": float(alpha or recipe.alpha)}
    if changes.get("aggregation") == "geometric":
        changes |= {"normalization": "min_max", "low": max(recipe.low, GEOMETRIC_FLOOR * recipe.high)}
    return replace(recipe, **changes)


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


def prepared(world, recipe, missing):
    """Return data weights, normalised figures and the combination of a recipe; worked out once for each."""
    key = (missing, recipe.k, recipe.normalization, recipe.low, recipe.combination, recipe.alpha)

    def work():
        figures = world.matrices[missing]
        weigh = replace(recipe, missing="reweight" if np.isnan(figures).any() else "refuse")
        objective = objective_weights(figures, world.directions, world.codes, weigh)
        values = normalize(figures, world.directions, world.codes, recipe).values
        return objective.weights, values, combining(figures, world.directions, world.codes, recipe)

    return known(world, key, work)


def known(world, key, work):
    """Return what is known under the key, working it out on first use."""
    if key not in world._known:
        world._known[key] = work()
    return world._known[key]


def gap_rule(values):
    """Share out the weights of missing cells only where there are any."""
    return "reweight" if np.isnan(values).any() else "refuse"
