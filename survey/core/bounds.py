"""A figure against its bound: exactly at the bound is exactly at the bound, however binary numbers fall."""

import math

ROUNDING = 1e-12  # relative; the figures themselves are far coarser


def at_most(figure, bound):
    """Return whether figure <= bound, where a difference that is rounding alone counts as none.

    figure <= bound or |figure - bound| <= 1e-12 max(|figure|, |bound|, 1): 0.2 - 0.15 is at most 0.05.

    Parameters
    ----------
    figure, bound : float
        Figures of ratings, points or shares, whose steps are far above 1e-12.

    Returns
    -------
    bool

    Examples
    --------
    >>> 0.2 - 0.15 <= 0.05, at_most(0.2 - 0.15, 0.05), at_most(0.0501, 0.05)
    (False, True, False)
    """
    return bool(figure <= bound or math.isclose(figure, bound, rel_tol=ROUNDING, abs_tol=ROUNDING))
