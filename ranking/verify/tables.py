"""The tables of a bundle: CSV with every figure in full, and text that no spreadsheet takes for a formula."""

import csv
import io
import re

from ranking.verify.unreadable import Unreadable
from survey.formulas import csv_text, unguarded

NUMBER = re.compile(r"-?(0|[1-9][0-9]{0,308})(\.[0-9]{1,340})?(e[-+]?[0-9]{1,3})?")
csv.field_size_limit(2**20)


def write_table(header: list[str], rows: list[list]) -> bytes:
    """A table as CSV: texts guarded, numbers in their shortest form, None as an empty cell."""
    return csv_text([header, *rows]).encode("utf-8")


def read_table(content: bytes, name: str) -> tuple[list[str], list[list[str]]]:
    """Header and rows of a table as text; a table whose rows do not fit its header raises `Unreadable`."""
    try:
        rows = list(csv.reader(io.StringIO(content.decode("utf-8"), newline=""), strict=True))
    except (UnicodeDecodeError, csv.Error) as fault:
        raise Unreadable("bad_table", name) from fault
    if not rows or any(len(row) != len(rows[0]) for row in rows):
        raise Unreadable("bad_table", name)
    return [unguarded(text) for text in rows[0]], [[unguarded(text) for text in row] for row in rows[1:]]


def number(text: str, name: str) -> float | None:
    """The figure of a cell, None for an empty one; anything else raises `Unreadable`."""
    if not text:
        return None
    if not NUMBER.fullmatch(text) or float(text) in (float("inf"), float("-inf")):
        raise Unreadable("bad_number", name)
    return float(text)
