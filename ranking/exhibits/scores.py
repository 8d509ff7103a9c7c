"""图9: scores over the years, by rank for the whole list and unit by unit for the first."""

from django.utils.translation import gettext as _

from ranking.charts import GRID, INK, MUTED, axis, cycle, upright
from ranking.editions import Edition
from ranking.exhibits.line_ends import end_offsets, round_ends
from ranking.exhibits.shapes import INTEGER, NUMBER, Column, Shown, Table
from ranking.exhibits.words import lacking, noted, several, signed
from ranking.exhibits.yearly import has_scores, years_note
from ranking.history import alike_lists
from ranking.movement import movement

YEAR_COLOURS = ("#B9C2CE", "#8FA9C6", "#5A93CE", "#1F66AE", "#0A2A55")  # the newest year is the darkest
UNIT_COLOURS = ("#0B3D79", "#D96B0B", "#05968A", "#A862EE", "#553E1C", "#5B6472")
HEIGHT = 440
MOST = 12  # units drawn as lines
NAMED = 5  # units named at the line of the newest year
TICKS = 9  # places without a number between two that have one
LATER = 11  # the rank that stands against the first in the title


def _scored(edition: Edition) -> tuple[Edition, ...]:
    """The lists with scores; where only the edition's own has them, that one."""
    lists = alike_lists(edition)
    found = tuple(one for one in lists if has_scores(one))
    return found or ((edition,) if has_scores(edition) else ())


def _no_scores(edition: Edition) -> Shown:
    return lacking(
        _("The units of this list have no scores.") if edition.past else _("No list of any year has scores."),
        _("The white paper prints none by city; lists worked out here have them."),
    )


def scores_by_rank(edition: Edition) -> Shown:
    """One line a year: the score at every rank."""
    lists = _scored(edition)
    if not lists:
        return _no_scores(edition)
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
    series.append(_named(lists[-1]))
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
        "yAxis": upright(_("Score")),
        "series": series,
    }


def _named(newest: Edition) -> dict:
    """The first units of the newest year by name, at their points."""
    return {
        "type": "scatter",
        "id": "named",
        "dimensions": ["_place", f"y{newest.year}"],
        "symbolSize": 7,
        "itemStyle": {"color": YEAR_COLOURS[-1], "opacity": 1},
        "label": {"show": True, "position": "right", "color": INK, "fontSize": 12, "formatter": "{b}"},
        "labelLayout": {"hideOverlap": True},
        "tooltip": {"show": False},
        "data": [
            {"name": entry.label, "value": [place, entry.score]}
            for place, entry in enumerate(newest.entries[:NAMED])
        ],
    }


def scores_by_year(edition: Edition) -> Shown:
    """One line a unit: the scores of the first units over the years."""
    lists = _scored(edition)
    if len(lists) < 2:
        return lacking(
            _("Scores of at least two years are needed to draw them over time."),
            _("Have the lists of earlier years worked out backwards, or bring them in with their scores."),
        )
    newest = lists[-1]
    drawn = newest.entries[:MOST]
    years = [movement(newest.entries, one.entries).moves for one in lists]
    rows = [
        (entry.label, *[year[place].before.score if year[place].before else None for year in years])
        for place, entry in enumerate(newest.entries)
    ]
    risen = [row for row in rows[:MOST] if row[1] is not None]
    best = max(risen, key=lambda row: row[-1] - row[1], default=None)
    names = several(entry.label for entry in newest.entries[:3])
    return Shown(
        title=_("%(name)s gained most since %(year)d: %(points)s points")
        % {"name": best[0], "year": lists[0].year, "points": signed(best[-1] - best[1])}
        if best
        else _("%(names)s have the highest scores in %(year)d") % {"names": names, "year": newest.year},
        subtitle=_("Composite score of the first %(count)d of %(year)d over the years")
        % {"count": len(drawn), "year": newest.year},
        table=Table(
            (
                Column("name", _("Name")),
                *[Column(f"y{one.year}", str(one.year), NUMBER, "", 1) for one in lists],
            ),
            tuple(rows),
        ),
        chart=_year_chart(rows[:MOST], lists),
        alt=_("One line for each of the first units over the years, its name at the end"),
        note=noted(edition, years_note(lists)),
        height=HEIGHT,
    )


def _year_chart(rows: list[tuple], lists: tuple[Edition, ...]) -> dict:
    low, high = round_ends([value for row in rows for value in row[1:] if value is not None])
    ends = end_offsets([row[-1] for row in rows], low=low, high=high, pixels=HEIGHT - 72)
    series = [
        {
            "type": "line",
            "id": f"@name={row[0]}",
            "name": row[0],
            "symbol": "circle",
            "symbolSize": 6,
            "lineStyle": {"width": 2, "type": "solid" if place < len(UNIT_COLOURS) else "dashed"},
            "itemStyle": {"color": cycle(UNIT_COLOURS, place)},
            "endLabel": {
                "show": True,
                "formatter": "{a}",
                "color": cycle(UNIT_COLOURS, place),
                "offset": [0, ends[place]],
                "width": 96,
                "overflow": "truncate",
            },
            "data": ["-" if value is None else value for value in row[1:]],
        }
        for place, row in enumerate(rows)
    ]
    return {
        "grid": GRID | {"top": 40, "left": 12, "right": 108},
        "tooltip": {"trigger": "item"},
        "xAxis": axis("category", data=[str(one.year) for one in lists], boundaryGap=False),
        "yAxis": upright(_("Score"), min=low, max=high),
        "series": series,
    }
