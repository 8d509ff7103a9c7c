"""One exhibit as one sheet of a workbook: real numbers, units in the heads, nothing merged."""

import io
import re
from collections.abc import Iterable
from datetime import datetime
from math import ceil

import xlsxwriter
from django.utils.translation import gettext as _

from ranking.exhibits.shapes import INTEGER, PERCENT, TEXT, Column, Shown, Table
from ranking.files.cells import breadth, head, printed

UNDATED = datetime(2000, 1, 1)
LONGEST_NAME = 31
FORBIDDEN = re.compile(r"[\[\]:*?/\\']")
FIRST_ROW = 5  # of the head of a table
WIDEST, NARROWEST = 48, 8
LINE = 14  # points that a line of text takes
RAGGED = 1.1  # how much longer a text gets by being broken at words
A4, LANDSCAPE_FROM = 9, 90
INK, NAVY, MUTED, RULE = "#1B2430", "#0B3D79", "#56616F", "#7C8696"


def new_workbook(buffer: io.BytesIO, *, title: str, author: str) -> xlsxwriter.Workbook:
    """An empty workbook that takes no text for a formula or a link; equal contents are equal bytes."""
    book = xlsxwriter.Workbook(
        buffer,
        {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "nan_inf_to_errors": False,
        },
    )
    book.set_properties({"title": title, "author": author, "created": UNDATED})
    return book


class Exact(float):
    """A number that is written in full: the writer's own sixteen digits would lose the last bits of some."""

    def __format__(self, spec: str) -> str:
        return repr(float(self))


class Formats:
    """The few looks of cells that a workbook has."""

    def __init__(self, book: xlsxwriter.Workbook):
        self.book = book
        self.title = self._text(bold=True, font_size=13, font_color=INK)
        self.label = self._text(bold=True, font_size=10, font_color=NAVY, valign="top")
        self.muted = self._text(font_color=MUTED, valign="top")
        self.small = self._text(font_color=MUTED, font_size=9)
        self.warning = self._text(bold=True, font_color="#7A4A00")
        self.link = self._text(font_color=NAVY, underline=1, valign="top")
        self.head = self._text(bold=True, top=2, bottom=1, text_wrap=True, valign="bottom")
        self.number_head = self._text(
            bold=True, top=2, bottom=1, text_wrap=True, valign="bottom", align="right"
        )
        self.text = self._text(valign="top", text_wrap=True)
        self._numbers: dict[str, object] = {}

    def _text(self, **properties):
        return self.book.add_format({"font_name": "Noto Sans SC", "font_size": 10} | properties)

    def number(self, column: Column):
        """The format of the column's numbers: its decimals, percent for shares."""
        decimals = 0 if column.kind == INTEGER else column.decimals
        pattern = "0" + ("." + "0" * decimals if decimals else "")
        pattern = f"{pattern}%" if column.kind == PERCENT else pattern
        if pattern not in self._numbers:
            self._numbers[pattern] = self._text(num_format=pattern, valign="top")
        return self._numbers[pattern]


def sheet_name(label: str, taken: set[str]) -> str:
    """A name that workbooks allow, not used yet."""
    base = FORBIDDEN.sub(" ", label).strip()[:LONGEST_NAME].strip() or "_"
    name, number = base, 2
    while name.casefold() in taken:
        tail = f" {number}"
        name, number = base[: LONGEST_NAME - len(tail)] + tail, number + 1
    taken.add(name.casefold())
    return name


def write_exhibit(sheet, formats: Formats, *, label: str, shown: Shown, mark: str, warning: str) -> None:
    """Label, finding, measure and note; then the table with its head frozen; ready to be printed."""
    sheet.write_string(0, 0, label, formats.label)
    sheet.write_string(1, 0, shown.title, formats.title)
    sheet.write_string(2, 0, shown.subtitle, formats.muted)
    sheet.write_string(3, 0, " · ".join(part for part in (warning, shown.note) if part), formats.small)
    write_table(sheet, formats, shown.table)
    print_setup(sheet, shown.table, mark, warning)


def write_table(sheet, formats: Formats, table: Table, first: int = FIRST_ROW) -> None:
    """Heads and cells; a number is a number, nothing is an empty cell."""
    widths = [_width(table, place) for place in range(len(table.columns))]
    for place, column in enumerate(table.columns):
        is_text = column.kind == TEXT
        sheet.write_string(first, place, head(column), formats.head if is_text else formats.number_head)
        sheet.set_column(place, place, widths[place])
    fit_row(sheet, first, zip(map(head, table.columns), widths, strict=True))
    for line, row in enumerate(table.rows, start=first + 1):
        fit_row(
            sheet, line, ((cell, width) for cell, width in zip(row, widths, strict=True) if type(cell) is str)
        )
        for place, (value, column) in enumerate(zip(row, table.columns, strict=True)):
            if value is None or value == "":
                sheet.write_blank(line, place, None, formats.text)
            elif isinstance(value, str):
                sheet.write_string(line, place, value, formats.text)
            else:
                sheet.write_number(line, place, Exact(value), formats.number(column))
    sheet.freeze_panes(first + 1, 0)


def fit_row(sheet, line: int, cells: Iterable[tuple[str, float]]) -> None:
    """Make a row as high as the longest of its texts needs in its column; not every program does that by itself."""
    lines = max((ceil(RAGGED * breadth(text) / width) for text, width in cells), default=1)
    if lines > 1:
        sheet.set_row(line, LINE * lines)


def _width(table: Table, place: int) -> float:
    column = table.columns[place]
    cells = [breadth(printed(row[place], column)) for row in table.rows]
    return min(max([*cells, min(breadth(head(column)), 16), NARROWEST]) + 2, WIDEST)


def print_setup(sheet, table: Table, mark: str, warning: str) -> None:
    """A4, as wide as one page, the head on every page, which revision it is in the foot."""
    sheet.set_paper(A4)
    if sum(_width(table, place) for place in range(len(table.columns))) > LANDSCAPE_FROM:
        sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(FIRST_ROW)
    sheet.set_margins(left=0.6, right=0.6, top=0.7, bottom=0.8)
    sheet.set_footer(f"&L&8{_plain(warning)}&C&8{_plain(mark)}&R&8" + _("page &P of &N"))


def front_setup(sheet) -> None:
    """Cover, contents and notes: no grid, as wide as one page."""
    sheet.hide_gridlines(2)
    sheet.set_paper(A4)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)


def _plain(text: str) -> str:
    """A text in which no letter commands the footer; those stand after an ampersand."""
    return text.replace("&", "&&")[:100]
