"""Computing a finished run again from its stored inputs and parameters, and comparing everything."""

import zipfile
import zlib

import numpy as np
from django.core.exceptions import ObjectDoesNotExist

from ranking.models import Publication, Run, Score
from ranking.publications import publication_differences
from ranking.runs import fresh_rows, fresh_tables, rank_units, rows_sha256, run_key, run_table
from survey.sealing import canonical_bytes, read_document, sha256_hex
from weighting.core.refusal import MatrixRefused
from weighting.datasets import dataset_document
from weighting.trees import StudyTree, study_tree
from weighting.weight_sets import (
    derive_weights,
    derived_rows,
    objective_facts,
    weight_set_key,
    weights_sha256,
)

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
    "measured",
)
BY_LEAF = ("figures", "normalized", "contributions")  # the other tables have a column for every node


def replay_run(run: Run) -> list[str]:
    """What differs between the stored run and the same run computed now: nothing, for a run that holds."""
    tree, found = study_tree(run.study), _input_differences(run)
    try:
        found += [*_weight_differences(run, tree), *_run_differences(run, tree)]
    except (MatrixRefused, LookupError, TypeError, ValueError) as fault:
        found.append(f"it cannot be computed from what is stored: {type(fault).__name__} {fault}")
    return found + _publication_differences(run)


def _input_differences(run: Run) -> list[str]:
    """Frozen answers, sealed figures, rules and keys against their hashes."""
    weight_set, study = run.weight_set, run.study
    turn, dataset = weight_set.round, weight_set.dataset
    snapshot = turn.snapshot
    hashes = [
        ("answers", turn.sha256, sha256_hex(snapshot)),
        ("figures", dataset.sha256, _hashed(dataset_document(dataset))),
        ("protocol", study.protocol_sha256, _hashed(study.protocol)),
        (
            "inputs of the weights",
            weight_set.key,
            weight_set_key(weight_set.round, dataset, weight_set.parameters),
        ),
        ("inputs of the run", run.key, run_key(weight_set, run.parameters)),
    ]
    found = [f"the hash of the {name} differs" for name, kept, fresh in hashes if kept != fresh]
    answers = _answers(snapshot)
    if (
        answers is None
        or turn.receipts() != [answer["leaf"] for answer in answers]
        or turn.answers != len(answers)
    ):
        found.append(f"round {turn.number}: receipts and answers are not those of the frozen answers")
    return found


def _hashed(document) -> str:
    try:
        return sha256_hex(canonical_bytes(document))
    except (ValueError, TypeError) as fault:  # a number that no record can hold
        return f"{type(fault).__name__}"


def _answers(snapshot: bytes) -> list[dict] | None:
    try:
        return read_document(snapshot)["answers"]
    except (ValueError, LookupError):
        return None


def _publication_differences(run: Run) -> list[str]:
    """Every publication made of the run: its signed bundle, and what the database says beside it."""
    found = []
    for publication in Publication.objects.seen().filter(run=run).defer(None):
        found += [
            f"revision {publication.revision}: {words}" for words in publication_differences(publication)
        ]
    return found


def _weight_differences(run: Run, tree: StudyTree) -> list[str]:
    """Stored weights against those that the frozen answers and the sealed data give now."""
    derived = derive_weights(run.weight_set, tree)
    rows = derived_rows(run.weight_set, tree, derived)
    stored = {weight.indicator_id: weight for weight in run.weight_set.weights.all()}
    differences = [f"weights: {len(stored)} stored, {len(rows)} computed"] if len(stored) != len(rows) else []
    for row in rows:
        found = _row_differences(stored.get(row.indicator_id), row, WEIGHT_FIELDS)
        differences += [f"weight of {row.indicator.code}: {words}" for words in found]
    if weights_sha256(rows) != run.weight_set.sha256:
        differences.append("the hash of the weights differs")
    differences += [
        f"{name} of the weights: {old} stored, {new} computed"
        for name, old, new in _facts(run.weight_set.facts, objective_facts(derived.objective))
    ]
    if list(derived.table.left_out) != run.weight_set.units_left_out:
        differences.append("units left out: others are stored than computed")
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
        differences += _table_differences(name, _kept_table(run, name), array, units, columns)
    differences += [
        f"{name}: {old} stored, {new} computed" for name, old, new in _facts(run.facts, found.facts)
    ]
    if rows_sha256(rows) != run.sha256:
        differences.append("the hash of scores and ranks differs")
    return differences


def _kept_table(run: Run, name: str) -> np.ndarray | None:
    """One kept table; None where it is gone or its bytes are no table any more."""
    try:
        return run_table(run, name)
    except (ObjectDoesNotExist, zipfile.BadZipFile, zlib.error, EOFError, OSError, LookupError, ValueError):
        return None


def _facts(kept: dict, fresh: dict) -> list[tuple]:
    """Facts that differ, by name."""
    return [
        (name, kept.get(name), fresh.get(name))
        for name in sorted(kept.keys() | fresh.keys())
        if kept.get(name) != fresh.get(name)
    ]


def _row_differences(kept, row, fields: tuple[str, ...]) -> list[str]:
    pairs = [(name, getattr(kept, name, None), getattr(row, name)) for name in fields]
    return [f"{name} {old} stored, {new} computed" for name, old, new in pairs if old != new]


def _table_differences(name: str, kept: np.ndarray | None, array: np.ndarray, units, columns) -> list[str]:
    """Every cell in which a kept table differs, by unit and column."""
    if kept is None or kept.shape != array.shape:
        return [f"table {name} is missing, cannot be read or has another shape"]
    differs = (kept != array) & ~(np.isnan(kept) & np.isnan(array))
    return [
        f"table {name}, {units[row]}, {columns[column]}: {kept[row, column]} stored, {array[row, column]} computed"
        for row, column in np.argwhere(differs).tolist()
    ]
