"""A table as a file: comma-separated for any spreadsheet, a workbook with real numbers, or rows for programs."""

import csv
import io

from ranking.exhibits.shapes import Table
from ranking.files.sheets import Formats, new_workbook, print_setup, sheet_name, write_table
from ranking.listing import harmless


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
    """One sheet: title, up to three lines of explanation, then the table with numbers as numbers."""
    buffer = io.BytesIO()
    book = new_workbook(buffer, title=title, author="Heng")
    formats = Formats(book)
    sheet = book.add_worksheet(sheet_name(title, set()))
    sheet.write_string(0, 0, title, formats.title)
    for place, line in enumerate(lines, 1):
        sheet.write_string(place, 0, line, formats.small)
    write_table(sheet, formats, table)
    print_setup(sheet, table, mark=title, warning="")
    book.close()
    return buffer.getvalue()
