"""The dimensions of an edition, and what each brought to the units' scores."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from ranking.charts import DIMENSION_COLOURS, GRID, axis, cycle, legend, names, room_for_names
from ranking.editions import Edition, Entry
from ranking.exhibits.shapes import INTEGER, NUMBER, Column, Shown, Table
from ranking.exhibits.words import no_run, noted
from ranking.explanations import points_by_unit
from ranking.listing import aggregations_of
from survey.models import Indicator

FIRST = 20  # units drawn
ROW, PAPER_ROW, LEAST_ROW = 24, 16, 15  # pixels of a bar with its name


@dataclass(frozen=True)
class Dimension:
    """One first-level indicator in the reader's language."""

    code: str
    name: str
    colour: str


def dimensions_of(edition: Edition) -> list[Dimension]:
    """The first level of the tree; of a past list the codes its scores carry."""
    if edition.study:
        tops = Indicator.objects.filter(study=edition.study, parent=None)
        pairs = [(top.code, top.label) for top in tops]
    else:
        codes = dict.fromkeys(code for entry in edition.entries for code in entry.dimensions)
        known = {
            one.code: one.label for one in Indicator.objects.filter(study__series=edition.series, parent=None)
        }
        pairs = [(code, known.get(code, code)) for code in codes]
    return [
        Dimension(code, name, cycle(DIMENSION_COLOURS, place)) for place, (code, name) in enumerate(pairs)
    ]


def contributions(edition: Edition) -> Shown:
    """The points that every dimension brought to the scores of the first units; they add up to the score."""
    missing = no_run(edition, _("contributions to scores"))
    if missing:
        return missing
    points, dimensions = points_by_unit(edition.run), dimensions_of(edition)
    rows = [_row(entry, dimensions, points[entry.code]) for entry in edition.entries]
    first = rows[0]
    place = max(range(len(dimensions)), key=lambda one: first[3 + one])
    return Shown(
        title=_("%(points).1f of the %(score).1f points of %(name)s come from %(dimension)s")
        % {
            "points": first[3 + place],
            "score": first[2],
            "name": first[0],
            "dimension": dimensions[place].name,
        },
        subtitle=_("Points of the composite score by dimension; drawn: the first %(count)d")
        % {"count": min(FIRST, len(rows))},
        table=Table(_columns(dimensions), tuple(rows)),
        chart=_chart(rows[:FIRST], dimensions),
        alt=_("One bar for each of the first units, parted into the points that every dimension brought"),
        note=noted(edition, _parted(edition)),
        height=84 + ROW * min(FIRST, len(rows)),
        narrow_height=128 + ROW * min(FIRST, len(rows)),
        paper_height=84 + PAPER_ROW * min(FIRST, len(rows)),
        paper_least=84 + LEAST_ROW * min(FIRST, len(rows)),
    )


def _parted(edition: Edition) -> str:
    """What to know of points that are no weighted figures."""
    top = aggregations_of(edition.run)[0]
    if top == "additive":
        return ""
    if top == "copeland":
        return _("Points: pairings won less those lost, shared among the dimensions that decided them.")
    if top == "geometric":
        return _("Under the geometric mean the part of a dimension is its weight, whatever its score.")
    return _("Points are parted by the slope of the score in each dimension (Euler's theorem).")


def _row(entry: Entry, dimensions: list[Dimension], points: dict[str, float]) -> tuple:
    return entry.label, entry.rank, entry.score, *[points[one.code] for one in dimensions]


def _columns(dimensions: list[Dimension]) -> tuple[Column, ...]:
    return (
        Column("name", _("Name")),
        Column("rank", _("Rank"), INTEGER),
        Column("score", _("Score"), NUMBER, "", 2),
        *[Column(one.code, one.name, NUMBER, "", 2) for one in dimensions],
    )


def _chart(rows: list[tuple], dimensions: list[Dimension]) -> dict:
    labels = [f"{row[0]} {row[1]}" for row in rows]
    series = [
        {
            "type": "bar",
            "id": one.code,
            "name": one.name,
            "stack": "score",
            "barMaxWidth": 16,
            "itemStyle": {"color": one.colour, "borderColor": "#FFF", "borderWidth": 0.5},
            "data": [row[3 + place] for row in rows],
        }
        for place, one in enumerate(dimensions)
    ]
    phone, wide = room_for_names(labels)
    phone["option"] |= {"grid": {"top": 88}}
    wide["option"] |= {"grid": {"top": 44}}
    return {
        "grid": GRID | {"top": 44},
        "legend": legend(),
        "tooltip": {"trigger": "axis", "axisPointer": {"type": "shadow"}},
        "xAxis": axis("value", position="bottom"),
        "yAxis": names(labels),
        "series": series,
        "media": [phone, wide],
    }
