"""How a table is laid on paper: size of letters, widths of columns, folded where it is long and narrow."""

import re

from ranking.exhibits.shapes import TEXT, Table
from ranking.files.cells import LONGEST_WORD, head, printed, widths

UPRIGHT, ACROSS = 459.0, 714.0  # points between the margins
HALF, GAP = 0.53, 7.5  # of the letter size: a half width; points: the space beside a cell's text
SIZES = (8.0, 7.5, 7.0, 6.5)
GUTTER = 22.0  # points between the parts of a folded table
FEWEST, MOST_FOLDS, TALLEST = (
    14,
    3,
    38,
)  # rows from which it is folded, parts beside each other, rows of a part
STRETCH = 1.5
LONGEST_SHARE = 110  # half widths: a column of longer texts gets no more room
LONGEST_CELL_WORD = 30  # letters after which a word in a cell may be broken
SOFT = "\u00ad"


def laid_table(table: Table) -> tuple[dict, bool]:
    """The table in the largest letters that fit; across the page (True) where none fit upright."""
    kept = table.columns[table.grouped :]
    inner = Table(kept, tuple(row[table.grouped :] for row in table.rows))
    found, rows = widths(inner), _rows(table, inner)
    generous = [SIZES[0] * HALF * one["whole"] + GAP for one in found]
    if sum(generous) <= UPRIGHT:
        folds = _folds(generous, rows, UPRIGHT)
        columns = _stretched(generous, (UPRIGHT - GUTTER * (folds - 1)) / folds, folds)
        return _dressed(kept, columns, rows, SIZES[0], folds), False
    for room, is_wide in ((UPRIGHT, False), (ACROSS, True)):
        for size in SIZES[2 * is_wide :]:
            points = _points(found, size)
            if sum(points) <= room:
                return _dressed(kept, _columns(found, points, room), rows, size, 1), is_wide
    return _dressed(kept, [_share(one) for one in found], rows, SIZES[-1], 1), True


def _dressed(kept, columns: list[dict], rows: list[dict], size: float, folds: int) -> dict:
    heads = [
        {"head": breakable(head(column), LONGEST_WORD), "right": column.kind != TEXT} | one
        for column, one in zip(kept, columns, strict=True)
    ]
    return {"columns": heads, "size": size, "parts": _parts(rows, folds)}


def breakable(text: str, longest: int) -> str:
    """The text with places where words longer than that may be broken."""
    return re.sub(rf"([!-~]{{{longest - 4}}})(?=[!-~]{{5}})", rf"\1{SOFT}", text)


def _points(found: list[dict], size: float) -> list[float]:
    return [size * HALF * one["least" if one["wraps"] else "natural"] + GAP for one in found]


def _folds(points: list[float], rows: list[dict], room: float) -> int:
    """How many parts of a long narrow table stand beside each other."""
    if len(rows) < FEWEST:
        return 1
    fitting = int((room + GUTTER) // (sum(points) + GUTTER))
    return max(1, min(fitting, MOST_FOLDS, -(-len(rows) // FEWEST)))


def _columns(found: list[dict], points: list[float], room: float) -> list[dict]:
    """Widths in points, or shares of what is left for long texts."""
    if not any(one["wraps"] for one in found):
        return _stretched(points, room, 1)
    return [
        _share(one) if one["wraps"] else {"unit": "pt", "width": round(width, 2)}
        for one, width in zip(found, points, strict=True)
    ]


def _stretched(points: list[float], room: float, folds: int) -> list[dict]:
    """Widths brought toward the room there is; a lone narrow table stays narrower than the page."""
    stretch = room / sum(points)
    if folds == 1 and stretch > STRETCH:
        stretch = STRETCH
    return [{"unit": "pt", "width": round(width * stretch, 2)} for width in points]


def _share(one: dict) -> dict:
    return {"unit": "fr", "width": min(one["natural"], LONGEST_SHARE)}


def _parts(rows: list[dict], folds: int) -> list[list[list[dict]]]:
    """The rows as they are printed: one whole table, or sheet by sheet the parts that stand beside each other."""
    if folds == 1:
        return [[rows]]
    blocks = -(-len(rows) // (folds * TALLEST))
    tall = -(-len(rows) // (folds * blocks))
    columns = [_opened(rows, start, rows[start : start + tall]) for start in range(0, len(rows), tall)]
    return [columns[start : start + folds] for start in range(0, len(columns), folds)]


def _opened(rows: list[dict], start: int, part: list[dict]) -> list[dict]:
    """A part that begins inside a group says again which."""
    if "group" in part[0]:
        return part
    above = next((row for row in reversed(rows[:start]) if "group" in row), None)
    return [above, *part] if above else part


def _rows(table: Table, inner: Table) -> list[dict]:
    """Rows of printed cells, under a line of their own for what the first columns share."""
    rows, above = [], None
    for whole, row in zip(table.rows, inner.rows, strict=True):
        group = whole[: table.grouped]
        if group and group != above:
            named = zip(group, table.columns[: table.grouped], strict=True)
            rows.append({"group": "  ".join(printed(value, column) + column.unit for value, column in named)})
            above = group
        cells = [printed(value, column) for value, column in zip(row, inner.columns, strict=True)]
        rows.append({"cells": [breakable(cell, LONGEST_CELL_WORD) for cell in cells]})
    return rows
