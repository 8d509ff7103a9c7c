"""How units moved against the list before: a bump chart of the first ranks, and who came and went."""

from django.utils.translation import gettext as _

from ranking.charts import GRID, INK, RULE, axis
from ranking.editions import Edition, Entry
from ranking.exhibits.shapes import INTEGER, Column, Shown, Table
from ranking.exhibits.words import lacking, noted, signed
from ranking.exhibits.yearly import years_note
from ranking.history import Comparison, alike_lists, compared
from ranking.movement import Move, Movement
from ranking.movement import movement as moved

MOST = 15  # units drawn as lines
UP, DOWN, SAME = "#0B57D0", "#A84B00", "#7C8696"


def movement(edition: Edition) -> Shown:
    """Ranks of the first units over the years, and every unit's change against the year before."""
    found = compared(edition)
    if found is None:
        return lacking(
            _("There is no earlier list to compare with."),
            _("Bring in the list of an earlier year, or have one worked out backwards."),
        )
    moves, lists = found.movement, compared_lists(edition, found)
    drawn = moves.moves[:MOST]
    caution = (
        "" if found.is_alike else _("The two lists were not made alike: a change may come from the method.")
    )
    return Shown(
        title=_title(moves, found),
        subtitle=_(
            "Rank in each year; drawn: the first %(count)d of %(year)d, blue where the rank rose in the last year, "
            "orange where it fell"
        )
        % {"count": len(drawn), "year": found.newer.year},
        table=_table(moves, found, lists),
        chart=bump_chart(drawn, lists),
        alt=_("One line for each of the first units, from its rank in one year to its rank in the next"),
        note=noted(edition, caution, years_note(lists)),
        height=460,
        narrow_height=500,
    )


def compared_lists(edition: Edition, found: Comparison) -> tuple[Edition, ...]:
    """The lists of the bump chart: all that are alike up to the newer one, else the two that are compared."""
    alike = tuple(one for one in alike_lists(edition) if one.year <= found.newer.year)
    both = {found.newer.year, found.older.year} <= {one.year for one in alike}
    return alike if both and alike[-1].kind == found.newer.kind else (found.older, found.newer)


def _title(moves: Movement, found: Comparison) -> str:
    facts = {"came": len(moves.entrants), "year": found.older.year}
    if moves.risers:
        best = moves.risers[0]
        facts |= {"name": best.entry.label, "places": signed(best.change, 0)}
        return _("%(name)s gained most against %(year)d (%(places)s places); %(came)d units are new") % facts
    if moves.fallers:
        return _("%(came)d units are new against %(year)d") % facts
    return _("%(came)d units are new against %(year)d; no other rank changed") % facts


def ranks_by_list(moves: tuple[Move, ...], lists: tuple[Edition, ...]) -> list[list[int | None]]:
    """Unit by unit its rank in every list."""
    entries = [move.entry for move in moves]
    years = [moved(entries, one.entries).moves for one in lists]
    return [
        [year[place].before.rank if year[place].before else None for year in years]
        for place in range(len(entries))
    ]


def _table(moves: Movement, found: Comparison, lists: tuple[Edition, ...]) -> Table:
    """Every unit of the newer list with its rank in each year, then those that went."""
    ranks = ranks_by_list(moves.moves, lists)
    years = tuple(Column(f"y{one.year}", str(one.year), INTEGER) for one in lists)
    rows = [
        (move.entry.label, _("new") if move.before is None else "", move.change, *known)
        for move, known in zip(moves.moves, ranks, strict=True)
    ]
    older = [one.year for one in lists].index(found.older.year)
    for entry in moves.exits:
        known = [entry.rank if place == older else None for place in range(len(lists))]
        rows.append((entry.label, _("left the list"), None, *known))
    first = (
        Column("name", _("Name")),
        Column("event", _("Came or went")),
        Column("change", _("Places gained"), INTEGER),
    )
    return Table(first + years, tuple(rows))


def bump_chart(moves: tuple[Move, ...], lists: tuple[Edition, ...]) -> dict:
    """One line a unit from list to list: blue where its rank rose at the end, orange where it fell."""
    ranks = ranks_by_list(moves, lists)
    most = max(rank for known in ranks for rank in known if rank is not None)
    return {
        "grid": GRID | {"left": 12, "right": 108, "top": 24, "bottom": 16},
        "tooltip": {"trigger": "item"},
        "xAxis": axis("category", data=[str(one.year) for one in lists], boundaryGap=False, position="top"),
        "yAxis": axis("value", min=1, max=most, minInterval=1, splitLine={"lineStyle": {"color": RULE}})
        | {"inverse": True},
        "series": [_line(move.entry, known) for move, known in zip(moves, ranks, strict=True)],
    }


def _line(entry: Entry, ranks: list[int | None]) -> dict:
    known = [rank for rank in ranks if rank is not None]
    change = known[-2] - known[-1] if len(known) > 1 else 0
    colour = UP if change > 0 else DOWN if change < 0 else SAME
    return {
        "type": "line",
        "id": f"@name={entry.label}",
        "name": entry.label,
        "data": ["-" if rank is None else rank for rank in ranks],
        "symbol": "circle",
        "symbolSize": 8,
        "lineStyle": {"width": 2, "color": colour},
        "itemStyle": {"color": colour},
        "endLabel": {"show": True, "formatter": "{a}", "color": INK, "width": 96, "overflow": "truncate"},
        "labelLayout": {"moveOverlap": "shiftY"},
    }
