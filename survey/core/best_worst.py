"""The best-worst method: weights by a linear programme, and consistency that can be shown while typing."""

from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from scipy.optimize import linprog

from survey.core.answers import UnusableAnswers, item_answers
from survey.core.reasons import INCONSISTENT_ENDS, MISSING

INPUT_THRESHOLDS = MappingProxyType(  # by a_BW, for 3 to 9 items
    {
        3: (0.1667, 0.1667, 0.1667, 0.1667, 0.1667, 0.1667, 0.1667),
        4: (0.1121, 0.1529, 0.1898, 0.2206, 0.2527, 0.2577, 0.2683),
        5: (0.1354, 0.1994, 0.2306, 0.2546, 0.2716, 0.2844, 0.2960),
        6: (0.1330, 0.1990, 0.2643, 0.3044, 0.3144, 0.3221, 0.3262),
        7: (0.1294, 0.2457, 0.2819, 0.3029, 0.3144, 0.3251, 0.3403),
        8: (0.1309, 0.2521, 0.2958, 0.3154, 0.3408, 0.3620, 0.3657),
        9: (0.1359, 0.2681, 0.3062, 0.3337, 0.3517, 0.3620, 0.3662),
    }
)


@dataclass(frozen=True)
class BestWorst:
    """Weights, xi (0 = consistent) and input-based consistency ratio of one expert's comparisons."""

    weights: tuple[float, ...] | None
    xi: float | None
    input_cr: float | None
    reason: str | None = None


def best_worst_weights(best, worst, best_to_others, others_to_worst):
    """Return the weights that fit an expert's comparisons with the best and the worst item.

    Minimise xi subject to |w_B - a_Bj w_j| <= xi, |w_j - a_jW w_W| <= xi for all j, sum w = 1, w >= 0.
    xi itself tells the consistency; it is not divided by the index table of the nonlinear model.

    Parameters
    ----------
    best, worst : int
        Positions of the most and the least important item.
    best_to_others : array_like, shape (n,)
        a_Bj from 1 to 9: how much more important the best item is than j; 1 for itself. NaN = not yet.
    others_to_worst : array_like, shape (n,)
        a_jW from 1 to 9: how much more important j is than the worst item; 1 for itself. NaN = not yet.

    Returns
    -------
    BestWorst
        No weights while a comparison is missing (`missing`) or the best is not as far above the worst in
        one list as in the other, or not 1 above itself (`inconsistent_ends`). `input_cr` as far as it can
        be told.

    Raises
    ------
    UnusableAnswers
        If the lengths differ, a position is not there, best and worst are one of several items, or a
        comparison lies outside 1 to 9.

    Notes
    -----
    Rezaei 2016, Omega 64, 126-130, model (19).

    Examples
    --------
    >>> r = best_worst_weights(0, 2, [1, 2, 8], [8, 4, 1])
    >>> [round(w, 6) for w in r.weights], round(r.xi, 6), r.input_cr
    ([0.615385, 0.307692, 0.076923], 0.0, 0.0)
    """
    to_others, to_worst = _comparisons(best, worst, best_to_others, others_to_worst)
    input_cr = input_consistency(best, worst, to_others, to_worst)
    if np.isnan(to_others).any() or np.isnan(to_worst).any():
        return BestWorst(None, None, input_cr, MISSING)
    if to_others[best] != 1 or to_worst[worst] != 1 or to_others[worst] != to_worst[best]:
        return BestWorst(None, None, input_cr, INCONSISTENT_ENDS)
    weights, xi = _solved(best, worst, to_others, to_worst)
    return BestWorst(weights, xi, input_cr)


def input_consistency(best, worst, best_to_others, others_to_worst):
    """Return the input-based consistency ratio, which needs no weights and can follow the typing.

    max over j of |a_Bj a_jW - a_BW| / (a_BW^2 - a_BW), over the items whose two comparisons are known.

    Parameters
    ----------
    best, worst, best_to_others, others_to_worst
        As in `best_worst_weights`.

    Returns
    -------
    float or None
        None while a_BW is missing or no other item has both comparisons, and when a_BW is 1 but some item
        differs. 0 when everything known is 1.

    Raises
    ------
    UnusableAnswers
        As in `best_worst_weights`.

    Notes
    -----
    Liang, Brunelli & Rezaei 2020, Omega 96, 102175.

    Examples
    --------
    >>> round(input_consistency(1, 4, [2, 1, 4, 3, 8], [4, 8, 2, 3, 1]), 6)
    0.017857
    """
    to_others, to_worst = _comparisons(best, worst, best_to_others, others_to_worst)
    extent = to_others[worst]
    errors = np.abs(to_others * to_worst - extent)
    errors = errors[~np.isnan(errors)]
    if not errors.size:
        return None
    if extent == 1:
        return None if errors.any() else 0.0
    return float(errors.max() / (extent**2 - extent))


def input_threshold(n, extent):
    """Return up to which input-based consistency ratio the comparisons may be trusted.

    Parameters
    ----------
    n : int
        How many items.
    extent : float
        a_BW, how much more important the best item is than the worst; between two rows of the table the
        lower row counts.

    Returns
    -------
    float or None
        0 for fewer than three items or an extent below 3 (only exact answers will do); None for more than
        nine items, which the table does not have.

    Notes
    -----
    Liang, Brunelli & Rezaei 2020, Omega 96, 102175, table 3: found by simulation.

    Examples
    --------
    >>> input_threshold(5, 8), input_threshold(3, 2), input_threshold(12, 8)
    (0.2958, 0.0, None)
    """
    if n > 9:
        return None
    return INPUT_THRESHOLDS[int(extent)][n - 3] if n >= 3 and extent >= 3 else 0.0


def _comparisons(best, worst, best_to_others, others_to_worst):
    to_others, to_worst = item_answers(best_to_others), item_answers(others_to_worst)
    n = to_others.size
    if to_worst.size != n or not (0 <= best < n and 0 <= worst < n):
        raise UnusableAnswers(f"{n} and {to_worst.size} comparisons, best {best}, worst {worst}")
    known = np.concatenate([to_others, to_worst])
    known = known[~np.isnan(known)]
    if best == worst and n > 1:
        raise UnusableAnswers("one item cannot be both the best and the worst")
    if (known < 1).any() or (known > 9).any():
        raise UnusableAnswers("a comparison lies outside 1 to 9")
    return to_others, to_worst


def _solved(best, worst, to_others, to_worst):
    """Solve the linear programme in w_1 .. w_n and xi."""
    n = to_others.size
    rows = [_row(n, best, j, to_others[j]) for j in range(n) if j != best]
    rows += [_row(n, j, worst, to_worst[j]) for j in range(n) if j not in (best, worst)]
    rows = np.array(rows).reshape(-1, n)
    bounds = np.hstack([np.vstack([rows, -rows]), np.full((2 * len(rows), 1), -1.0)])
    result = linprog(
        np.append(np.zeros(n), 1.0),
        A_ub=bounds,
        b_ub=np.zeros(len(bounds)),
        A_eq=[np.append(np.ones(n), 0.0)],
        b_eq=[1.0],
        method="highs",
    )
    weights = np.maximum(result.x[:n], 0.0)
    return tuple((weights / weights.sum()).tolist()), max(float(result.x[n]), 0.0)


def _row(n, first, second, times):
    """Return the coefficients of w_first - times * w_second."""
    row = np.zeros(n)
    row[first] += 1
    row[second] -= times
    return row
