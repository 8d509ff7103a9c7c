"""The published list as rows: what every page, file and API answer of a publication is made from."""

from collections import Counter
from dataclasses import dataclass

from django.utils.translation import get_language

from ranking.models import Run, Score
from survey.models import Indicator, Study


@dataclass(frozen=True)
class Tier:
    """One tier of a run's list."""

    number: int
    name: str
    count: int
    first: int
    last: int
    mean: float
    names: tuple[str, ...]


@dataclass(frozen=True)
class ListRow:
    """One unit of the list."""

    score: Score
    tier_name: str
    place: dict[str, str]

    @property
    def unit(self):
        """The ranked unit."""
        return self.score.unit

    @property
    def has_interval(self) -> bool:
        """Whether the panel was large enough to give an interval."""
        return self.score.rank_low is not None


def list_rows(run: Run, *, everything: bool = False) -> list[ListRow]:
    """The listed units in order of rank; every scored unit for the staff."""
    found = Score.objects.filter(run=run).select_related("unit") if everything else Score.objects.listed(run)
    return [
        ListRow(score=score, tier_name=tier_name(run, score.tier), place=place_of(score.unit.attributes))
        for score in found
    ]


def tier_name(run: Run, number: int) -> str:
    """The tier's name in the reader's language; empty outside the tiers."""
    return (
        _in_language(run.parameters["tiers"]["names"], run.parameters["tiers"]["names_en"], number - 1)
        if number
        else ""
    )


def place_of(attributes: dict[str, str]) -> dict[str, str]:
    """The attributes in the reader's language: ``province_en`` stands in for ``province`` on English pages."""
    english = not (get_language() or "").startswith("zh")
    return {
        name: (english and attributes.get(f"{name}_en")) or value
        for name, value in attributes.items()
        if not name.endswith("_en")
    }


def _in_language(chinese: list[str], english: list[str], place: int) -> str:
    return (chinese if (get_language() or "").startswith("zh") else english)[place]


def tier_rows(run: Run) -> list[Tier]:
    """The tiers of the list with their members, ranks and mean score."""
    rows, tiers = list_rows(run), []
    for number in sorted({row.score.tier for row in rows} - {0}):
        members = [row for row in rows if row.score.tier == number]
        tiers.append(
            Tier(
                number=number,
                name=tier_name(run, number),
                count=len(members),
                first=members[0].score.rank,
                last=members[-1].score.rank,
                mean=sum(row.score.score for row in members) / len(members),
                names=tuple(row.unit.label for row in members),
            )
        )
    return tiers


def region_counts(run: Run) -> dict[str, list[tuple[str, int]]]:
    """How many listed units each region has, for each region column of the protocol, largest first."""
    rows, counts = list_rows(run), {}
    for column in run.parameters["regions"]:
        found = Counter(row.place[column] for row in rows if row.place.get(column))
        if found:
            counts[column] = sorted(found.items(), key=lambda item: (-item[1], item[0]))
    return counts


def dimensions_of(study: Study) -> list[Indicator]:
    """The first level of the tree."""
    return list(study.indicators.filter(parent=None))
