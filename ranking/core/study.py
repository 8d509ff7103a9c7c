"""One study of named factors: every choice behind a ranking varied at once, and each alone.

A study is planned first (which settings have to be computed), computed anywhere, in any order and by any
number of workers, and read off last.
"""

from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np

from ranking.core.sobol import SobolIndices, saltelli_design, sobol_indices
from weighting.core.refusal import MatrixRefused


@dataclass(frozen=True)
class Factor:
    """A named input and its equally likely choices; the first is the one of the published result."""

    name: str
    choices: tuple[Any, ...]


@dataclass(frozen=True)
class StudyPlan:
    """Settings to compute.

    Attributes
    ----------
    factors : tuple of Factor
    settings : tuple of dict
        Different settings, each a choice by factor name; the first is the published one.
    alone : tuple of tuple of int
        For each factor the position in ``settings`` of each of its choices, all other factors as published.
    rows : ndarray of int (N (k + 2),)
        Position in ``settings`` of each point of the design.
    seed : int
    """

    factors: tuple[Factor, ...]
    settings: tuple[dict[str, Any], ...]
    alone: tuple[tuple[int, ...], ...]
    rows: np.ndarray
    seed: int


@dataclass(frozen=True)
class StudyResult:
    """What a study found.

    Attributes
    ----------
    indices : SobolIndices or None
        One entry a factor; None when no setting changed the result, with the reason.
    reason : str or None
        ``no_variation``.
    alone : tuple of ndarray
        For each factor the result under each of its choices, all others as published.
    mean : float
        Of the result over the design, all factors varied.
    """

    indices: SobolIndices | None
    reason: str | None
    alone: tuple[np.ndarray, ...]
    mean: float


def plan_study(factors, *, base, seed) -> StudyPlan:
    """Lay out the settings of a study; equal settings are computed once.

    Parameters
    ----------
    factors : sequence of Factor
        Different names, at least one choice each; a factor of one choice stays fixed and has index 0.
    base : int
        N of `ranking.core.sobol.saltelli_design`, a power of 2.
    seed : int

    Returns
    -------
    StudyPlan

    Raises
    ------
    MatrixRefused
        ``no_factors``, ``repeated_code``, ``no_choices``, ``base_no_power_of_two``.

    Examples
    --------
    >>> plan = plan_study([Factor("k", (0.1, 1.0)), Factor("alpha", (0.5, 0.3, 0.7))], base=64, seed=1)
    >>> len(plan.settings), plan.settings[0]
    (6, {'k': 0.1, 'alpha': 0.5})
    """
    factors = tuple(factors)
    refuse_factors(factors)
    counts = [len(factor.choices) for factor in factors]
    design = saltelli_design(len(factors), base, seed=seed)
    drawn = np.minimum((design * counts).astype(np.int64), np.array(counts) - 1)
    published_and_single = single_picks(counts)
    different, places = in_order_of_first_use(np.vstack([published_and_single, drawn]))
    ends = 1 + np.cumsum(counts)
    alone = tuple(tuple(places[end - count : end].tolist()) for end, count in zip(ends, counts, strict=True))
    settings = tuple(setting_of(factors, row) for row in different)
    return StudyPlan(factors, settings, alone, places[len(published_and_single) :], seed)


def single_picks(counts):
    """Return the published setting, then for each factor each of its choices with all others as published."""
    rows = [np.zeros(len(counts), dtype=np.int64)]
    for factor, count in enumerate(counts):
        for choice in range(count):
            rows.append(np.where(np.arange(len(counts)) == factor, choice, 0))
    return np.array(rows)


def in_order_of_first_use(picks):
    """Return the different rows in order of first use, and for each row its number among them."""
    different, first, place = np.unique(picks, axis=0, return_index=True, return_inverse=True)
    order = np.argsort(first)
    number = np.empty_like(order)
    number[order] = np.arange(len(order))
    return different[order], number[place.reshape(-1)]


def read_study(plan: StudyPlan, results, *, resamples=200) -> StudyResult:
    """Read indices and single effects off the results of all settings.

    Parameters
    ----------
    plan : StudyPlan
    results : array_like, shape (len(plan.settings),)
        One number a setting, e.g. the average shift in rank against the published ranks.
    resamples : int
        Of the bootstrap behind the errors.

    Returns
    -------
    StudyResult

    Raises
    ------
    MatrixRefused
        ``results_do_not_match``, ``missing_values``.

    Examples
    --------
    >>> plan = plan_study([Factor("k", (0.0, 1.0)), Factor("alpha", (0.0,))], base=256, seed=1)
    >>> found = read_study(plan, [setting["k"] for setting in plan.settings])
    >>> found.indices.total.round(2), found.alone[0]
    (array([1., 0.]), array([0., 1.]))
    """
    values = np.asarray(results, dtype=np.float64)
    if values.shape != (len(plan.settings),):
        raise MatrixRefused("results_do_not_match", numbers={"results": values.shape})
    if not np.isfinite(values).all():
        raise MatrixRefused("missing_values")
    over_design = values[plan.rows]
    alone = tuple(values[list(places)] for places in plan.alone)
    if not np.ptp(over_design):
        return StudyResult(None, "no_variation", alone, float(over_design.mean()))
    indices = sobol_indices(over_design, len(plan.factors), seed=plan.seed, resamples=resamples)
    return StudyResult(indices, None, alone, float(over_design.mean()))


def setting_of(factors, row):
    """Return the choices of one row by factor name."""
    return {factor.name: factor.choices[pick] for factor, pick in zip(factors, row.tolist(), strict=True)}


def refuse_factors(factors):
    """Refuse what is no set of named factors."""
    names = [factor.name for factor in factors]
    if not names:
        raise MatrixRefused("no_factors")
    repeated = sorted({name for name in names if names.count(name) > 1})
    if repeated:
        raise MatrixRefused("repeated_code", repeated)
    if not prod(len(factor.choices) for factor in factors):
        raise MatrixRefused("no_choices", [factor.name for factor in factors if not factor.choices])
