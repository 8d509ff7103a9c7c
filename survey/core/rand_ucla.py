"""The RAND/UCLA appropriateness method: is a panel's spread on one item a disagreement?"""

from dataclasses import dataclass
from fractions import Fraction

from survey.core.answers import given
from survey.core.reasons import N_TOO_SMALL

FEWEST_FOR_DISAGREEMENT = 5


@dataclass(frozen=True)
class RandDisagreement:
    """The RAND/UCLA disagreement index, on the 1-9 scale; `adapted` tells that another scale was mapped."""

    n: int
    p30: float | None
    p70: float | None
    ipr: float | None
    ipras: float | None
    index: float | None
    disagreement: bool | None
    level: str | None
    adapted: bool
    reason: str | None = None


def rand_disagreement(values, *, low=1, high=9):
    """Return the RAND/UCLA disagreement index of one item.

    With P30 and P70 (type 7): IPR = P70 - P30, IPRCP = (P30 + P70) / 2, AI = |5 - IPRCP|,
    IPRAS = 2.35 + 1.5 AI, index = IPR / IPRAS; disagreement when IPR > IPRAS. Level: "high" for a median
    of at least 6.5, "low" below 3.5, otherwise, and with any disagreement, "uncertain". Worked out in
    fractions, so that a range just at its bound is not called disagreement.

    Parameters
    ----------
    values : array_like, shape (m,)
        Answers to one item, NaN = none. Not for weights or allocated points.
    low, high : float
        Ends of the scale. Other scales than 1-9 are mapped by 1 + 8 (x - low) / (high - low).

    Returns
    -------
    RandDisagreement
        All None (`n_too_small`) with fewer than 5 answers; `adapted` when the scale was mapped.

    Raises
    ------
    UnusableAnswers
        If `values` is not one-dimensional or holds an infinite number.
    ValueError
        If `high` is not above `low`.

    Notes
    -----
    Fitch et al. 2001, *The RAND/UCLA Appropriateness Method User's Manual*, MR-1269.

    Examples
    --------
    >>> r = rand_disagreement([1, 1, 1, 9, 9, 9])
    >>> r.ipr, r.ipras, r.disagreement
    (8.0, 2.35, True)
    """
    if not high > low:
        raise ValueError(f"a scale from {low} to {high} has no length")
    adapted = (low, high) != (1, 9)
    answers = given(values)
    n = answers.size
    if n < FEWEST_FOR_DISAGREEMENT:
        return RandDisagreement(n, *(None,) * 7, adapted=adapted, reason=N_TOO_SMALL)
    low, high = Fraction(str(low)), Fraction(str(high))
    p30, median, p70 = (
        1 + 8 * (_quantile(answers, q) - low) / (high - low)
        for q in (Fraction(3, 10), Fraction(1, 2), Fraction(7, 10))
    )
    ipr = p70 - p30
    ipras = Fraction("2.35") + Fraction(3, 2) * abs(5 - (p30 + p70) / 2)
    return RandDisagreement(
        n=n,
        p30=float(p30),
        p70=float(p70),
        ipr=float(ipr),
        ipras=float(ipras),
        index=float(ipr / ipras),
        disagreement=ipr > ipras,
        level=_level(median, ipr > ipras),
        adapted=adapted,
    )


def _quantile(answers, q):
    """Return the type 7 quantile of at least two sorted answers as a Fraction, for q below 1."""
    whole, part = divmod((answers.size - 1) * q, 1)
    left = Fraction(str(answers[whole]))
    return left + part * (Fraction(str(answers[whole + 1])) - left)


def _level(median, disagreement):
    if disagreement:
        return "uncertain"
    if median >= Fraction(13, 2):
        return "high"
    return "low" if median < Fraction(7, 2) else "uncertain"
