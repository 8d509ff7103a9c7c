"""A table as a page shows it: cells rounded to their column's decimals, what repeats as a heading above its rows."""

from collections.abc import Iterator
from dataclasses import dataclass

from ranking.exhibits.shapes import PERCENT, TEXT, Column, Table
from ranking.files.cells import head, printed, widths

LONG = 24  # characters from which a text column gets room to be read
PHONE, HALF, SPACE = (
    328,
    7.5,
    16,
)  # pixels of a phone's window, of half a width of a letter, and beside a cell


@dataclass(frozen=True)
class Cell:
    """One cell: its words and column, whether it is a number, heads its row, and needs room to be read."""

    text: str
    label: str
    is_number: bool
    is_head: bool
    is_long: bool


@dataclass(frozen=True)
class Line:
    """A row of cells, or, with ``heading``, the line above the rows of a group."""

    cells: tuple[Cell, ...] = ()
    heading: str = ""
    told: str = ""


def shown_columns(table: Table) -> tuple[Column, ...]:
    """The columns beside those that a group's heading says."""
    return table.columns[table.grouped :]


def shown_lines(table: Table, most: int | None = None) -> Iterator[Line]:
    """The rows; what the first ``grouped`` columns repeat stands once above the rows of a group."""
    above, head_place = None, _head_place(table)
    for row in table.rows[:most]:
        group = row[: table.grouped]
        if table.grouped and group != above:
            yield _heading(table, group)
        above = group
        yield Line(
            tuple(
                _cell(row[place], column, is_head=place == head_place)
                for place, column in enumerate(table.columns)
                if place >= table.grouped
            )
        )


def _heading(table: Table, group: tuple) -> Line:
    """The group's name, and what its other columns say with their names."""
    told = [
        f"{column.label} {printed(value, column)}{'%' if column.kind == PERCENT else ''}"
        for column, value in zip(table.columns[1:], group[1:], strict=False)
        if value is not None
    ]
    return Line(heading=printed(group[0], table.columns[0]), told=" · ".join(told))


def _head_place(table: Table) -> int:
    """The column that names a row: ``name``, else the first that is in no heading."""
    codes = [column.code for column in table.columns]
    return codes.index("name") if "name" in codes else min(table.grouped, len(codes) - 1)


def _cell(value, column: Column, *, is_head: bool) -> Cell:
    text = printed(value, column)
    is_long = column.kind == TEXT and len(text) > LONG
    return Cell(text, head(column), column.kind != TEXT, is_head, is_long)


def is_wide(table: Table) -> bool:
    """Whether the columns take more room than a phone has."""
    inner = Table(table.columns[table.grouped :], tuple(row[table.grouped :] for row in table.rows))
    return sum(HALF * one["least"] + SPACE for one in widths(inner)) > PHONE
