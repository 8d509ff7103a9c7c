"""图10: two indicators of the first units as places, the composite score as the area of a bubble."""

from collections.abc import Sequence
from math import sqrt

from django.utils.translation import gettext as _

from ranking.charts import INK, MUTED, NARROW, NAVY, axis, upright
from ranking.editions import Edition
from ranking.exhibits.framework import leaves_by_dimension
from ranking.exhibits.label_places import label_places, leader, placed_label
from ranking.exhibits.shapes import INTEGER, NUMBER, Choice, Column, Shown, Table
from ranking.exhibits.words import lacking, no_run, noted, several
from ranking.lettering import broken, cut, text_width
from survey.models import Indicator
from weighting.models import Unit
from weighting.weight_table import weight_rows

FIRST = 10  # units drawn
LARGEST, SMALL = 56, 32  # pixels across the bubble of the highest score, on a wide page and on a phone
WIDE, PHONE = (670, 330), (206, 300)  # pixels of the plot where it is smallest
HALF_LINE = 2  # pixels that are kept free beside the lines of the means
PRINTED = ("AMAGG", "RD")  # what the white paper sets against each other, where the framework has it
SMALLEST = 12
LINE = 14
PLAIN = {"axisLabel": {"color": MUTED, "fontSize": 12, "showMinLabel": False, "showMaxLabel": False}}
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
    """The white paper's pair where it is there, else the heaviest indicator of the first dimension not yet taken."""
    found = [leaf for wanted in PRINTED for leaf in leaves if wanted in (leaf.code, leaf.stands_for)][:FEWEST]
    for _top, rows in leaves_by_dimension(edition):
        heaviest = max(rows, key=lambda row: row.final).indicator
        if not {leaf.parent_id for leaf in found} & {row.indicator.parent_id for row in rows}:
            found.append(heaviest)
    codes = list(dict.fromkeys(leaf.code for leaf in (*found, *leaves)))
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
        table=Table(_columns(across, upward, rows), (*rows, (_("Mean of these"), None, *means, None))),
        chart=_chart(rows, means, across, upward),
        alt=_(
            "One bubble for each of the first units, placed by two indicators, its area the composite score"
        ),
        note=noted(edition, _sources(across, upward), gone),
        is_rigid=True,
        height=480,
        narrow_height=460,
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


def _columns(across: Indicator, upward: Indicator, rows: list[tuple]) -> tuple[Column, ...]:
    x, y = (0 if all(float(row[place]).is_integer() for row in rows) else 2 for place in (2, 3))
    return (
        Column("name", _("Name")),
        Column("rank", _("Rank"), INTEGER),
        Column("x", across.label, NUMBER, across.unit_label, x),
        Column("y", upward.label, NUMBER, upward.unit_label, y),
        Column("score", _("Score"), NUMBER, "", 1),
    )


def _chart(rows: list[tuple], means: list[float], across: Indicator, upward: Indicator) -> dict:
    label = {"formatter": "{b}", "color": INK, "fontSize": 12, "opacity": 1}
    ends = [_ends([row[place] for row in rows]) for place in (2, 3)]
    leaves = (across, upward)
    return {
        "tooltip": {"trigger": "item"},
        "xAxis": axis("value", _named(across), **ends[0]),
        "yAxis": upright(_named(upward), **ends[1]),
        "series": [
            {
                "type": "scatter",
                "id": "bubbles",
                "name": _("Composite score"),
                "dimensions": ["x", "y", "score", "rank"],
                "encode": {"x": 0, "y": 1, "tooltip": [0, 1, 2]},
                "itemStyle": {"color": NAVY, "opacity": 0.4, "borderColor": NAVY, "borderWidth": 1},
                "label": label,
                "data": _placed(rows, means, ends, WIDE),
                "markLine": _mean_lines(means),
            }
        ],
        "media": [
            {"query": {"maxWidth": NARROW}, "option": _sized(rows, means, ends, leaves, PHONE)},
            {"option": _sized(rows, means, ends, leaves, WIDE)},
        ],
    }


def _sized(
    rows: list[tuple], means: list[float], ends: list[dict], leaves: tuple[Indicator, Indicator], plot
) -> dict:
    """What depends on the room: bubbles, the places of their names, the axes' names on as many lines as they need."""
    below, above = (_head(leaf, plot[0]) for leaf in leaves)
    top, bottom = (30 + LINE * (text.count("\n") + 1) for text in (above, below))
    return {
        "series": [{"data": _placed(rows, means, ends, plot)}],
        "grid": {"left": 16, "right": 48, "top": top + 8, "bottom": bottom - 14, "containLabel": True},
        "xAxis": {
            "name": below,
            "nameGap": 28,
            "nameTextStyle": {"verticalAlign": "top", "lineHeight": LINE},
        },
        "yAxis": {"name": above, "nameGap": 26, "nameTextStyle": {"lineHeight": LINE}},
    }


def _head(leaf: Indicator, room: int) -> str:
    """The name of an axis on one line; where that is too long, on two at the most with the unit below."""
    if text_width(_named(leaf)) <= room:
        return _named(leaf)
    name = broken(leaf.label, room, most=2)
    return f"{name}\n({cut(leaf.unit_label, 12, room)})" if leaf.unit_label else name


def _placed(rows: list[tuple], means: list[float], ends: list[dict], plot: tuple[int, int]) -> list[dict]:
    """The bubbles: area by the score, each name where it covers least."""
    most, largest = max(row[4] for row in rows), LARGEST if plot is WIDE else SMALL
    sizes = [round(largest * sqrt(max(row[4], 0) / most), 2) if most > 0 else SMALLEST for row in rows]
    spots = [_spot((row[2], row[3]), ends, plot) for row in rows]
    x, y = _spot(means, ends, plot)
    lines = [(x - HALF_LINE, 0, x + HALF_LINE, plot[1]), (0, y - HALF_LINE, plot[0], y + HALF_LINE)]
    widths = [text_width(row[0]) for row in rows]
    shifts = label_places(spots, sizes, widths, plot=plot, taken=lines)
    return [
        {
            "name": row[0],
            "value": [row[2], row[3], row[4], row[1]],
            "symbolSize": size,
            "label": placed_label(shift, size),
            "labelLine": leader(shift, size, width),
        }
        for row, size, shift, width in zip(rows, sizes, shifts, widths, strict=True)
    ]


def _spot(values: Sequence[float], ends: list[dict], plot: tuple[int, int]) -> tuple[float, float]:
    """Where two figures stand in the plot, in pixels from its upper left corner."""
    x, y = ((value - end["min"]) / (end["max"] - end["min"]) for value, end in zip(values, ends, strict=True))
    return plot[0] * x, plot[1] * (1 - y)


def _ends(values: list[float]) -> dict:
    """Room for the bubbles beside the lowest and highest figure; an axis of counts and sums starts at 0."""
    room = 0.14 * ((max(values) - min(values)) or abs(max(values)) or 1)
    low = min(values) - room
    return {"min": max(0, low) if min(values) >= 0 else low, "max": max(values) + room} | PLAIN


def _mean_lines(means: list[float]) -> dict:
    """Two dashed lines that cross at the means."""
    label = {"color": MUTED, "fontSize": 12, "formatter": _("mean"), "position": "end"}
    return {
        "silent": True,
        "symbol": "none",
        "lineStyle": {"color": MUTED, "type": "dashed", "width": 1},
        "label": label,
        "data": [{"xAxis": means[0], "name": "x"}, {"yAxis": means[1], "name": "y"}],
    }
