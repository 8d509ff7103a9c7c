"""The levels of the named factors that are rules: what each rule could have been instead of the published one."""

from dataclasses import replace

from ranking.core.recipe import AGGREGATIONS, REFERENCES, SCALES
from weighting.core import hierarchy
from weighting.core.derivation import COMBINATIONS
from weighting.core.objective import METHODS

USUAL = {  # what is varied unless a study names levels of its own
    "combination": ("product", "entropy", "linear 0.3", "linear 0.5", "linear 0.7"),
    "k": (0.01, 0.1, 1.0),
    "normalization": ("min_max", "vector", "rank"),
    "aggregation": ("additive", "geometric"),
    "missing": ("group_median", "reweight"),
    "objective": (),
    "direction": (),
    "level": (),
}
LEVELS = {  # every level by name; alphas and k are numbers of the reader's own
    "combination": tuple(name for name in COMBINATIONS if name != "linear"),
    "normalization": (*(name for name in SCALES if name not in REFERENCES), "distance_to_target"),
    "aggregation": tuple(AGGREGATIONS),
    "missing": ("group_median", "reweight"),
    "objective": tuple(METHODS),
    "direction": ("reciprocal", "reciprocal_unit_free", "max_minus", "inverse"),
    "level": tuple(hierarchy.LEVELS),
}
BETWEEN_TWO = ("goalposts", "efficacy")  # scales with a better end that can be the target of another
ABOVE_ZERO = ("geometric", "harmonic")  # means that a single 0 brings down to 0
FLOOR = 0.01  # of the highest figure of the scale


def other_levels(world, factor):
    """Levels of a factor other than the published one.

    Parameters
    ----------
    world : World
        Of `ranking.core.scenarios`; its own levels, or the usual ones.
    factor : str
        A name in ``USUAL``.

    Returns
    -------
    list
        Empty where the factor cannot matter: k where nothing is turned round by it, the direction where more is
        better everywhere, a rule for missing cells where there are none. The distance to a target is a level only
        where the published scale names a better end of every indicator.
    """
    wanted = (USUAL if world.levels is None else world.levels).get(factor, ())
    if factor == "missing":
        return [rule for rule in list(world.matrices)[1:] if rule in wanted]
    no_use = (factor == "k" and not uses_k(world)) or (
        factor == "direction" and not (world.directions == -1).any()
    )
    unfit = {published_level(world.recipe, factor)}
    if world.recipe.normalization not in BETWEEN_TWO:
        unfit.add("distance_to_target")
    return [] if no_use else [level for level in wanted if level not in unfit]


def published_level(recipe, factor):
    """Return the published level of a factor by the name that its levels have.

    Examples
    --------
    >>> from ranking.core.recipe import Recipe
    >>> published_level(Recipe(combination="linear", alpha=0.3), "combination"), published_level(Recipe(), "k")
    ('linear 0.3', 0.1)
    """
    if factor == "combination" and recipe.combination == "linear":
        return f"linear {recipe.alpha}"
    return getattr(recipe, factor)


def uses_k(world):
    """Tell whether any figure is turned round by 1/(k + max|x| + x)."""
    return world.recipe.direction == "reciprocal" and bool((world.directions == -1).any())


def changed_recipe(recipe, chosen, directions=None):
    """Return the recipe with the chosen levels.

    Means that need figures above 0 are always taken on the min-max scale from 1 % of its end on, and a power mean
    is where the chosen scale has figures below 0. The target of a distance is the better end of the published
    scale.

    Parameters
    ----------
    recipe : Recipe
        As published.
    chosen : dict
        A level by factor name.
    directions : dict of str to int, optional
        By code of the indicator; needed for ``distance_to_target`` alone.

    Examples
    --------
    >>> from ranking.core.recipe import Recipe
    >>> found = changed_recipe(Recipe(), {"aggregation": "harmonic", "normalization": "z_score"})
    >>> found.aggregation, found.normalization, found.low
    ('harmonic', 'min_max', 1.0)
    """
    kept = ("k", "normalization", "aggregation", "objective", "direction", "level")
    changes = {name: chosen[name] for name in kept if name in chosen}
    if "combination" in chosen:
        way, _, alpha = chosen["combination"].partition(" ")
        changes |= {"combination": way, "alpha": float(alpha or recipe.alpha)}
    mean = changes.get("aggregation")
    if mean in ABOVE_ZERO or (mean == "power" and (recipe.exponent <= 0 or below_zero(recipe, changes))):
        changes |= {"normalization": "min_max", "low": max(recipe.low, FLOOR * recipe.high)}
    if changes.get("normalization") == "distance_to_target":
        changes["references"] = better_ends(recipe, directions)
    return replace(recipe, **changes)


def better_ends(recipe, directions):
    """Return the better end of the published scale for every indicator, as the reference of a target.

    Examples
    --------
    >>> from ranking.core.recipe import Recipe
    >>> better_ends(Recipe(normalization="goalposts", references={"A": (0, 9), "B": (2, 5)}), {"A": 1, "B": -1})
    {'A': (9,), 'B': (2,)}
    """
    posts = recipe.normalization == "goalposts"  # lower and upper whatever the direction
    return {
        code: (recipe.references[code][0 if posts and sign == -1 else 1],)
        for code, sign in directions.items()
    }


def below_zero(recipe, changes):
    """Tell whether the scale of a changed recipe has figures below 0 whatever the figures are."""
    return changes.get("normalization", recipe.normalization) == "z_score"
