"""Two to six listed units side by side, down to every indicator."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from django.utils.translation import gettext as _

from ranking.editions import Edition, Entry
from ranking.exhibits.shapes import NUMBER, PERCENT, Column, Table
from ranking.measured import Measured
from survey.models import Indicator

FEWEST, MOST = 2, 6


@dataclass(frozen=True)
class Cell:
    """One unit's figure in one row: raw, scaled, its place from 0 to 1 among all units, and its points."""

    raw: float | None
    value: float | None
    position: float | None
    points: float
    apart: float


@dataclass(frozen=True)
class ComparedRow:
    """One node of the tree for all chosen units, in their order; ``apart`` is points minus the first unit's."""

    indicator: Indicator
    depth: int
    is_leaf: bool
    cells: tuple[Cell, ...]

    @property
    def spread(self) -> float:
        """How far the points lie apart."""
        points = [cell.points for cell in self.cells]
        return max(points) - min(points)


@dataclass(frozen=True)
class Chosen:
    """What an address chose: listed units in its order, and how many codes were not on the list or too many."""

    entries: tuple[Entry, ...]
    strange: int
    left_over: int

    @property
    def codes(self) -> list[str]:
        """Their codes."""
        return [entry.code for entry in self.entries]


def read_units(said: str, edition: Edition, most: int = MOST) -> Chosen:
    """The listed units that a comma-separated text names, each once."""
    listed = {entry.code: entry for entry in edition.entries}
    codes = list(dict.fromkeys(code.strip() for code in said.split(",") if code.strip()))
    found = [listed[code] for code in codes if code in listed]
    return Chosen(tuple(found[:most]), len(codes) - len(found), max(0, len(found) - most))


def compared_rows(figures: Measured, entries: Sequence[Entry]) -> list[ComparedRow]:
    """Every node of the tree for the chosen units."""
    tree, rows = figures.tree.tree, [figures.row[entry.code] for entry in entries]
    columns = {int(node): column for column, node in enumerate(tree.leaves)}
    points = figures.points[rows] @ tree.leaf_membership
    return [
        ComparedRow(
            indicator=indicator,
            depth=tree.levels[node],
            is_leaf=node in columns,
            cells=tuple(
                _cell(figures, row, node, columns.get(node), points[place, node], points[0, node])
                for place, row in enumerate(rows)
            ),
        )
        for node, indicator in enumerate(figures.tree.indicators)
    ]


def _cell(figures: Measured, row: int, node: int, column: int | None, points: float, first: float) -> Cell:
    is_leaf = column is not None
    return Cell(
        raw=figures.raw[row][column] if is_leaf else None,
        value=_known(figures.nodes[row, node]),
        position=_known(figures.positions[row, column]) if is_leaf else None,
        points=float(points),
        apart=float(points - first),
    )


def _known(value: float) -> float | None:
    return None if np.isnan(value) else float(value)


def comparison_table(rows: Sequence[ComparedRow], entries: Sequence[Entry]) -> Table:
    """The comparison as plain values: for every unit raw figure, place among all units and points."""
    columns = [Column("code", _("Code")), Column("indicator", _("Indicator")), Column("unit", _("Unit"))]
    for entry in entries:
        columns += [
            Column(f"{entry.code}_raw", f"{entry.label} · {_('Raw value')}", NUMBER, decimals=2),
            Column(f"{entry.code}_scaled", f"{entry.label} · {_('Scaled')}", NUMBER, decimals=1),
            Column(
                f"{entry.code}_place", f"{entry.label} · {_('Place among all units')}", PERCENT, decimals=0
            ),
            Column(f"{entry.code}_points", f"{entry.label} · {_('Points')}", NUMBER, decimals=2),
        ]
    total = [
        "score",
        _("Score"),
        "",
        *(cell for entry in entries for cell in (None, entry.score, None, entry.score)),
    ]
    lines = [
        [row.indicator.code, row.indicator.label, row.indicator.unit_label]
        + [value for cell in row.cells for value in (cell.raw, cell.value, cell.position, cell.points)]
        for row in rows
    ]
    return Table(tuple(columns), tuple(map(tuple, [*lines, total])))
