"""The tiers of an edition with their members."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from ranking.charts import tier_colours
from ranking.editions import Edition, Entry
from ranking.exhibits.shapes import Shown
from ranking.exhibits.words import lacking, tier_names


@dataclass(frozen=True)
class Tier:
    """One tier of an edition with its members in order of rank."""

    number: int
    name: str
    colour: str
    members: tuple[Entry, ...]

    @property
    def mean(self) -> float | None:
        """The mean score, None where nobody has one."""
        return mean_of(entry.score for entry in self.members)


def mean_of(values) -> float | None:
    """The mean of what there is; None of nothing."""
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else None


def tiers_of(edition: Edition) -> list[Tier]:
    """The tiers that have members, the best first."""
    said, colours = tier_names(edition), tier_colours(len(edition.tiers))
    found = []
    for (number, name), colour in zip(sorted(said.items()), colours, strict=True):
        members = tuple(entry for entry in edition.entries if entry.tier == number)
        if members:
            found.append(Tier(number, name, colour, members))
    return found


def no_tiers() -> Shown:
    """The words where the list has no tiers."""
    return lacking(
        _("This list has no tiers."),
        _("The protocol would part it by rank, by score or at natural breaks."),
    )
