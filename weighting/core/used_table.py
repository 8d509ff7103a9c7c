"""From sealed figures to the matrix that is weighed and scored, every change on the way on record."""

from dataclasses import asdict, dataclass

import numpy as np

from weighting.core.direction import toward_interval
from weighting.core.missing import fill_with_group_median
from weighting.core.refusal import MatrixRefused, Notice
from weighting.core.treatment import treat_outliers


@dataclass(frozen=True)
class Table:
    """The part of a dataset that is weighed and scored; a unit is anything with a code, values and attributes.

    ``matrix`` is (units, leaves) as used, NaN only where missing cells are shared out among the present ones;
    ``directions`` are those of its columns; ``notices`` tell what was changed.
    """

    units: tuple
    left_out: tuple[str, ...]
    matrix: np.ndarray
    directions: np.ndarray
    notices: tuple[Notice, ...]


def used_table(units, codes, directions, rules) -> Table:
    """Apply the protocol's rules for missing cells, targets and outliers.

    Parameters
    ----------
    units : sequence
        Each with ``code``, ``values`` (figures or None in the order of the codes) and ``attributes``.
    codes : sequence of str
    directions : ndarray of int, shape (n,)
    rules : dict
        The weighting section of the protocol.

    Returns
    -------
    Table

    Raises
    ------
    MatrixRefused
        ``missing_values``, ``unknown_column`` and what the treatments refuse.
    """
    codes, notices = list(codes), []
    kept, left_out = kept_units(units, codes, rules["missing"])
    matrix = np.array([unit.values for unit in kept], dtype=float).reshape(len(kept), len(codes))
    matrix = filled(matrix, kept, codes, rules, notices)
    matrix, signs = toward_targets(matrix, codes, directions, rules["targets"], notices)
    if rules["outliers"] != "keep":
        treatment = treat_outliers(matrix, codes=codes, bend=rules["outliers"])
        matrix = treatment.matrix
        notices += [Notice(f"outliers_{step.method}", step.column, asdict(step)) for step in treatment.steps]
    return Table(tuple(kept), tuple(left_out), matrix, signs, tuple(notices))


def kept_units(units, codes, missing):
    """Return the units that are weighed and the codes of the others, by the rule for missing cells."""
    gaps = [unit for unit in units if None in unit.values]
    if gaps and missing == "refuse":
        pairs = (zip(codes, unit.values, strict=True) for unit in gaps)
        columns = {code for pair in pairs for code, value in pair if value is None}
        raise MatrixRefused("missing_values", sorted(columns), {"units": len(gaps)})
    if missing == "leave_out":
        return [unit for unit in units if None not in unit.values], [unit.code for unit in gaps]
    empty = [unit for unit in gaps if not any(value is not None for value in unit.values)]
    return [unit for unit in units if unit not in empty], [unit.code for unit in empty]


def filled(matrix, units, codes, rules, notices):
    """Return the matrix, its gaps filled with the median of the unit's group where the protocol says so."""
    if rules["missing"] != "group_median" or not np.isnan(matrix).any():
        return matrix
    name = rules["missing_group"]
    groups = np.array([unit.attributes.get(name, "") for unit in units]) if name else None
    done = fill_with_group_median(matrix, groups, codes=codes)
    notices += [Notice("filled_with_median", code, {"cells": count}) for code, count in done.missing.items()]
    return done.matrix


def toward_targets(matrix, codes, directions, targets, notices):
    """Return matrix and directions, columns with a best value or a best interval turned into closeness to it."""
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
