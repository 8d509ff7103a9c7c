"""Two to six listed units side by side, down to every indicator."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from django.utils.translation import gettext as _

from ranking.editions import Edition, Entry
from ranking.exhibits.shapes import NUMBER, PERCENT, Column, Table
from ranking.measured import Measured
from survey.models import Indicator

FEWEST, MOST = 2, 6
TOUCHING = 0.05  # nearer than this share of the line two marks would cover each other
LANES = (0, -1, 1, -2, 2, -3)  # where marks give way to, the middle first
LANE, LINE = 11, 22  # pixels from lane to lane, and of a line with one lane


@dataclass(frozen=True)
class Cell:
    """One unit's figure in one row: raw, scaled, its place from 0 to 1 among all units, and its points."""

    raw: float | None
    value: float | None
    position: float | None
    points: float
    apart: float


@dataclass(frozen=True)
class Plot:
    """A line from the worst to the best with the units' marks: their number from 1, place from 0 to 1, pixels down."""

    marks: tuple[tuple[int, float, float], ...]
    middle: float
    height: float


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

    @cached_property
    def plot(self) -> Plot:
        """Where the units' marks stand; where two would touch, one gives way up or down."""
        ends, found = dict.fromkeys(LANES, -1.0), []
        known = [
            (cell.position, number) for number, cell in enumerate(self.cells, 1) if cell.position is not None
        ]
        for position, number in sorted(known):
            lane = next(lane for lane in LANES if position - ends[lane] >= TOUCHING)
            ends[lane] = position
            found.append((number, position, lane))
        lanes = [0, *(lane for _number, _position, lane in found)]
        middle = LINE / 2 - LANE * min(lanes)
        marks = tuple((number, position, middle + LANE * lane) for number, position, lane in found)
        return Plot(marks, middle, LINE + LANE * (max(lanes) - min(lanes)))


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
