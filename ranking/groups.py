"""Where the units of a list are: entries sorted by a region scheme, and the columns readers choose by."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from ranking.editions import Edition, Entry, scored_entries
from ranking.exhibits.words import in_sentence
from ranking.listing import ListRow
from ranking.models import Run
from survey.models.study import frozen_in_language

LABELS = {
    "region": _("Region"),
    "province": _("Province"),
    "north_south": _("North or south"),
    "country": _("Country"),
}
OF_ITSELF = "code"  # the attribute of a scheme that sorts units by their own code


@dataclass(frozen=True)
class Group:
    """One group of a scheme with its entries in order of rank."""

    code: str
    name: str
    name_en: str
    entries: tuple[Entry, ...]

    @property
    def label(self) -> str:
        """The name in the reader's language."""
        return label_of({"name": self.name, "name_en": self.name_en})

    @property
    def count(self) -> int:
        """How many entries it has."""
        return len(self.entries)


@dataclass(frozen=True)
class Grouped:
    """Entries sorted by one scheme: its groups in the scheme's order, and the entries that no group takes."""

    scheme: dict
    groups: tuple[Group, ...]
    outside: tuple[Entry, ...]

    @property
    def label(self) -> str:
        """The scheme's name in the reader's language."""
        return label_of(self.scheme)

    @property
    def by_size(self) -> list[Group]:
        """The groups that have entries, largest first; among equals the one with the best rank."""
        found = [group for group in self.groups if group.entries]
        return sorted(found, key=lambda group: (-group.count, group.entries[0].rank))

    @property
    def counts(self) -> dict[str, int]:
        """How many entries each group has, by its code."""
        return {group.code: group.count for group in self.groups}


def group_entries(entries: Iterable[Entry], scheme: dict) -> Grouped:
    """Sort entries by a scheme as it is frozen in ``Edition.document["groupings"]``.

    A group takes an entry whose attribute is one of its values, or whose code is, where the attribute is ``code``.
    """
    places = {value: group["code"] for group in scheme["groups"] for value in group["values"]}
    taken, outside = {group["code"]: [] for group in scheme["groups"]}, []
    for entry in entries:
        taken.get(places.get(value_of(entry, scheme["attribute"])), outside).append(entry)
    groups = tuple(
        Group(group["code"], group["name"], group.get("name_en", ""), tuple(taken[group["code"]]))
        for group in scheme["groups"]
    )
    return Grouped(scheme, groups, tuple(outside))


def value_of(entry: Entry, attribute: str) -> str:
    """What a scheme sorts the entry by."""
    return entry.code if attribute == OF_ITSELF else entry.place.get(attribute, "")


def schemes_of(edition: Edition) -> list[dict]:
    """The edition's region schemes as frozen with it, those with the fewest groups first."""
    return sorted(
        edition.document.get("groupings", []), key=lambda scheme: (len(scheme["groups"]), scheme["code"])
    )


def scheme_of(edition: Edition, code: str) -> dict | None:
    """One scheme of the edition by its code, such as ``region4``."""
    return next((scheme for scheme in schemes_of(edition) if scheme["code"] == code), None)


def column_scheme(entries: Iterable[Entry], column: str) -> dict:
    """The scheme that an attribute column makes by itself: one group for each value that occurs."""
    values = {}
    for entry in entries:
        if entry.place.get(column):
            values.setdefault(entry.place[column], entry.place.get(f"{column}_en", ""))
    return {
        "code": column,
        "version": 0,
        "attribute": column,
        "name": column_label(column),
        "name_en": column_label(column),
        "groups": [
            {"code": value, "name": value, "name_en": english, "values": [value]}
            for value, english in values.items()
        ],
    }


def label_of(named: dict) -> str:
    """The name of a scheme or group in the reader's language."""
    return frozen_in_language(named, "name")


@dataclass(frozen=True)
class Region:
    """One region: how many of its units are listed, of how many that were scored, and the first of them."""

    name: str
    listed: int
    scored: int
    first: Entry


@dataclass(frozen=True)
class RegionTable:
    """The regions of one scheme, most listed units first."""

    scheme: dict
    label: str
    regions: tuple[Region, ...]

    @property
    def label_in_sentence(self) -> str:
        """The scheme's name inside a sentence."""
        return in_sentence(self.label)


@dataclass(frozen=True)
class PlaceColumn:
    """One attribute column that readers can choose by."""

    name: str
    label: str
    values: tuple[str, ...]


def region_tables(edition: Edition) -> list[RegionTable]:
    """The listed units by region: by every scheme of the edition, else by the region columns of the protocol."""
    everyone = scored_entries(edition.run)
    schemes = schemes_of(edition) or [
        column_scheme(everyone, column) for column in edition.run.parameters["regions"]
    ]
    tables = [_region_table(edition, everyone, scheme) for scheme in schemes]
    return [table for table in tables if table.regions]


def _region_table(edition: Edition, everyone: tuple[Entry, ...], scheme: dict) -> RegionTable:
    scored = group_entries(everyone, scheme).counts
    listed = group_entries(edition.entries, scheme)
    regions = tuple(
        Region(group.label, group.count, scored[group.code], group.entries[0]) for group in listed.by_size
    )
    return RegionTable(scheme, listed.label, regions)


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
