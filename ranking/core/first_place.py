"""The nearest weights under which a unit would be first."""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import linprog

from ranking.core.aggregation import as_scored
from weighting.core.refusal import MatrixRefused

SOLVED, INFEASIBLE = 0, 2
AT_ONCE = 500  # units that enter the programme at once
BEHIND = 1e-9  # of the largest figure: further behind than the solver's own tolerance is behind


@dataclass(frozen=True)
class FirstPlace:
    """Weights that make a unit first, or why there are none.

    Attributes
    ----------
    weights : ndarray (n,) or None
    moved : float or None
        Weight that changes hands: half the sum of |w - w0|, between 0 and 1.
    reason : str or None
        ``never_first`` where no weights within the bounds can do it.
    """

    weights: np.ndarray | None
    moved: float | None
    reason: str | None


def weights_to_be_first(normalized, weights, unit, *, lower=0.0, upper=1.0) -> FirstPlace:
    """Find the weights nearest to the given ones under which no unit scores more than this one.

    Linear programme: least sum_j d_j with d_j >= |w_j - w0_j|, sum w = 1, lower <= w <= upper and
    sum_j w_j (z_uj - z_kj) >= 0 for every other unit k.

    Parameters
    ----------
    normalized : array_like, shape (U, n)
        Figures where more is better, complete; additive scores.
    weights : array_like, shape (n,)
        w0, >= 0, sum 1.
    unit : int
        Position of the unit.
    lower, upper : float or array_like (n,)
        Bounds of the weights, e.g. a tenth and ten times the given ones.

    Returns
    -------
    FirstPlace
        At the weights found the unit is first, possibly together with others.

    Notes
    -----
    Of many units those ahead at the given weights enter the programme first, then those ahead at the weights
    found, until nobody new is ahead: the same least, because the units left out do not bind.

    Raises
    ------
    MatrixRefused
        ``unknown_unit``, ``missing_values``, ``weights_do_not_match``, ``not_solved``.

    Examples
    --------
    >>> found = weights_to_be_first([[1.0, 0.0], [0.0, 1.0]], [0.25, 0.75], 0)
    >>> found.weights, found.moved
    (array([0.5, 0.5]), 0.25)
    """
    values, given = as_scored(normalized, weights)
    if given.ndim != 1:
        raise MatrixRefused("weights_do_not_match", numbers={"weights": given.shape})
    if not 0 <= unit < len(values):
        raise MatrixRefused("unknown_unit", numbers={"unit": unit})
    found = solved_among_rivals(values, given, unit, lower, upper)
    if found.status == INFEASIBLE:
        return FirstPlace(None, None, "never_first")
    if found.status != SOLVED:
        raise MatrixRefused("not_solved", numbers={"status": found.status})
    nearest = found.x[: len(given)]
    return FirstPlace(nearest, float(np.abs(nearest - given).sum() / 2), None)


def solved_among_rivals(values, given, unit, lower, upper):
    """Solve the programme among the units that matter, adding those that are ahead until nobody is."""
    largest = np.abs(values).max() or 1.0
    rivals, weights, found = np.zeros(len(values), dtype=bool), given, None
    while True:
        lead = (values @ weights - values[unit] @ weights) / largest
        lead[rivals], lead[unit] = -np.inf, -np.inf
        nearest = np.argsort(-lead, kind="stable")[:AT_ONCE]
        fresh = nearest[lead[nearest] > (-np.inf if found is None else BEHIND)]
        if found is not None and not len(fresh):
            return found
        rivals[fresh] = True
        found = solved((values[rivals] - values[unit]) / largest, given, lower, upper)
        if found.status != SOLVED:
            return found
        weights = found.x[: len(given)]


def solved(ahead, given, lower, upper):
    """Solve the programme over (w, d); figures are of the size of 1, for the solver's tolerances."""
    columns = len(given)
    w, d = np.hstack([np.eye(columns), np.zeros((columns, columns))]), np.eye(columns, 2 * columns, k=columns)
    return linprog(
        d.sum(axis=0),
        A_ub=np.vstack([ahead @ w, w - d, -w - d]),
        b_ub=np.concatenate([np.zeros(len(ahead)), given, -given]),
        A_eq=w.sum(axis=0)[None],
        b_eq=[given.sum()],
        bounds=[*zip(np.broadcast_to(lower, columns), np.broadcast_to(upper, columns), strict=True)]
        + [(0, None)] * columns,
        method="highs",
    )
