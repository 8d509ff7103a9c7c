"""图10: two indicators of the first units as places, the composite score as the area of a bubble."""

from math import sqrt

from django.utils.translation import gettext as _

from ranking.charts import INK, MUTED, NAVY, axis
from ranking.editions import Edition
from ranking.exhibits.shapes import INTEGER, NUMBER, Choice, Column, Shown, Table
from ranking.exhibits.words import lacking, no_run, noted, several
from survey.models import Indicator
from weighting.models import Unit
from weighting.weight_table import weight_rows

FIRST = 10  # units drawn
LARGEST = 64  # pixels across the bubble of the highest score
PRINTED = ("AMAGG", "RD")  # what the white paper sets against each other, where the framework has it
FEWEST = 2  # indicators needed


def bubble_choices(edition: Edition) -> tuple[Choice, ...]:
    """The two axes."""
    if edition.run is None:
        return ()
    leaves = _leaves(edition)
    options = tuple((leaf.code, leaf.label) for leaf in leaves)
    across, upward = _defaults(edition, leaves)
    return (Choice("x", _("Across"), options, across), Choice("y", _("Upward"), options, upward))


def _leaves(edition: Edition) -> list[Indicator]:
    return [row.indicator for row in weight_rows(edition.run.weight_set) if row.is_leaf]


def _defaults(edition: Edition, leaves: list[Indicator]) -> tuple[str, str]:
    """The white paper's pair where it is there, filled up with the heaviest indicators of other dimensions."""
    found = [leaf for wanted in PRINTED for leaf in leaves if wanted in (leaf.code, leaf.stands_for)][:FEWEST]
    rows = sorted(weight_rows(edition.run.weight_set), key=lambda row: -row.final)
    for row in rows:
        if row.is_leaf and row.indicator.parent_id not in {leaf.parent_id for leaf in found}:
            found.append(row.indicator)
    codes = [leaf.code for leaf in found] + [leaf.code for leaf in leaves]
    codes = list(dict.fromkeys(codes))
    return codes[0], codes[min(1, len(codes) - 1)]


def bubbles(edition: Edition, x: str = "", y: str = "") -> Shown:
    """The first ten by two indicators; the lines cross at their means."""
    missing = no_run(edition, _("raw figures"))
    if missing:
        return missing
    leaves = {leaf.code: leaf for leaf in _leaves(edition)}
    if len(leaves) < FEWEST:
        return lacking(_("Two indicators with figures are needed."), _("The framework has only one."))
    across, upward = _defaults(edition, list(leaves.values()))
    across, upward = leaves.get(x) or leaves[across], leaves.get(y) or leaves[upward]
    rows, gone = _rows(edition, across, upward)
    if not rows:
        return lacking(_("None of the first units has both figures."), _("Choose other indicators."))
    means = [sum(row[place] for row in rows) / len(rows) for place in (2, 3)]
    return Shown(
        title=_title(rows, means, across, upward),
        subtitle=_(
            "The first %(count)d: %(x)s across, %(y)s upward; the area of a bubble is the composite score"
        )
        % {"count": len(rows), "x": _named(across), "y": _named(upward)},
        table=Table(_columns(across, upward), (*rows, (_("Mean of these"), None, *means, None))),
        chart=_chart(rows, means, across, upward),
        alt=_(
            "One bubble for each of the first units, placed by two indicators, its area the composite score"
        ),
        note=noted(edition, _sources(across, upward), gone),
        height=480,
        narrow_height=400,
    )


def _named(leaf: Indicator) -> str:
    return f"{leaf.label} ({leaf.unit_label})" if leaf.unit_label else leaf.label


def _sources(across: Indicator, upward: Indicator) -> str:
    told = dict.fromkeys(leaf.source_label for leaf in (across, upward) if leaf.source_label)
    return _("Figures: %(sources)s.") % {"sources": several(told)} if told else ""


def _rows(edition: Edition, across: Indicator, upward: Indicator) -> tuple[list[tuple], str]:
    """Name, rank, both figures, score; and who has no figure, in words."""
    entries = edition.entries[:FIRST]
    dataset = edition.run.weight_set.dataset
    places = [dataset.codes.index(leaf.code) for leaf in (across, upward)]
    units = Unit.objects.filter(dataset=dataset, code__in=[entry.code for entry in entries])
    values = {unit.code: [unit.values[place] for place in places] for unit in units}
    rows = [
        (entry.label, entry.rank, *values[entry.code], entry.score)
        for entry in entries
        if None not in values[entry.code]
    ]
    gone = [entry.label for entry in entries if None in values[entry.code]]
    return rows, _("Without a figure: %(names)s.") % {"names": several(gone)} if gone else ""


def _title(rows: list[tuple], means: list[float], across: Indicator, upward: Indicator) -> str:
    """Who stands above the mean in both; who in neither."""
    above = [row[0] for row in rows if row[2] > means[0] and row[3] > means[1]]
    facts = {"x": across.label, "y": upward.label}
    if above:
        return _("Above the mean of the first %(count)d in both %(x)s and %(y)s: %(names)s") % (
            facts | {"names": several(above), "count": len(rows)}
        )
    return _("None of the first %(count)d is above their mean in both %(x)s and %(y)s") % (
        facts | {"count": len(rows)}
    )


def _columns(across: Indicator, upward: Indicator) -> tuple[Column, ...]:
    return (
        Column("name", _("Name")),
        Column("rank", _("Rank"), INTEGER),
        Column("x", across.label, NUMBER, across.unit_label, 2),
        Column("y", upward.label, NUMBER, upward.unit_label, 2),
        Column("score", _("Score"), NUMBER, "", 1),
    )


def _chart(rows: list[tuple], means: list[float], across: Indicator, upward: Indicator) -> dict:
    most = max(row[4] for row in rows)
    data = [
        {
            "name": row[0],
            "value": [row[2], row[3], row[4], row[1]],
            "symbolSize": round(LARGEST * sqrt(max(row[4], 0) / most), 2) if most > 0 else 12,
        }
        for row in rows
    ]
    rule = {"color": MUTED, "type": "dashed", "width": 1}
    label = {"color": MUTED, "fontSize": 11, "formatter": _("mean"), "position": "end"}
    ends = {"nameLocation": "middle", "scale": True, "boundaryGap": ["12%", "12%"]}
    return {
        "grid": {"left": 28, "right": 36, "top": 32, "bottom": 32, "containLabel": True},
        "tooltip": {"trigger": "item"},
        "xAxis": axis("value", _named(across), nameGap=30, **ends),
        "yAxis": axis("value", _named(upward), nameGap=44, **ends),
        "series": [
            {
                "type": "scatter",
                "id": "bubbles",
                "name": _("Composite score"),
                "dimensions": ["x", "y", "score", "rank"],
                "encode": {"x": 0, "y": 1, "tooltip": [0, 1, 2], "itemName": "name"},
                "itemStyle": {"color": NAVY, "opacity": 0.45, "borderColor": NAVY, "borderWidth": 1},
                "label": {"show": True, "formatter": "{b}", "position": "top", "color": INK, "fontSize": 12},
                "labelLayout": {"moveOverlap": "shiftY"},
                "data": data,
                "markLine": {
                    "silent": True,
                    "symbol": "none",
                    "lineStyle": rule,
                    "label": label,
                    "data": [{"xAxis": means[0], "name": "x"}, {"yAxis": means[1], "name": "y"}],
                },
            }
        ],
    }
