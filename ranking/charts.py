"""The look of every chart: ECharts options as data, drawn by the browser and by the server alike.

The table beside a chart says the same. In exhibits a series' ``dimensions``, or its ``id``, name the table's columns.
"""

from django.utils.translation import gettext as _

from ranking.lettering import broken, text_width

TIER_COLOURS = ("#0A2A55", "#1F66AE", "#5A93CE", "#8B93A1")
DIMENSION_COLOURS = ("#0B3D79", "#A862EE", "#D96B0B", "#553E1C", "#05968A")
REGION_COLOURS = ("#0B3D79", "#D96B0B", "#05968A", "#A862EE", "#553E1C", "#8B93A1")
NAVY, TEAL, ORANGE, INK, MUTED = "#0B3D79", "#05968A", "#D96B0B", "#1B2430", "#56616F"
BAND, BAND_EDGE, RULE, BORDER, PAPER = "#D6E4F5", "#6E93C2", "#DFE3E9", "#7C8696", "#FFFFFF"
FIRST = 30  # ranks whose intervals are drawn
FEW = 16  # names that leave each other room for several lines on a phone
ALPHA_LINES = 10  # units drawn as lines
HALF_DOT = 0.3  # how far the line of an interval reaches past its ranks, so that one rank is seen too
NARROW = 520  # pixels below which a chart is a phone's
GRID = {"left": 8, "right": 24, "top": 16, "bottom": 8, "containLabel": True}


def whisker_chart(rows) -> dict:
    """Ranks of the first units over drawn weights before those over all factors, a dot on the published rank."""
    shown = rows[:FIRST]
    labels = [f"{row['unit'].label} {row['rank']}" for row in shown]
    dots = {"symbolSize": 8, "z": 5, "itemStyle": {"color": NAVY, "opacity": 1}}
    return {
        "grid": GRID | {"top": 64},
        "legend": legend(),
        "xAxis": axis("value", _("Rank"), min=0, minInterval=1, position="top", nameGap=20),
        "yAxis": names(labels),
        "series": [
            *_whiskers(shown, "all_low", "all_high", _("All factors varied"), "#FFF", BORDER),
            *_whiskers(shown, "low", "high", _("Drawn weights"), BAND, BAND_EDGE),
            dots | {"type": "scatter", "name": _("Published rank"), "data": [row["rank"] for row in shown]},
        ],
        "media": room_for_names(labels),
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


def alpha_chart(sweep, units) -> dict:
    """Ranks of the first units as alpha goes from 0 (the data alone) to 1 (the experts alone), one line each."""
    shown = units[:ALPHA_LINES]
    return {
        "grid": {"left": 32, "right": 96, "top": 16, "bottom": 40, "containLabel": True},
        "tooltip": {"trigger": "item"},
        "xAxis": axis("category", "α", data=[f"{alpha:g}" for alpha in sweep.alphas], nameGap=28)
        | {"nameLocation": "middle", "boundaryGap": False},
        "yAxis": axis("value", _("Rank"), min=1, minInterval=1) | {"inverse": True},
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


def hundredths(share: float | None) -> float | None:
    """A share in percent, unrounded but for the noise of the binary digits."""
    return None if share is None else round(100 * share, 10)


def labelled(value: float, words: str, **more) -> dict:
    """A bar with words at its end."""
    label = {"show": True, "position": "right", "formatter": words, "color": INK, "fontSize": 12}
    return {"value": value, "label": label | more}


def axis(kind: str, name: str = "", **more) -> dict:
    """A quiet axis with its name in the middle."""
    return {
        "type": kind,
        "name": name,
        "nameLocation": "middle",
        "nameTextStyle": {"color": MUTED},
        "axisLabel": {"color": MUTED, "fontSize": 12},
        "axisLine": {"lineStyle": {"color": BORDER}},
        "splitLine": {"lineStyle": {"color": RULE}},
    } | more


def upright(name: str, **more) -> dict:
    """A value axis whose name stands above it, in reading direction."""
    end = {"nameLocation": "end", "nameGap": 14, "nameTextStyle": {"align": "left", "color": MUTED}}
    return axis("value", name, **(end | more))


def names(labels: list[str], **more) -> dict:
    """A category axis that reads from top to bottom."""
    label = {"color": INK, "fontSize": 12, "lineHeight": 14, "interval": 0}
    return {
        "type": "category",
        "inverse": True,
        "data": labels,
        "axisTick": {"show": False},
        "axisLine": {"lineStyle": {"color": BORDER}},
        "axisLabel": label,
    } | more


def legend(**more) -> dict:
    """A legend above the chart, where labels at the marks would not fit."""
    return {"top": 0, "left": 0, "itemWidth": 14, "itemHeight": 10, "textStyle": {"color": INK}} | more


def room_for_names(labels: list[str], *, lines: int = 2, wide: int = 280) -> list[dict]:
    """Names broken to the room beside a chart: on up to ``lines`` on a wide page, on three on a phone where few."""
    phone_lines = 3 if len(labels) <= FEW else 1
    return [
        {"query": {"maxWidth": NARROW}, "option": {"yAxis": _broken_names(labels, 128, 11, phone_lines)}},
        {"option": {"yAxis": _broken_names(labels, wide, 12, lines)}},
    ]


def _broken_names(labels: list[str], room: int, size: int, lines: int) -> dict:
    """The names of an axis on lines of at most so many pixels; ECharts leaves breaking to us, as it guesses widths."""
    shown = [broken(label, room, size, most=lines) for label in labels]
    longest = max((text_width(line, size) for label in shown for line in label.split("\n")), default=0)
    return {"data": shown, "axisLabel": {"fontSize": size, "lineHeight": size + 1, "width": longest}}


def tier_colours(count: int) -> list[str]:
    """One colour for each tier, the best darkest; more than four go evenly through the four."""
    if count <= len(TIER_COLOURS):
        return list(TIER_COLOURS[:count])
    steps = [place * (len(TIER_COLOURS) - 1) / (count - 1) for place in range(count)]
    return [_between(step) for step in steps]


def _between(step: float) -> str:
    low = min(int(step), len(TIER_COLOURS) - 2)
    pairs = zip(_channels(TIER_COLOURS[low]), _channels(TIER_COLOURS[low + 1]), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * (step - low)):02X}" for a, b in pairs)


def _channels(colour: str) -> list[int]:
    return [int(colour[place : place + 2], 16) for place in (1, 3, 5)]


def cycle(colours: tuple[str, ...], place: int) -> str:
    """The colour at a place, from the start again where they end."""
    return colours[place % len(colours)]
