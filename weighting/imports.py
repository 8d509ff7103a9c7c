"""From a table of text to a matrix: every cell is looked at, and every fault is listed."""

import unicodedata
from dataclasses import dataclass

from django.utils.translation import gettext as _

from survey.cells import InvalidSheet, Problem, cell_address, column_letters, read_figure
from survey.models.study import in_language
from survey.plain_names import fits_address, plain_name

NAMING = ("code", "name", "name_en")


@dataclass(frozen=True)
class Row:
    """One unit as read."""

    code: str
    name: str
    name_en: str
    attributes: dict[str, str]
    values: list[float | None]

    @property
    def label(self) -> str:
        """The name in the reader's language."""
        return in_language(self, "name")


@dataclass(frozen=True)
class Matrix:
    """A table as read: indicator codes, names of the other columns, rows."""

    codes: list[str]
    attributes: list[str]
    rows: list[Row]


def read_matrix(table: list[list[str]], *, codes: list[str]) -> Matrix:
    """The matrix in a table whose first row names the columns.

    Columns ``code`` and ``name`` must be there, ``name_en`` may; one column for each indicator code in ``codes``; all
    other columns are kept as attributes. Raises `InvalidSheet` with every problem found.
    """
    header = [plain_name(unicodedata.normalize("NFKC", cell)) for cell in table[0]] if table else []
    problems = _header_problems(header, codes)
    if problems:
        raise InvalidSheet(problems)
    place = {name: column for column, name in enumerate(header) if name}
    attributes = [name for name in header if name and name not in NAMING and name not in codes]
    rows = []
    for number, cells in enumerate(table[1:], start=2):
        if any(cell.strip() for cell in cells):
            rows.append(_read_row(number, cells, place, attributes, codes, problems))
    problems += _unit_problems(rows, place)
    if problems:
        raise InvalidSheet(problems)
    return Matrix(codes=codes, attributes=attributes, rows=rows)


def _header_problems(header: list[str], codes: list[str]) -> list[Problem]:
    problems = []
    for name in ("code", "name", *codes):
        if name not in header:
            problems.append(Problem("1", "", _("the column “%s” is missing.") % name))
    for column, name in enumerate(header):
        if name and name in header[:column]:
            problems.append(Problem(cell_address(column, 1), name, _("the column “%s” stands twice.") % name))
    return problems


def _read_row(number, cells, place, attributes, codes, problems) -> Row:
    values = []
    for code in codes:
        column = place[code]
        value, fault = read_figure(cells[column])
        if fault:
            problems.append(
                Problem(cell_address(column, number), cells[column][:40], f"“{cells[column][:40]}” – {fault}")
            )
        values.append(value)
    code, name = cells[place["code"]].strip(), plain_name(cells[place["name"]])
    if not code or len(code) > 60:
        problems.append(
            Problem(cell_address(place["code"], number), code[:40], _("the code is empty or too long."))
        )
    elif not fits_address(code):
        fault = _("a code may not hold a slash or hidden characters.")
        problems.append(Problem(cell_address(place["code"], number), plain_name(code), fault))
    if not name or len(name) > 200:
        problems.append(
            Problem(cell_address(place["name"], number), name[:40], _("the name is empty or too long."))
        )
    english = plain_name(cells[place["name_en"]]) if "name_en" in place else ""
    if len(english) > 200:
        fault = _("the name is empty or too long.")
        problems.append(Problem(cell_address(place["name_en"], number), english[:40], fault))
    return Row(
        code, name, english, {key: plain_name(cells[place[key]])[:200].strip() for key in attributes}, values
    )


def _unit_problems(rows: list[Row], place: dict[str, int]) -> list[Problem]:
    problems, seen = [], set()
    for row in rows:
        if row.code in seen:
            problems.append(
                Problem(column_letters(place["code"]), row.code, _("the code “%s” stands twice.") % row.code)
            )
        seen.add(row.code)
    if len(rows) < 2:
        problems.append(Problem("2", "", _("at least two units are needed.")))
    return problems
