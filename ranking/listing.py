"""The published list as rows: what every page, file and API answer of a publication is made from."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import get_language

from ranking.models import Run, Score
from survey.formulas import guarded
from survey.models import Indicator, Study
from survey.models.study import in_language

TO_THE_END = ("min_max", "rank")  # scales that end at the protocol's highest figure
TO_REFERENCES = ("goalposts", "distance_to_target", "efficacy")  # the same where figures beyond them are cut


@dataclass(frozen=True)
class Tier:
    """One tier of a run's list."""

    number: int
    name: str
    count: int
    first: int
    last: int
    mean: float
    dimensions: dict[str, float | None]
    members: tuple["ListRow", ...]


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


@dataclass(frozen=True)
class Proxies:
    """How many indicators carry figures, and which of them stand in for another one."""

    measured: int
    stand_ins: tuple[Indicator, ...]


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
                dimensions=_mean_dimensions(members),
                members=tuple(members),
            )
        )
    return tiers


def _mean_dimensions(rows: list[ListRow]) -> dict[str, float | None]:
    """The mean score of every first-level indicator over the units that have one."""
    means = {}
    for code in rows[0].score.dimensions:
        known = [row.score.dimensions[code] for row in rows if row.score.dimensions[code] is not None]
        means[code] = sum(known) / len(known) if known else None
    return means


def full_score(run: Run, scores: Iterable[float]) -> float:
    """The score that fills a bar: the end of the scale, on scales that have one, else the largest one on the list."""
    rules = run.parameters
    scale, is_cut = rules["normalization"], rules.get("beyond") == "cut"
    if "copeland" not in rules.get("aggregation", "additive"):
        if scale == "vector" or (scale == "efficacy" and is_cut):
            return 100.0
        if scale in TO_THE_END or (scale in TO_REFERENCES and is_cut):
            return float(rules.get("high", 100))
    return max(scores, default=1.0)


def aggregations_of(run: Run) -> list[str]:
    """The rules that make scores out of scores, from the composite downward; one stands for all levels."""
    rules = run.parameters.get("aggregation", "additive")
    return [rules] if isinstance(rules, str) else rules


def unit_word(study: Study) -> str:
    """What one ranked unit is called, in the reader's language."""
    return in_language(study.series, "unit_name")


def proxies_of(study: Study) -> Proxies:
    """Which of the indicators that carry figures stand in for another one."""
    leaves = list(study.indicators.filter(children=None))
    stand_ins = tuple(leaf for leaf in leaves if leaf.closeness == Indicator.Closeness.PROXY)
    return Proxies(measured=len(leaves), stand_ins=stand_ins)


def dimensions_of(study: Study) -> list[Indicator]:
    """The first level of the tree."""
    return list(study.indicators.filter(parent=None))


def harmless(text: str) -> str:
    """A text that no spreadsheet takes for a formula; reading it back takes the guard away."""
    return guarded(text)
