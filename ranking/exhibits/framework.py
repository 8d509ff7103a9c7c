"""表1: the framework, dimension by dimension, with the weights of every indicator."""

from django.utils.translation import gettext as _

from ranking.editions import Edition
from ranking.exhibits.shapes import PERCENT, TEXT, Column, Shown, Table
from ranking.exhibits.words import no_run, noted, percent
from weighting.weight_table import WeightRow, weight_rows

DIRECTIONS = {1: "+", -1: "−"}


def leaves_by_dimension(edition: Edition) -> list[tuple[WeightRow, list[WeightRow]]]:
    """Every first-level indicator with the indicators with figures under it, in tree order."""
    parts: list[tuple[WeightRow, list[WeightRow]]] = []
    for row in weight_rows(edition.run.weight_set):
        if row.depth == 0:
            parts.append((row, []))
        if row.is_leaf:
            parts[-1][1].append(row)
    return parts


def framework(edition: Edition) -> Shown:
    """Dimension, indicator, what it says, unit, direction, and the weights by experts, by variation, and final."""
    lacking = no_run(edition, _("an indicator framework"))
    if lacking:
        return lacking
    parts = leaves_by_dimension(edition)
    sizes = [len(leaves) for _top, leaves in parts]
    heaviest = max(parts, key=lambda part: part[0].final)[0]
    return Shown(
        title=_("%(dimensions)d dimensions and %(leaves)d indicators; %(name)s weighs most, %(share)s")
        % {
            "dimensions": len(parts),
            "leaves": sum(sizes),
            "name": heaviest.indicator.label,
            "share": percent(heaviest.final),
        },
        subtitle=_(
            "Weights in percent of the whole: by the experts, by the variation of the data, and final"
        ),
        table=Table(_columns(), tuple(_rows(parts)), grouped=2),
        note=noted(edition, _counts(sizes)),
    )


def _columns() -> tuple[Column, ...]:
    return (
        Column("dimension", _("Dimension")),
        Column("dimension_weight", _("Its weight"), PERCENT, "%", 1),
        Column("name", _("Indicator")),
        Column("meaning", _("What it says")),
        Column("unit", _("Unit")),
        Column("direction", _("Direction")),
        Column("source", _("Source"), TEXT, keyed=True),
        Column("expert", _("Experts alone"), PERCENT, "%", 1),
        Column("variation", _("Data alone"), PERCENT, "%", 1),
        Column("final", _("Final weight"), PERCENT, "%", 1),
    )


def _rows(parts):
    for top, leaves in parts:
        for row in leaves:
            indicator = row.indicator
            yield (
                top.indicator.label,
                top.final,
                indicator.label,
                indicator.meaning,
                indicator.unit_label,
                DIRECTIONS[indicator.direction],
                indicator.source_label,
                row.expert,
                row.variation,
                row.final,
            )


def _counts(sizes: list[int]) -> str:
    """How many indicators each dimension has: 5 + 5 + 6 + 3 + 5 = 24."""
    total = f"{' + '.join(map(str, sizes))} = {sum(sizes)}"
    return _("Indicators by dimension: %(total)s; + larger is better, − smaller is better") % {"total": total}
