"""Cells of an uploaded table: what a figure is, where a fault stands, and the refusal that lists every one."""

import math
import re
import sys
import unicodedata
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from survey.refusal import InvalidInput

NUMBER = re.compile(r"[-+]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][-+]?[0-9]{1,3})?")


@dataclass(frozen=True)
class Problem:
    """One fault of a table: where it is, what stands there, and what to do."""

    cell: str
    value: str
    text: str

    def __str__(self) -> str:
        return f"{self.cell}: {self.text}"


class InvalidSheet(InvalidInput):
    """The table has faults; ``problems`` lists every one. Nothing was changed."""

    code = "invalid_sheet"
    message = gettext_lazy("Nothing was imported: %(count)d problems in the table. First: %(first)s")

    def __init__(self, problems: list[Problem]):
        in_order = sorted(problems, key=lambda problem: row_of(problem.cell))
        super().__init__(count=len(problems), first=str(in_order[0]))
        self.problems = in_order


def row_of(cell: str) -> int:
    """The row of an address such as C5; whole columns come last."""
    return int("".join(filter(str.isdigit, cell)) or sys.maxsize)


def read_figure(text: str) -> tuple[float | None, str]:
    """A cell's figure and the fault with it: an empty cell is missing, a plain number is read, all else is a fault."""
    typed = unicodedata.normalize("NFKC", text).strip()
    if not typed:
        return None, ""
    if not NUMBER.fullmatch(typed):
        return None, _hint(typed)
    value = float(typed)
    if not math.isfinite(value):
        return None, _("this number is too large.")
    return value, ""


def _hint(typed: str) -> str:
    if re.fullmatch(r"[-+]?\d{1,3}(,\d{3})+(\.\d+)?", typed):
        return _("write the number without separators.")
    if typed.endswith("%"):
        return _("write the number without the percent sign, in the indicator's unit.")
    if typed.startswith("="):
        return _("write the value instead of a formula.")
    return _("not a number. Leave the cell empty where there is no figure.")


def cell_address(column: int, row: int) -> str:
    """The place a spreadsheet calls A1; columns count from 0, rows from 1."""
    return f"{column_letters(column)}{row}"


def column_letters(column: int) -> str:
    """A for column 0, AA for column 26."""
    letters, column = "", column + 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
