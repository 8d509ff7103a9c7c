"""图3: the stages of development with the units on them, on a curve that is drawn by hand."""

from math import exp

from django.utils.translation import gettext as _

from ranking.charts import INK, MUTED, NARROW, PAPER, RULE, axis
from ranking.editions import Edition, Entry
from ranking.exhibits.shapes import INTEGER, NUMBER, Column, Shown, Table
from ranking.exhibits.tiers import Tier, no_tiers, tiers_of
from ranking.exhibits.words import noted, several
from ranking.lettering import text_width
from ranking.movement import key_of

CURVE_POINTS = 60
STEEPNESS = 9.0
NAME = 12  # pixels of the letters of a stage's name
SMALLEST = 272  # pixels of the plot on a phone


def evolution(edition: Edition) -> Shown:
    """图3: a schematic curve through the stages, the units on it by rank."""
    tiers = tiers_of(edition)
    if not tiers:
        return no_tiers()
    steps = several(f"{tier.name} {len(tier.members)}" for tier in reversed(tiers))
    return Shown(
        title=_("Stage by stage: %(counts)s") % {"counts": steps},
        subtitle=_(
            "Schematic: the curve is drawn by hand, the stages and the units on it are those of the list"
        ),
        table=Table(_stage_columns(), tuple(_stage_rows(tiers))),
        chart=_curve_chart(tiers),
        alt=_("A schematic rising curve through the stages, with the first and last unit of each on it"),
        note=noted(edition, _("Height and shape of the curve are no measurement.")),
        is_rigid=True,
        height=400,
    )


def _stage_columns() -> tuple[Column, ...]:
    return (
        Column("tier", _("Stage")),
        Column("count", _("Listed units"), INTEGER),
        Column("first_rank", _("First rank"), INTEGER),
        Column("last_rank", _("Last rank"), INTEGER),
        Column("mean", _("Mean score"), NUMBER, "", 1),
        Column("first", _("First unit")),
        Column("last", _("Last unit")),
    )


def _stage_rows(tiers: list[Tier]):
    for tier in tiers:
        first, last = tier.members[0], tier.members[-1]
        yield (
            tier.name,
            len(tier.members),
            first.rank,
            last.rank,
            tier.mean,
            first.label,
            last.label,
        )


def _curve_chart(tiers: list[Tier]) -> dict:
    """Every stage takes the same width, whatever its number of units, since most are at the start."""
    places = _stretched(tiers)
    end = len(tiers)
    steps = [end * step / CURVE_POINTS for step in range(CURVE_POINTS + 1)]
    return {
        "grid": {"left": 16, "right": 24, "top": 36, "bottom": 16},
        "xAxis": _hidden("value", min=0, max=end),
        "yAxis": _hidden("value", min=-10, max=128),
        "series": [
            {
                "type": "line",
                "id": "_curve",
                "data": [[step, _rise(step, end)] for step in steps],
                "smooth": True,
                "showSymbol": False,
                "silent": True,
                "lineStyle": {"width": 3, "color": MUTED},
                "markArea": {"silent": True},
            },
            *[_dots(tier, places, end) for tier in tiers],
            *[_end(tier, tier.members[0], places, end, "first_rank") for tier in tiers],
            *[
                _end(tier, tier.members[-1], places, end, "last_rank")
                for tier in tiers
                if len(tier.members) > 1
            ],
        ],
        "media": [
            {"query": {"maxWidth": NARROW}, "option": _areas_option(tiers, SMALLEST / len(tiers))},
            {"option": _areas_option(tiers, NARROW / len(tiers))},
        ],
    }


def _dots(tier: Tier, places: dict, end: int) -> dict:
    """Every unit of the tier as a dot on the curve."""
    spots = [places[key_of(entry)] for entry in tier.members]
    return {
        "type": "scatter",
        "id": f"_units:{tier.number}",
        "name": tier.name,
        "symbolSize": 7,
        "silent": True,
        "itemStyle": {"color": tier.colour, "opacity": 0.6},
        "data": [[spot, _rise(spot, end)] for spot in spots],
    }


def _end(tier: Tier, entry: Entry, places: dict, end: int, column: str) -> dict:
    """The first unit of a tier with name and rank above the curve, the last one below it."""
    spot, is_first = places[key_of(entry)], column == "first_rank"
    label = {"show": True, "formatter": "{b}", "color": INK, "fontSize": 12, "distance": 9, "opacity": 1}
    side = {"position": "top", "align": "right"} if is_first else {"position": "bottom", "align": "left"}
    return {
        "type": "scatter",
        "id": f"{column}:{tier.number}",
        "dimensions": ["_place", "_height", column],
        "symbolSize": 10,
        "z": 5,
        "itemStyle": {"color": tier.colour, "opacity": 1, "borderColor": "#FFF", "borderWidth": 1.5},
        "label": label | side,
        "labelLayout": {"hideOverlap": True},
        "data": [{"name": f"{entry.label} {entry.rank}", "value": [spot, _rise(spot, end), entry.rank]}],
    }


def _rise(place: float, end: int) -> float:
    return 100 / (1 + exp(-STEEPNESS * (place / end - 0.5)))


def _stretched(tiers: list[Tier]) -> dict[str, float]:
    """Where each unit stands on the way: stage by stage from the last, evenly inside its stage."""
    places = {}
    for stage, tier in enumerate(reversed(tiers)):
        size = len(tier.members)
        for order, entry in enumerate(reversed(tier.members)):
            places[key_of(entry)] = stage + (order + 0.5) / size
    return places


def _hidden(kind: str, **more) -> dict:
    return axis(kind, **more) | {"show": False}


def _areas_option(tiers: list[Tier], room: float) -> dict:
    """The stages as quiet bands under their names; every second name is lower where they would touch."""
    widest = max(text_width(tier.name, NAME, bold=True) for tier in tiers)
    lower, areas = NAME + 4 if widest > room - NAME else 0, []
    for stage, tier in enumerate(reversed(tiers)):
        fill = {"color": "#F1F4F8" if stage % 2 else PAPER, "borderColor": RULE, "borderWidth": 1}
        label = {"position": "insideTop", "color": INK, "fontSize": NAME, "fontWeight": 600}
        label["distance"] = 5 + lower * (stage % 2)
        areas.append(
            [{"name": tier.name, "xAxis": stage, "itemStyle": fill, "label": label}, {"xAxis": stage + 1}]
        )
    return {"series": [{"markArea": {"data": areas}}]}
