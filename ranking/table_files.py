"""A table as a file: comma-separated for any spreadsheet, a workbook with real numbers, or rows for programs."""

import csv
import io
from datetime import datetime

import xlsxwriter

from ranking.exhibits.shapes import INTEGER, PERCENT, TEXT, Table
from ranking.listing import harmless

UNDATED = datetime(2000, 1, 1)
SHEET_LIMIT = 31
NOT_IN_SHEETS = str.maketrans(dict.fromkeys("[]:*?/\\'", " "))


def csv_bytes(table: Table) -> bytes:
    """UTF-8 with a mark that spreadsheets know; column codes as head, unrounded numbers, texts that are no formulas."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow([harmless(column.code) for column in table.columns])
    writer.writerows(
        [[harmless(cell) if isinstance(cell, str) else cell for cell in row] for row in table.rows]
    )
    return ("\ufeff" + buffer.getvalue()).encode()


def table_records(table: Table) -> list[dict]:
    """Every row by the codes of its columns."""
    codes = [column.code for column in table.columns]
    return [dict(zip(codes, row, strict=True)) for row in table.rows]


def workbook_bytes(table: Table, *, title: str, lines: list[str]) -> bytes:
    """One sheet: title, lines of explanation, then the table with labels and units as head and numbers as numbers."""
    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(buffer, options)
    book.set_properties({"title": title, "author": "Heng", "created": UNDATED})
    sheet = book.add_worksheet(title.translate(NOT_IN_SHEETS).strip()[:SHEET_LIMIT] or None)
    sheet.write_string(0, 0, title, book.add_format({"bold": True, "font_size": 14}))
    for place, line in enumerate(lines, 1):
        sheet.write_string(place, 0, line)
    _write_table(book, sheet, table, top=len(lines) + 2)
    book.close()
    return buffer.getvalue()


def _write_table(book, sheet, table: Table, top: int) -> None:
    head = book.add_format({"bold": True, "top": 1, "bottom": 1, "text_wrap": True, "valign": "top"})
    for place, column in enumerate(table.columns):
        unit = f" ({column.unit})" if column.unit else ""
        sheet.write_string(top, place, f"{column.label}{unit}", head)
        sheet.set_column(place, place, 16 if column.kind == TEXT else 11)
    formats = [book.add_format({"num_format": number_format(column)}) for column in table.columns]
    for line, row in enumerate(table.rows, top + 1):
        for place, cell in enumerate(row):
            _write_cell(sheet, line, place, cell, formats[place])
    sheet.freeze_panes(top + 1, 0)


def _write_cell(sheet, line: int, place: int, cell, cell_format) -> None:
    if isinstance(cell, str):
        sheet.write_string(line, place, cell)
    elif cell is not None:
        sheet.write_number(line, place, cell, cell_format)


def number_format(column) -> str:
    """How a spreadsheet shows the column's numbers; it keeps them unrounded."""
    if column.kind == INTEGER:
        return "0"
    places = "." + "0" * column.decimals if column.decimals else ""
    return f"0{places}%" if column.kind == PERCENT else f"0{places}"
