"""From sealed figures to the matrix that is weighed and scored, every change on the way on record."""

from dataclasses import dataclass

import numpy as np

from weighting.core.preparation import prepare
from weighting.core.refusal import MatrixRefused, Notice


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
    codes = list(codes)
    kept, left_out = kept_units(units, codes, rules["missing"])
    matrix = np.array([unit.values for unit in kept], dtype=float).reshape(len(kept), len(codes))
    name = rules["missing_group"]
    prepared = prepare(
        matrix,
        directions,
        codes,
        fill=rules["missing"] == "group_median",
        groups=np.array([unit.attributes.get(name, "") for unit in kept]) if name else None,
        targets=rules["targets"],
        outliers=rules["outliers"],
    )
    return Table(tuple(kept), tuple(left_out), prepared.matrix, prepared.directions, prepared.notices)


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
