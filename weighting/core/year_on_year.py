"""Figures that jump from one year to the next: typing errors, changed definitions, changed borders."""

from dataclasses import dataclass

import numpy as np

LIMIT = 3.0  # standard deviations from the column's mean log ratio
FEWEST = 11  # with fewer pairs no deviation can pass three


@dataclass(frozen=True)
class Jumps:
    """Log ratios of two years and how far each lies from its column's mean.

    Attributes
    ----------
    log_ratio : ndarray (U, n)
        ln(now / before); NaN where a figure is missing or not above 0.
    mean, sd : ndarray (n,)
        Of each column's log ratios, sd with n - 1; NaN with fewer than ``FEWEST`` of them.
    deviation : ndarray (U, n)
        (log ratio - mean) / sd; NaN where undefined, 0 in a column whose ratios are all equal.
    """

    log_ratio: np.ndarray
    mean: np.ndarray
    sd: np.ndarray
    deviation: np.ndarray

    @property
    def flagged(self):
        """Return a mask (U, n): the deviation lies beyond ``LIMIT``."""
        return np.abs(self.deviation) > LIMIT


def year_on_year(now, before) -> Jumps:
    """Compare two years of the same units and columns by their log ratios.

    A ratio is compared with those of all other units, so growth that all share raises no flag, and doubling counts as
    much as halving. One outlier among U units widens the standard deviation that it is measured by: it can reach at
    most (U - 1) / sqrt(U) deviations, which is above 3 from 11 units on (Shiffler 1988).

    Parameters
    ----------
    now, before : array_like, shape (U, n)
        Figures; NaN is missing. Figures of 0 or below have no ratio.

    Returns
    -------
    Jumps

    Examples
    --------
    >>> before = np.arange(1.0, 21.0)[:, None]
    >>> now = before * 1.1
    >>> now[4] *= 5
    >>> np.flatnonzero(year_on_year(now, before).flagged)
    array([4])

    References
    ----------
    Shiffler, R. E. (1988). Maximum Z scores and outliers. The American Statistician 42 (1), 79-80.
    """
    now, before = np.asarray(now, dtype=np.float64), np.asarray(before, dtype=np.float64)
    defined = (now > 0) & (before > 0)
    log_ratio = np.full(now.shape, np.nan)
    log_ratio[defined] = np.log(now[defined]) - np.log(before[defined])
    mean, sd = (np.full(now.shape[1], np.nan) for _ in range(2))
    deviation = np.full(now.shape, np.nan)
    for column in range(now.shape[1]):
        found = log_ratio[defined[:, column], column]
        if len(found) >= FEWEST:
            mean[column], sd[column] = found.mean(), found.std(ddof=1)
            spread = log_ratio[:, column] - mean[column]
            deviation[:, column] = spread / sd[column] if np.ptp(found) > 0 else 0.0 * spread
    return Jumps(log_ratio, mean, sd, deviation)
