"""How one raw figure became a scaled one: the numbers that a sentence about it needs."""

from dataclasses import dataclass

import numpy as np
from scipy.stats import rankdata

from ranking.core.normalization import turned_columns
from ranking.core.recipe import TURNING_SCALES, Recipe


@dataclass(frozen=True)
class Scaling:
    """One cell's way onto the scale.

    ``x`` is the figure as used, ``least``, ``most``, ``mean`` and ``sd`` are those of its column, ``turned`` the
    figure with larger as better and ``divisor`` what it is divided by, ``place`` its place from the worst among
    ``count`` figures. ``is_reversed`` tells that smaller is better, ``is_flat`` that the whole column is equal.
    """

    x: float
    least: float
    most: float
    mean: float
    sd: float
    largest: float
    place: float
    count: int
    is_reversed: bool
    is_flat: bool
    turned: float | None = None
    divisor: float | None = None


def scaling_of(column: np.ndarray, place: int, *, direction: int, recipe: Recipe) -> Scaling | None:
    """The scaling of one unit's figure in a column; None for a missing figure."""
    if np.isnan(column[place]):
        return None
    known = column[~np.isnan(column)]
    return Scaling(
        x=float(column[place]),
        least=float(known.min()),
        most=float(known.max()),
        mean=float(known.mean()),
        sd=float(known.std(ddof=1)) if len(known) > 1 else 0.0,
        largest=float(np.abs(known).max()),
        place=float(rankdata(direction * known)[np.count_nonzero(~np.isnan(column[:place]))]),
        count=len(known),
        is_reversed=direction == -1,
        is_flat=bool(known.min() == known.max()),
        **_turning(column, place, direction, recipe),
    )


def _turning(column: np.ndarray, place: int, direction: int, recipe: Recipe) -> dict[str, float]:
    """The figure with larger as better and what the scale divides it by, on the scales that divide."""
    if recipe.normalization not in TURNING_SCALES:
        return {}
    turned = turned_columns(
        column[:, None], [direction], k=recipe.k, method=recipe.direction, codes=None
    ).ravel()
    divisors = {"vector": np.sqrt(np.nansum(turned**2)), "sum": np.nansum(turned), "max": np.nanmax(turned)}
    return {"turned": float(turned[place]), "divisor": float(divisors[recipe.normalization])}
