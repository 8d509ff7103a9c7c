"""Computing a finished run again from its stored inputs and parameters, and comparing everything."""

import numpy as np

from ranking.models import Run, Score
from ranking.runs import fresh_rows, fresh_tables, rank_units, rows_sha256, run_table
from weighting.trees import StudyTree, study_tree
from weighting.weight_sets import derive_weights, derived_rows, weights_sha256

SCORE_FIELDS = ("score", "rank", "tier", "rank_low", "rank_high", "dimensions")
WEIGHT_FIELDS = (
    "expert",
    "variation",
    "combined",
    "effective",
    "mean",
    "sd",
    "coefficient",
    "raw_coefficient",
)
BY_LEAF = ("figures", "normalized", "contributions")  # the other tables have a column for every node


def replay_run(run: Run) -> list[str]:
    """What differs between the stored run and the same run computed now: nothing, for a run that holds."""
    tree = study_tree(run.study)
    return [*_weight_differences(run, tree), *_run_differences(run, tree)]


def _weight_differences(run: Run, tree: StudyTree) -> list[str]:
    """Stored weights against those that the frozen answers and the sealed data give now."""
    rows = derived_rows(run.weight_set, tree, derive_weights(run.weight_set, tree))
    stored = {weight.indicator_id: weight for weight in run.weight_set.weights.all()}
    differences = []
    for row in rows:
        found = _row_differences(stored.get(row.indicator_id), row, WEIGHT_FIELDS)
        differences += [f"weight of {row.indicator.code}: {words}" for words in found]
    if weights_sha256(rows) != run.weight_set.sha256:
        differences.append("the hash of the weights differs")
    return differences


def _run_differences(run: Run, tree: StudyTree) -> list[str]:
    """Stored scores and tables against computed ones."""
    found = rank_units(run, tree)
    rows = fresh_rows(run, tree, found)
    stored = {score.unit_id: score for score in Score.objects.filter(run=run)}
    differences = [f"units: {len(stored)} stored, {len(rows)} computed"] if len(stored) != len(rows) else []
    for row in rows:
        words = _row_differences(stored.get(row.unit_id), row, SCORE_FIELDS)
        differences += [f"{row.unit.code}: {word}" for word in words]
    units = [unit.code for unit in found.table.units]
    for name, array in fresh_tables(run, tree, found).items():
        columns = [leaf.code for leaf in tree.leaves] if name in BY_LEAF else list(tree.tree.codes)
        differences += _table_differences(name, run_table(run, name), array, units, columns)
    if rows_sha256(rows) != run.sha256:
        differences.append("the hash of scores and ranks differs")
    return differences


def _row_differences(kept, row, fields: tuple[str, ...]) -> list[str]:
    pairs = [(name, getattr(kept, name, None), getattr(row, name)) for name in fields]
    return [f"{name} {old} stored, {new} computed" for name, old, new in pairs if old != new]


def _table_differences(name: str, kept: np.ndarray | None, array: np.ndarray, units, columns) -> list[str]:
    """Every cell in which a kept table differs, by unit and column."""
    if kept is None or kept.shape != array.shape:
        return [f"table {name} is missing or of another shape"]
    differs = (kept != array) & ~(np.isnan(kept) & np.isnan(array))
    return [
        f"table {name}, {units[row]}, {columns[column]}: {kept[row, column]} stored, {array[row, column]} computed"
        for row, column in np.argwhere(differs).tolist()
    ]
