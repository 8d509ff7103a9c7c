"""Figures made coarse: the answer grid, the histogram on it, and bands in place of numbers."""

from collections import Counter
from dataclasses import dataclass
from fractions import Fraction

from survey.core.answers import given

BAND_EDGES = (0.15, 0.25)


@dataclass(frozen=True)
class Bin:
    """The number of answers whose nearest point of the answer grid is `value`."""

    value: float
    count: int


def to_grid(value, step):
    """Return the multiple of `step` nearest to `value`; halfway goes to the even multiple.

    Both are taken at their decimal face value, so that 0.15 on a grid of 0.1 is exactly halfway.

    Parameters
    ----------
    value, step : int, float, Decimal or Fraction
        In the unit of the answers; step > 0.

    Returns
    -------
    float

    Raises
    ------
    ValueError
        If the step is not above 0, or a value is not a finite number.

    Examples
    --------
    >>> to_grid(22.5, 5), to_grid(27.5, 5), to_grid(0.15, 0.1)
    (20.0, 30.0, 0.2)
    """
    step = Fraction(str(step))
    if step <= 0:
        raise ValueError(f"a grid needs a step above 0, not {step}")
    return float(round(Fraction(str(value)) / step) * step)


def band(value, edges=BAND_EDGES):
    """Return how many of the ascending edges `value` reaches or passes, the last one strictly.

    With the edges 0.15 and 0.25: 0 below 0.15, 1 from 0.15 to 0.25 inclusive, 2 above 0.25. None stays None.

    Examples
    --------
    >>> [band(v) for v in (0.1, 0.15, 0.25, 0.3)]
    [0, 1, 1, 2]
    """
    if value is None:
        return None
    return sum(value >= edge for edge in edges[:-1]) + (value > edges[-1])


def distribution(values, grid):
    """Return the histogram of answers in bins of the grid, empty bins left out.

    Parameters
    ----------
    values : array_like, shape (m,)
        NaN = no answer.
    grid : float
        Each answer counts for the grid point `to_grid` gives it.

    Returns
    -------
    tuple of Bin
        In ascending order.

    Examples
    --------
    >>> distribution([18, 20, 24], 5)
    (Bin(value=20.0, count=2), Bin(value=25.0, count=1))
    """
    counts = Counter()
    for value, count in Counter(given(values).tolist()).items():
        counts[to_grid(value, grid)] += count
    return tuple(Bin(value, counts[value]) for value in sorted(counts))
