"""The objective weightings beside each other, with a sentence on what each rewards."""

from dataclasses import dataclass, replace

import numpy as np
from django.utils.translation import gettext_lazy as _

from survey.models import Indicator, Study
from weighting.core.derivation import objective_weights, weight_recipe
from weighting.core.refusal import MatrixRefused
from weighting.failures import explain
from weighting.models import Dataset
from weighting.tables import Table, read_table
from weighting.trees import study_tree

NAMES = {
    "variation": _("Coefficient of variation"),
    "entropy": _("Entropy"),
    "standard_deviation": _("Standard deviation"),
    "critic": _("CRITIC"),
    "gini": _("Gini"),
    "merec": _("MEREC"),
    "cilos": _("CILOS"),
    "idocriw": _("IDOCRIW"),
    "principal_components": _("Principal components"),
}
REWARDS = {
    "variation": _("Large spread relative to the mean; small bases and heavy tails weigh most."),
    "entropy": _("Shares far from equal; roughly the square of the variation, so heavy tails even more."),
    "standard_deviation": _("Units at both ends of the range; one outlier lowers the weight."),
    "critic": _("Spread that the other indicators do not already show."),
    "gini": _("Inequality between units, steadier against a single outlier."),
    "merec": _("Large ratios between units: what moves the score when left out."),
    "cilos": _("Losing little where other indicators are at their best."),
    "idocriw": _("Unequal shares and little loss at the same time."),
    "principal_components": _("Moving together with many other indicators, the opposite of CRITIC."),
}


REASONS = {  # where the words of `weighting.failures` speak of one method only
    "negative_values": _("these columns hold negative figures"),
    "nonpositive_values": _("these columns hold figures that are not above zero"),
}


@dataclass(frozen=True)
class Method:
    """One method: its weights by leaf, or why it refuses these figures."""

    code: str
    name: str
    rewards: str
    weights: tuple[float, ...]
    refusal: str
    is_chosen: bool


@dataclass(frozen=True)
class Comparison:
    """All methods over the same leaves."""

    leaves: tuple[Indicator, ...]
    methods: tuple[Method, ...]
    units: int
    gaps: int

    @property
    def taken(self) -> list[Method]:
        """The methods that did not refuse."""
        return [method for method in self.methods if method.weights]

    @property
    def rows(self) -> list[tuple[Indicator, list[float]]]:
        """One row a leaf: the weight by each method that did not refuse."""
        return [
            (leaf, [method.weights[place] for method in self.taken]) for place, leaf in enumerate(self.leaves)
        ]

    @property
    def largest(self) -> float:
        """The largest weight of all, the full length of a bar."""
        return max((weight for method in self.taken for weight in method.weights), default=1.0)


def compare_methods(dataset: Dataset) -> Comparison:
    """Every objective weighting of a dataset by the protocol's rules; may raise `MatrixRefused`.

    Where the protocol refuses gaps, they are of the complete units.
    """
    tree, rules = study_tree(dataset.study), dataset.study.protocol["weighting"]
    missing = "leave_out" if rules["missing"] == "refuse" else rules["missing"]
    table = read_table(dataset, tree, rules | {"missing": missing})
    gaps = int(np.isnan(table.matrix).sum())
    methods = tuple(_method(code, table, dataset, rules) for code in NAMES)
    return Comparison(tuple(tree.leaves), methods, len(table.units), gaps)


def _method(code: str, table: Table, dataset: Dataset, rules: dict) -> Method:
    """One method's weights, or its reason to refuse."""
    recipe = replace(weight_recipe(rules), objective=code)
    weights, words = (), ""
    try:
        found = objective_weights(table.matrix, table.directions, dataset.codes, recipe)
        weights = tuple(found.weights.tolist())
    except MatrixRefused as refused:
        words = explain_refusal(dataset.study, refused.reason, refused.columns)
    return Method(code, NAMES[code], REWARDS[code], weights, words, code == rules["objective"])


def explain_refusal(study: Study, reason: str, columns: tuple[str, ...]) -> str:
    """Why an objective method refuses figures, in words, with the indicators concerned."""
    return explain({"reason": REASONS.get(reason, reason), "columns": list(columns)}, study)
