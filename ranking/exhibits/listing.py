"""表2: the list itself, and the interval beside every rank."""

from django.utils.translation import gettext as _

from ranking.charts import (
    BAND,
    BAND_EDGE,
    FIRST,
    GRID,
    HALF_DOT,
    NAVY,
    axis,
    labelled,
    names,
    room_for_names,
)
from ranking.editions import Edition, Entry
from ranking.exhibits.places import provinces
from ranking.exhibits.shapes import INTEGER, NUMBER, Column, Shown, Table
from ranking.exhibits.words import lacking, no_run, noted, several, tier_names

LEADERS = 3
ROW, PAPER_ROW, LEAST_ROW = 22, 16, 15  # pixels of a line in a chart of names


def the_list(edition: Edition) -> Shown:
    """Rank, interval, name, province, tier, score; columns that nobody has are left out."""
    entries = edition.entries
    if not entries:
        return lacking(_("The list has no units."), _("Compute a run, or bring in a list with ranks."))
    leaders = several(entry.label for entry in entries[:LEADERS])
    table = _without_empty(Table(_columns(), tuple(_rows(edition))))
    return Shown(
        title=_("%(names)s lead the list of %(count)d") % {"names": leaders, "count": len(entries)},
        subtitle=_("Rank, unit and what the data say of it"),
        table=table,
        note=noted(edition, _("Equal scores share the better rank.")),
    )


def _columns() -> tuple[Column, ...]:
    return (
        Column("rank", _("Rank"), INTEGER),
        Column("name", _("Name")),
        Column("province", _("Province")),
        Column("tier", _("Tier")),
        Column("score", _("Score"), NUMBER, "", 2),
        Column("rank_low", _("Best rank of the interval"), INTEGER),
        Column("rank_high", _("Worst rank of the interval"), INTEGER),
        Column("code", _("Code")),
    )


def _rows(edition: Edition):
    tiers = tier_names(edition)
    places = {id(entry): group.label for group in provinces(edition).groups for entry in group.entries}
    for entry in edition.entries:
        yield (
            entry.rank,
            entry.label,
            places.get(id(entry), ""),
            tiers.get(entry.tier, ""),
            entry.score,
            entry.rank_low,
            entry.rank_high,
            entry.code,
        )


def _without_empty(table: Table) -> Table:
    """The table without the columns in which every cell is empty."""
    kept = [
        place
        for place in range(len(table.columns))
        if any(row[place] not in (None, "") for row in table.rows)
    ]
    return Table(
        tuple(table.columns[place] for place in kept),
        tuple(tuple(row[place] for place in kept) for row in table.rows),
    )


def intervals(edition: Edition) -> Shown:
    """The rank and the interval that resampled panels give it, first of all for the first thirty."""
    missing = no_run(edition, _("rank intervals"))
    known = [entry for entry in edition.entries if entry.rank_low is not None]
    if missing or not known:
        return missing or lacking(
            _("The panel was too small for rank intervals."),
            _("A round with more answers, as many as the protocol asks for, would give them."),
        )
    widest = max(known, key=lambda entry: entry.rank_high - entry.rank_low)
    firm = sum(entry.rank_low == entry.rank_high for entry in known)
    coverage = edition.run.parameters["intervals"]["coverage"]
    return Shown(
        title=_("%(firm)d of %(count)d ranks are firm; %(name)s may stand anywhere from %(low)d to %(high)d")
        % {
            "firm": firm,
            "count": len(known),
            "name": widest.label,
            "low": widest.rank_low,
            "high": widest.rank_high,
        },
        subtitle=_(
            "Rank, and the ranks that hold %(percent)d%% of the resampled panels; drawn: first %(first)d"
        )
        % {"percent": round(100 * coverage), "first": min(FIRST, len(known))},
        table=Table(_interval_columns(), tuple(_interval_rows(known))),
        chart=_interval_chart(known[:FIRST]),
        alt=_(
            "For each of the first ranks a line from the best to the worst rank, a dot at the published one"
        ),
        note=noted(edition, _("Where two lines overlap, the panel does not part the two for certain.")),
        height=80 + ROW * min(FIRST, len(known)),
        paper_height=80 + PAPER_ROW * min(FIRST, len(known)),
        paper_least=80 + LEAST_ROW * min(FIRST, len(known)),
    )


def _interval_columns() -> tuple[Column, ...]:
    return (
        Column("name", _("Name")),
        Column("rank", _("Rank"), INTEGER),
        Column("rank_low", _("Best rank"), INTEGER),
        Column("rank_high", _("Worst rank"), INTEGER),
        Column("width", _("Ranks apart"), INTEGER),
    )


def _interval_rows(entries):
    for entry in entries:
        low, high = entry.rank_low, entry.rank_high
        yield entry.label, entry.rank, low, high, high - low


def _interval_chart(entries: list[Entry]) -> dict:
    labels = [f"{entry.label} {entry.rank}" for entry in entries]
    bar = {"type": "bar", "stack": "interval", "barWidth": 8, "silent": True, "tooltip": {"show": False}}
    ends = [
        labelled(entry.rank_high - entry.rank_low + 2 * HALF_DOT, f"{entry.rank_low}–{entry.rank_high}")
        for entry in entries
    ]
    edge = {"color": BAND, "borderColor": BAND_EDGE, "borderWidth": 1}
    return {
        "grid": GRID | {"right": 56, "top": 40},
        "tooltip": {"trigger": "item"},
        "xAxis": axis("value", _("Rank"), min=0, minInterval=1, position="top", nameGap=22),
        "yAxis": names(labels),
        "series": [
            bar
            | {
                "id": "rank_low",
                "data": [entry.rank_low - HALF_DOT for entry in entries],
                "itemStyle": {"color": "transparent"},
            },
            bar | {"id": "width", "data": ends, "itemStyle": edge},
            {
                "type": "scatter",
                "id": "rank",
                "name": _("Published rank"),
                "symbolSize": 8,
                "z": 5,
                "itemStyle": {"color": NAVY, "opacity": 1},
                "data": [entry.rank for entry in entries],
            },
        ],
        "media": room_for_names(labels),
    }
