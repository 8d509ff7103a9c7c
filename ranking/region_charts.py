"""The chart of one region scheme on the page of regions: who is listed, before who was scored."""

from django.utils.translation import gettext as _

from ranking.charts import BAND, GRID, NAVY, axis, labelled, legend, names, room_for_names
from ranking.exhibits.shapes import Shown

ROW, AROUND = 28, 76  # pixels of a region, and of what stands above and below them


def region_figure(regions) -> Shown:
    """The chart with the room it needs; its table stands beside it on the page."""
    return Shown(title="", chart=_region_chart(regions), height=AROUND + ROW * len(regions))


def _region_chart(regions) -> dict:
    """Listed units by region, before the bar of all units that were scored."""
    listed = [region.listed for region in regions]
    ends = [labelled(region.scored, f"{region.listed} / {region.scored}") for region in regions]
    common = {"type": "bar", "barMaxWidth": 18, "barGap": "-100%"}
    labels = [region.name for region in regions]
    return {
        "grid": GRID | {"right": 64, "top": 36},
        "legend": legend(),
        "tooltip": {"trigger": "axis", "axisPointer": {"type": "shadow"}},
        "xAxis": axis("value", minInterval=1, position="bottom"),
        "yAxis": names(labels),
        "series": [
            common | {"name": _("Scored"), "itemStyle": {"color": BAND}, "data": ends},
            common | {"name": _("Listed"), "itemStyle": {"color": NAVY}, "data": listed},
        ],
        "media": room_for_names(labels),
    }
