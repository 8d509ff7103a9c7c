"""What the tables of a bundle say, as the numeric rooms take it."""

from dataclasses import dataclass

import numpy as np

from ranking.verify.tables import number, read_table
from ranking.verify.unreadable import Unreadable
from weighting.core.tree import Tree

NAMING = ["code", "name", "name_en"]
FRAMEWORK = ["code", "parent", "direction"]


@dataclass(frozen=True)
class SealedUnit:
    """One row of the sealed data."""

    code: str
    name: str
    name_en: str
    attributes: dict[str, str]
    values: list[float | None]


@dataclass(frozen=True)
class Sealed:
    """Tree, directions of its leaves, and the sealed figures."""

    tree: Tree
    directions: np.ndarray
    codes: list[str]
    units: list[SealedUnit]

    def document(self) -> dict:
        """What the seal of the data covers."""
        return {"codes": self.codes, "units": [vars(unit) for unit in sorted(self.units, key=_code)]}


def _code(unit: SealedUnit) -> str:
    return unit.code


def read_sealed(files: dict[str, bytes]) -> Sealed:
    """Framework and data of a bundle."""
    header, rows = read_table(files["framework.csv"], "framework.csv")
    if header[:3] != FRAMEWORK or any(row[2] not in ("1", "-1") for row in rows):
        raise Unreadable("bad_table", "framework.csv")
    place = {row[0]: node for node, row in enumerate(rows)}
    if not rows or len(place) < len(rows) or any(row[1] and row[1] not in place for row in rows):
        raise Unreadable("bad_table", "framework.csv")
    parents = tuple(place[row[1]] if row[1] else -1 for row in rows)
    tree = Tree(tuple(row[0] for row in rows), parents)
    leaves = tree.leaves.tolist()
    codes = [tree.codes[leaf] for leaf in leaves]
    directions = np.array([int(rows[leaf][2]) for leaf in leaves])
    return Sealed(tree, directions, codes, _read_units(files["data.csv"], codes))


def _read_units(content: bytes, codes: list[str]) -> list[SealedUnit]:
    header, rows = read_table(content, "data.csv")
    attributes, width = header[3 : len(header) - len(codes)], len(header) - len(codes)
    if header[:3] != NAMING or header[width:] != [f"figure:{code}" for code in codes]:
        raise Unreadable("bad_table", "data.csv")
    return [
        SealedUnit(
            *row[:3],
            dict(zip(attributes, row[3:width], strict=True)),
            [number(text, "data.csv") for text in row[width:]],
        )
        for row in rows
    ]


def read_panel(content: bytes, tree: Tree) -> tuple[np.ndarray, np.ndarray | None]:
    """Shares of every expert and, where the rule weighs them, their authority, in the order of their figures."""
    header, rows = read_table(content, "panel.csv")
    nodes = list(tree.codes)
    shares, authority = [f"share:{code}" for code in nodes], [f"authority:{code}" for code in nodes]
    if header not in (["row", *shares], ["row", *shares, *authority]) or not rows:
        raise Unreadable("bad_table", "panel.csv")
    figures = np.array(
        [[np.nan if text == "" else number(text, "panel.csv") for text in row[1:]] for row in rows]
    )
    return figures[:, : len(nodes)], figures[:, len(nodes) :] if len(header) > len(nodes) + 1 else None
