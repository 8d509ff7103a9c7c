"""The weight table as rows: what every page of a weight set is made from."""

from dataclasses import dataclass

from survey.models import Indicator
from weighting.measured import Reckoning, reckoning_of
from weighting.models import IndicatorWeight, Unit, WeightSet


@dataclass(frozen=True)
class WeightRow:
    """One node: its depth, and its weight as a share of the whole by the experts, by the data and in the end.

    ``reckoning`` is how the data's weight of a leaf came about.
    """

    weight: IndicatorWeight
    depth: int
    expert: float
    variation: float
    final: float
    reckoning: Reckoning | None = None

    @property
    def indicator(self) -> Indicator:
        """The node."""
        return self.weight.indicator

    @property
    def is_leaf(self) -> bool:
        """Whether the node carries figures."""
        return self.weight.coefficient is not None

    @property
    def largest(self) -> float:
        """The largest of the three shares."""
        return max(self.expert, self.variation, self.final)


@dataclass(frozen=True)
class LeftOut:
    """One unit that is not weighed and scored, and the indicators it has no figure for."""

    unit: Unit
    missing: tuple[Indicator, ...]


def weight_rows(weight_set: WeightSet) -> list[WeightRow]:
    """The rows in tree order; shares of the whole are products along the path."""
    rows: dict[int | None, WeightRow] = {}
    weights = list(weight_set.weights.select_related("indicator"))
    objective = weight_set.parameters.get("objective", "variation")
    total = sum(weight.coefficient or 0.0 for weight in weights)
    for weight in weights:
        above = rows.get(weight.indicator.parent_id)
        rows[weight.indicator_id] = WeightRow(
            weight=weight,
            depth=above.depth + 1 if above else 0,
            expert=weight.expert * (above.expert if above else 1.0),
            variation=weight.variation * (above.variation if above else 1.0),
            final=weight.effective,
            reckoning=None if weight.coefficient is None else reckoning_of(objective, weight, total),
        )
    return list(rows.values())


def largest_share(rows: list[WeightRow]) -> float:
    """The largest share of any leaf, the full length of a bar; 1 without rows."""
    return max((row.largest for row in rows if row.is_leaf), default=1.0)


def left_out(weight_set: WeightSet) -> list[LeftOut]:
    """The units that were left out for a missing cell."""
    dataset = weight_set.dataset
    indicators = {indicator.code: indicator for indicator in dataset.study.indicators.all()}
    return [
        LeftOut(
            unit,
            tuple(
                indicators[code]
                for code, value in zip(dataset.codes, unit.values, strict=True)
                if value is None
            ),
        )
        for unit in dataset.units.filter(code__in=weight_set.units_left_out)
    ]
