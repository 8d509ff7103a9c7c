"""A version of the matrix as a file that imports again as it is: CSV, or a workbook."""

import io
from datetime import datetime

import xlsxwriter

from survey.formulas import csv_text
from weighting.models import Dataset

FIRST_DAY = datetime(2000, 1, 1)  # the same version gives the same bytes
KINDS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def dataset_file(dataset: Dataset, kind: str) -> bytes:
    """The units in the order of their codes, figures in full, with the header that `read_matrix` reads."""
    rows = _rows(dataset)
    return ("\ufeff" + csv_text(rows)).encode() if kind == "csv" else _workbook(rows)


def _rows(dataset: Dataset) -> list[list]:
    head = ["code", "name", "name_en", *dataset.attributes, *dataset.codes]
    return [head] + [
        [
            *[unit.code, unit.name, unit.name_en],
            *[unit.attributes.get(name, "") for name in dataset.attributes],
            *unit.values,
        ]
        for unit in dataset.units.all()
    ]


def _workbook(rows: list[list]) -> bytes:
    """Texts as texts and numbers as numbers; a number that a workbook would round is written as text."""
    content = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(content, options) as book:
        book.set_properties({"created": FIRST_DAY})
        sheet = book.add_worksheet("data")
        for line, row in enumerate(rows):
            for column, cell in enumerate(row):
                if isinstance(cell, str):
                    sheet.write_string(line, column, cell)
                elif cell is not None:
                    keeps = float(f"{cell:.16G}") == cell
                    sheet.write_number(line, column, cell) if keeps else sheet.write_string(
                        line, column, repr(cell)
                    )
    return content.getvalue()
