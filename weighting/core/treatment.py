"""Outliers: winsorise or bend a column that is too skewed, as an explicit step that is recorded.

A column counts as troubled when |skewness| > 2 and kurtosis > 3.5 at the same time, the rule of the OECD/JRC
handbook (2008) and of COINr's ``qTreat``. Order of units is kept (winsorising makes ties at the ends).
"""

from dataclasses import dataclass

import numpy as np
from scipy import stats

from weighting.core.matrix import as_matrix, column_codes, refuse_extreme, refuse_infinite
from weighting.core.refusal import MatrixRefused

BEND = 0.01
SPREAD_LEFT = 1e-6  # of a bent column beside its figures; with less the digits that tell units apart are gone


@dataclass(frozen=True)
class Shape:
    """Skewness and excess kurtosis of a column, both corrected for sample size; None with too few figures."""

    skewness: float | None
    kurtosis: float | None


@dataclass(frozen=True)
class Step:
    """What was done to one column.

    Attributes
    ----------
    column : str
        Its code.
    method : str
        ``winsorised``, ``logarithm`` or ``box_cox``.
    cells : tuple of int
        Rows whose figure was replaced by a winsorised one; empty for a bent column, where all change.
    parameter : float or None
        Offset added before the logarithm, or lambda of Box and Cox.
    before, after : Shape
    settled : bool
        Whether the column keeps to the limits afterwards.
    """

    column: str
    method: str
    cells: tuple[int, ...]
    parameter: float | None
    before: Shape
    after: Shape
    settled: bool


@dataclass(frozen=True)
class Treatment:
    """The treated matrix (U, n) and the steps, one a troubled column."""

    matrix: np.ndarray
    steps: tuple[Step, ...]


@dataclass(frozen=True)
class Limits:
    """When a column is troubled, and how many of its figures may be winsorised."""

    skewness: float = 2.0
    kurtosis: float = 3.5
    winsorise_at_most: int = 5

    def are_broken_by(self, shape):
        """Tell whether both limits are exceeded; an undefined shape exceeds none."""
        if shape.skewness is None:
            return False
        return abs(shape.skewness) > self.skewness and shape.kurtosis > self.kurtosis


def treat_outliers(matrix, *, codes=None, limits=None, bend="logarithm") -> Treatment:
    """Winsorise troubled columns, and bend those that winsorising does not settle.

    1. The most extreme figure on the skewed side takes the value of the next one, one after the other, until
       the column keeps to the limits, at most ``winsorise_at_most`` figures.
    2. Otherwise the column as given is bent: ln(x - min + 0.01 (max - min)), mirrored for a long lower tail;
       or Box-Cox with lambda of greatest likelihood where all figures are > 0 (elsewhere the logarithm).

    Parameters
    ----------
    matrix : array_like, shape (U, n)
        NaN is a missing cell and stays one.
    codes : sequence of str, optional
    limits : Limits, optional
    bend : {"logarithm", "box_cox"}

    Returns
    -------
    Treatment

    Raises
    ------
    MatrixRefused
        ``not_finite``, ``out_of_range``, also for a column so large in its unit that Box and Cox's x^lambda leaves no
        difference beside the 1 that is taken off.

    Notes
    -----
    A treated column is no longer in its unit: show the steps wherever weights or scores from it are shown.
    A bent column may be negative, so it has no variation weight.

    Examples
    --------
    >>> column = np.append(np.arange(1.0, 20.0), 500.0)
    >>> treat_outliers(column[:, None], codes=("PATENTS",)).steps[0].cells
    (19,)
    """
    values = as_matrix(matrix)
    refuse_infinite(values, codes)
    refuse_extreme(values, codes)
    limits = limits or Limits()
    treated, steps = values.copy(), []
    for j, code in enumerate(column_codes(values, codes)):
        present = ~np.isnan(values[:, j])
        before = shape_of(values[present, j])
        if limits.are_broken_by(before):
            figures, step = treat_column(
                values[present, j], np.flatnonzero(present), code, before, limits, bend
            )
            treated[present, j] = figures
            steps.append(step)
    return Treatment(treated, tuple(steps))


def treat_column(figures, rows, code, before, limits, bend):
    """Return the treated figures of one troubled column and the step that tells of it."""
    clipped = winsorised(figures, limits)
    after = shape_of(clipped)
    if not limits.are_broken_by(after):
        cells = tuple(rows[clipped != figures].tolist())
        return clipped, Step(code, "winsorised", cells, None, before, after, True)
    boxed = bend == "box_cox" and figures.min() > 0
    bent, parameter = stats.boxcox(figures) if boxed else logarithm(figures, before.skewness)
    if np.ptp(bent) < SPREAD_LEFT * np.abs(bent).max():
        raise MatrixRefused("out_of_range", (code,), {"spread": float(np.ptp(bent))})
    after = shape_of(bent)
    method = "box_cox" if boxed else "logarithm"
    return bent, Step(code, method, (), float(parameter), before, after, not limits.are_broken_by(after))


def winsorised(figures, limits):
    """Return the figures with as few ends as possible pulled in to their neighbour."""
    rising = np.sort(figures)
    low, high = 0, len(figures) - 1
    clipped = figures
    for _ in range(min(limits.winsorise_at_most, len(figures) - 2)):
        if shape_of(clipped).skewness > 0:
            high -= 1
        else:
            low += 1
        if rising[low] == rising[high]:  # a column without any difference left would be worse than an outlier
            break
        clipped = np.clip(figures, rising[low], rising[high])
        if not limits.are_broken_by(shape_of(clipped)):
            break
    return clipped


def shape_of(figures):
    """Return the bias-corrected skewness and excess kurtosis of complete figures.

    They are taken in a unit near the range, a power of two, in which no fourth power leaves the range of numbers.
    """
    if len(figures) < 4 or np.ptp(figures) == 0:
        return Shape(None, None)
    figures = np.ldexp(figures, -np.frexp(np.ptp(figures))[1])
    return Shape(float(stats.skew(figures, bias=False)), float(stats.kurtosis(figures, bias=False)))


def logarithm(figures, skewness):
    """Return ln(x - min + offset), mirrored for a long lower tail, and the offset."""
    offset = BEND * np.ptp(figures)
    if skewness >= 0:
        return np.log(figures - figures.min() + offset), offset
    return -np.log(figures.max() - figures + offset), offset
