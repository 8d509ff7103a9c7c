"""Expert authority: basis of judgement Ca, familiarity Cs, and their mean Cr."""

import math
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType

import numpy as np

from survey.core.answers import UnusableAnswers, item_answers
from survey.core.reasons import NO_SELF_ASSESSMENT, ZERO_WEIGHT

LEVELS = ("large", "medium", "small")
BASIS_TABLES = MappingProxyType(
    {
        "default": MappingProxyType(
            {
                "practice": (0.5, 0.4, 0.3),
                "theory": (0.3, 0.2, 0.1),
                "literature": (0.1, 0.1, 0.1),
                "intuition": (0.1, 0.1, 0.1),
            }
        ),
        "graded": MappingProxyType(
            {
                "practice": (0.5, 0.4, 0.3),
                "theory": (0.3, 0.2, 0.1),
                "literature": (0.15, 0.10, 0.05),
                "intuition": (0.05, 0.05, 0.05),
            }
        ),
    }
)
FAMILIARITY_TABLES = MappingProxyType(
    {
        "P1": (1.0, 0.8, 0.6, 0.4, 0.2, 0.0),
        "P2": (0.9, 0.7, 0.5, 0.3, 0.1),
        "P3": (1.0, 0.8, 0.5, 0.3, 0.1),
    }
)
ACCEPTABLE, HIGH = Fraction(7, 10), Fraction(8, 10)


@dataclass(frozen=True)
class ExpertAuthority:
    """One expert's Ca, Cs and Cr; `flagged` below 0.70, which marks the expert and drops nobody."""

    ca: float | None
    cs: float | None
    cr: float | None
    flagged: bool | None
    reason: str | None = None


@dataclass(frozen=True)
class PanelAuthority:
    """The panel's means; `flagged` lists the positions of experts below 0.70."""

    ca: float | None
    cs: float | None
    cr: float | None
    m_used: int
    m_total: int
    accepted: bool | None
    high: bool | None
    flagged: tuple[int, ...] = ()
    reason: str | None = None


@dataclass(frozen=True)
class WeightedMean:
    """An authority-weighted mean over m_used experts, or None and why there is none."""

    value: float | None
    m_used: int
    reason: str | None = None


def expert_authority(basis, familiarity, *, basis_table="default", familiarity_table="P1"):
    """Return an expert's authority coefficient from the self-assessment.

    Ca = sum of the table's values of the four bases of judgement; Cs = the table's value of the
    familiarity; Cr = (Ca + Cs) / 2. Worked out in decimal fractions: 0.70 is exactly at the bound.

    Parameters
    ----------
    basis : Mapping of str to str or None
        For practice, theory, literature and intuition the influence: large, medium or small.
    familiarity : int or None
        Position in the familiarity table, 0 = very familiar.
    basis_table : str or Mapping
        A name of `BASIS_TABLES`, or a table of that form.
    familiarity_table : str or sequence of float
        A name of `FAMILIARITY_TABLES`, or the values from very familiar down.

    Returns
    -------
    ExpertAuthority
        All None (`no_self_assessment`) unless every basis and the familiarity are given.

    Raises
    ------
    UnusableAnswers
        If a level or a familiarity is not in its table.

    Notes
    -----
    Tables as in BMJ Open supplementary Table 4 (markup 347080) and PMC9440023 Table 2.

    Examples
    --------
    >>> a = expert_authority(
    ...     {"practice": "large", "theory": "medium", "literature": "small", "intuition": "small"}, 1)
    >>> a.ca, a.cs, a.cr
    (0.9, 0.8, 0.85)
    """
    bases = BASIS_TABLES[basis_table] if isinstance(basis_table, str) else basis_table
    values = familiarity_table
    if isinstance(familiarity_table, str):
        values = FAMILIARITY_TABLES[familiarity_table]
    if familiarity is None or any(basis.get(name) is None for name in bases):
        return ExpertAuthority(None, None, None, None, NO_SELF_ASSESSMENT)
    if not all(basis[name] in LEVELS for name in bases) or not 0 <= familiarity < len(values):
        raise UnusableAnswers(f"{dict(basis)} with familiarity {familiarity} is not in the tables")
    ca = sum(Fraction(str(bases[name][LEVELS.index(basis[name])])) for name in bases)
    cs = Fraction(str(values[familiarity]))
    cr = (ca + cs) / 2
    return ExpertAuthority(float(ca), float(cs), float(cr), cr < ACCEPTABLE)


def panel_authority(experts):
    """Return the panel's mean Ca, Cs and Cr over experts with a complete self-assessment.

    Panel Cr = mean of the experts' Cr = (mean Ca + mean Cs) / 2, from unrounded values; accepted from
    0.70, high from 0.80.

    Parameters
    ----------
    experts : sequence of ExpertAuthority

    Returns
    -------
    PanelAuthority
        All None (`no_self_assessment`) when nobody gave one.

    Examples
    --------
    >>> sure, unsure = ExpertAuthority(0.9, 0.8, 0.85, False), ExpertAuthority(0.7, 0.6, 0.65, True)
    >>> panel = panel_authority([sure, unsure])
    >>> panel.cr, panel.accepted, panel.high, panel.flagged
    (0.75, True, False, (1,))
    """
    complete = [expert for expert in experts if expert.cr is not None]
    flagged = tuple(place for place, expert in enumerate(experts) if expert.flagged)
    if not complete:
        return PanelAuthority(*(None,) * 3, 0, len(experts), None, None, (), NO_SELF_ASSESSMENT)
    ca, cs = (_exact_mean([getattr(expert, name) for expert in complete]) for name in ("ca", "cs"))
    cr = (ca + cs) / 2
    return PanelAuthority(
        ca=float(ca),
        cs=float(cs),
        cr=float(cr),
        m_used=len(complete),
        m_total=len(experts),
        accepted=cr >= ACCEPTABLE,
        high=cr >= HIGH,
        flagged=flagged,
    )


def coefficient_from_counts(counts, values, experts):
    """Return Ca or Cs from a published count table: sum of count * value / number of experts.

    Parameters
    ----------
    counts : sequence of int
        How many experts ticked each level (for Ca, of each basis).
    values : sequence of float
        The table's value of each.
    experts : int

    Returns
    -------
    float

    Raises
    ------
    ValueError
        If there are no experts, or as many counts as values is not the case.

    Notes
    -----
    The count form of BMJ Open supplementary Table 4 (markup 347080).

    Examples
    --------
    >>> coefficient_from_counts([1, 12, 3], [1, 0.8, 0.6], 16)
    0.775
    """
    if experts < 1:
        raise ValueError("a panel without experts has no coefficient")
    pairs = zip(counts, values, strict=True)
    return float(sum(count * Fraction(str(value)) for count, value in pairs) / experts)


def authority_weighted_mean(values, authority):
    """Return sum Cr_i x_i / sum Cr_i over experts with both an answer and a coefficient.

    Both sums are rounded once, so the order of the experts changes no bit; equal answers are their own mean.

    Parameters
    ----------
    values : array_like, shape (m,)
        Answers to one item, NaN = none.
    authority : array_like, shape (m,)
        Cr of each expert, NaN = none.

    Returns
    -------
    WeightedMean
        None when nobody has both (`no_self_assessment`) or all their coefficients are 0 (`zero_weight`).

    Raises
    ------
    UnusableAnswers
        If the two differ in length, or a coefficient is negative.

    Examples
    --------
    >>> authority_weighted_mean([10, 20], [0.9, 0.6]).value
    14.0
    """
    values, authority = item_answers(values), item_answers(authority)
    if values.shape != authority.shape or (authority < 0).any():
        raise UnusableAnswers("one coefficient of at least 0 is needed for each answer")
    both = ~(np.isnan(values) | np.isnan(authority))
    values, authority = values[both], authority[both]
    if not values.size:
        return WeightedMean(None, 0, NO_SELF_ASSESSMENT)
    if not authority.any():
        return WeightedMean(None, values.size, ZERO_WEIGHT)
    if (values == values[0]).all():
        return WeightedMean(float(values[0]), values.size)
    return WeightedMean(math.fsum(values * authority) / math.fsum(authority), values.size)


def _exact_mean(values):
    return sum(Fraction(str(value)) for value in values) / len(values)
