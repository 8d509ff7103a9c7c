"""Everything about one listed unit: its indicators, what it is strong and weak in, who stands near it."""

from dataclasses import dataclass

import numpy as np

from ranking.core.peers import nearest_profiles, stand_out
from ranking.editions import Edition, Entry
from ranking.firmness import Firmness, firmness_of
from ranking.measured import Measured
from survey.models import Indicator

NEIGHBOURS = 5  # units above and below in rank
SIMILAR = 5


@dataclass(frozen=True)
class IndicatorLine:
    """One node of the tree for a unit; places are None for dimensions, ``apart`` is points minus the peers' mean."""

    indicator: Indicator
    depth: int
    is_leaf: bool
    weight: float
    points: float
    value: float | None
    raw: float | None = None
    change: str = "none"
    rank: int | None = None
    of: int | None = None
    position: float | None = None
    apart: float | None = None


@dataclass(frozen=True)
class DimensionLine:
    """A dimension's score beside the means of the unit's tier and of the list, and its rank on the list."""

    indicator: Indicator
    own: float | None
    tier: float | None
    listed: float | None
    rank: int | None


@dataclass(frozen=True)
class Profile:
    """One listed unit."""

    entry: Entry
    firmness: Firmness | None
    lines: tuple[IndicatorLine, ...]
    dimensions: tuple[DimensionLine, ...]
    strengths: tuple[IndicatorLine, ...]
    gaps: tuple[IndicatorLine, ...]
    peers: tuple[Entry, ...]
    same_place: tuple[Entry, ...]
    similar: tuple[Entry, ...]


def profile_of(edition: Edition, figures: Measured, entry: Entry, place: str | None) -> Profile:
    """The unit among the listed ones; ``place`` is the attribute whose value units of one province share."""
    peers = neighbours(edition.entries, entry)
    found = stand_out(figures.points, figures.row[entry.code], [figures.row[peer.code] for peer in peers])
    lines = _lines(figures, entry, found.differences)
    leaves = [line for line in lines if line.is_leaf]
    return Profile(
        entry=entry,
        firmness=firmness_of(entry.rank_low, entry.rank_high, edition.listed),
        lines=lines,
        dimensions=_dimensions(edition, figures, entry),
        strengths=tuple(leaves[column] for column in found.strengths),
        gaps=tuple(leaves[column] for column in found.gaps),
        peers=peers,
        same_place=_same_place(edition.entries, entry, place),
        similar=similar_entries(edition.entries, entry),
    )


def neighbours(entries: tuple[Entry, ...], entry: Entry) -> tuple[Entry, ...]:
    """The ten units around it in rank, as many above as below where there are; without the unit itself."""
    here = entries.index(entry)
    start = max(0, min(here - NEIGHBOURS, len(entries) - 2 * NEIGHBOURS - 1))
    window = entries[start : start + 2 * NEIGHBOURS + 1]
    return tuple(each for each in window if each is not entry)


def similar_entries(entries: tuple[Entry, ...], entry: Entry) -> tuple[Entry, ...]:
    """The listed units with the most similar shape of dimension scores."""
    codes = list(entry.dimensions)
    shapes = np.array([[_nan(each.dimensions.get(code)) for code in codes] for each in entries])
    return tuple(entries[place] for place in nearest_profiles(shapes, entries.index(entry), SIMILAR))


def _nan(value: float | None) -> float:
    return np.nan if value is None else value


def _same_place(entries: tuple[Entry, ...], entry: Entry, place: str | None) -> tuple[Entry, ...]:
    where = entry.place.get(place, "") if place else ""
    return tuple(each for each in entries if where and each is not entry and each.place.get(place) == where)


def _lines(figures: Measured, entry: Entry, differences: np.ndarray) -> tuple[IndicatorLine, ...]:
    tree, row = figures.tree.tree, figures.row[entry.code]
    columns = {int(node): column for column, node in enumerate(tree.leaves)}
    brought = figures.points[row] @ tree.leaf_membership
    return tuple(
        IndicatorLine(
            indicator=indicator,
            depth=tree.levels[node],
            is_leaf=node in columns,
            weight=float(figures.weights[row, node]),
            points=float(brought[node]),
            value=_known(figures.nodes[row, node]),
            **(_places(figures, row, columns[node], differences) if node in columns else {}),
        )
        for node, indicator in enumerate(figures.tree.indicators)
    )


def _places(figures: Measured, row: int, column: int, differences: np.ndarray) -> dict:
    return {
        "raw": figures.raw[row][column],
        "change": figures.change(row, column),
        "rank": int(figures.ranks[row, column]) or None,
        "of": int(figures.known[column]),
        "position": _known(figures.positions[row, column]),
        "apart": _known(differences[column]),
    }


def _known(value: float) -> float | None:
    return None if np.isnan(value) else float(value)


def _dimensions(edition: Edition, figures: Measured, entry: Entry) -> tuple[DimensionLine, ...]:
    tier = [each for each in edition.entries if each.tier == entry.tier]
    heads = [indicator for indicator in figures.tree.indicators if indicator.parent_id is None]
    return tuple(
        DimensionLine(
            indicator=head,
            own=entry.dimensions.get(head.code),
            tier=mean_of(tier, head.code),
            listed=mean_of(edition.entries, head.code),
            rank=_rank_in(edition.entries, entry, head.code),
        )
        for head in heads
    )


def mean_of(entries, code: str) -> float | None:
    """The mean of a dimension over the units that have it."""
    known = [entry.dimensions[code] for entry in entries if entry.dimensions.get(code) is not None]
    return sum(known) / len(known) if known else None


def _rank_in(entries: tuple[Entry, ...], entry: Entry, code: str) -> int | None:
    own = entry.dimensions.get(code)
    if own is None:
        return None
    return 1 + sum((each.dimensions.get(code) or -np.inf) > own for each in entries)
