"""What every objective weighting takes and gives: a complete matrix in, an importance and its closure out."""

from dataclasses import dataclass

import numpy as np

from weighting.core.closure import close
from weighting.core.direction import RATIOS, departures, positive_direction
from weighting.core.matrix import as_directions, as_matrix, column_codes, picked, refuse_extreme, refuse_gaps
from weighting.core.refusal import MatrixRefused, Notice
from weighting.core.scaling import constant_columns


@dataclass(frozen=True)
class ObjectiveWeights:
    """Weights found in the data.

    Attributes
    ----------
    weights : ndarray (n,)
        The importance closed to sum 1.
    importance : ndarray (n,)
        What the method measures in each column, >= 0, before closing.
    notices : tuple of Notice
        ``constant_column`` where a column does not vary and weighs 0.
    """

    weights: np.ndarray
    importance: np.ndarray
    notices: tuple[Notice, ...]


@dataclass(frozen=True)
class CompleteMatrix:
    """A checked matrix: float64 without gaps, at least two units, one code and direction a column."""

    values: np.ndarray
    signs: np.ndarray
    codes: tuple[str, ...]
    constant: np.ndarray


def complete_matrix(matrix, directions, codes):
    """Check a matrix for weighting; refuses as `weighting.core.variation.variation_weights` does."""
    values = as_matrix(matrix)
    names = column_codes(values, codes)
    refuse_gaps(values, names)
    refuse_extreme(values, names)
    if values.shape[0] < 2:
        raise MatrixRefused("too_few_units", numbers={"units": values.shape[0]})
    return CompleteMatrix(values, as_directions(directions, values, names), names, constant_columns(values))


def ratio_columns(data, *, k, method):
    """Return deviations from x' of the first unit and the column means, both in one unit for each column.

    The unit is that of x', or x' of the first unit where the column is divided by (see
    `weighting.core.direction.departures`); ratios of deviations and mean are those of x'. Refuses figures that have
    no origin to be a ratio to.
    """
    refuse_columns(((data.values < 0) & (data.signs == 1)).any(axis=0), "negative_values", data)
    turned = positive_direction(data.values, data.signs, method=method, k=k, codes=data.codes)
    refuse_extreme(turned, data.codes)
    deviation, origin = turned - turned[0], turned[0].copy()
    divided = np.flatnonzero(data.signs == -1) if method in RATIOS else np.array([], dtype=int)
    if divided.size:
        deviation[:, divided] = departures(data.values[:, divided], method=method, k=k)[1]
        origin[divided] = 1.0
    mean = origin + deviation.mean(axis=0)
    refuse_columns((mean <= 0) & ~(data.constant & (data.values[0] != 0)), "zero_mean", data)
    return deviation, mean


def weighted(importance, data):
    """Close the importance; constant columns weigh exactly 0 and are noticed, none left is refused."""
    kept = np.where(data.constant, 0.0, importance)
    refuse_columns(~np.isfinite(kept), "out_of_range", data)
    if not kept.any():
        raise MatrixRefused("no_variation", data.codes)
    flat = picked(data.codes, data.constant)
    values = data.values[0, data.constant].tolist()
    notices = tuple(
        Notice("constant_column", code, {"value": value}) for code, value in zip(flat, values, strict=True)
    )
    return ObjectiveWeights(close(kept), kept, notices)


def refuse_columns(mask, reason, data):
    """Refuse with the codes of the columns where the mask holds."""
    if mask.any():
        raise MatrixRefused(reason, picked(data.codes, mask))
