"""How the experts' and the data's weight of one indicator became one: the numbers of the combination."""

from dataclasses import dataclass

import numpy as np

from weighting.core.combination import (
    game_theory_coefficients,
    leading_eigenvector,
    max_deviation_coefficients,
    squared_deviations,
)
from weighting.core.derivation import WeightRecipe
from weighting.core.tree import Tree


@dataclass(frozen=True)
class Mixture:
    """One indicator's combination, over all indicators or among the siblings that carry figures.

    ``s`` and ``o`` are the shares that were combined, ``result`` what came out; ``total`` what the mixtures of all
    add up to (1 where nothing is divided). ``first`` and ``second`` are the coefficients of s and o where the rule
    finds some, ``products`` the three numbers they come from and ``raw`` both before they are cut at 0 and closed.
    ``share`` is what those that are combined have together inside their group, None where all are combined at once.
    """

    rule: str
    s: float
    o: float
    total: float
    result: float
    share: float | None
    first: float | None = None
    second: float | None = None
    products: tuple[float, float, float] | None = None
    raw: tuple[float, float] | None = None

    @property
    def is_cut(self) -> bool:
        """Whether a coefficient was below 0 and cut."""
        return self.raw is not None and min(self.raw) < 0


def mixtures_of(
    tree: Tree, recipe: WeightRecipe, expert: np.ndarray, variation: np.ndarray, figures: np.ndarray | None
) -> dict[int, Mixture]:
    """The mixture of every leaf, under the level ``both`` of headings too, by node.

    ``expert`` and ``variation`` are local weights of all nodes, ``figures`` the scaled matrix of a rule that needs one.
    What is not combined with any other, alone in its group, has no mixture under the levels ``group`` and ``both``.
    """
    leaves = tree.leaves
    if recipe.level == "global":
        s, o = _whole(tree, expert)[leaves], _whole(tree, variation)[leaves]
        return dict(zip(leaves.tolist(), _mixed(recipe, s, o, figures, None), strict=True))
    found = {}
    for group in tree.groups:
        places = np.flatnonzero(np.isin(leaves, group))
        nodes = group if recipe.level == "both" else leaves[places]
        if len(nodes) > 1:
            share, data = float(expert[nodes].sum()), variation[nodes] / variation[nodes].sum()
            people = expert[nodes] / share if share > 0 else data
            columns = None if figures is None else figures[:, places]
            found |= dict(zip(nodes.tolist(), _mixed(recipe, people, data, columns, share), strict=True))
    return found


def _whole(tree: Tree, local: np.ndarray) -> np.ndarray:
    """Products of local weights along the path."""
    whole = local.copy()
    for node, parent in enumerate(tree.parents):
        whole[node] *= whole[parent] if parent >= 0 else 1.0
    return whole


def _mixed(recipe: WeightRecipe, s, o, figures, share) -> list[Mixture]:
    """The mixtures of indicators that are combined with each other."""
    rule, coefficients = recipe.combination, {}
    if rule in ("product", "entropy"):
        mixed = s * o if rule == "product" else np.sqrt(s * o)
    elif rule == "linear":
        mixed = recipe.alpha * s + (1 - recipe.alpha) * o
    else:
        coefficients = _coefficients(rule, s, o, figures)
        mixed = coefficients["first"] * s + coefficients["second"] * o
    total = float(mixed.sum())
    return [
        Mixture(rule, float(a), float(b), total, float(m / total), share, **coefficients)
        for a, b, m in zip(s, o, mixed, strict=True)
    ]


def _coefficients(rule: str, s, o, figures) -> dict:
    """What the rule finds for s and o, and the numbers it finds it from."""
    spread = squared_deviations(figures) if rule == "max_deviation" else 1.0
    ss, so, oo = (float((left * right * spread).sum()) for left, right in ((s, s), (s, o), (o, o)))
    if rule == "max_deviation":
        found, raw = max_deviation_coefficients(s, o, figures), leading_eigenvector(ss, so, oo)
    else:
        found, raw = game_theory_coefficients(s, o), (oo * (ss - so), ss * (oo - so))
    return {
        "first": float(found.expert),
        "second": float(found.variation),
        "products": (ss, so, oo),
        "raw": (float(raw[0]), float(raw[1])),
    }
