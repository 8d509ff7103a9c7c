"""Who takes the first ranks over the drawn weights, and under which weights: rows for a page."""

import math

from ranking.models import RobustnessStudy, Score
from survey.models import Indicator
from weighting.trees import study_tree

SHADES = 5  # tints of a table's cells
MOST_LEADERS = 12  # units that lead in some draw
MOST_MOVED = 3  # indicators whose central weight is furthest above the published one
SMALL_MOVE = 0.0005  # of the whole: less shows as 0.0 percentage points


def lead_rows(study: RobustnessStudy) -> list[dict]:
    """The units that lead in some draw: how often, and their central weights beside the published ones."""
    leads, rows = study.result.get("leads"), []
    if not leads:
        return rows
    draws, weights = study.parameters["draws"], leads["weights"]
    dimensions, names = _dimension_of(study), indicator_names(study)
    scores = _scores_of(study, [row["code"] for row in leads["first"]])
    for row in leads["first"][:MOST_LEADERS]:
        moves = sorted(zip(row["weights"], weights, leads["codes"], strict=True), key=lambda m: m[1] - m[0])
        rows.append(
            {
                "score": scores[row["code"]],
                "share": row["draws"] / draws,
                "dimensions": [
                    sum(part) for part in _by_dimension(row["weights"], leads["codes"], dimensions)
                ],
                "raised": [
                    {"label": names[code], "by": own - usual}
                    for own, usual, code in moves[:MOST_MOVED]
                    if own - usual >= SMALL_MOVE
                ],
            }
        )
    published = [sum(part) for part in _by_dimension(weights, leads["codes"], dimensions)]
    return [{"score": None, "share": None, "dimensions": published, "raised": []}, *rows]


def _by_dimension(weights: list[float], codes: list[str], dimensions: dict[str, str]) -> list[list[float]]:
    """The weights of the indicators of each dimension, dimensions in their order."""
    found: dict[str, list[float]] = {dimension: [] for dimension in dict.fromkeys(dimensions.values())}
    for code, weight in zip(codes, weights, strict=True):
        found[dimensions[code]].append(weight)
    return list(found.values())


def _dimension_of(study: RobustnessStudy) -> dict[str, str]:
    """The dimension that every indicator with figures is under, dimensions in their order."""
    tree = study_tree(study.run.study)
    tops = [tree.indicators[node].code for node in tree.tree.level_nodes[0]]
    above = {}
    for node, parent in enumerate(tree.tree.parents):
        above[node] = node if parent < 0 else above[parent]
    found = {
        leaf.code: tree.indicators[above[node]].code
        for leaf, node in zip(tree.leaves, tree.tree.leaves, strict=True)
    }
    return dict(sorted(found.items(), key=lambda pair: tops.index(pair[1])))


def _scores_of(study: RobustnessStudy, codes: list[str]) -> dict[str, Score]:
    found = Score.objects.filter(run=study.run, unit__code__in=codes).select_related("unit")
    return {score.unit.code: score for score in found}


def leading_rows(study: RobustnessStudy, rows: list[dict]) -> list[dict]:
    """How often each of the first units takes each of the first ranks, each share with its tint."""
    found = {row["code"]: row for row in rows}
    return [
        {**found[row["code"]], "shares": [(share, math.ceil(SHADES * share)) for share in row["ranks"]]}
        for row in study.result.get("leading", [])
        if row["code"] in found
    ]


def indicator_names(study: RobustnessStudy) -> dict[str, str]:
    """The indicators' names by code."""
    return {indicator.code: indicator.label for indicator in Indicator.objects.filter(study=study.run.study)}
