"""The table of a printed list: read with every fault named, and matched to today's units."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import groupby, zip_longest

from django.utils.translation import gettext as _

from survey.cells import InvalidSheet, Problem, read_figure
from survey.plain_names import fits_address, plain_name
from weighting.models import Unit

HEADINGS = {  # how tables head the columns that are known by name
    "rank": ("rank", "排名", "名次", "位次"),
    "name": ("name", "名称", "城市", "city"),
    "name_en": ("name_en", "英文名称"),
    "code": ("code", "代码"),
    "score": ("score", "得分", "总分"),
}
LONGEST, LONGEST_CODE = 200, 60


@dataclass(frozen=True)
class PastRow:
    """One line of the printed list."""

    rank: int
    name: str
    name_en: str = ""
    code: str = ""
    score: float | None = None
    place: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Match:
    """One line and today's unit that it means; ``unit`` is None where none, or more than one, fits."""

    row: PastRow
    unit: Unit | None

    @property
    def attributes(self) -> dict[str, str]:
        """What today's unit says of itself, the printed list's own words first."""
        return (self.unit.attributes if self.unit else {}) | self.row.place


def read_past_list(table: list[list[str]]) -> list[PastRow]:
    """The lines of a table with the columns rank and name; code, name_en and score may be there, all others are kept.

    Raises `InvalidSheet` with every problem: a cell that is empty or no rank, a name twice, ranks with a gap, a score
    above that of a better rank.
    """
    header = [_column(cell) for cell in table[0]] if table else []
    problems = [
        Problem("1", "", _("the column “%s” is missing.") % name)
        for name in ("rank", "name")
        if name not in header
    ]
    problems += [
        Problem("1", name, _("the column “%s” stands twice.") % name)
        for name in {name for name in header if name and header.count(name) > 1}
    ]
    if problems:
        raise InvalidSheet(problems)
    rows = [
        _read_row(number, dict(zip_longest(header, cells[: len(header)], fillvalue="")), problems)
        for number, cells in enumerate(table[1:], start=2)
        if any(cell.strip() for cell in cells)
    ]
    problems = problems or _list_problems(rows)
    if problems:
        raise InvalidSheet(problems)
    return sorted(rows, key=lambda row: row.rank)


def _column(heading: str) -> str:
    typed = unicodedata.normalize("NFKC", heading).strip()
    return next((name for name, words in HEADINGS.items() if typed.lower() in words), typed)


def _read_row(number: int, cells: dict[str, str], problems: list[Problem]) -> PastRow | None:
    cells = {name: plain_name(cell) for name, cell in cells.items() if name}
    rank, name, code = cells["rank"], cells["name"], cells.get("code", "")
    score, fault = read_figure(cells.get("score", ""))
    faults = [_("the text in “%s” is too long.") % column for column in cells if len(cells[column]) > LONGEST]
    if not (rank.isascii() and rank.isdigit() and 0 < int(rank[:10]) < 10**8):
        faults.append(_("“%s” is no rank.") % rank[:40])
    if not name:
        faults.append(_("the cell “%s” is empty.") % "name")
    if code and not (fits_address(code) and len(code) <= LONGEST_CODE):
        faults.append(_("“%s” is no code.") % code[:40])
    if fault:
        faults.append(f"“{cells['score'][:40]}” – {fault}")
    problems += [Problem(str(number), name[:40], text) for text in faults]
    if faults:
        return None
    place = {column: cell for column, cell in cells.items() if column not in HEADINGS and cell}
    return PastRow(int(rank), name, cells.get("name_en", ""), code, score, place)


def _list_problems(rows: list[PastRow]) -> list[Problem]:
    """What is wrong with the list as a whole."""
    problems, rows = [], sorted(rows, key=lambda row: row.rank)
    names = [row.name for row in rows]
    for name in sorted({name for name in names if names.count(name) > 1}):
        problems.append(Problem("name", name, _("“%s” stands twice.") % name))
    ranks = [row.rank for row in rows]
    gap = next((rank for rank in ranks if rank != ranks.index(rank) + 1), None)
    if gap:
        problems.append(Problem("rank", str(gap), _("rank %d does not follow the one before.") % gap))
    problems += [
        Problem("score", row.name, _("the score of “%s” is above that of a better rank.") % row.name)
        for row in _above_the_better(rows)
    ]
    if not rows:
        problems.append(Problem("2", "", _("the list has no lines.")))
    return problems


def _above_the_better(rows: list[PastRow]) -> list[PastRow]:
    """Rows with a score above the lowest one of all better ranks."""
    found, lowest = [], float("inf")
    for _rank, group in groupby(rows, key=lambda row: row.rank):
        known = [row for row in group if row.score is not None]
        found += [row for row in known if row.score > lowest]
        lowest = min([lowest, *(row.score for row in known)])
    return found


def match_units(rows: Iterable[PastRow], units: Iterable[Unit]) -> list[Match]:
    """Find today's unit of every line: by code, else by name, where provinces are given only in the same one.

    A name fits with or without 市 at its end, and in English; where two units fit, none is taken.
    """
    units = list(units)
    codes, names = {unit.code: unit for unit in units}, {}
    for unit in units:
        for name in {_plain(unit.name), _plain(unit.name_en)} - {""}:
            names.setdefault(name, []).append(unit)
    return [
        Match(row, codes.get(row.code) or _namesake(row, names.get(_plain(row.name), []))) for row in rows
    ]


def _namesake(row: PastRow, found: list[Unit]) -> Unit | None:
    province = row.place.get("province", "")
    if province:
        found = [unit for unit in found if unit.attributes.get("province", province) == province]
    return found[0] if len(found) == 1 else None


def _plain(name: str) -> str:
    plain = unicodedata.normalize("NFKC", name).strip().casefold()
    return plain[:-1] if len(plain) > 2 and plain.endswith("市") else plain
