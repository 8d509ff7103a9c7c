"""The weights of every indicator: by the experts, by the variation of the data, and final."""

from django.utils.translation import gettext as _

from ranking.charts import GRID, MUTED, NAVY, ORANGE, TEAL, axis, hundredths, legend, names, room_for_names
from ranking.editions import Edition
from ranking.exhibits.shapes import PERCENT, Column, Shown, Table
from ranking.exhibits.words import no_run, noted, percent
from weighting.weight_table import WeightRow, weight_rows

MOST = 24  # indicators that are drawn
ROW, NARROW_ROW = 30, 42  # pixels of a line; names break into two, on a phone into three


def weights(edition: Edition) -> Shown:
    """The heaviest first: a bar for the final weight, marks for what experts and data alone would give."""
    missing = no_run(edition, _("weights"))
    if missing:
        return missing
    rows = sorted(
        (row for row in weight_rows(edition.run.weight_set) if row.is_leaf), key=lambda row: -row.final
    )
    first, drawn = rows[0], rows[:MOST]
    return Shown(
        title=_("%(name)s weighs %(final)s in the end: %(expert)s by the experts, %(variation)s by the data")
        % {
            "name": first.indicator.label,
            "final": percent(first.final),
            "expert": percent(first.expert),
            "variation": percent(first.variation),
        },
        subtitle=_("Weight of every indicator in percent of the whole"),
        table=Table(_columns(), tuple(map(_row, rows))),
        chart=_chart(drawn),
        alt=_(
            "Bars of the final weight of every indicator, with marks for the experts alone and the data alone"
        ),
        note=noted(edition),
        height=88 + ROW * len(drawn),
        narrow_height=88 + NARROW_ROW * len(drawn),
    )


def _columns() -> tuple[Column, ...]:
    return (
        Column("name", _("Indicator")),
        Column("expert", _("Experts alone"), PERCENT, "%", 2),
        Column("variation", _("Data alone"), PERCENT, "%", 2),
        Column("final", _("Final weight"), PERCENT, "%", 2),
    )


def _row(row: WeightRow) -> tuple:
    return row.indicator.label, row.expert, row.variation, row.final


def _chart(rows: list[WeightRow]) -> dict:
    labels = [row.indicator.label for row in rows]
    marks = {"type": "scatter", "symbolSize": 11, "z": 5}
    edge = {"borderColor": "#FFF", "borderWidth": 1.5, "opacity": 1}
    return {
        "grid": GRID | {"right": 40, "top": 44},
        "legend": legend(),
        "tooltip": {"trigger": "axis", "axisPointer": {"type": "shadow"}},
        "xAxis": axis("value", axisLabel={"formatter": "{value}%", "color": MUTED, "hideOverlap": True}),
        "yAxis": names(labels),
        "series": [
            {
                "type": "bar",
                "id": "final",
                "name": _("Final weight"),
                "barMaxWidth": 14,
                "itemStyle": {"color": NAVY},
                "data": [hundredths(row.final) for row in rows],
            },
            marks
            | {
                "id": "expert",
                "name": _("Experts alone"),
                "symbol": "circle",
                "itemStyle": edge | {"color": ORANGE},
                "data": [hundredths(row.expert) for row in rows],
            },
            marks
            | {
                "id": "variation",
                "name": _("Data alone"),
                "symbol": "diamond",
                "symbolSize": 14,
                "itemStyle": edge | {"color": TEAL},
                "data": [hundredths(row.variation) for row in rows],
            },
        ],
        "media": room_for_names(labels),
    }
