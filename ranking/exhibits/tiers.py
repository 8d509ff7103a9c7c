"""图3 and 图4: the stages of development with the units on them, and the tiers with their members."""

from dataclasses import dataclass
from math import exp

from django.utils.translation import gettext as _

from ranking.charts import GRID, INK, MUTED, PAPER, RULE, axis, labelled, names, tier_colours
from ranking.editions import Edition, Entry
from ranking.exhibits.shapes import INTEGER, NUMBER, Column, Shown, Table
from ranking.exhibits.words import lacking, noted, several, tier_names
from ranking.movement import key_of

BAND = 84  # pixels of a tier's strip
CURVE_POINTS = 60
STEEPNESS = 9.0
NAMED = 3  # members named in the chart


@dataclass(frozen=True)
class Tier:
    """One tier of an edition with its members in order of rank."""

    number: int
    name: str
    colour: str
    members: tuple[Entry, ...]

    @property
    def mean(self) -> float | None:
        """The mean score, None where nobody has one."""
        return mean_of(entry.score for entry in self.members)


def mean_of(values) -> float | None:
    """The mean of what there is; None of nothing."""
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else None


def tiers_of(edition: Edition) -> list[Tier]:
    """The tiers that have members, the best first."""
    said, colours = tier_names(edition), tier_colours(len(edition.tiers))
    found = []
    for (number, name), colour in zip(sorted(said.items()), colours, strict=True):
        members = tuple(entry for entry in edition.entries if entry.tier == number)
        if members:
            found.append(Tier(number, name, colour, members))
    return found


def no_tiers() -> Shown:
    """The words where the list has no tiers."""
    return lacking(
        _("This list has no tiers."),
        _("The protocol would part it by rank, by score or at natural breaks."),
    )


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
                "markArea": {"silent": True, "data": _stage_areas(tiers)},
            },
            *[_dots(tier, places, end) for tier in tiers],
            *[_end(tier, tier.members[0], places, end, "first_rank") for tier in tiers],
            *[
                _end(tier, tier.members[-1], places, end, "last_rank")
                for tier in tiers
                if len(tier.members) > 1
            ],
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


def _stage_areas(tiers: list[Tier]) -> list:
    """The stages as quiet bands under their names."""
    areas = []
    for stage, tier in enumerate(reversed(tiers)):
        fill = {"color": "#F1F4F8" if stage % 2 else PAPER, "borderColor": RULE, "borderWidth": 1}
        label = {"position": "insideTop", "color": tier.colour, "fontSize": 12, "fontWeight": 600}
        areas.append(
            [{"name": tier.name, "xAxis": stage, "itemStyle": fill, "label": label}, {"xAxis": stage + 1}]
        )
    return areas


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
    labels = [tier.name for tier in tiers]
    return {
        "grid": GRID | {"top": 16, "right": 40, "bottom": 28},
        "tooltip": {"trigger": "item"},
        "xAxis": axis("value", _("Score"), scale=True, nameGap=26),
        "yAxis": names(labels, splitArea={"show": True, "areaStyle": {"color": ["#FFF", "#F7F8FA"]}}),
        "series": [series for place, tier in enumerate(tiers) for series in _strip(tier, place)],
    }


def _strip(tier: Tier, place: int) -> list[dict]:
    """The dots of a tier and the mark of its mean."""
    named = {"show": True, "position": "top", "formatter": "{b}", "color": INK, "fontSize": 11, "opacity": 1}
    dots = [
        {"name": entry.label, "value": [entry.score, place, entry.rank]}
        | ({"label": named} if order < NAMED else {})
        for order, entry in enumerate(tier.members)
    ]
    mean = {
        "position": "bottom",
        "show": True,
        "formatter": _("mean %(mean)s") % {"mean": f"{tier.mean:.1f}"},
    }
    return [
        {
            "type": "scatter",
            "id": f"score:{tier.number}",
            "name": tier.name,
            "dimensions": ["score", "_place", "rank"],
            "symbolSize": 11,
            "itemStyle": {"color": tier.colour, "opacity": 0.7, "borderColor": "#FFF", "borderWidth": 1},
            "labelLayout": {"hideOverlap": True},
            "data": dots,
        },
        {
            "type": "scatter",
            "id": f"mean:{tier.number}",
            "dimensions": ["mean", "_place"],
            "symbol": "rect",
            "symbolSize": [3, 34],
            "z": 5,
            "itemStyle": {"color": tier.colour, "opacity": 1},
            "label": mean | {"color": tier.colour, "fontWeight": 600, "fontSize": 12, "distance": 2},
            "data": [[tier.mean, place]],
        },
    ]


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
