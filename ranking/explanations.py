"""How a unit got its score, as arithmetic down to the raw cells; read from the run's kept tables."""

from dataclasses import dataclass

import numpy as np

from ranking.core.recipe import Recipe
from ranking.core.tree_scores import per_level
from ranking.mixtures import Mixture, mixtures_of
from ranking.models import Run, Score
from ranking.runs import run_recipe, run_table
from ranking.scalings import Scaling, scaling_of
from survey.models import Indicator
from weighting.core.derivation import combining
from weighting.core.tree import Tree
from weighting.trees import StudyTree, study_tree
from weighting.weight_table import WeightRow, weight_rows

TABLES = ("figures", "normalized", "nodes", "local", "contributions")
NO_FIGURES = {"is_leaf": False, "raw": None, "used": None, "scaling": None, "is_target": False}


@dataclass(frozen=True)
class Parting:
    """How points are parted inside a node's group: ``exponent`` of its mean (None where votes are shared), ``mean`` and
    ``points`` of the node above, or of the composite."""

    exponent: float | None
    mean: float
    points: float


@dataclass(frozen=True)
class Line:
    """One node of the tree in a unit's score.

    ``raw`` is the figure as imported, ``used`` after filling and treatment, ``scaling`` how it was brought to the
    scale, ``value`` the scaled figure or the node's score, ``weight`` the share inside the group and ``effective``
    the share of the whole as used for this unit, ``points`` what the node brought to the score, ``share`` what part
    that is of the points of the node above (None where that has none), ``parting`` how they were parted, ``derived``
    where the weight comes from, ``mixture`` how experts and data were combined in it, ``above`` the final share of the
    whole of the node above.
    """

    indicator: Indicator
    depth: int
    is_leaf: bool
    raw: float | None
    used: float | None
    scaling: Scaling | None
    value: float | None
    weight: float
    effective: float
    points: float
    share: float | None
    parting: Parting
    derived: WeightRow
    is_target: bool
    mixture: Mixture | None
    above: float

    @property
    def change(self) -> str:
        """What happened to the raw figure before it was scaled."""
        if not self.is_leaf or self.raw == self.used:
            return "none" if self.raw is not None or not self.is_leaf else "missing"
        if self.raw is None:
            return "filled"
        return "toward_interval" if self.is_target else "treated"


@dataclass(frozen=True)
class Explanation:
    """A unit's score and everything it is made of; ``factor`` brings weighted sums to the scale of the scores."""

    score: Score
    lines: tuple[Line, ...]
    factor: float
    recipe: Recipe
    rules: dict

    @property
    def total(self) -> float:
        """The score."""
        return self.score.score

    @property
    def is_additive(self) -> bool:
        """Whether points are weight times scaled figure."""
        return self.recipe.is_additive

    @property
    def largest(self) -> float:
        """The most points of any leaf, the full length of a bar."""
        return max((abs(line.points) for line in self.lines if line.is_leaf and line.points), default=1.0)

    @property
    def has_shared_weights(self) -> bool:
        """Whether the weight of missing figures was shared out for this unit."""
        return any(line.value is None for line in self.lines)


def explain_score(run: Run, score: Score) -> Explanation:
    """The unit's score line by line, in tree order."""
    tree, recipe, place = study_tree(run.study), run_recipe(run), _place(run, score)
    tables = {name: run_table(run, name) for name in TABLES}
    factor = scale_factor(recipe, tables["contributions"])
    leaves = _leaf_figures(run, tree, recipe, tables["figures"], score, place)
    points = (factor * (tables["contributions"][place] @ tree.tree.leaf_membership)).tolist()
    partings = _partings(tree.tree, recipe, tables["nodes"][place], points, factor)
    effective = _effective(tree.tree.parents, tables["local"][place])
    mixtures = _mixtures(run, tree, recipe, tables["figures"])
    derived = {row.indicator.pk: row for row in weight_rows(run.weight_set)}
    lines = tuple(
        Line(
            indicator=indicator,
            depth=tree.tree.levels[node],
            value=_number(tables["nodes"][place, node]),
            weight=float(tables["local"][place, node]),
            effective=effective[node],
            points=points[node],
            share=points[node] / partings[node].points if partings[node].points else None,
            parting=partings[node],
            derived=derived[indicator.pk],
            mixture=mixtures.get(node),
            above=derived[indicator.parent_id].final if indicator.parent_id else 1.0,
            **leaves.get(node, NO_FIGURES),
        )
        for node, indicator in enumerate(tree.indicators)
    )
    return Explanation(score, lines, factor, recipe, run.weight_set.parameters)


def points_by_unit(run: Run) -> dict[str, dict[str, float]]:
    """What every node brought to the score of every scored unit, by both codes."""
    contributions = run_table(run, "contributions")
    tree, scores = study_tree(run.study), Score.objects.filter(run=run).order_by("unit__position")
    points = scale_factor(run_recipe(run), contributions) * (contributions @ tree.tree.leaf_membership)
    codes = scores.values_list("unit__code", flat=True)
    return {
        code: dict(zip(tree.tree.codes, row, strict=True))
        for code, row in zip(codes, points.tolist(), strict=True)
    }


def _mixtures(run: Run, tree: StudyTree, recipe: Recipe, figures: np.ndarray) -> dict[int, Mixture]:
    """How both weights of every leaf were combined, by node."""
    stored = {row.indicator_id: row for row in run.weight_set.weights.all()}
    local = np.array([[stored[i.pk].expert, stored[i.pk].variation] for i in tree.indicators])
    targets = run.weight_set.parameters.get("targets", {})
    directions = [1 if leaf.code in targets else leaf.direction for leaf in tree.leaves]
    together = combining(figures, directions, [leaf.code for leaf in tree.leaves], recipe)
    return mixtures_of(tree.tree, recipe, local[:, 0], local[:, 1], together.matrix)


def _place(run: Run, score: Score) -> int:
    """The unit's row in the run's tables, which hold the scored units in the order of the dataset."""
    return Score.objects.filter(run=run, unit__position__lt=score.unit.position).count()


def scale_factor(recipe: Recipe, contributions: np.ndarray) -> float:
    """What contributions are multiplied by: on the vector scale the leader gets 100."""
    if recipe.normalization != "vector":
        return 1.0
    return float(100 / contributions.sum(axis=1).max())


def _leaf_figures(
    run: Run, tree: StudyTree, recipe: Recipe, figures: np.ndarray, score: Score, place: int
) -> dict[int, dict]:
    """Raw and used figure of every leaf and how it was scaled, by node."""
    found, targets = {}, run.weight_set.parameters.get("targets", {})
    for column, (node, leaf) in enumerate(zip(tree.tree.leaves.tolist(), tree.leaves, strict=True)):
        direction = 1 if leaf.code in targets else leaf.direction
        found[node] = {
            "is_leaf": True,
            "raw": score.unit.values[column],
            "used": _number(figures[place, column]),
            "scaling": scaling_of(
                figures[:, column], place, code=leaf.code, direction=direction, recipe=recipe
            ),
            "is_target": leaf.code in targets,
        }
    return found


def _number(value: float) -> float | None:
    return None if np.isnan(value) else float(value)


def _partings(
    tree: Tree, recipe: Recipe, values: np.ndarray, points: list[float], factor: float
) -> list[Parting]:
    """How every node got its points; below a level of Copeland the votes are shared on."""
    total = sum(points[node] for node in tree.level_nodes[0])
    by_level = per_level(recipe.exponents, tree.depth)
    found = []
    for node, parent in enumerate(tree.parents):
        own = by_level[: tree.levels[node] + 1]
        mean, whole = (float(values[parent]), points[parent]) if parent >= 0 else (total / factor, total)
        found.append(Parting(None if None in own else own[-1], mean, whole))
    return found


def _effective(parents: tuple[int, ...], local: np.ndarray) -> list[float]:
    """Product of the unit's weights along the path; parents stand before their children."""
    found: list[float] = []
    for node, parent in enumerate(parents):
        found.append(float(local[node]) * (found[parent] if parent >= 0 else 1.0))
    return found
