"""Cells of an exhibit's table as they are printed, and how wide each column has to be."""

import re
import unicodedata
from math import ceil

from ranking.exhibits.shapes import INTEGER, PERCENT, TEXT, Column, Table

NOTHING = "–"
GROUPED_FROM = 10_000  # years and ranks have no thousands separator
LONGEST_WORD = 14
BOLD = 1.12  # how much wider the letters of a head are
LONGEST_HEAD = 22  # half widths up to which a head is kept on one line where there is room
WRAPPED_FROM = 18  # half widths from which a text column may be broken into lines
LONG_FROM, LONG_LEAST = 60, 34  # a long text gets this much room at least


def printed(value, column: Column) -> str:
    """The cell rounded to the column's decimals; a dash where there is nothing."""
    if value is None or value == "":
        return NOTHING
    if isinstance(value, str):
        return value
    if column.kind == PERCENT:
        return f"{100 * value:z,.{column.decimals}f}".replace("-", "−")
    decimals = 0 if column.kind == INTEGER else column.decimals
    separator = "," if abs(value) >= GROUPED_FROM else ""
    return f"{value:z{separator}.{decimals}f}".replace("-", "−")


def head(column: Column) -> str:
    """The column's name with its unit."""
    unit = column.unit or ("%" if column.kind == PERCENT else "")
    named = column.label.endswith((unit, f"({unit})")) if unit else True
    return column.label if named else f"{column.label} ({unit})"


def breadth(text: str) -> int:
    """About how many half widths a text takes: a Chinese letter two, any other one."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def widths(table: Table) -> list[dict]:
    """For every column its least, natural and generous width in half widths, and whether its lines may break."""
    found = []
    for place, column in enumerate(table.columns):
        cells = [printed(row[place], column) for row in table.rows] or [NOTHING]
        natural = max(map(breadth, cells))
        words = [ceil(BOLD * breadth(word)) for word in re.split(r"[\s/]+", head(column))]
        least = min(max([*words, 4]), LONGEST_WORD + 2)
        is_text = column.kind == TEXT
        room = LONG_LEAST if natural > LONG_FROM else WRAPPED_FROM
        found.append(
            {
                "least": max(least, min(natural, room) if is_text else natural),
                "natural": max(natural, least),
                "whole": max(natural, min(ceil(BOLD * breadth(head(column))), LONGEST_HEAD)),
                "wraps": is_text and natural > WRAPPED_FROM,
            }
        )
    return found
