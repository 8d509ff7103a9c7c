"""图5 to 图8: a tier's dimension scores against the mean of the list, on one scale for all tiers, and the gaps."""

from functools import partial
from math import ceil, floor, log10

from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ranking.charts import BORDER, INK, MUTED, NARROW, RULE, axis, labelled, legend, names, room_for_names
from ranking.editions import Edition
from ranking.exhibits.dimensions import Dimension, dimensions_of
from ranking.exhibits.shapes import NUMBER, Column, Exhibit, Shown, Table
from ranking.exhibits.tiers import Tier, mean_of, no_tiers, tiers_of
from ranking.exhibits.words import lacking, noted, signed
from ranking.lettering import broken, text_width

SMALL, PHONE = 11, 310  # pixels of letters on a phone, and of its width
FEWEST_SIDES = 3  # a radar needs three dimensions
LABEL_ROOM = 0.7  # of the span of the bars
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
    means = [
        (mean_of(_scores(tier.members, one)), mean_of(_scores(edition.entries, one))) for one in dimensions
    ]
    is_share = all(everybody > 0 for _own, everybody in means)
    rows = [
        (one.name, own, everybody, _apart(own, everybody, is_share=is_share))
        for one, (own, everybody) in zip(dimensions, means, strict=True)
    ]
    most = _common_maximum(tiers.values(), dimensions)
    subtitle = (
        _("Mean dimension scores of %(tier)s (%(count)d) and of all %(all)d listed; gap in percent")
        if is_share
        else _("Mean dimension scores of %(tier)s (%(count)d) and of all %(all)d listed; gap in points")
    )
    return Shown(
        title=_title(tier, len(edition.entries), rows, is_share=is_share),
        subtitle=subtitle % {"tier": tier.name, "count": len(tier.members), "all": len(edition.entries)},
        table=Table(_columns(tier.name, is_share=is_share), tuple(rows)),
        chart=_chart(tier, rows, most, is_share=is_share),
        alt=_("A radar of the dimension scores of the tier and of the whole list, and bars of the gap"),
        note=noted(edition, _("All tiers are drawn to the same maximum, %(most)s.") % {"most": f"{most:g}"}),
        height=360,
        narrow_height=312 + 40 * len(rows),
    )


def _scores(entries, dimension: Dimension):
    return [entry.dimensions.get(dimension.code) for entry in entries]


def _apart(own: float | None, everybody: float, *, is_share: bool) -> float | None:
    """How far the tier is from the list: in percent of the latter, in points where a mean is not above 0."""
    if own is None:
        return None
    return 100 * (own / everybody - 1) if is_share else own - everybody


def _common_maximum(tiers, dimensions: list[Dimension]) -> float:
    """The largest tier mean of any dimension, up to the next round number: one scale for all tiers."""
    means = [mean_of(_scores(tier.members, one)) for tier in tiers for one in dimensions]
    largest = max(mean for mean in means if mean is not None)
    if largest <= 0:
        return 1.0
    step = 10.0 ** floor(log10(largest))
    return step * ceil(largest / step)


def gap_words(value: float, *, is_share: bool) -> str:
    """A gap with its sign and unit."""
    return f"{signed(value)}%" if is_share else _("%(value)s points") % {"value": signed(value)}


def _title(tier: Tier, listed: int, rows: list[tuple], *, is_share: bool) -> str:
    known = [row for row in rows if row[3] is not None]
    if len(tier.members) == listed or not known:
        return _("%(tier)s: the whole list is this tier") % {"tier": tier.name}
    best, worst = max(known, key=lambda row: row[3]), min(known, key=lambda row: row[3])
    facts = {
        "tier": tier.name,
        "best": best[0],
        "high": gap_words(best[3], is_share=is_share),
        "worst": worst[0],
        "low": gap_words(worst[3], is_share=is_share),
    }
    if worst[3] >= 0:
        return _("%(tier)s, above the mean throughout: %(high)s in %(best)s, %(low)s in %(worst)s") % facts
    if best[3] <= 0:
        return _("%(tier)s, below the mean throughout: %(low)s in %(worst)s, %(high)s in %(best)s") % facts
    return _("%(tier)s: %(high)s against the mean in %(best)s, %(low)s in %(worst)s") % facts


def _columns(tier: str, *, is_share: bool) -> tuple[Column, ...]:
    return (
        Column("dimension", _("Dimension")),
        Column("tier", tier, NUMBER, "", 1),
        Column("list", _("All listed"), NUMBER, "", 1),
        Column("gap", _("Gap"), NUMBER, "%" if is_share else _("points"), 1),
    )


def _chart(tier: Tier, rows: list[tuple], most: float, *, is_share: bool) -> dict:
    """Radar and bars beside each other, one above the other on a phone; bars alone where a radar would mislead."""
    bars = {
        "type": "bar",
        "id": "gap",
        "name": _("Gap"),
        "barMaxWidth": 16,
        "data": [_gap(row[3], is_share=is_share) for row in rows],
        "markLine": _zero_line(),
    }
    option = {
        "tooltip": {"trigger": "item"},
        "grid": {"left": 24, "right": 24, "top": 56, "bottom": 24, "containLabel": True},
        "xAxis": axis("value", position="bottom", show=False, **_ends(rows)),
        "yAxis": names([row[0] for row in rows], axisLine={"show": False}),
        "series": [bars],
    }
    has_sides = len(rows) >= FEWEST_SIDES and all(
        value is not None and value >= 0 for row in rows for value in row[1:3]
    )
    return option | _radar(tier, rows, most, bars) if has_sides else option


def _radar(tier: Tier, rows: list[tuple], most: float, bars: dict) -> dict:
    """What the radar adds to the bars."""
    labels, colour = [row[0] for row in rows], tier.colour
    shape = {"center": ["27%", "56%"], "radius": "63%"}
    body = {
        "indicator": radar_sides([broken(label, 110) for label in labels], most),
        "splitNumber": 4,
        "axisName": {"color": INK, "fontSize": 12, "lineHeight": 14},
        "axisLine": {"lineStyle": {"color": RULE}},
        "splitLine": {"lineStyle": {"color": RULE}},
        "splitArea": {"show": False},
    }
    own = {
        "name": tier.name,
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
    phone_names, wide_names = room_for_names(labels, lines=3, wide=150)
    phone = {
        "radar": {"center": ["50%", 160]} | phone_radar(labels, most),
        "yAxis": phone_names["option"]["yAxis"],
        "grid": {"left": 8, "right": 16, "top": 296, "bottom": 8, "containLabel": True},
    }
    wide = {
        "radar": shape | {"indicator": body["indicator"], "axisNameGap": 12},
        "grid": {"left": "56%", "right": 24, "top": 48, "bottom": 24, "containLabel": True},
        "yAxis": wide_names["option"]["yAxis"],
    }
    return {
        "legend": legend(top=4, left=8, data=[tier.name, _("All listed")]),
        "radar": body | shape,
        "series": [{"type": "radar", "id": "tier,list", "symbolSize": 5, "data": [everybody, own]}, bars],
        "media": [{"query": {"maxWidth": NARROW}, "option": phone}, {"option": wide}],
    }


def phone_radar(labels: list[str], most: float) -> dict:
    """The axes of a radar on a phone, and the radius that leaves their names room to both sides."""
    sides = [broken(label, 64, SMALL) for label in labels]
    widest = max(text_width(line, SMALL) for side in sides for line in side.split("\n"))
    return {
        "radius": max(48, min(88, PHONE / 2 - widest - 8)),
        "indicator": radar_sides(sides, most),
        "axisName": {"fontSize": SMALL, "lineHeight": SMALL + 2},
        "axisNameGap": 8,
    }


def radar_sides(labels: list[str], most: float) -> list[dict]:
    """The axes of the radar; long names go on several lines, which ECharts leaves to us."""
    return [{"name": label, "min": 0, "max": most} for label in labels]


def _ends(rows: list[tuple]) -> dict:
    """The ends of the axis of gaps, with room for the figure beyond each bar."""
    gaps = [0, *[row[3] for row in rows if row[3] is not None]]
    sides = 1 + (min(gaps) < 0 < max(gaps))  # bars to both sides leave each other half the width
    room = LABEL_ROOM * sides * ((max(gaps) - min(gaps)) or 1)
    return {"min": min(gaps) - room * (min(gaps) < 0), "max": max(gaps) + room * (max(gaps) > 0)}


def _gap(value: float | None, *, is_share: bool):
    if value is None:
        return "-"
    side = "right" if value >= 0 else "left"
    bar = labelled(value, gap_words(value, is_share=is_share), position=side)
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
