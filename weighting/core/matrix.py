"""What every method asks of a matrix (units in rows, indicators in columns) before it starts."""

import numpy as np

from weighting.core.refusal import MatrixRefused, Notice

SMALLEST, LARGEST = 1e-100, 1e100


def as_matrix(matrix):
    """Return the matrix as float64 of two dimensions, without a copy where none is needed."""
    values = np.asarray(matrix, dtype=np.float64)
    if values.ndim != 2 or values.shape[1] == 0:
        raise MatrixRefused("not_a_matrix", numbers={"shape": values.shape})
    return values


def column_codes(matrix, codes=None):
    """Return one code a column: those given, or the positions as text."""
    if codes is None:
        return tuple(str(position) for position in range(matrix.shape[1]))
    if len(codes) != matrix.shape[1]:
        raise MatrixRefused("codes_do_not_match", numbers={"codes": len(codes), "columns": matrix.shape[1]})
    return tuple(codes)


def as_directions(directions, matrix, codes=None):
    """Return the directions as integers (n,), each +1 or -1."""
    signs = np.asarray(directions)
    if signs.shape != (matrix.shape[1],):
        raise MatrixRefused("directions_do_not_match", numbers={"shape": signs.shape})
    unknown = (signs != 1) & (signs != -1)
    if unknown.any():
        raise MatrixRefused("unknown_direction", picked(column_codes(matrix, codes), unknown))
    return signs


def picked(codes, mask):
    """Return the codes where the mask holds."""
    return tuple(codes[position] for position in np.flatnonzero(mask))


def is_finite(matrix):
    """Tell from one sum that every cell is finite; False means that the cells have to be looked at."""
    with np.errstate(over="ignore", invalid="ignore"):
        return bool(np.isfinite(matrix.sum()))


def refuse_infinite(matrix, codes=None):
    """Refuse infinite cells; a missing cell (NaN) passes."""
    if is_finite(matrix):
        return
    infinite = np.isinf(matrix).any(axis=0)
    if infinite.any():
        raise MatrixRefused("not_finite", picked(column_codes(matrix, codes), infinite))


def refuse_extreme(matrix, codes=None):
    """Refuse columns with figures whose squares or ratios would leave the range of numbers (``out_of_range``)."""
    magnitude = np.abs(matrix)
    extreme = ((magnitude > LARGEST) | ((magnitude < SMALLEST) & (magnitude > 0))).any(axis=0)
    if extreme.any():
        raise MatrixRefused(
            "out_of_range",
            picked(column_codes(matrix, codes), extreme),
            {"smallest": SMALLEST, "largest": LARGEST},
        )


def refuse_gaps(matrix, codes=None):
    """Refuse missing and infinite cells, naming the columns and counting the cells."""
    if is_finite(matrix):
        return
    refuse_infinite(matrix, codes)
    missing = np.isnan(matrix).sum(axis=0)
    if missing.any():
        columns = picked(column_codes(matrix, codes), missing > 0)
        raise MatrixRefused(
            "missing_values", columns, dict(zip(columns, missing[missing > 0].tolist(), strict=True))
        )


def refuse_thin_columns(raw, codes, missing):
    """Refuse gaps unless the available cells are asked for, and columns with less than two; notice the gaps."""
    if missing not in ("refuse", "available"):
        raise MatrixRefused("unknown_missing_rule", numbers={"missing": missing})
    if is_finite(raw) and len(raw) >= 2:
        return ()
    if missing == "refuse":
        refuse_gaps(raw, codes)
    refuse_infinite(raw, codes)
    gaps = np.isnan(raw).sum(axis=0)
    thin = len(raw) - gaps < 2
    if thin.any():
        raise MatrixRefused("too_few_units", picked(codes, thin) if gaps.any() else (), {"units": len(raw)})
    return tuple(Notice("missing_cells", codes[j], {"cells": int(gaps[j])}) for j in np.flatnonzero(gaps))
