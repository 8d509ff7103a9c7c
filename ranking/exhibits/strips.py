"""图4: every unit by its score in the strip of its tier, with the mean of the tier."""

from django.utils.translation import gettext as _

from ranking.charts import GRID, INK, NARROW, axis, labelled, names
from ranking.editions import Edition
from ranking.exhibits.label_places import Spot, label_places, placed_label
from ranking.exhibits.line_ends import round_ends
from ranking.exhibits.shapes import INTEGER, NUMBER, Column, Shown, Table
from ranking.exhibits.tiers import Tier, no_tiers, tiers_of
from ranking.exhibits.words import noted, several
from ranking.lettering import text_width

BAND = 92  # pixels of a tier's strip
NAMED = 3  # members named in the chart
DOT, NAME = 9, 12  # pixels of a dot, and of the letters of names
APART = 7  # pixels between the middles of dots that would cover each other
ROWS = (0, 1, -1, 2, -2)  # how such dots are moved up and down
WIDE, PHONE = 660, 200  # pixels of the plot where it is smallest
MARK, MARK_DOWN = 44, 8  # length of the mark of a mean, and how far it is moved down


def tier_strip(edition: Edition) -> Shown:
    """图4: every unit by its score in the strip of its tier, with the tier's mean; members in the table."""
    tiers = tiers_of(edition)
    if not tiers:
        return no_tiers()
    has_scores = all(tier.mean is not None for tier in tiers)
    first, last = tiers[0], tiers[-1]
    sizes = several(f"{tier.name} {len(tier.members)}" for tier in tiers)
    title = _("Tiers: %(sizes)s") % {"sizes": sizes}
    if has_scores and len(tiers) > 1:
        facts = {
            "first": first.name,
            "high": f"{first.mean:.1f}",
            "last": last.name,
            "low": f"{last.mean:.1f}",
        }
        title = _("Mean scores fall from %(high)s (%(first)s) to %(low)s (%(last)s)") % facts
    return Shown(
        title=title,
        subtitle=_("Score of every listed unit, by tier: %(sizes)s") % {"sizes": sizes}
        if has_scores
        else _("Number of units in each tier"),
        table=Table(_member_columns(), tuple(_member_rows(tiers)), grouped=3),
        chart=_strip_chart(tiers) if has_scores else _size_chart(tiers),
        alt=_("One strip for each tier with a dot at the score of each unit and a mark at the mean")
        if has_scores
        else _("A bar for the number of units of each tier"),
        note=noted(edition),
        is_rigid=True,
        height=72 + (BAND if has_scores else 44) * len(tiers),
    )


def _member_columns() -> tuple[Column, ...]:
    return (
        Column("tier", _("Tier")),
        Column("count", _("Listed units"), INTEGER),
        Column("mean", _("Mean score"), NUMBER, "", 1),
        Column("rank", _("Rank"), INTEGER),
        Column("name", _("Name")),
        Column("score", _("Score"), NUMBER, "", 1),
    )


def _member_rows(tiers: list[Tier]):
    for tier in tiers:
        for entry in tier.members:
            yield tier.name, len(tier.members), tier.mean, entry.rank, entry.label, entry.score


def _strip_chart(tiers: list[Tier]) -> dict:
    scores = [entry.score for tier in tiers for entry in tier.members]
    low, high = round_ends(scores, step=20, from_zero=min(scores) >= 0)
    return {
        "grid": GRID | {"top": 16, "right": 28, "bottom": 28},
        "tooltip": {"trigger": "item"},
        "xAxis": axis("value", _("Score"), min=low, max=high, nameGap=26),
        "yAxis": names(
            [tier.name for tier in tiers],
            splitArea={"show": True, "areaStyle": {"color": ["#FFF", "#F7F8FA"]}},
        ),
        "series": [series for place, tier in enumerate(tiers) for series in _strip(tier, place)],
        "media": [
            {"query": {"maxWidth": NARROW}, "option": _sized(tiers, low, high, PHONE)},
            {"option": _sized(tiers, low, high, WIDE)},
        ],
    }


def _strip(tier: Tier, place: int) -> list[dict]:
    """The dots of a tier and the mark of its mean."""
    return [
        {
            "type": "scatter",
            "id": f"score:{tier.number}",
            "name": tier.name,
            "dimensions": ["score", "_place", "rank"],
            "symbolSize": DOT,
            "itemStyle": {"color": tier.colour, "opacity": 0.75, "borderColor": "#FFF", "borderWidth": 1},
            "data": [
                {"name": entry.label, "value": [entry.score, place, entry.rank]} for entry in tier.members
            ],
        },
        {
            "type": "scatter",
            "id": f"mean:{tier.number}",
            "dimensions": ["mean", "_place"],
            "symbol": "rect",
            "symbolSize": [3, MARK],
            "symbolOffset": [0, MARK_DOWN],
            "z": 5,
            "itemStyle": {"color": tier.colour, "opacity": 1},
            "data": [[tier.mean, place]],
        },
    ]


def _sized(tiers: list[Tier], low: float, high: float, room: int) -> dict:
    """What depends on the room: how dots give way to each other, and where names and means stand."""
    return {
        "series": [series for row, tier in enumerate(tiers) for series in _placed(tier, row, low, high, room)]
    }


def _placed(tier: Tier, row: int, low: float, high: float, room: int) -> list[dict]:
    across = [room * (entry.score - low) / (high - low) for entry in tier.members]
    spots = [(x, BAND / 2 + shift) for x, shift in zip(across, _rows(across), strict=True)]
    mean = room * (tier.mean - low) / (high - low)
    words = _("mean %(mean)s") % {"mean": f"{tier.mean:.1f}"}
    width = text_width(words, NAME, bold=True)
    shift = min(max(mean, width / 2), room - width / 2) - mean  # the words stay inside the plot
    foot = BAND / 2 + MARK_DOWN + MARK / 2
    taken = [
        (mean - 3, foot - MARK, mean + 3, foot),
        (mean + shift - width / 2, foot, mean + shift + width / 2, BAND),
    ]
    label = {"show": True, "formatter": words, "color": INK, "fontWeight": 600, "fontSize": NAME}
    place = {"position": [1.5 + shift, MARK + 2], "align": "center", "verticalAlign": "top"}
    return [{"data": _dots(tier, row, spots, room, taken)}, {"label": label | place}]


def _dots(tier: Tier, row: int, spots: list[Spot], room: int, taken: list) -> list[dict]:
    """The dots of a tier, the first members with their names."""
    named = tier.members[:NAMED]
    widths = [text_width(entry.label, NAME) for entry in named]
    marks = [(x - DOT / 2, y - DOT / 2, x + DOT / 2, y + DOT / 2) for x, y in spots[len(named) :]]
    shifts = label_places(
        spots[: len(named)], [DOT] * len(named), widths, plot=(room, BAND), taken=[*marks, *taken], near=True
    )
    shown = {"formatter": "{b}", "color": INK, "fontSize": NAME, "opacity": 1}
    dots = []
    for place, (entry, (_x, y)) in enumerate(zip(tier.members, spots, strict=True)):
        value = [entry.score, row, entry.rank]
        dot = {"name": entry.label, "value": value, "symbolOffset": [0, y - BAND / 2]}
        if place < len(named):
            dot["label"] = shown | placed_label(shifts[place], DOT)
        dots.append(dot)
    return dots


def _rows(across: list[float]) -> list[float]:
    """How far each dot is moved up or down so that dots side by side are all seen, as far as there is room."""
    ends, shifts = dict.fromkeys(ROWS, None), []
    for x in across:
        free = [row for row in ROWS if ends[row] is None or abs(ends[row] - x) >= APART]
        row = free[0] if free else max(ROWS, key=lambda one: abs(ends[one] - x))
        ends[row] = x
        shifts.append(APART * row)
    return shifts


def _size_chart(tiers: list[Tier]) -> dict:
    data = [
        labelled(len(tier.members), str(len(tier.members))) | {"itemStyle": {"color": tier.colour}}
        for tier in tiers
    ]
    return {
        "grid": GRID | {"right": 48},
        "xAxis": axis("value", minInterval=1, position="bottom"),
        "yAxis": names([tier.name for tier in tiers]),
        "series": [{"type": "bar", "id": "count", "barMaxWidth": 20, "data": data}],
    }
