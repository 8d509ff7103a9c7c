"""CSV files as rows of text, and the faults found in them."""

import csv
import io
import math
import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from survey.formulas import unguarded

NUMBER = re.compile(r"[-+]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][-+]?[0-9]{1,3})?")
LONGEST_CELL, LARGEST_FILE, MOST_CELLS = (
    100_000,
    64 * 2**20,
    5_000_000,
)  # a person's own process: wider than uploads
EMPTY_INSTEAD = "Leave the cell empty where there is no figure."
SMALLEST, LARGEST = 1e-100, 1e100  # squares and their sums must stay within the range of numbers


@dataclass(frozen=True)
class Problem:
    """One fault of the input: where it is, and what to do."""

    file: str
    text: str
    row: int | None = None
    column: str | None = None

    def __str__(self):
        row = "" if self.row is None else f", row {self.row}"
        column = "" if self.column is None else f", column {self.column}"
        return f"{self.file}{row}{column}: {self.text}"


class BadInput(Exception):
    """The input cannot be used; ``problems`` lists every fault."""

    def __init__(self, problems):
        super().__init__(f"{len(problems)} problems")
        self.problems = tuple(problems)


@dataclass(frozen=True)
class Sheet:
    """A table of text: its header, and its rows by number, as a spreadsheet counts them, and column name."""

    file: str
    header: tuple[str, ...]
    rows: tuple[tuple[int, dict[str, str]], ...]


def read_sheet(path, problems):
    """Read a CSV file; None, with the problem on the list, where it is no table."""
    name = Path(path).name
    try:
        if Path(path).stat().st_size > LARGEST_FILE:
            return fault(problems, name, f"is larger than {LARGEST_FILE // 2**20} MB.")
        table = split_rows(decode(Path(path).read_bytes()))
    except OSError as error:
        return fault(problems, name, f"cannot be read: {error.strerror or error}.")
    except ValueError:
        return fault(problems, name, "is not a text table. Save it as CSV in UTF-8.")
    except csv.Error as error:
        return fault(problems, name, f"is not a CSV table ({error}). Save it as CSV in UTF-8.")
    if not table or not any(table[0]):
        return fault(problems, name, "is empty. The first row must name the columns.")
    header = tuple(table[0])
    for column in sorted({name for name in header if name and header.count(name) > 1}):
        problems.append(Problem(name, "this column stands twice; keep one.", 1, column))
    return Sheet(name, header, numbered_rows(name, header, table[1:], problems))


def fault(problems, file, text):
    """Put a problem of a whole file on the list; there is no sheet then."""
    problems.append(Problem(file, text))


def decode(content):
    """Return UTF-8 or GB 18030 as text."""
    if b"\x00" in content:
        raise ValueError("not a text")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("gb18030")


def split_rows(text):
    """Return the cells of every row, stripped; commas, semicolons or tabs, whichever the header has most of."""
    separator = max(",;\t", key=text.split("\n", 1)[0].count)
    if text.count(separator) > MOST_CELLS:
        raise csv.Error(f"more than {MOST_CELLS} cells")
    csv.field_size_limit(LONGEST_CELL)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    return [[clean(unguarded(cell)) for cell in row] for row in reader]


def clean(text):
    """Return a cell without outer spaces, full-width letters and digits as plain ones."""
    return unicodedata.normalize("NFKC", text).strip()


def numbered_rows(file, header, table, problems):
    """Return rows that are not blank by number; refuse cells beyond the header."""
    rows = []
    for number, cells in enumerate(table, start=2):
        if not any(cells):
            continue
        if any(cells[len(header) :]):
            text = f"has {len(cells)} cells, the header {len(header)}. Check for a stray separator."
            problems.append(Problem(file, text, number))
        padded = [*cells, *[""] * (len(header) - len(cells))]
        rows.append((number, {name: cell for name, cell in zip(header, padded, strict=False) if name}))
    return tuple(rows)


def require_columns(sheet, names, problems, why):
    """Put missing columns on the list; tell whether all are there."""
    missing = [name for name in names if name not in sheet.header]
    problems += [Problem(sheet.file, f"this column is missing; {why}", 1, name) for name in missing]
    return not missing


def figure(sheet, number, column, text, problems, *, blanks=("",), otherwise=EMPTY_INSTEAD):
    """Return a cell's figure, NaN for a blank one; what is no number goes on the list with what to do."""
    if text in blanks:
        return math.nan
    value = float(text) if NUMBER.fullmatch(text) else math.nan
    if value != 0 and not SMALLEST <= abs(value) <= LARGEST:
        problems.append(
            Problem(
                sheet.file, f"“{text[:40]}” is no usable number. {hint(text) or otherwise}", number, column
            )
        )
    return value


def hint(text):
    """Say what to write instead of something that is nearly a number."""
    if re.fullmatch(r"[-+]?\d{1,3}(,\d{3})+(\.\d+)?", text):
        return "Write it without separators."
    if text.endswith("%"):
        return "Write it without the percent sign."
    if NUMBER.fullmatch(text):
        return "It is too large or too small; use another unit."
    return ""


def unique_codes(sheet, column, problems):
    """Return rows by code; empty and repeated codes go on the list."""
    found = {}
    for number, cells in sheet.rows:
        code = cells[column]
        if not code:
            problems.append(Problem(sheet.file, "the code is empty; every row needs one.", number, column))
        elif code in found:
            text = f"the code {code} stands in row {found[code][0]} already; every code may stand once."
            problems.append(Problem(sheet.file, text, number, column))
        else:
            found[code] = (number, cells)
    return found
