"""The objective weightings beside each other, with a sentence on what each rewards."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from survey.models import Indicator
from weighting.core.objective import compare_objective
from weighting.failures import explain
from weighting.models import Dataset
from weighting.tables import read_table
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


@dataclass(frozen=True)
class Method:
    """One method: its weights by leaf, or why it refuses these figures."""

    code: str
    name: str
    rewards: str
    weights: tuple[float, ...]
    refusal: str


@dataclass(frozen=True)
class Comparison:
    """All methods over the same leaves."""

    leaves: tuple[Indicator, ...]
    methods: tuple[Method, ...]

    @property
    def rows(self) -> list[tuple[Indicator, list[float]]]:
        """One row a leaf: the weight by each method that did not refuse."""
        taken = [method for method in self.methods if method.weights]
        return [(leaf, [method.weights[place] for method in taken]) for place, leaf in enumerate(self.leaves)]


def compare_methods(dataset: Dataset) -> Comparison:
    """Every objective weighting of a dataset by the protocol's rule for gaps; may raise `MatrixRefused`."""
    tree, rules = study_tree(dataset.study), dataset.study.protocol["weighting"]
    missing = "leave_out" if rules["missing"] in ("refuse", "reweight") else rules["missing"]
    table = read_table(dataset, tree, rules | {"missing": missing})
    found = compare_objective(table.matrix, table.directions, codes=dataset.codes)
    methods = []
    for code, name in NAMES.items():
        refusal = found.refused.get(code)
        words = (
            explain({"reason": refusal.reason, "columns": list(refusal.columns)}, dataset.study)
            if refusal
            else ""
        )
        weights = () if refusal else tuple(found.weights[code].tolist())
        methods.append(Method(code, name, REWARDS[code], weights, words))
    return Comparison(tuple(tree.leaves), tuple(methods))
