"""Charts as data: an ECharts option for the browser, beside the table that says the same."""

from django.utils.translation import gettext as _

TIER_COLOURS = ("#0A2A55", "#1F66AE", "#5A93CE", "#8B93A1")
NAVY, TEAL, ORANGE, INK, MUTED = "#0B3D79", "#05968A", "#D96B0B", "#1B2430", "#56616F"
BAND, BAND_EDGE, RULE, BORDER = "#D6E4F5", "#6E93C2", "#DFE3E9", "#7C8696"
FIRST = 30  # ranks whose intervals are drawn
MOST = 24  # indicators that are drawn
FEW = 16  # names that leave each other room for several lines on a phone
PADDING = 16
ALPHA_LINES = 10  # units drawn as lines
SHORT_NAME = {"width": 120, "overflow": "truncate"}
LIFT = 15  # pixels between the names of neighbouring tiers
WIDE_FROM = 0x2E80  # the first CJK character
HALF_DOT = 0.3  # how far the line of an interval reaches past its ranks, so that one rank is seen too


def tier_chart(rows) -> dict:
    """Score by rank, coloured by tier, the tier's name above its first bar."""
    tiers = sorted({row.score.tier for row in rows} - {0})
    return {
        "grid": {"left": 8, "right": 16, "top": 60, "bottom": 28, "containLabel": True},
        "tooltip": {"trigger": "item"},
        "xAxis": _axis(
            "category",
            _("Rank"),
            data=[str(row.score.rank) for row in rows],
            nameGap=26,
            axisTick={"show": False},
        ),
        "yAxis": _axis(
            "value",
            _("Score"),
            nameLocation="end",
            nameGap=32,
            nameTextStyle={"align": "left", "color": MUTED},
        ),
        "series": [
            _tier_series(rows, tier, lift=LIFT * (place % 2)) for place, tier in enumerate(reversed(tiers))
        ],
    }


def _tier_series(rows, tier: int, *, lift: int) -> dict:
    colour = TIER_COLOURS[(tier - 1) % len(TIER_COLOURS)]
    data = [
        {"value": [place, round(row.score.score, 2), row.score.rank, row.unit.label]}
        for place, row in enumerate(rows)
        if row.score.tier == tier
    ]
    name = next(row.tier_name for row in rows if row.score.tier == tier)
    words = {"show": True, "position": "top", "align": "left", "formatter": name, "color": colour}
    data[0]["label"] = words | {"fontWeight": 600, "fontSize": 13, "distance": 4 + lift} | SHORT_NAME
    return {
        "type": "bar",
        "name": name,
        "stack": "score",
        "barCategoryGap": "15%",
        "itemStyle": {"color": colour},
        "dimensions": ["place", _("Score"), _("Rank"), "name"],
        "encode": {"x": 0, "y": 1, "itemName": 3, "tooltip": [2, 1]},
        "data": data,
    }


def region_chart(regions) -> dict:
    """Listed units by region, before the bar of all units that were scored."""
    listed = [region.listed for region in regions]
    ends = [_labelled(region.scored, f"{region.listed} / {region.scored}") for region in regions]
    common = {"type": "bar", "barMaxWidth": 18, "barGap": "-100%"}
    return {
        "grid": {"left": 8, "right": 64, "top": 36, "bottom": 8, "containLabel": True},
        "legend": _legend(),
        "tooltip": {"trigger": "axis", "axisPointer": {"type": "shadow"}},
        "xAxis": _axis("value", "", minInterval=1, position="bottom"),
        "yAxis": _names([region.name for region in regions]),
        "series": [
            common | {"name": _("Scored"), "itemStyle": {"color": BAND}, "data": ends},
            common | {"name": _("Listed"), "itemStyle": {"color": NAVY}, "data": listed},
        ],
        "media": _narrow([region.name for region in regions]),
    }


def weight_chart(rows) -> dict:
    """The heaviest indicators: final weight as a bar, what experts and data alone would give as marks."""
    shown = sorted(rows, key=lambda row: -row.final)[:MOST]
    marks = {"type": "scatter", "symbolSize": 11, "z": 5}
    edge = {"borderColor": "#FFF", "borderWidth": 1.5, "opacity": 1}
    return {
        "grid": {"left": 8, "right": 56, "top": 44, "bottom": 8, "containLabel": True},
        "legend": _legend(),
        "tooltip": {"trigger": "axis", "axisPointer": {"type": "shadow"}},
        "xAxis": _axis("value", "", axisLabel={"formatter": "{value}%", "color": MUTED, "hideOverlap": True}),
        "yAxis": _names([row.indicator.label for row in shown]),
        "series": [
            {
                "type": "bar",
                "name": _("Final weight"),
                "barMaxWidth": 14,
                "itemStyle": {"color": NAVY},
                "data": [_percent(row.final) for row in shown],
            },
            marks
            | {
                "name": _("Experts alone"),
                "symbol": "circle",
                "itemStyle": edge | {"color": ORANGE},
                "data": [_percent(row.expert) for row in shown],
            },
            marks
            | {
                "name": _("Data alone"),
                "symbol": "diamond",
                "symbolSize": 14,
                "itemStyle": edge | {"color": TEAL},
                "data": [_percent(row.variation) for row in shown],
            },
        ],
        "media": _narrow([row.indicator.label for row in shown]),
    }


def interval_chart(rows) -> dict | None:
    """Rank intervals of the first units: a line from the best to the worst rank, a dot on the published one."""
    shown = [row for row in rows if row.has_interval][:FIRST]
    if not shown:
        return None
    names = [f"{row.unit.label} {row.score.rank}" for row in shown]
    lows = [row.score.rank_low - HALF_DOT for row in shown]
    lines = [
        _labelled(
            row.score.rank_high - row.score.rank_low + 2 * HALF_DOT,
            f"{row.score.rank_low}–{row.score.rank_high}",
        )
        for row in shown
    ]
    bar = {"type": "bar", "stack": "interval", "barWidth": 6, "silent": True, "tooltip": {"show": False}}
    return {
        "grid": {"left": 8, "right": 56, "top": 36, "bottom": 8, "containLabel": True},
        "tooltip": {"trigger": "item"},
        "xAxis": _axis("value", _("Rank"), min=0, minInterval=1, position="top", nameGap=20),
        "yAxis": _names(names),
        "series": [
            bar | {"data": lows, "itemStyle": {"color": "transparent"}},
            bar | {"data": lines, "itemStyle": {"color": BAND, "borderColor": BAND_EDGE, "borderWidth": 1}},
            {
                "type": "scatter",
                "name": _("Published rank"),
                "symbolSize": 8,
                "z": 5,
                "itemStyle": {"color": NAVY, "opacity": 1},
                "data": [row.score.rank for row in shown],
            },
        ],
        "media": _narrow(names),
    }


def whisker_chart(rows) -> dict:
    """Ranks of the first units over drawn weights before those over all factors, a dot on the published rank."""
    shown = rows[:FIRST]
    names = [f"{row['unit'].label} {row['rank']}" for row in shown]
    dots = {"symbolSize": 8, "z": 5, "itemStyle": {"color": NAVY, "opacity": 1}}
    return {
        "grid": {"left": 8, "right": 24, "top": 64, "bottom": 8, "containLabel": True},
        "legend": _legend(),
        "xAxis": _axis("value", _("Rank"), min=0, minInterval=1, position="top", nameGap=20),
        "yAxis": _names(names),
        "series": [
            *_whiskers(shown, "all_low", "all_high", _("All factors varied"), "#FFF", BORDER),
            *_whiskers(shown, "low", "high", _("Drawn weights"), BAND, BAND_EDGE),
            dots | {"type": "scatter", "name": _("Published rank"), "data": [row["rank"] for row in shown]},
        ],
        "media": _narrow(names),
    }


def _whiskers(rows, low: str, high: str, name: str, colour: str, edge: str) -> list[dict]:
    """An unseen bar up to the lowest rank, and the bar of the interval on top of it."""
    bar = {"type": "bar", "stack": low, "barWidth": 8, "barGap": "-100%", "silent": True}
    lengths = [row[high] - row[low] + 2 * HALF_DOT for row in rows]
    style = {"color": colour, "borderColor": edge, "borderWidth": 1}
    return [
        bar | {"data": [row[low] - HALF_DOT for row in rows], "itemStyle": {"color": "transparent"}},
        bar | {"name": name, "data": lengths, "itemStyle": style},
    ]


def _percent(share: float) -> float:
    return round(100 * share, 2)


def _labelled(value: float, words: str) -> dict:
    """A bar with words at its end."""
    label = {"show": True, "position": "right", "formatter": words, "color": INK, "fontSize": 12}
    return {"value": value, "label": label}


def _axis(kind: str, name: str, **more) -> dict:
    return {
        "type": kind,
        "name": name,
        "nameLocation": "middle",
        "nameTextStyle": {"color": MUTED},
        "axisLabel": {"color": MUTED, "fontSize": 12},
        "axisLine": {"lineStyle": {"color": BORDER}},
        "splitLine": {"lineStyle": {"color": RULE}},
    } | more


def _names(names: list[str]) -> dict:
    """A category axis that reads from top to bottom."""
    label = {"color": INK, "fontSize": 12, "lineHeight": 14, "interval": 0}
    return {
        "type": "category",
        "inverse": True,
        "data": names,
        "axisTick": {"show": False},
        "axisLine": {"lineStyle": {"color": BORDER}},
        "axisLabel": label,
    }


def _legend() -> dict:
    return {"top": 0, "left": 0, "itemWidth": 14, "itemHeight": 10, "textStyle": {"color": INK}}


def _narrow(names: list[str]) -> list[dict]:
    """Room for the names: as long as the longest on a wide page, shorter on a phone."""
    longest = max(_width(name) for name in names) + PADDING
    short = "break" if len(names) <= FEW else "truncate"
    phone = {"width": min(longest, 112), "fontSize": 11, "lineHeight": 12, "overflow": short}
    wide = {"width": min(longest, 260), "fontSize": 12, "lineHeight": 14, "overflow": "break"}
    return [
        {"query": {"maxWidth": 520}, "option": {"yAxis": {"axisLabel": phone}}},
        {"option": {"yAxis": {"axisLabel": wide}}},
    ]


def _width(name: str) -> int:
    """About how many pixels a name takes at 12 px: a Chinese character is square, a Latin one about half."""
    return sum(12 if ord(character) > WIDE_FROM else 7 for character in name)


def alpha_chart(sweep, units) -> dict:
    """Ranks of the first units as alpha goes from 0 (the data alone) to 1 (the experts alone), one line each."""
    shown = units[:ALPHA_LINES]
    return {
        "grid": {"left": 32, "right": 96, "top": 16, "bottom": 40, "containLabel": True},
        "tooltip": {"trigger": "item"},
        "xAxis": _axis("category", "α", data=[f"{alpha:g}" for alpha in sweep.alphas], nameGap=28)
        | {"nameLocation": "middle", "boundaryGap": False},
        "yAxis": _axis("value", _("Rank"), min=1, minInterval=1) | {"inverse": True},
        "series": [
            {
                "type": "line",
                "name": row["score"].unit.label,
                "data": [cell["rank"] for cell in row["ranks"]],
                "endLabel": {"show": True, "formatter": "{a}"},
                "symbolSize": 5,
            }
            for row in shown
        ],
    }
