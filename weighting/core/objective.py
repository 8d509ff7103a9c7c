"""All objective weightings beside each other, with what each of them rewards."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from weighting.core.critic import critic_weights
from weighting.core.entropy import entropy_weights
from weighting.core.loss import cilos_weights, idocriw_weights
from weighting.core.matrix import as_matrix, column_codes
from weighting.core.principal import principal_component_weights
from weighting.core.refusal import MatrixRefused
from weighting.core.removal import merec_weights
from weighting.core.spread import gini_weights, standard_deviation_weights
from weighting.core.variation import variation_weights


@dataclass(frozen=True)
class ObjectiveMethod:
    """A way to weigh by the data, and one sentence on what it rewards.

    ``takes_gaps`` says whether ``weigh`` can measure a column, or a pair of columns, on the cells it has; methods that
    compare whole rows cannot.
    """

    weigh: Callable
    rewards: str
    takes_gaps: bool = True


METHODS = {
    "variation": ObjectiveMethod(
        variation_weights, "Large spread relative to the mean; small bases and heavy tails weigh most."
    ),
    "entropy": ObjectiveMethod(
        entropy_weights,
        "Shares far from equal; roughly the square of the variation, so heavy tails even more.",
    ),
    "standard_deviation": ObjectiveMethod(
        standard_deviation_weights, "Units at both ends of the range; one outlier lowers the weight."
    ),
    "critic": ObjectiveMethod(critic_weights, "Spread that the other indicators do not already show."),
    "gini": ObjectiveMethod(gini_weights, "Inequality between units, steadier against a single outlier."),
    "merec": ObjectiveMethod(
        merec_weights, "Large ratios between units: what moves the score when left out.", takes_gaps=False
    ),
    "cilos": ObjectiveMethod(
        cilos_weights, "Losing little where other indicators are at their best.", takes_gaps=False
    ),
    "idocriw": ObjectiveMethod(
        idocriw_weights, "Unequal shares and little loss at the same time.", takes_gaps=False
    ),
    "principal_components": ObjectiveMethod(
        principal_component_weights, "Moving together with many other indicators, the opposite of CRITIC."
    ),
}


@dataclass(frozen=True)
class ObjectiveComparison:
    """Weights by several methods.

    Attributes
    ----------
    codes : tuple of str (n,)
    weights : dict of str to ndarray (n,)
        The methods that could be applied.
    refused : dict of str to MatrixRefused
        The others, each with its reason and columns.
    """

    codes: tuple[str, ...]
    weights: dict[str, np.ndarray]
    refused: dict[str, MatrixRefused]


def compare_objective(matrix, directions, *, codes=None, methods=tuple(METHODS)) -> ObjectiveComparison:
    """Weigh by several methods with their default settings; a method that refuses does not stop the others.

    Parameters
    ----------
    matrix : array_like, shape (U, n)
    directions : array_like of int, shape (n,)
    codes : sequence of str, optional
    methods : sequence of str
        Names in ``METHODS`` (``unknown_method`` otherwise).

    Returns
    -------
    ObjectiveComparison

    Examples
    --------
    >>> found = compare_objective([[1.0, -1.0], [3.0, 1.0]], [1, 1], methods=("variation", "critic"))
    >>> found.refused["variation"].reason, found.refused["critic"].reason
    ('negative_values', 'no_conflict')
    """
    unknown = [name for name in methods if name not in METHODS]
    if unknown:
        raise MatrixRefused("unknown_method", numbers={"methods": unknown})
    weights, refused = {}, {}
    for name in methods:
        try:
            weights[name] = METHODS[name].weigh(matrix, directions, codes=codes).weights
        except MatrixRefused as refusal:
            refused[name] = refusal
    return ObjectiveComparison(column_codes(as_matrix(matrix), codes), weights, refused)
