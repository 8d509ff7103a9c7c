"""Why a figure moved: the change between two computations split into what each changed input brought."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import factorial

import numpy as np

from weighting.core.refusal import MatrixRefused


@dataclass(frozen=True)
class Attribution:
    """A change split by its causes.

    Attributes
    ----------
    before, after : ndarray (U,)
        The figure with everything old, and with everything new.
    parts : ndarray (causes, U)
        What each cause brought; the parts of a unit add up to ``after − before``.
    """

    before: np.ndarray
    after: np.ndarray
    parts: np.ndarray


def attribute_change(
    value: Callable[[frozenset[str]], Sequence[float]], causes: Sequence[str]
) -> Attribution:
    """Split the change of a figure among its causes by their Shapley value.

    φ_c = Σ_{S ⊆ C∖{c}} |S|! (n − |S| − 1)! / n! · (v(S ∪ {c}) − v(S))

    where v(S) is the figure with the causes of S at their new state and all others at their old one: what a cause
    brings on average over all orders in which the causes can come, so no order is preferred.

    Parameters
    ----------
    value : callable
        Takes the causes that are at their new state, returns one figure for each unit; called once a subset (2ⁿ times).
    causes : sequence of str
        Their names, all different.

    Returns
    -------
    Attribution
        The parts add up to the change: weights are whole numbers over n!, and the sum telescopes; whole figures such
        as ranks add up without any error, others but for the last bits. NaN where a unit has no figure in some
        subset.

    Raises
    ------
    MatrixRefused
        ``no_causes``, ``repeated_code``.

    Notes
    -----
    Source: Shapley, A value for n-person games (1953); Shorrocks, Decomposition procedures for distributional analysis,
    Journal of Economic Inequality 11 (2013), 99-126, for the use on changes.

    Examples
    --------
    >>> together = attribute_change(lambda new: [10.0 * ("a" in new) + 4.0 * ("b" in new)], ["a", "b"])
    >>> together.parts.ravel(), together.after - together.before
    (array([10.,  4.]), array([14.]))
    """
    names = list(causes)
    if not names:
        raise MatrixRefused("no_causes")
    if len(set(names)) != len(names):
        raise MatrixRefused("repeated_code", sorted({name for name in names if names.count(name) > 1}))
    found = {chosen: np.asarray(value(chosen), dtype=np.float64) for chosen in _subsets(names)}
    parts = np.array([_part(found, name, len(names)) for name in names])
    return Attribution(found[frozenset()], found[frozenset(names)], parts)


def _subsets(names):
    for size in range(len(names) + 1):
        yield from map(frozenset, combinations(names, size))


def _part(found, name, count):
    """Weights stay whole until the end: sums of whole figures are exact."""
    total = 0.0
    for chosen, without in found.items():
        if name not in chosen:
            weight = factorial(len(chosen)) * factorial(count - len(chosen) - 1)
            total = total + weight * (found[chosen | {name}] - without)
    return total / factorial(count)
