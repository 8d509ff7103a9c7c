"""Where the listed units are: counts by region, and the columns readers choose by."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from ranking.listing import ListRow, list_rows
from ranking.models import Run

LABELS = {
    "region": _("Region"),
    "province": _("Province"),
    "north_south": _("North or south"),
    "country": _("Country"),
}


@dataclass(frozen=True)
class Region:
    """One region: how many of its units are listed, of how many that were scored, and the first of them."""

    name: str
    listed: int
    scored: int
    first: ListRow


@dataclass(frozen=True)
class RegionTable:
    """The regions of one attribute column, most listed units first."""

    column: str
    label: str
    regions: tuple[Region, ...]


@dataclass(frozen=True)
class PlaceColumn:
    """One attribute column that readers can choose by."""

    name: str
    label: str
    values: tuple[str, ...]


def region_tables(run: Run) -> list[RegionTable]:
    """The listed units by region, for each region column of the protocol that the data carry."""
    rows, listed = list_rows(run, everything=True), run.parameters["listed"]
    tables = [
        RegionTable(column, column_label(column), tuple(_regions(rows, column, listed)))
        for column in run.parameters["regions"]
    ]
    return [table for table in tables if table.regions]


def _regions(rows: list[ListRow], column: str, listed: int) -> list[Region]:
    scored: dict[str, list[ListRow]] = {}
    for row in rows:
        if row.place.get(column):
            scored.setdefault(row.place[column], []).append(row)
    regions = [
        Region(name, sum(row.score.rank <= listed for row in members), len(members), members[0])
        for name, members in scored.items()
    ]
    found = [region for region in regions if region.listed]
    return sorted(found, key=lambda region: (-region.listed, region.first.score.rank))


def place_columns(run: Run, rows: list[ListRow]) -> list[PlaceColumn]:
    """The region columns that the rows carry, with the values to choose from."""
    columns = []
    for name in run.parameters["regions"]:
        values = tuple(sorted({row.place[name] for row in rows if row.place.get(name)}))
        if values:
            columns.append(PlaceColumn(name, column_label(name), values))
    return columns


def column_label(column: str) -> str:
    """The heading of an attribute column; its own name where the house knows no word for it."""
    return str(LABELS.get(column, column))
