"""Computing a finished run again from its stored inputs and parameters, and comparing everything."""

import numpy as np

from ranking.models import Run, Score
from ranking.runs import fresh_rows, fresh_tables, rank_units, rows_sha256, run_table
from weighting.trees import study_tree

FIELDS = ("score", "rank", "tier", "rank_low", "rank_high", "dimensions")


def replay_run(run: Run) -> list[str]:
    """What differs between the stored run and the same run computed now: nothing, for a run that holds."""
    tree = study_tree(run.study)
    found = rank_units(run, tree)
    rows = fresh_rows(run, tree, found)
    stored = {score.unit_id: score for score in Score.objects.filter(run=run)}
    differences = [f"units: {len(stored)} stored, {len(rows)} computed"] if len(stored) != len(rows) else []
    for row in rows:
        kept = stored.get(row.unit_id)
        differences += [
            f"{row.unit.code}: {name} {getattr(kept, name, None)} stored, {getattr(row, name)} computed"
            for name in FIELDS
            if getattr(kept, name, None) != getattr(row, name)
        ]
    for name, array in fresh_tables(run, tree, found).items():
        kept = run_table(run, name)
        if kept is None or not np.array_equal(kept, array, equal_nan=True):
            differences.append(f"table {name} differs")
    if rows_sha256(rows) != run.sha256:
        differences.append("the hash of scores and ranks differs")
    return differences
