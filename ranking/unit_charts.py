"""The charts of a unit's page and of the page of movement, in the shape of all exhibits."""

from django.utils.translation import gettext as _

from ranking.charts import BORDER, GRID, INK, NARROW, NAVY, RULE, axis
from ranking.editions import Edition, Entry
from ranking.exhibits.movement import bump_chart, compared_lists, ranks_by_list
from ranking.exhibits.radars import phone_radar, radar_sides
from ranking.exhibits.shapes import INTEGER, NUMBER, Column, Shown, Table
from ranking.exhibits.words import lacking, noted
from ranking.exhibits.yearly import years_note
from ranking.history import Comparison, alike_lists
from ranking.lettering import broken, cut
from ranking.movement import Move, key_of
from ranking.profiles import DimensionLine, Profile

FEWEST_SIDES = 3
SIDE, LEGEND = 110, 190  # pixels of a name beside a radar, and of one above it: the page has it whole
STEP = 10  # the scale of a radar ends at a multiple of it


def profile_radar(edition: Edition, profile: Profile, tier: str) -> Shown:
    """Dimension scores beside the means of the unit's tier and of the list."""
    name, rows = profile.entry.label, profile.dimensions
    columns = (
        Column("dimension", _("Dimension")),
        Column("own", name, NUMBER, decimals=1),
        Column("tier", tier or "–", NUMBER, decimals=1),
        Column("list", _("All listed"), NUMBER, decimals=1),
        Column("rank", _("Rank"), INTEGER),
    )
    table = tuple((row.indicator.label, row.own, row.tier, row.listed, row.rank) for row in rows)
    known = [row for row in rows if row.own is not None]
    return Shown(
        title=_title(name, known),
        subtitle=_("Scores of the dimensions, with the means of the tier and of all listed"),
        table=Table(columns, table),
        chart=_radar(rows, name, tier) if len(rows) >= FEWEST_SIDES else None,
        alt=_("A radar of the dimension scores of the unit, of its tier and of all listed"),
        note=noted(edition),
        height=380,
        narrow_height=340,
    )


def _title(name: str, rows: list[DimensionLine]) -> str:
    if not rows:
        return name
    best, worst = min(rows, key=lambda row: row.rank), max(rows, key=lambda row: row.rank)
    facts = {
        "best": best.indicator.label,
        "high": best.rank,
        "worst": worst.indicator.label,
        "low": worst.rank,
    }
    if best is worst or best.rank == worst.rank:
        return _("Rank %(high)d in %(best)s") % facts
    return _("Rank %(high)d in %(best)s, rank %(low)d in %(worst)s") % facts


def _radar(rows: tuple[DimensionLine, ...], name: str, tier: str) -> dict:
    known = [value for row in rows for value in (row.own, row.tier, row.listed) if value is not None]
    most = max(STEP, STEP * -(-max(known, default=STEP) // STEP))
    own = {"color": NAVY, "width": 2.5}
    labels, name, tier = [row.indicator.label for row in rows], cut(name, 12, LEGEND), cut(tier, 12, LEGEND)
    series = [
        _polygon(
            _("All listed"), [row.listed for row in rows], {"color": BORDER, "width": 1.5, "type": "dashed"}
        ),
        *([_polygon(tier, [row.tier for row in rows], {"color": "#D96B0B", "width": 1.5})] if tier else []),
        _polygon(name, [row.own for row in rows], own) | {"areaStyle": {"color": NAVY, "opacity": 0.12}},
    ]
    wide = {"radius": "64%", "indicator": radar_sides([broken(label, SIDE) for label in labels], most)}
    return {
        "legend": {
            "top": 4,
            "left": 8,
            "textStyle": {"color": INK},
            "data": [each["name"] for each in series[::-1]],
        },
        "tooltip": {"trigger": "item"},
        "radar": {
            "center": ["50%", "56%"],
            "indicator": radar_sides([broken(label, SIDE) for label in labels], most),
            "splitNumber": 4,
            "axisName": {"color": INK, "fontSize": 12, "lineHeight": 14},
            "axisLine": {"lineStyle": {"color": RULE}},
            "splitLine": {"lineStyle": {"color": RULE}},
            "splitArea": {"show": False},
        },
        "series": [{"type": "radar", "id": "own,tier,list", "symbolSize": 5, "data": series}],
        "media": [
            {"query": {"maxWidth": NARROW}, "option": {"radar": phone_radar(labels, most)}},
            {"option": {"radar": wide}},
        ],
    }


def _polygon(name: str, values: list, line: dict) -> dict:
    shown = ["-" if value is None else round(value, 2) for value in values]
    return {"name": name, "value": shown, "lineStyle": line, "itemStyle": {"color": line["color"]}}


def years_line(edition: Edition, entry: Entry) -> Shown | None:
    """The unit's rank and score on every list that is drawn as one line; None where there is no line to draw."""
    lists = alike_lists(edition)
    found = [next((past for past in each.entries if key_of(past) == key_of(entry)), None) for each in lists]
    if len(lists) < 2 or not any(found):
        return None
    columns = (
        Column("year", _("Year"), INTEGER),
        Column("rank", _("Rank"), INTEGER),
        Column("score", _("Score"), NUMBER, decimals=1),
    )
    rows = [
        (each.year, past.rank if past else None, past.score if past else None)
        for each, past in zip(lists, found, strict=True)
    ]
    ranks = [row[1] for row in rows]
    known = [(row[0], row[1]) for row in rows if row[1] is not None]
    facts = {"first": known[0][1], "last": known[-1][1], "from": known[0][0], "to": known[-1][0]}
    return Shown(
        title=_("From rank %(first)d in %(from)d to rank %(last)d in %(to)d") % facts
        if len(known) > 1
        else _("Rank %(last)d in %(to)d") % facts,
        subtitle=_("Rank by year, the best on top"),
        table=Table(columns, tuple(rows)),
        chart=_line(rows, ranks),
        alt=_("A line from the rank of one year to that of the next"),
        note=noted(edition, years_note(lists)),
        height=280,
    )


def _line(rows: list[tuple], ranks: list[int | None]) -> dict:
    known = [rank for rank in ranks if rank is not None]
    room = max(2, round(0.3 * (max(known) - min(known))))
    low = max(1, min(known) - room)
    return {
        "grid": GRID | {"left": 12, "right": 32, "top": 40},
        "tooltip": {"trigger": "item"},
        "xAxis": axis("category", data=[str(row[0]) for row in rows], position="top"),
        "yAxis": axis("value", min=low, max=max(known) + room, minInterval=1) | {"inverse": True},
        "series": [
            {
                "type": "line",
                "id": "rank",
                "data": ["-" if rank is None else rank for rank in ranks],
                "symbol": "circle",
                "symbolSize": 9,
                "lineStyle": {"width": 2.5, "color": NAVY},
                "itemStyle": {"color": NAVY},
                "label": {"show": True, "position": "top", "color": INK, "fontSize": 13},
            }
        ],
    }


def bump(edition: Edition, comparison: Comparison, moves: tuple[Move, ...]) -> Shown:
    """Ranks of the chosen units over the years, one line each."""
    lists = compared_lists(edition, comparison)
    if not moves:
        return lacking(_("None of the chosen units is on the newer of the two lists."))
    columns = (
        Column("name", _("Name")),
        *(Column(f"y{each.year}", str(each.year), INTEGER) for each in lists),
    )
    ranks = ranks_by_list(moves, lists)
    risen = max(moves, key=lambda move: move.change or 0)
    facts = {"name": risen.entry.label, "places": risen.change or 0, "year": comparison.older.year}
    return Shown(
        title=_("%(name)s gained most against %(year)d among these: %(places)d places") % facts
        if facts["places"] > 0
        else _("None of these gained places against %(year)d") % facts,
        subtitle=_("Rank in each year, the best on top"),
        table=Table(
            columns, tuple((move.entry.label, *known) for move, known in zip(moves, ranks, strict=True))
        ),
        chart=bump_chart(moves, lists),
        alt=_("One line for each unit, from its rank in one year to its rank in the next"),
        note=noted(edition, years_note(lists)),
        height=max(320, 34 * len(moves)),
    )
