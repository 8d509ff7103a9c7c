"""What readers see of the lists of other years: one line for each list, and every list with what moved in it."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from ranking.editions import PUBLISHED, Edition, Entry
from ranking.history import IMPORTED, RECOMPUTED, past_lists
from ranking.listing import place_of
from ranking.movement import Move, Movement, movement
from survey.models.study import frozen_in_language

KINDS = (RECOMPUTED, IMPORTED, PUBLISHED)
HEADINGS = {
    RECOMPUTED: _("Worked out backwards"),
    IMPORTED: _("As printed"),
    PUBLISHED: _("Published here"),
}
ONE = {  # what one list is called
    RECOMPUTED: _("worked out backwards"),
    IMPORTED: _("as printed"),
    PUBLISHED: _("published here"),
}


@dataclass(frozen=True)
class PastList:
    """One list of another year, beside the list of its kind for the year before."""

    edition: Edition
    before: Edition | None

    @property
    def kept(self) -> dict:
        """The list as it was frozen."""
        return self.edition.kept

    @property
    def year(self) -> int:
        """Its year."""
        return self.edition.year

    @property
    def label(self) -> str:
        """Its name in the reader's language."""
        return frozen_in_language(self.kept, "name")

    @property
    def kind_label(self) -> str:
        """How it came about, in words."""
        return str(ONE[self.edition.kind])

    @property
    def source(self) -> str:
        """Where it was printed, or what it was worked out from."""
        return frozen_in_language(self.kept, "source")

    @property
    def comparability(self) -> str:
        """What readers must know before they compare years."""
        return frozen_in_language(self.kept, "comparability")

    @property
    def movement(self) -> Movement | None:
        """What moved since the year before; None for the first year of its kind."""
        return movement(self.edition.entries, self.before.entries) if self.before else None


@dataclass(frozen=True)
class PastKind:
    """All lists that came about in one way, newest year first."""

    kind: str
    lists: tuple[PastList, ...]

    @property
    def label(self) -> str:
        """How they came about, as a heading."""
        return str(HEADINGS[self.kind])

    @property
    def remarks(self) -> list[str]:
        """What their makers say about comparing years, each sentence once."""
        return list(dict.fromkeys(past.comparability for past in self.lists if past.comparability))


@dataclass(frozen=True)
class PastLine:
    """One unit of a past list with its move."""

    entry: Entry
    move: Move | None
    tier_name: str
    place: dict[str, str]

    @property
    def change_kind(self) -> str:
        """``up``, ``down``, ``same``, ``new``; empty where there is no earlier list."""
        if self.move is None:
            return ""
        if self.move.change is None:
            return "new"
        return "same" if self.move.change == 0 else "up" if self.move.change > 0 else "down"

    @property
    def places(self) -> int:
        """Places gained or lost."""
        return abs(self.move.change or 0) if self.move else 0


def past_kinds(edition: Edition) -> list[PastKind]:
    """The lists of other years that an edition knows, by how they came about."""
    found, known = [], past_lists(edition)
    for kind in KINDS:
        lists = {past.year: past for past in known if past.kind == kind}
        if lists:
            rows = [PastList(lists[year], lists.get(year - 1)) for year in sorted(lists, reverse=True)]
            found.append(PastKind(kind, tuple(rows)))
    return found


def past_list(edition: Edition, year: int, kind: str) -> PastList | None:
    """One of them."""
    rows = [past for group in past_kinds(edition) if group.kind == kind for past in group.lists]
    return next((past for past in rows if past.year == year), None)


def past_lines(past: PastList) -> list[PastLine]:
    """The units of a past list with tier and move."""
    moves = past.movement
    names = {tier["number"]: frozen_in_language(tier, "name") for tier in past.edition.tiers}
    return [
        PastLine(entry, moves.of(entry) if moves else None, names.get(entry.tier, ""), place_of(entry.place))
        for entry in past.edition.entries
    ]
