"""From a sealed dataset to the matrix that is weighed and scored, every change on the way on record."""

from dataclasses import asdict, dataclass

import numpy as np

from weighting.core.direction import toward_interval
from weighting.core.missing import fill_with_group_median
from weighting.core.refusal import MatrixRefused, Notice
from weighting.core.treatment import treat_outliers
from weighting.models import Dataset, Unit
from weighting.trees import StudyTree


@dataclass(frozen=True)
class Table:
    """The part of a dataset that is weighed and scored.

    ``matrix`` is (units, leaves) as used, NaN only where missing cells are shared out among the present ones;
    ``directions`` are those of its columns; ``notices`` tell what was changed.
    """

    units: tuple[Unit, ...]
    left_out: tuple[str, ...]
    matrix: np.ndarray
    directions: np.ndarray
    notices: tuple[Notice, ...]


def read_table(dataset: Dataset, tree: StudyTree, rules: dict) -> Table:
    """The matrix by the protocol's rules for missing cells, targets and outliers; raises `MatrixRefused`."""
    units, notices = list(dataset.units.all()), []
    kept, left_out = _kept(dataset, units, rules["missing"])
    matrix = np.array([unit.values for unit in kept], dtype=float).reshape(len(kept), len(dataset.codes))
    matrix = _filled(matrix, kept, dataset.codes, rules, notices)
    matrix, directions = _toward_targets(matrix, dataset.codes, tree.directions, rules["targets"], notices)
    if rules["outliers"] != "keep":
        treatment = treat_outliers(matrix, codes=dataset.codes, bend=rules["outliers"])
        matrix = treatment.matrix
        notices += [Notice(f"outliers_{step.method}", step.column, asdict(step)) for step in treatment.steps]
    return Table(tuple(kept), tuple(left_out), matrix, directions, tuple(notices))


def _kept(dataset: Dataset, units: list[Unit], missing: str) -> tuple[list[Unit], list[str]]:
    gaps = [unit for unit in units if None in unit.values]
    if gaps and missing == "refuse":
        pairs = (zip(dataset.codes, unit.values, strict=True) for unit in gaps)
        columns = {code for pair in pairs for code, value in pair if value is None}
        raise MatrixRefused("missing_values", sorted(columns), {"units": len(gaps)})
    if missing == "leave_out":
        return [unit for unit in units if None not in unit.values], [unit.code for unit in gaps]
    empty = [unit for unit in gaps if not any(value is not None for value in unit.values)]
    return [unit for unit in units if unit not in empty], [unit.code for unit in empty]


def _filled(matrix, units, codes, rules, notices) -> np.ndarray:
    """Fill gaps with the median of the unit's group where the protocol says so."""
    if rules["missing"] != "group_median" or not np.isnan(matrix).any():
        return matrix
    name = rules["missing_group"]
    groups = np.array([unit.attributes.get(name, "") for unit in units]) if name else None
    done = fill_with_group_median(matrix, groups, codes=codes)
    notices += [Notice("filled_with_median", code, {"cells": count}) for code, count in done.missing.items()]
    return done.matrix


def _toward_targets(matrix, codes, directions, targets, notices) -> tuple[np.ndarray, np.ndarray]:
    """Turn columns with a best value or a best interval into closeness to it, 1 at best."""
    unknown = sorted(set(targets) - set(codes))
    if unknown:
        raise MatrixRefused("unknown_column", unknown)
    turned, signs = matrix.copy(), directions.copy()
    for code, (low, high) in targets.items():
        column = codes.index(code)
        turned[:, [column]] = toward_interval(matrix[:, [column]], low, high)
        signs[column] = 1
        notices.append(Notice("toward_interval", code, {"low": low, "high": high}))
    return turned, signs
