"""What a reader chose of a list: search, filters, order. One reading of the address, for the page and for its files."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from ranking.editions import Edition, Entry
from ranking.firmness import Firmness, firmness_of
from ranking.groups import Group, Grouped, column_scheme, group_entries, schemes_of
from ranking.movement import Move, Movement
from ranking.pinyin import initials
from survey.models import Indicator

PRECISION = 6  # decimals that order two figures; the page's script compares the same digits
LOOSE = re.compile(r"[\u0300-\u036f\s'’·-]")
CITY = "市"  # people write 苏州市 for 苏州
NUMBERS = "numbers"


def plain(text: str) -> str:
    """The text as it is searched: small letters without accents, blanks and apostrophes; list.js does the same."""
    return LOOSE.sub("", unicodedata.normalize("NFKD", text.lower()))


@dataclass(frozen=True)
class Line:
    """One unit of the list with what it is found, filtered and compared by."""

    entry: Entry
    move: Move | None
    groups: dict[str, Group]
    firmness: Firmness | None

    @property
    def label(self) -> str:
        """The name in the reader's language."""
        return self.entry.label

    @property
    def change_kind(self) -> str:
        """up, down, same or new against the list before; empty where there is none to compare with."""
        if self.move is None:
            return ""
        change = self.move.change
        return "new" if change is None else "up" if change > 0 else "down" if change < 0 else "same"

    @property
    def places(self) -> int:
        """How many places it moved."""
        return abs(self.move.change or 0) if self.move else 0

    @cached_property
    def search(self) -> str:
        """Names, pinyin and its initials."""
        given = self.entry.place.get("pinyin", "")
        words = [self.entry.name, self.entry.name_en, given]
        return "|".join([*filter(None, words), *sorted(initials(given, len(self.entry.name)))])

    @property
    def by_name(self) -> str:
        """What orders names: the pinyin where it is given."""
        return plain(self.entry.place.get("pinyin") or self.entry.name_en or self.entry.name)

    def has(self, wanted: str) -> bool:
        """Whether the searched text is found."""
        return wanted in plain(self.search)


@dataclass(frozen=True)
class Selection:
    """A reader's choice; what an address says that the list does not know is as if it were not said."""

    q: str
    tier: int | None
    groups: dict[str, str]
    sort: str
    show: str

    @property
    def query(self) -> str:
        """The choice as an address says it, empty for the whole list in order of rank."""
        said = {"q": self.q, **self.groups, "tier": self.tier or "", "sort": self.sort, "show": self.show}
        return urlencode(
            {name: value for name, value in said.items() if value and (name, value) != ("sort", "rank")}
        )

    @property
    def is_narrow(self) -> bool:
        """Whether anything but the order is chosen."""
        return bool(self.q or self.tier or self.groups)

    def sorted_by(self, sort: str) -> "Selection":
        """The same choice in another order."""
        return Selection(self.q, self.tier, self.groups, sort, self.show)

    def fits(self, line: Line) -> bool:
        """Whether the line is part of the choice."""
        wanted = plain(self.q)
        found = line.has(wanted) or (wanted.endswith(CITY) and line.has(wanted.removesuffix(CITY)))
        chosen = all(
            scheme in line.groups and line.groups[scheme].code == group
            for scheme, group in self.groups.items()
        )
        return found and chosen and self.tier in (None, line.entry.tier)

    def ordered(self, lines: list[Line]) -> list[Line]:
        """The lines in the chosen order, equal ones by rank; those without a figure stand last either way."""
        key, turned = self.sort.removeprefix("-"), self.sort.startswith("-")
        figures = {id(line): sort_value(line, key) for line in lines}
        known = [line for line in lines if figures[id(line)] is not None]
        known.sort(key=lambda line: figures[id(line)], reverse=turned)
        return known + [line for line in lines if figures[id(line)] is None]


def sort_value(line: Line, key: str):
    """What a line is ordered by; None where it has no such figure."""
    entry = line.entry
    if key in entry.dimensions:
        return _rounded(entry.dimensions[key])
    values = {
        "rank": entry.rank,
        "name": line.by_name,
        "tier": entry.tier or None,
        "score": _rounded(entry.score),
        "change": line.move.change if line.move else None,
    }
    return values[key]


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, PRECISION)


def schemes_shown(edition: Edition) -> list[Grouped]:
    """What readers choose by: the region columns of the protocol, and the schemes that cut the list otherwise."""
    columns = [column_scheme(edition.entries, column) for column in edition.run.parameters["regions"]]
    found, cuts = [], []
    for scheme in [*columns, *schemes_of(edition)]:
        grouped = group_entries(edition.entries, scheme)
        cut = {tuple(entry.code for entry in group.entries) for group in grouped.by_size}
        if cut and cut not in cuts:
            found.append(grouped)
            cuts.append(cut)
    return found


def lines_of(edition: Edition, schemes: list[Grouped], moves: Movement | None) -> list[Line]:
    """The listed units in order of rank."""
    places = {
        (grouped.scheme["code"], entry.code): group
        for grouped in schemes
        for group in grouped.groups
        for entry in group.entries
    }
    codes = [grouped.scheme["code"] for grouped in schemes]
    return [
        Line(
            entry=entry,
            move=moves.of(entry) if moves else None,
            groups={code: places[code, entry.code] for code in codes if (code, entry.code) in places},
            firmness=firmness_of(entry.rank_low, entry.rank_high, edition.listed),
        )
        for entry in edition.entries
    ]


def sort_keys(dimensions: list[Indicator], *, has_moves: bool) -> dict[str, str]:
    """What the list can be ordered by, with its words."""
    found = {"rank": _("Rank")} | ({"change": _("Moved")} if has_moves else {})
    found |= {"name": _("Name"), "tier": _("Tier"), "score": _("Score")}
    return found | {dimension.code: dimension.label for dimension in dimensions}


def read_selection(said: Mapping[str, str], edition: Edition, schemes: list[Grouped], keys) -> Selection:
    """The choice that an address makes on this list."""
    known = {grouped.scheme["code"]: {group.code for group in grouped.groups} for grouped in schemes}
    tier, sort = said.get("tier", ""), said.get("sort", "")
    return Selection(
        q=said.get("q", "").strip()[:80],
        tier=int(tier) if tier in {str(tier["number"]) for tier in edition.tiers} else None,
        groups={code: said[code] for code, groups in known.items() if said.get(code) in groups},
        sort=sort if sort.removeprefix("-") in keys else "rank",
        show=NUMBERS if said.get("show") == NUMBERS else "",
    )
