"""The lists of other years that an edition knows, and which of them may be compared with each other."""

from collections.abc import Mapping
from dataclasses import dataclass

from ranking.editions import PUBLISHED, Edition, Entry, edition_kept
from ranking.models import PastEdition
from ranking.movement import Movement, movement

RECOMPUTED, IMPORTED = PastEdition.Kind.RECOMPUTED, PastEdition.Kind.IMPORTED


@dataclass(frozen=True)
class Comparison:
    """Two lists beside each other; ``is_alike`` where both were made from the same indicators by the same method."""

    newer: Edition
    older: Edition
    is_alike: bool

    @property
    def movement(self) -> Movement:
        """What moved from the older list to the newer one."""
        return movement(self.newer.entries, self.older.entries)


def past_lists(edition: Edition) -> tuple[Edition, ...]:
    """The lists of other years as they were frozen with the edition, oldest first."""
    found = (edition_kept(edition, kept) for kept in edition.document.get("past", []))
    return tuple(sorted(found, key=lambda past: (past.year, past.kind)))


def alike_lists(edition: Edition) -> tuple[Edition, ...]:
    """The lists that were worked out backwards by one method, oldest first: what a line over the years is drawn from.

    Where there are none: the printed and published lists of earlier years and the edition itself, which are seldom
    made alike.
    """
    past = past_lists(edition)
    recomputed = tuple(each for each in past if each.kind == RECOMPUTED)
    return recomputed or tuple(_printed(past, edition).values())


def are_alike(editions: tuple[Edition, ...]) -> bool:
    """Whether all of these lists were made by one method from the same indicators."""
    return len(editions) > 1 and all(each.kind == RECOMPUTED for each in editions)


def histories(edition: Edition, *, until: int | None = None) -> Mapping[int, tuple[Entry, ...]]:
    """The entries of `alike_lists` by year, up to a year: what `ranking.movement` finds records in."""
    return {each.year: each.entries for each in alike_lists(edition) if until is None or each.year <= until}


def compared(edition: Edition) -> Comparison | None:
    """The edition's year beside the year before: like with like where both were worked out backwards.

    Else the edition itself beside the newest printed or published list before it, or the newest recomputed one; None
    where no earlier list is known.
    """
    past = past_lists(edition)
    alike = {each.year: each for each in past if each.kind == RECOMPUTED}
    if edition.year in alike and edition.year - 1 in alike:
        return Comparison(alike[edition.year], alike[edition.year - 1], is_alike=True)
    earlier = [each for each in _printed(past, edition).values() if each is not edition]
    earlier = earlier or [each for year, each in alike.items() if year < edition.year]
    return Comparison(edition, earlier[-1], is_alike=False) if earlier else None


def _printed(past: tuple[Edition, ...], edition: Edition) -> dict[int, Edition]:
    """One list a year up to the edition's: the published one before the printed one, the edition last."""
    found: dict[int, Edition] = {}
    for each in past:
        if each.kind in (PUBLISHED, IMPORTED) and each.year < edition.year:
            found[each.year] = found[each.year] if _is_published(found, each.year) else each
    return found | {edition.year: edition}


def _is_published(found: dict[int, Edition], year: int) -> bool:
    return year in found and found[year].kind == PUBLISHED
