"""表4: the regions of one list with their provinces."""

from django.utils.translation import gettext as _

from ranking.charts import GRID, REGION_COLOURS, axis, cycle, labelled, legend, names, room_for_names
from ranking.editions import Edition
from ranking.exhibits.places import provinces, quarters
from ranking.exhibits.shapes import INTEGER, Column, Shown, Table
from ranking.exhibits.words import in_sentence, lacking, noted, said, several
from ranking.groups import Grouped, group_entries

ROW, PAPER_ROW, LEAST_ROW = 22, 18, 15  # pixels of a bar with its name
MOST = 40  # provinces drawn
TOLD = 4  # regions named in a title


def no_scheme() -> Shown:
    """The words where nothing says which region a unit belongs to."""
    return lacking(
        _("Nothing says which region each unit belongs to."),
        _("A column with the province in the data, or a region scheme of the series, would."),
    )


def regions(edition: Edition) -> Shown:
    """表4: the regions with their provinces and how many units each has, most first."""
    inside = provinces(edition)
    found = quarters(edition) or ([inside.scheme] if inside.by_size else [])
    if not found:
        return no_scheme()
    parted = group_entries(edition.entries, found[0])
    rows = _region_rows(parted, inside)
    counts = several(f"{group.label} {group.count}" for group in parted.by_size[:TOLD])
    top = max(rows, key=lambda row: row[3])
    facts = {"counts": counts, "top": top[2] or top[0], "count": top[3]}
    subtitle = (
        _("Number of listed units by %(scheme)s and province")
        if inside.by_size
        else _("Number of listed units by %(scheme)s")
    )
    return Shown(
        title=_("%(counts)s; most in %(top)s, %(count)d") % facts,
        subtitle=subtitle % {"scheme": in_sentence(parted.label)},
        table=Table(_region_columns(), rows, grouped=2),
        chart=_province_chart(rows[:MOST]),
        alt=_("A bar for the number of units of every province, coloured by region"),
        note=noted(edition, said(found[0], "note")),
        height=64 + ROW * len(rows[:MOST]),
        paper_height=64 + PAPER_ROW * len(rows[:MOST]),
        paper_least=64 + LEAST_ROW * len(rows[:MOST]),
    )


def _region_columns() -> tuple[Column, ...]:
    return (
        Column("region", _("Region")),
        Column("region_count", _("Units of the region"), INTEGER),
        Column("province", _("Province")),
        Column("count", _("Listed units"), INTEGER),
    )


def _region_rows(parted: Grouped, inside: Grouped) -> tuple[tuple, ...]:
    """Region, its units, province, its units; the largest region first, in it the largest province."""
    rows = []
    for group in parted.by_size:
        parts = group_entries(group.entries, inside.scheme)
        if not parts.by_size:
            rows.append((group.label, group.count, "", group.count))
        rows += [(group.label, group.count, part.label, part.count) for part in parts.by_size]
    return tuple(rows)


def _province_chart(rows: tuple[tuple, ...]) -> dict:
    regions = list(dict.fromkeys(row[0] for row in rows))
    labels = [row[2] or row[0] for row in rows]
    series = []
    for place, region in enumerate(regions):
        data = [labelled(row[3], str(row[3])) if row[0] == region else "-" for row in rows]
        series.append(
            {
                "type": "bar",
                "id": f"count@region={region}",
                "name": region,
                "stack": "all",
                "barMaxWidth": 14,
                "itemStyle": {"color": cycle(REGION_COLOURS, place)},
                "data": data,
            }
        )
    return {
        "grid": GRID | {"right": 40, "top": 40},
        "legend": legend(),
        "tooltip": {"trigger": "item"},
        "xAxis": axis("value", minInterval=1, position="bottom"),
        "yAxis": names(labels),
        "series": series,
        "media": room_for_names(labels),
    }
