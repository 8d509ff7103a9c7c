"""How one raw figure became a scaled one: the numbers that a sentence about it needs."""

from dataclasses import dataclass

import numpy as np
from scipy.stats import rankdata

from ranking.core.normalization import turned_columns
from ranking.core.recipe import REFERENCES, TURNING_SCALES, Recipe
from ranking.core.reference_scales import FULL, PASS


@dataclass(frozen=True)
class Scaling:
    """One cell's way onto the scale.

    ``x`` is the figure as used, ``least``, ``most``, ``mean`` and ``sd`` are those of its column, ``turned`` the
    figure with larger as better and ``divisor`` what it is divided by, ``place`` its place from the worst among
    ``count`` figures. ``is_reversed`` tells that smaller is better, ``is_flat`` that the whole column is equal.
    Where the scale measures by references, the figure ``worst`` scores ``first`` and ``best`` scores ``last``, and
    ``is_cut`` tells that the figure lies beyond and was brought to the end.
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
    worst: float | None = None
    best: float | None = None
    first: float | None = None
    last: float | None = None
    is_cut: bool = False


def scaling_of(
    column: np.ndarray, place: int, *, code: str, direction: int, recipe: Recipe
) -> Scaling | None:
    """The scaling of one unit's figure in the indicator's column; None for a missing figure."""
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
        **_references(float(column[place]), known, code, direction, recipe),
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


def _references(x: float, known: np.ndarray, code: str, direction: int, recipe: Recipe) -> dict:
    """Worst and best figure of a scale with references, and the scores at both."""
    if recipe.normalization not in REFERENCES:
        return {}
    given = recipe.references[code]
    if recipe.normalization == "distance_to_target":
        worst, best = float(known.min() if direction == 1 else known.max()), given[0]
    elif recipe.normalization == "goalposts":
        worst, best = given if direction == 1 else given[::-1]
    else:
        worst, best = given
    ends = (PASS, FULL) if recipe.normalization == "efficacy" else (recipe.low, recipe.high)
    is_beyond = not min(worst, best) <= x <= max(worst, best)
    is_cut = recipe.beyond == "cut" and is_beyond
    return {"worst": worst, "best": best, "first": ends[0], "last": ends[1], "is_cut": is_cut}
