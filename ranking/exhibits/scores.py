"""图9: scores over the years, by rank for the whole list."""

from collections.abc import Iterator
from itertools import pairwise
from math import ceil

from django.utils.translation import gettext as _

from ranking.charts import GRID, INK, MUTED, NARROW, axis, upright
from ranking.editions import Edition
from ranking.exhibits.label_places import label_places, leader, placed_label
from ranking.exhibits.line_ends import round_ends
from ranking.exhibits.shapes import INTEGER, NUMBER, Column, Shown, Table
from ranking.exhibits.words import lacking, noted, signed
from ranking.exhibits.yearly import has_scores, years_note
from ranking.history import alike_lists
from ranking.lettering import text_width

YEAR_COLOURS = ("#B9C2CE", "#8FA9C6", "#5A93CE", "#1F66AE", "#0A2A55")  # the newest year is the darkest
WIDE, PHONE = (640, 290), (226, 290)  # pixels of the plot of ranks where it is smallest
DOT = 7
NAMED, FEWER = 5, 4  # units named at the line of the newest year, on a wide page and on a phone
TICKS = 9  # places without a number between two that have one
LATER = 11  # the rank that stands against the first in the title


def scored_lists(edition: Edition) -> tuple[Edition, ...]:
    """The lists with scores; where only the edition's own has them, that one."""
    lists = alike_lists(edition)
    found = tuple(one for one in lists if has_scores(one))
    return found or ((edition,) if has_scores(edition) else ())


def no_scores(edition: Edition) -> Shown:
    return lacking(
        _("The units of this list have no scores.") if edition.past else _("No list of any year has scores."),
        _("The white paper prints none by city; lists worked out here have them."),
    )


def scores_by_rank(edition: Edition) -> Shown:
    """One line a year: the score at every rank."""
    lists = scored_lists(edition)
    if not lists:
        return no_scores(edition)
    newest = lists[-1]
    last = newest.entries[min(LATER, len(newest.entries)) - 1]
    first = newest.entries[0]
    return Shown(
        title=_("In %(year)d the first has %(high)s and rank %(rank)d has %(low)s")
        % {"year": newest.year, "high": f"{first.score:.1f}", "rank": last.rank, "low": f"{last.score:.1f}"}
        + _gap_change(lists),
        subtitle=_("Composite score by place on the list, one line a year"),
        table=_rank_table(lists),
        chart=_rank_chart(lists),
        alt=_("One falling line for each year, from the score of the first unit to that of the last"),
        note=noted(edition, years_note(lists)),
        is_rigid=True,
        height=400,
    )


def _gap(one: Edition) -> float:
    return one.entries[0].score - one.entries[min(LATER, len(one.entries)) - 1].score


def _gap_change(lists: tuple[Edition, ...]) -> str:
    """How the distance between the two changed since the first year."""
    if len(lists) < 2:
        return ""
    facts = {"change": signed(_gap(lists[-1]) - _gap(lists[0])), "year": lists[0].year}
    return _("; the gap changed by %(change)s since %(year)d") % facts


def _rank_table(lists: tuple[Edition, ...]) -> Table:
    longest = max(len(one.entries) for one in lists)
    columns = [Column(f"y{one.year}", str(one.year), NUMBER, "", 1) for one in lists]
    rows = (
        (place + 1, *[one.entries[place].score if place < len(one.entries) else None for one in lists])
        for place in range(longest)
    )
    return Table((Column("place", _("Place"), INTEGER), *columns), tuple(rows))


def _rank_chart(lists: tuple[Edition, ...]) -> dict:
    longest = max(len(one.entries) for one in lists)
    series = []
    for place, one in enumerate(lists):
        colour = YEAR_COLOURS[max(0, len(YEAR_COLOURS) - len(lists) + place)]
        is_newest = place == len(lists) - 1
        series.append(
            {
                "type": "line",
                "id": f"y{one.year}",
                "name": str(one.year),
                "showSymbol": False,
                "lineStyle": {"width": 3 if is_newest else 1.75},
                "itemStyle": {"color": colour},
                "data": [entry.score for entry in one.entries],
            }
        )
    low, high = round_ends(
        [entry.score for one in lists for entry in one.entries], step=20, from_zero=_is_positive(lists)
    )
    series.append(_named(lists[-1], low, high, WIDE))
    return {
        "grid": GRID | {"top": 60, "left": 12, "bottom": 28},
        "legend": {
            "top": 4,
            "right": 8,
            "icon": "rect",
            "itemWidth": 14,
            "itemHeight": 3,
            "textStyle": {"color": INK},
        },
        "tooltip": {"trigger": "axis"},
        "xAxis": axis(
            "category",
            _("Place on the list"),
            data=[str(place + 1) for place in range(longest)],
            nameGap=26,
            boundaryGap=False,
            axisLabel={"interval": TICKS, "color": MUTED},
        ),
        "yAxis": upright(_("Score"), min=low, max=high),
        "series": series,
        "media": [
            {"query": {"maxWidth": NARROW}, "option": {"series": [_named(lists[-1], low, high, PHONE)]}},
            {"option": {"series": [_named(lists[-1], low, high, WIDE)]}},
        ],
    }


def _is_positive(lists: tuple[Edition, ...]) -> bool:
    return all(one.entries[-1].score >= 0 for one in lists)


def _named(newest: Edition, low: float, high: float, plot: tuple[int, int]) -> dict:
    """The first units of the newest year by name, at their points, beside the line."""
    step = plot[0] / max(1, len(newest.entries) - 1)
    spots = [
        (step * rank, plot[1] * (high - one.score) / (high - low)) for rank, one in enumerate(newest.entries)
    ]
    named = newest.entries[: NAMED if plot is WIDE else FEWER]
    widths = [text_width(entry.label) for entry in named]
    shifts = label_places(
        spots[: len(named)],
        [DOT] * len(named),
        widths,
        plot=plot,
        taken=[(x - 2, y - 2, x + 2, y + 2) for x, y in _along(spots)],
    )
    label = {"color": INK, "fontSize": 12, "formatter": "{b}"}
    return {
        "type": "scatter",
        "id": "named",
        "dimensions": ["_place", f"y{newest.year}"],
        "symbolSize": DOT,
        "itemStyle": {"color": YEAR_COLOURS[-1], "opacity": 1},
        "tooltip": {"show": False},
        "data": [
            {
                "name": entry.label,
                "value": [place, entry.score],
                "label": label | placed_label(shift, DOT),
                "labelLine": leader(shift, DOT, width),
            }
            for place, (entry, shift, width) in enumerate(zip(named, shifts, widths, strict=True))
        ],
    }


def _along(spots: list[tuple[float, float]]) -> Iterator[tuple[float, float]]:
    """Dots along the line through the spots."""
    for (x, y), (end_x, end_y) in pairwise(spots):
        steps = ceil(max(end_x - x, abs(end_y - y)) / 4) or 1
        yield from ((x + (end_x - x) * one / steps, y + (end_y - y) * one / steps) for one in range(steps))
