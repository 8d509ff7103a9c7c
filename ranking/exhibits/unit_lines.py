"""The scores of single units over the years, twelve at a time."""

from django.utils.translation import gettext as _

from ranking.charts import GRID, NARROW, axis, cycle, upright
from ranking.editions import Edition
from ranking.exhibits.line_ends import end_offsets, round_ends
from ranking.exhibits.scores import scored_lists
from ranking.exhibits.shapes import NUMBER, Choice, Column, Shown, Table
from ranking.exhibits.words import lacking, noted, several, signed
from ranking.exhibits.yearly import years_note
from ranking.lettering import cut
from ranking.movement import movement

UNIT_COLOURS = ("#0B3D79", "#D96B0B", "#05968A", "#A862EE", "#553E1C", "#5B6472")
HEIGHT, TALL = 440, 560  # pixels on a wide page and on a phone
AROUND = 72  # pixels of them above and below the plot
MOST = 12  # units drawn as lines


def unit_choices(edition: Edition) -> tuple[Choice, ...]:
    """Which units are drawn: by rank in the newest year, twelve at a time."""
    lists = scored_lists(edition)
    if len(lists) < 2:
        return ()
    count = len(lists[-1].entries)
    starts = range(1, count + 1, MOST)
    options = tuple((str(one), f"{one}–{min(count, one + MOST - 1)}") for one in starts)
    return (Choice("ranks", _("Ranks in %(year)d") % {"year": lists[-1].year}, options, "1"),)


def scores_by_year(edition: Edition, ranks: str = "1") -> Shown:
    """One line a unit: the scores of twelve units over the years, the first ones where nobody chose others."""
    lists = scored_lists(edition)
    if len(lists) < 2:
        return lacking(
            _("Scores of at least two years are needed to draw them over time."),
            _("Have the lists of earlier years worked out backwards, or bring them in with their scores."),
        )
    newest = lists[-1]
    start = int(ranks) - 1
    drawn = newest.entries[start : start + MOST]
    years = [movement(newest.entries, one.entries).moves for one in lists]
    rows = [
        (entry.label, *[year[place].before.score if year[place].before else None for year in years])
        for place, entry in enumerate(newest.entries)
    ]
    shown = rows[start : start + MOST]
    risen = [row for row in shown if row[1] is not None]
    best = max(risen, key=lambda row: row[-1] - row[1], default=None)
    names = several(entry.label for entry in drawn[:3])
    return Shown(
        title=_("%(name)s gained most since %(year)d: %(points)s points")
        % {"name": best[0], "year": lists[0].year, "points": signed(best[-1] - best[1])}
        if best
        else _("%(names)s have the highest scores in %(year)d") % {"names": names, "year": newest.year},
        subtitle=_("Composite score over the years of ranks %(first)d to %(last)d in %(year)d")
        % {"first": start + 1, "last": start + len(drawn), "year": newest.year},
        table=Table(
            (
                Column("name", _("Name")),
                *[Column(f"y{one.year}", str(one.year), NUMBER, "", 1) for one in lists],
            ),
            tuple(rows),
        ),
        chart=_year_chart(shown, lists),
        alt=_("One line for each of these units over the years, its name at the end"),
        note=noted(edition, years_note(lists)),
        is_rigid=True,
        height=HEIGHT,
        narrow_height=TALL,
    )


def _year_chart(rows: list[tuple], lists: tuple[Edition, ...]) -> dict:
    low, high = round_ends([value for row in rows for value in row[1:] if value is not None])
    series = [
        {
            "type": "line",
            "id": f"@name={row[0]}",
            "name": row[0],
            "symbol": "circle",
            "symbolSize": 6,
            "lineStyle": {"width": 2, "type": "solid" if place < len(UNIT_COLOURS) else "dashed"},
            "itemStyle": {"color": cycle(UNIT_COLOURS, place)},
            "endLabel": {"show": True, "formatter": "{a}", "color": cycle(UNIT_COLOURS, place)},
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
        "media": [
            {"query": {"maxWidth": NARROW}, "option": _line_ends(rows, low, high, TALL)},
            {"option": _line_ends(rows, low, high, HEIGHT)},
        ],
    }


def _line_ends(rows: list[tuple], low: float, high: float, height: int) -> dict:
    """Where the names stand at the ends of the lines, in a chart of that height."""
    ends = end_offsets([row[-1] for row in rows], low=low, high=high, pixels=height - AROUND)
    names = [cut(row[0], 12, 96) for row in rows]
    return {
        "series": [
            {"id": f"@name={row[0]}", "endLabel": {"offset": [0, end], "formatter": name}}
            for row, end, name in zip(rows, ends, names, strict=True)
        ]
    }
