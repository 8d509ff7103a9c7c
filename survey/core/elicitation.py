"""Points shared out over the rows of a group: what is wrong with them, and how to balance them."""

from dataclasses import dataclass
from fractions import Fraction

from survey.core.reasons import MISSING

NOT_A_NUMBER, NEGATIVE, OFF_STEP, WRONG_SUM = "not_a_number", "negative", "off_step", "sum"
PINNED_EXCEED_TOTAL = "pinned_exceed_total"
NOTHING_TO_SCALE = "nothing_to_scale"


@dataclass(frozen=True)
class AllocationProblem:
    """The first thing wrong with an allocation, the rows it concerns, and what has been given so far.

    `code` is missing, not_a_number, negative, off_step or sum; `sum` adds the numbers that were given and
    `remaining` is the total less that sum, below 0 when too much was given.
    """

    code: str
    rows: tuple[int, ...]
    sum: float
    remaining: float


@dataclass(frozen=True)
class ImportedAllocation:
    """Shares of imported points, and whether their sum had to be mended; or the problem that refused them."""

    shares: tuple[float, ...] | None
    reclosed: bool | None
    problem: AllocationProblem | None = None


@dataclass(frozen=True)
class Balance:
    """Balanced points, or None and the reason why there are none."""

    points: tuple[float, ...] | None
    reason: str | None = None


def allocation_problem(points, *, total=100, step=1):
    """Return what is wrong with an allocation of points, or None when it may be submitted.

    It is complete when every row holds a number, none is below 0, each is a multiple of the step and all
    add up to the total exactly. Numbers are taken at their decimal face value; nothing is rounded.

    Parameters
    ----------
    points : sequence of number or None
        One entry a row; None or NaN is a row left empty, which is not the same as 0.
    total : number
        What the points must add up to.
    step : number
        The smallest step, for example 1 or 0.5.

    Returns
    -------
    AllocationProblem or None
        Checked in the order not_a_number, negative, off_step, missing, sum.

    Raises
    ------
    ValueError
        If step or total is not above 0, or the total is not a multiple of the step.

    Examples
    --------
    >>> allocation_problem([60, 25, 14])
    AllocationProblem(code='sum', rows=(), sum=99.0, remaining=1.0)
    >>> allocation_problem([60, None, 40]).code
    'missing'
    >>> allocation_problem([62.5, 37.5], step=0.5) is None
    True
    """
    total, step = _frame(total, step)
    return _problem([_exact(point) for point in points], total, step)


def imported_allocation(points, *, total=100, tolerance=0.5):
    """Return the shares of points collected elsewhere, closed again when they almost add up.

    share = points / sum. A sum within `tolerance` of the total, ends included, is accepted and noted; any
    step is. Everything else is refused with its problem.

    Parameters
    ----------
    points : sequence of number or None
        One entry a row; None or NaN is a row left empty.
    total, tolerance : number
        The tolerance must be below the total.

    Returns
    -------
    ImportedAllocation

    Examples
    --------
    >>> imported_allocation([25, 25, 49.9]).reclosed
    True
    >>> imported_allocation([25, 25, 40]).problem.code
    'sum'
    """
    exact, total = [_exact(point) for point in points], Fraction(str(total))
    problem = _problem(exact, total)
    if problem and (problem.code != WRONG_SUM or abs(_given(exact) - total) > Fraction(str(tolerance))):
        return ImportedAllocation(None, None, problem)
    return ImportedAllocation(tuple(float(value / _given(exact)) for value in exact), problem is not None)


def balanced(points, pinned=(), *, total=100, step=1):
    """Return the points scaled to the total, pinned rows as they are.

    The other rows share what the pinned rows leave, in proportion to their present points, rounded to
    the step by the largest remainder; equal remainders are served in the order of the rows. A row at 0
    stays at 0. Worked out in whole numbers and fractions.

    Parameters
    ----------
    points : sequence of number or None
        One entry a row.
    pinned : sequence of bool, optional
        True for each row that must not move; empty pins none.
    total, step : number
        As in `allocation_problem`.

    Returns
    -------
    Balance
        Points as int for a whole step, otherwise as float. None with the reason
        `pinned_exceed_total` when the pinned rows alone pass the total, `nothing_to_scale` when points
        are left over but every row that could take them is pinned or at 0, and `missing`,
        `not_a_number`, `negative` or `off_step` (a pinned row between two steps) when the rows
        cannot be balanced as they stand: an empty row is never filled in silently.

    Raises
    ------
    ValueError
        If the frame is unusable (see `allocation_problem`) or `pinned` has another length.

    Notes
    -----
    Largest remainder: Hare quota (Balinski & Young 1982, *Fair Representation*).

    Examples
    --------
    >>> balanced([1, 1, 1]).points
    (34, 33, 33)
    >>> balanced([40, 40, 40], [True, False, False]).points
    (40, 30, 30)
    >>> balanced([80, 30, 10], [True, True, False]).reason
    'pinned_exceed_total'
    """
    total, step = _frame(total, step)
    pinned = list(pinned) or [False] * len(points)
    if len(pinned) != len(points):
        raise ValueError(f"{len(points)} rows but {len(pinned)} pins")
    exact = [_exact(point) for point in points]
    reason = _unbalanceable(exact, pinned, step)
    if reason:
        return Balance(None, reason)
    free = [row for row, pin in enumerate(pinned) if not pin]
    left = total - sum(value for value, pin in zip(exact, pinned, strict=True) if pin)
    if left < 0:
        return Balance(None, PINNED_EXCEED_TOTAL)
    if left > 0 and not any(exact[row] for row in free):
        return Balance(None, NOTHING_TO_SCALE)
    units = [value / step for value in exact]
    for row, share in zip(free, shared_out([exact[row] for row in free], int(left / step)), strict=True):
        units[row] = share
    return Balance(tuple(_number(unit * step, step) for unit in units))


def shared_out(sizes, seats):
    """Return `seats` whole units shared out in proportion to the sizes, by the largest remainder.

    Equal remainders are served in the order given; a size of 0 gets nothing. All sizes 0: all get 0.

    Parameters
    ----------
    sizes : sequence of int or Fraction
        Not below 0.
    seats : int
        Not below 0.

    Returns
    -------
    list of int

    Examples
    --------
    >>> shared_out([1, 1, 1], 100)
    [34, 33, 33]
    """
    whole = sum(sizes)
    if not whole:
        return [0] * len(sizes)
    quotas = [Fraction(size) * seats / whole for size in sizes]
    shares = [int(quota) for quota in quotas]
    by_remainder = sorted(range(len(sizes)), key=lambda row: shares[row] - quotas[row])
    for row in by_remainder[: seats - sum(shares)]:
        shares[row] += 1
    return shares


def _frame(total, step):
    total, step = Fraction(str(total)), Fraction(str(step))
    if step <= 0 or total <= 0 or total % step:
        raise ValueError(f"{total} points cannot be shared out in steps of {step}")
    return total, step


def _exact(point):
    """Return the number as a Fraction, or why there is none."""
    if point is None or point != point:
        return MISSING
    try:
        return Fraction(str(point))
    except ValueError:
        return NOT_A_NUMBER


def _given(exact):
    return sum(value for value in exact if isinstance(value, Fraction))


def _problem(exact, total, step=None):
    numbers = [(row, value) for row, value in enumerate(exact) if isinstance(value, Fraction)]
    found = {
        NOT_A_NUMBER: [row for row, value in enumerate(exact) if value is NOT_A_NUMBER],
        NEGATIVE: [row for row, value in numbers if value < 0],
        OFF_STEP: [row for row, value in numbers if step and value % step],
        MISSING: [row for row, value in enumerate(exact) if value is MISSING],
    }
    given = _given(exact)
    code = next((code for code, rows in found.items() if rows), WRONG_SUM if given != total else None)
    if code is None:
        return None
    return AllocationProblem(code, tuple(found.get(code, ())), float(given), float(total - given))


def _unbalanceable(exact, pinned, step):
    if NOT_A_NUMBER in exact:
        return NOT_A_NUMBER
    if MISSING in exact:
        return MISSING
    if any(value < 0 for value in exact):
        return NEGATIVE
    off_step = any(pin and value % step for value, pin in zip(exact, pinned, strict=True))
    return OFF_STEP if off_step else None


def _number(value, step):
    return int(value) if step.denominator == 1 else float(value)
