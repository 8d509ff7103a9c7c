"""How a unit got its score, as arithmetic down to the raw cells; read from the run's kept tables."""

from dataclasses import dataclass

import numpy as np

from ranking.models import Run, Score
from ranking.runs import run_recipe, run_table
from survey.models import Indicator
from weighting.models import IndicatorWeight
from weighting.trees import study_tree


@dataclass(frozen=True)
class Line:
    """One node of the tree in a unit's score.

    ``raw`` is the figure as imported, ``used`` after filling and treatment, ``low`` and ``high`` the ends of the
    column, ``value`` the normalised figure or the node's score, ``weight`` the share inside the group as used for
    this unit, ``points`` what the leaf brought to the score (None where the aggregation has no such split).
    """

    indicator: Indicator
    depth: int
    is_leaf: bool
    raw: float | None
    used: float | None
    low: float | None
    high: float | None
    value: float
    weight: float
    effective: float
    points: float | None
    derivation: IndicatorWeight


@dataclass(frozen=True)
class Explanation:
    """A unit's score and everything it is made of."""

    score: Score
    lines: tuple[Line, ...]
    total: float
    is_additive: bool


def explain_score(run: Run, score: Score) -> Explanation:
    """The unit's score line by line, in tree order."""
    tree, place = study_tree(run.study), _place(run, score)
    tables = {
        name: run_table(run, name) for name in ("figures", "normalized", "nodes", "local", "contributions")
    }
    derived = {row.indicator_id: row for row in run.weight_set.weights.all()}
    leaf = {node: column for column, node in enumerate(tree.tree.leaves.tolist())}
    effective = _effective(tree.tree.parents, tables["local"][place])
    lines = tuple(
        Line(
            indicator=indicator,
            depth=tree.tree.levels[node],
            is_leaf=node in leaf,
            value=float(tables["nodes"][place, node]),
            weight=float(tables["local"][place, node]),
            effective=effective[node],
            derivation=derived[indicator.pk],
            **_leaf_figures(score, tables, place, leaf.get(node)),
        )
        for node, indicator in enumerate(tree.indicators)
    )
    return Explanation(score, lines, score.score, run_recipe(run).is_additive)


def _place(run: Run, score: Score) -> int:
    """The unit's row in the run's tables, which hold the scored units in the order of the dataset."""
    return Score.objects.filter(run=run, unit__position__lt=score.unit.position).count()


def _leaf_figures(score: Score, tables: dict, place: int, column: int | None) -> dict:
    if column is None:
        return dict.fromkeys(("raw", "used", "low", "high", "points"))
    figures = tables["figures"][:, column]
    used, contributions = float(figures[place]), tables["contributions"]
    return {
        "raw": score.unit.values[column],
        "used": None if np.isnan(used) else used,
        "low": float(np.nanmin(figures)),
        "high": float(np.nanmax(figures)),
        "points": None if contributions is None else float(contributions[place, column]),
    }


def _effective(parents: tuple[int, ...], local: np.ndarray) -> list[float]:
    """Product of the unit's weights along the path; parents stand before their children."""
    found: list[float] = []
    for node, parent in enumerate(parents):
        found.append(float(local[node]) * (found[parent] if parent >= 0 else 1.0))
    return found
