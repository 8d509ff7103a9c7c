"""Charts as data: an ECharts option for the browser, beside the table that says the same."""

from django.utils.translation import gettext as _

TIER_COLOURS = ("#0A2A55", "#1F66AE", "#5A93CE", "#8B93A1")
REGION_COLOUR = "#0B3D79"


def tier_chart(rows) -> dict:
    """Score by rank, coloured by tier."""
    series = []
    for number in sorted({row.score.tier for row in rows} - {0}):
        members = [row for row in rows if row.score.tier == number]
        series.append(
            {
                "type": "bar",
                "name": members[0].tier_name,
                "stack": "score",
                "barCategoryGap": "20%",
                "itemStyle": {"color": TIER_COLOURS[(number - 1) % len(TIER_COLOURS)]},
                "data": [[row.score.rank - 1, round(row.score.score, 2), row.unit.label] for row in members],
            }
        )
    return {
        "xAxis": {
            "type": "category",
            "name": _("Rank"),
            "data": [str(rank) for rank in range(1, len(rows) + 1)],
        },
        "yAxis": {"type": "value", "name": _("Score")},
        "legend": {"bottom": 0},
        "series": series,
    }


def region_chart(counts: list[tuple[str, int]]) -> dict:
    """Number of listed units by region, largest on top."""
    return {
        "grid": {"left": 8, "right": 32, "top": 8, "bottom": 8, "containLabel": True},
        "xAxis": {"type": "value", "minInterval": 1},
        "yAxis": {"type": "category", "inverse": True, "data": [name for name, _count in counts]},
        "series": [
            {
                "type": "bar",
                "data": [count for _name, count in counts],
                "label": {"show": True, "position": "right"},
                "itemStyle": {"color": REGION_COLOUR},
            }
        ],
    }


def weight_chart(weights) -> dict:
    """Effective weight of every indicator beside what the experts and the data alone would give it."""
    return {
        "grid": {"left": 8, "right": 32, "top": 8, "bottom": 40, "containLabel": True},
        "legend": {"bottom": 0},
        "xAxis": {"type": "value", "axisLabel": {"formatter": "{value}%"}},
        "yAxis": {
            "type": "category",
            "inverse": True,
            "data": [weight.indicator.label for weight in weights],
        },
        "series": [
            {
                "type": "bar",
                "name": _("Final weight"),
                "data": [round(100 * weight.effective, 2) for weight in weights],
                "itemStyle": {"color": REGION_COLOUR},
            }
        ],
    }
