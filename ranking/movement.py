"""What moved between two lists: entrants, exits, ranks, and what only a longer history tells."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from ranking.editions import Entry


@dataclass(frozen=True)
class Move:
    """One unit of the newer list and where it stood before; ``before`` is None for an entrant."""

    entry: Entry
    before: Entry | None

    @property
    def change(self) -> int | None:
        """Places gained; negative for places lost, None for an entrant."""
        return None if self.before is None else self.before.rank - self.entry.rank

    @property
    def is_clear(self) -> bool | None:
        """Whether the rank intervals lie apart; None for an entrant, or where the newer list has no interval.

        A list without intervals stands for itself: its rank must lie outside the other one's interval.
        """
        if self.before is None or self.entry.rank_low is None:
            return None
        low, high = _interval(self.entry)
        earlier_low, earlier_high = _interval(self.before)
        return high < earlier_low or earlier_high < low


def _interval(entry: Entry) -> tuple[int, int]:
    return (entry.rank if entry.rank_low is None else entry.rank_low), (
        entry.rank if entry.rank_high is None else entry.rank_high
    )


@dataclass(frozen=True)
class Movement:
    """All moves from one list to the next, in the order of the newer one; exits in the order of the older one."""

    moves: tuple[Move, ...]
    exits: tuple[Entry, ...]

    @property
    def entrants(self) -> tuple[Move, ...]:
        """Units that were not listed before."""
        return tuple(move for move in self.moves if move.before is None)

    @property
    def stayed(self) -> tuple[Move, ...]:
        """Units on both lists."""
        return tuple(move for move in self.moves if move.before is not None)

    @property
    def risers(self) -> tuple[Move, ...]:
        """Units that gained places, most first."""
        return tuple(
            sorted((m for m in self.stayed if m.change > 0), key=lambda m: (-m.change, m.entry.rank))
        )

    @property
    def fallers(self) -> tuple[Move, ...]:
        """Units that lost places, most first."""
        return tuple(sorted((m for m in self.stayed if m.change < 0), key=lambda m: (m.change, m.entry.rank)))

    def of(self, entry: Entry) -> Move | None:
        """The move of one unit of the newer list."""
        return self._by_key.get(key_of(entry))

    @cached_property
    def _by_key(self) -> dict[str, Move]:
        return {key_of(move.entry): move for move in self.moves}


def key_of(entry: Entry) -> str:
    """What makes a unit the same one on two lists: its code, its name where the code is not known."""
    return entry.code or entry.name


def movement(newer: Iterable[Entry], older: Iterable[Entry]) -> Movement:
    """Compare two lists; a unit is found again by its code, by its name where one of the lists has no code for it."""
    newer, older = tuple(newer), tuple(older)
    codes = {entry.code: entry for entry in older if entry.code}
    names = {entry.name: entry for entry in older}
    moves = tuple(Move(entry, _found(entry, codes, names)) for entry in newer)
    seen = {id(move.before) for move in moves if move.before}
    return Movement(moves, tuple(entry for entry in older if id(entry) not in seen))


def _found(entry: Entry, codes: dict[str, Entry], names: dict[str, Entry]) -> Entry | None:
    if entry.code in codes:
        return codes[entry.code]
    namesake = names.get(entry.name)
    return None if namesake is None or (namesake.code and entry.code) else namesake


@dataclass(frozen=True)
class Record:
    """A unit whose newest rank is better than every rank before, and its best one until then."""

    entry: Entry
    best_before: int
    year_before: int


@dataclass(frozen=True)
class GroupRecord:
    """A group, such as a province, with more listed units than in any earlier year."""

    name: str
    count: int
    most_before: int
    year_before: int


@dataclass(frozen=True)
class Streak:
    """A unit that leads the list, and for how many lists in a row up to the newest."""

    entry: Entry
    years: int


def rank_records(history: Mapping[int, Sequence[Entry]]) -> list[Record]:
    """Units of the newest year that never stood as high, by how much they beat their best rank.

    ``history`` gives the list of every year; at least two years are needed for a record.
    """
    newest, earlier = _newest(history)
    best: dict[str, tuple[int, int]] = {}
    for year in earlier:
        for entry in history[year]:
            key = key_of(entry)
            best[key] = min(best.get(key, (entry.rank, year)), (entry.rank, year))
    found = [
        Record(entry, *best[key_of(entry)])
        for entry in newest
        if key_of(entry) in best and entry.rank < best[key_of(entry)][0]
    ]
    return sorted(found, key=lambda record: (record.entry.rank - record.best_before, record.entry.rank))


def first_timers(history: Mapping[int, Sequence[Entry]]) -> list[Entry]:
    """Units of the newest year that no earlier list has; none where there is no earlier list."""
    newest, earlier = _newest(history)
    known = {key_of(entry) for year in earlier for entry in history[year]}
    return [entry for entry in newest if earlier and key_of(entry) not in known]


def group_records(history: Mapping[int, Sequence[Entry]], attribute: str) -> list[GroupRecord]:
    """Values of an attribute, such as provinces, with more units in the newest year than ever before; most first."""
    newest, earlier = _newest(history)
    counts = {year: _counts(history[year], attribute) for year in earlier}
    found = []
    for name, count in _counts(newest, attribute).items():
        if not earlier:
            break
        most, year = max((counts[year].get(name, 0), year) for year in earlier)
        if count > most:
            found.append(GroupRecord(name, count, most, year))
    return sorted(found, key=lambda record: (-record.count, record.name))


def first_ever_groups(history: Mapping[int, Sequence[Entry]], attribute: str) -> list[GroupRecord]:
    """Values of an attribute that are on the list for the first time."""
    return [record for record in group_records(history, attribute) if record.most_before == 0]


def leader_streak(history: Mapping[int, Sequence[Entry]]) -> Streak | None:
    """Who leads the newest list, and for how many lists in a row."""
    years = sorted(history, reverse=True)
    leaders = [history[year][0] for year in years if history[year]]
    if not leaders:
        return None
    in_a_row = next(
        (place for place, entry in enumerate(leaders) if key_of(entry) != key_of(leaders[0])), len(leaders)
    )
    return Streak(leaders[0], in_a_row)


def _newest(history: Mapping[int, Sequence[Entry]]) -> tuple[Sequence[Entry], list[int]]:
    years = sorted(history)
    return (history[years[-1]], years[:-1]) if years else ((), [])


def _counts(entries: Iterable[Entry], attribute: str) -> dict[str, int]:
    counts: dict[str, int] = {}
    for entry in entries:
        name = entry.place.get(attribute)
        if name:
            counts[name] = counts.get(name, 0) + 1
    return counts
