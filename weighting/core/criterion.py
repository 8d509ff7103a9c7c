"""What every objective weighting takes and gives: a checked matrix in, an importance and its closure out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from weighting.core.closure import close
from weighting.core.direction import RATIOS, departures, positive_direction
from weighting.core.matrix import (
    as_directions,
    as_matrix,
    column_codes,
    picked,
    refuse_extreme,
    refuse_thin_columns,
)
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
        ``constant_column`` where a column does not vary and weighs 0; ``missing_cells``.
    measured : mapping of str to ndarray (n,)
        The figures of each column that the importance is made of, by the names of the method's docstring; 0 in a
        column that does not vary.
    facts : mapping
        Figures of the whole matrix, such as eigenvalues.
    """

    weights: np.ndarray
    importance: np.ndarray
    notices: tuple[Notice, ...]
    measured: Mapping[str, np.ndarray] = field(default_factory=dict)
    facts: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class CheckedMatrix:
    """A checked matrix: float64, at least two figures in every column, one code and direction a column."""

    values: np.ndarray
    signs: np.ndarray
    codes: tuple[str, ...]
    constant: np.ndarray
    notices: tuple[Notice, ...]

    @property
    def has_gaps(self):
        """Whether a cell is missing."""
        return bool(self.notices)

    @cached_property
    def present(self):
        """Which cells hold a figure."""
        return ~np.isnan(self.values)

    @cached_property
    def counts(self):
        """How many figures each column has."""
        return self.present.sum(axis=0)

    @cached_property
    def first(self):
        """The first figure of each column."""
        return self.values[np.argmax(self.present, axis=0), np.arange(len(self.codes))]

    def total(self, table):
        """Sum a table of the matrix' shape over the cells that hold a figure."""
        return np.where(self.present, table, 0.0).sum(axis=0)


def checked_matrix(matrix, directions, codes, missing="refuse"):
    """Check a matrix for weighting; refuses as `weighting.core.variation.variation_weights` does.

    ``missing`` is ``refuse``, or ``available`` for methods that measure each column on the cells it has.
    """
    values = as_matrix(matrix)
    names = column_codes(values, codes)
    notices = refuse_thin_columns(values, names, missing)
    refuse_extreme(values, names)
    signs = as_directions(directions, values, names)
    return CheckedMatrix(values, signs, names, constant_columns(values), notices)


@dataclass(frozen=True)
class RatioColumns:
    """Columns of x' as ratios: deviations from its first figure, and the mean, both in the unit given."""

    deviation: np.ndarray
    mean: np.ndarray
    unit: np.ndarray


def ratio_columns(data, *, k, method):
    """Return deviations from x' of the first unit and the column means, both in one unit for each column.

    The unit is that of x', or x' of the first unit where the column is divided by (see
    `weighting.core.direction.departures`); ratios of deviations and mean are those of x'. Refuses figures that have
    no origin to be a ratio to.
    """
    refuse_columns(((data.values < 0) & (data.signs == 1)).any(axis=0), "negative_values", data)
    turned = positive_direction(data.values, data.signs, method=method, k=k, codes=data.codes)
    refuse_extreme(turned, data.codes)
    origin = turned[np.argmax(data.present, axis=0), np.arange(len(data.codes))]
    deviation, unit = turned - origin, np.ones(len(data.codes))
    divided = np.flatnonzero(data.signs == -1) if method in RATIOS else np.array([], dtype=int)
    if divided.size:
        deviation[:, divided] = departures(data.values[:, divided], method=method, k=k)[1]
        unit[divided], origin[divided] = origin[divided], 1.0
    mean = origin + data.total(deviation) / data.counts
    refuse_columns((mean <= 0) & ~(data.constant & (data.first != 0)), "zero_mean", data)
    return RatioColumns(deviation, mean, unit)


def weighted(importance, data, *, measured=None, facts=None):
    """Close the importance; constant columns weigh exactly 0 and are noticed, none left is refused."""
    kept = np.where(data.constant, 0.0, importance)
    refuse_columns(~np.isfinite(kept), "out_of_range", data)
    if not kept.any():
        raise MatrixRefused("no_variation", data.codes)
    flat, values = picked(data.codes, data.constant), data.first[data.constant].tolist()
    constant = tuple(
        Notice("constant_column", code, {"value": value}) for code, value in zip(flat, values, strict=True)
    )
    columns = {name: np.where(data.constant, 0.0, figures) for name, figures in (measured or {}).items()}
    return ObjectiveWeights(close(kept), kept, data.notices + constant, columns, facts or {})


def refuse_columns(mask, reason, data):
    """Refuse with the codes of the columns where the mask holds."""
    if mask.any():
        raise MatrixRefused(reason, picked(data.codes, mask))
