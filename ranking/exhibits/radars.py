"""图5 to 图8: a tier's dimension scores against the mean of the list, on one scale for all tiers, and the gaps."""

from functools import partial
from math import ceil

from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ranking.charts import BORDER, INK, MUTED, NARROW, RULE, axis, broken, labelled, names
from ranking.editions import Edition
from ranking.exhibits.dimensions import Dimension, dimensions_of
from ranking.exhibits.shapes import NUMBER, Column, Exhibit, Shown, Table
from ranking.exhibits.tiers import mean_of, no_tiers, tiers_of
from ranking.exhibits.words import lacking, noted, signed

FEWEST_SIDES = 3  # a radar needs three dimensions
LABEL_ROOM = 0.6  # of the span of the bars
STEP = 10  # the common maximum is rounded up to a multiple
UP, DOWN = "#0B57D0", "#A84B00"
PRINTED = ("图5", "图6", "图7", "图8")


def radar_exhibits(count: int) -> list[Exhibit]:
    """One exhibit for each tier; the first four have the white paper's numbers."""
    numbers = (*PRINTED, *[""] * count)[:count]
    return [
        Exhibit(
            f"tier-{place}",
            number,
            format_lazy(gettext_lazy("Tier {number} against the mean"), number=place),
            partial(radar, number=place),
        )
        for place, number in enumerate(numbers, 1)
    ]


def radar(edition: Edition, number: int) -> Shown:
    """One tier's mean in every dimension beside the mean of the list, and how far apart they are in percent."""
    tiers = dict(enumerate(tiers_of(edition), 1))
    if number not in tiers:
        return (
            no_tiers()
            if not tiers
            else lacking(_("This list has only %(count)d tiers.") % {"count": len(tiers)})
        )
    dimensions = [one for one in dimensions_of(edition) if mean_of(_scores(edition.entries, one)) is not None]
    if not dimensions:
        return lacking(
            _("The units have no scores by dimension."),
            _("A list that is worked out here has them, or a past list brought in with them."),
        )
    tier = tiers[number]
    rows = [_row(one, tier.members, edition.entries) for one in dimensions]
    most = _common_maximum(tiers.values(), dimensions)
    return Shown(
        title=_title(tier.name, rows),
        subtitle=_("Mean dimension scores of %(tier)s (%(count)d) and of all %(all)d listed; gap in percent")
        % {"tier": tier.name, "count": len(tier.members), "all": len(edition.entries)},
        table=Table(_columns(tier.name), tuple(rows)),
        chart=_chart(tier.name, tier.colour, rows, most),
        alt=_(
            "A radar of the dimension scores of the tier and of the whole list, and bars of the gap in percent"
        ),
        note=noted(edition, _("All tiers are drawn to the same maximum, %(most)d.") % {"most": most}),
        height=360,
        narrow_height=340 + 60 + 34 * len(rows),
    )


def _scores(entries, dimension: Dimension):
    return [entry.dimensions.get(dimension.code) for entry in entries]


def _row(dimension: Dimension, members, everybody) -> tuple:
    own, all_of_them = mean_of(_scores(members, dimension)), mean_of(_scores(everybody, dimension))
    gap = None if own is None or not all_of_them else 100 * (own / all_of_them - 1)
    return dimension.name, own, all_of_them, gap


def _common_maximum(tiers, dimensions: list[Dimension]) -> int:
    """The largest tier mean of any dimension, up to the next ten: one scale for all tiers."""
    means = [mean_of(_scores(tier.members, one)) for tier in tiers for one in dimensions]
    return max(STEP, STEP * ceil(max(mean for mean in means if mean is not None) / STEP))


def _title(tier: str, rows: list[tuple]) -> str:
    known = [row for row in rows if row[3] is not None]
    if not known:
        return tier
    best, worst = max(known, key=lambda row: row[3]), min(known, key=lambda row: row[3])
    facts = {
        "tier": tier,
        "best": best[0],
        "high": signed(best[3]),
        "worst": worst[0],
        "low": signed(worst[3]),
    }
    if worst[3] >= 0:
        return (
            _("%(tier)s, above the mean throughout: %(high)s%% in %(best)s, %(low)s%% in %(worst)s") % facts
        )
    if best[3] <= 0:
        return (
            _("%(tier)s, below the mean throughout: %(low)s%% in %(worst)s, %(high)s%% in %(best)s") % facts
        )
    return _("%(tier)s: %(high)s%% against the mean in %(best)s, %(low)s%% in %(worst)s") % facts


def _columns(tier: str) -> tuple[Column, ...]:
    return (
        Column("dimension", _("Dimension")),
        Column("tier", tier, NUMBER, "", 1),
        Column("list", _("All listed"), NUMBER, "", 1),
        Column("gap", _("Gap"), NUMBER, "%", 1),
    )


def _chart(tier: str, colour: str, rows: list[tuple], most: int) -> dict:
    """Radar and bars beside each other, one above the other on a phone; too few dimensions give bars alone."""
    labels = [row[0] for row in rows]
    bars = {
        "type": "bar",
        "id": "gap",
        "name": _("Gap, %"),
        "barMaxWidth": 16,
        "data": [_gap(row[3]) for row in rows],
    }
    has_radar = len(rows) >= FEWEST_SIDES
    option = {
        "legend": {"top": 4, "left": 8, "data": [tier, _("All listed")], "textStyle": {"color": INK}},
        "tooltip": {"trigger": "item"},
        "grid": {
            "left": "54%" if has_radar else 24,
            "right": 24,
            "top": 56,
            "bottom": 24,
            "containLabel": True,
        },
        "xAxis": axis("value", position="bottom", show=False, **_ends(rows)),
        "yAxis": names(labels, axisLine={"show": False}),
        "series": [bars | {"markLine": _zero_line()}],
    }
    return (
        option | _radar(tier, colour, rows, most, bars | {"markLine": _zero_line()}) if has_radar else option
    )


def _radar(tier: str, colour: str, rows: list[tuple], most: int, bars: dict) -> dict:
    """What the radar adds to the bars."""
    labels = [row[0] for row in rows]
    shape = {"center": ["27%", "57%"], "radius": "63%"}
    body = {
        "indicator": _sides(labels, most, 110),
        "splitNumber": 4,
        "axisName": {"color": INK, "fontSize": 12, "lineHeight": 14},
        "axisLine": {"lineStyle": {"color": RULE}},
        "splitLine": {"lineStyle": {"color": RULE}},
        "splitArea": {"show": False},
    }
    own = {
        "name": tier,
        "value": [row[1] for row in rows],
        "itemStyle": {"color": colour},
        "lineStyle": {"color": colour, "width": 2.5},
        "areaStyle": {"color": colour, "opacity": 0.14},
    }
    everybody = {
        "name": _("All listed"),
        "value": [row[2] for row in rows],
        "itemStyle": {"color": BORDER},
        "lineStyle": {"color": BORDER, "width": 1.5, "type": "dashed"},
    }
    phone = {
        "radar": {"center": ["50%", 194], "radius": 80, "indicator": _sides(labels, most, 64)},
        "yAxis": {"axisLabel": {"width": 104, "overflow": "break"}},
        "grid": {"left": 8, "right": 16, "top": 346, "bottom": 16, "containLabel": True},
    }
    wide = {
        "radar": shape | {"indicator": _sides(labels, most, 110)},
        "grid": {"left": "56%", "right": 24, "top": 56, "bottom": 24, "containLabel": True},
        "yAxis": {"axisLabel": {"width": 200, "overflow": "break"}},
    }
    return {
        "radar": body | shape,
        "series": [{"type": "radar", "id": "tier,list", "symbolSize": 5, "data": [everybody, own]}, bars],
        "media": [{"query": {"maxWidth": NARROW}, "option": phone}, {"option": wide}],
    }


def _sides(labels: list[str], most: int, width: int) -> list[dict]:
    """The axes of the radar; long names go on several lines, which ECharts leaves to us."""
    return [{"name": broken(label, width), "min": 0, "max": most} for label in labels]


def _ends(rows: list[tuple]) -> dict:
    """The ends of the axis of gaps, with room for the figure beyond each bar."""
    gaps = [0, *[row[3] for row in rows if row[3] is not None]]
    room = LABEL_ROOM * ((max(gaps) - min(gaps)) or 1)
    return {"min": min(gaps) - room * (min(gaps) < 0), "max": max(gaps) + room * (max(gaps) > 0)}


def _gap(value: float | None):
    if value is None:
        return "-"
    side = "right" if value >= 0 else "left"
    bar = labelled(value, f"{signed(value)}%", position=side)
    return bar | {"itemStyle": {"color": UP if value >= 0 else DOWN}}


def _zero_line() -> dict:
    style = {"color": MUTED, "type": "solid", "width": 1}
    return {
        "silent": True,
        "symbol": "none",
        "label": {"show": False},
        "lineStyle": style,
        "data": [{"xAxis": 0}],
    }
