"""Screening by the threshold method (界值法): which indicators to talk about, never which to remove by itself.

Exact figures are used where they may be shown. Between rounds the method is applied to what was released instead: the
middle answer stands for the mean, the middle half for the variation, so that nothing more is told than everybody knows.
"""

from dataclasses import dataclass

from survey.cautions import screening_cautions
from survey.core.consensus import ItemStatistics
from survey.core.reasons import NO_FULL_MARK, SUPPRESSED
from survey.core.screening import Screening, threshold_screening
from survey.feedback_pages import last_feedback
from survey.indicators import leaf_codes
from survey.models import Indicator, Round, Study
from survey.panel_answers import answer_scale
from survey.questionnaire import Group, questionnaire
from survey.result_pages import shown_rounds
from survey.results import round_statistics

UNKNOWN = {"mean": SUPPRESSED, "variation": SUPPRESSED, "full_mark_rate": NO_FULL_MARK}


@dataclass(frozen=True)
class ScreenedItem:
    """One indicator with the three figures, what it fails, and what is proposed."""

    indicator: Indicator
    figures: ItemStatistics
    failed: tuple[str, ...]
    proposal: str | None
    may_drop: bool


@dataclass(frozen=True)
class ScreenedLevel:
    """Indicators that are screened together, on one scale."""

    label: str
    screening: Screening
    items: tuple[ScreenedItem, ...]


@dataclass(frozen=True)
class ScreenedRound:
    """The proposals after one round."""

    round: Round
    is_exact: bool
    levels: tuple[ScreenedLevel, ...]
    fits: bool = True  # places say an order alone, and the first is the smallest number

    @property
    def cautions(self) -> list[str]:
        """What the origin of the scale means for V."""
        return screening_cautions(self.round) if self.fits else []


def screened_round(study: Study) -> ScreenedRound | None:
    """The last round whose figures may be used; None where there is none."""
    exact, told = shown_rounds(study)[-1:], last_feedback(study)
    if exact:
        document = round_statistics(exact[0])
        found = {
            c: ItemStatistics(**i["statistics"]) for g in document["groups"] for c, i in g["items"].items()
        }
        return _screened(exact[0], found, is_exact=True)
    if told is None:
        return None
    found = {code: _of_released(shown) for code, shown in told.document()["items"].items()}
    return _screened(told.round, found, is_exact=False)


def _of_released(shown: dict) -> ItemStatistics:
    """The figures that were released in the places of the exact ones."""
    median, q1, q3 = (shown.get(name) for name in ("median", "q1", "q3"))
    iqr = None if q1 is None or q3 is None else q3 - q1
    spread = iqr / median if iqr is not None and median else None
    return ItemStatistics(
        n=shown.get("n") or 0,
        mean=median,
        sd=None,
        variation=spread,
        median=median,
        q1=q1,
        q3=q3,
        iqr=iqr,
        mad=None,
        full_mark_rate=None,
        reasons=UNKNOWN,
    )


def _screened(round: Round, found: dict[str, ItemStatistics], *, is_exact: bool) -> ScreenedRound:
    study, leaves = round.study, leaf_codes(round.study)
    if study.rules["elicitation"] == "ranking":
        return ScreenedRound(round, is_exact, (), False)
    groups = questionnaire(study, round.number)
    levels = (
        _by_depth(groups) if answer_scale(study.rules).is_rating else [(g.label, g.items) for g in groups]
    )
    screened = []
    for label, items in levels:
        known = [item for item in items if item.code in found]
        screening = threshold_screening([found[item.code] for item in known])
        screened.append(ScreenedLevel(label, screening, tuple(_items(known, found, screening, leaves))))
    return ScreenedRound(round, is_exact, tuple(screened))


def _items(known, found: dict, screening: Screening, leaves: set[str]):
    for place, item in enumerate(known):
        failed = screening.failed[place] if screening.failed else ()
        proposal = screening.proposals[place] if screening.proposals else None
        yield ScreenedItem(item, found[item.code], failed, proposal, item.code in leaves)


def _by_depth(groups: list[Group]) -> list[tuple[str, tuple]]:
    """Ratings mean the same in every group, so all indicators of one level are screened together."""
    depth: dict[int, int] = {}
    levels: dict[int, list] = {}
    labels: dict[int, str] = {}
    for group in groups:
        level = 0 if group.parent is None else depth.get(group.parent.pk, 0) + 1
        depth |= {item.pk: level for item in group.items}
        levels.setdefault(level, []).extend(group.items)
        labels[level] = group.label if level not in labels else ""
    return [(labels[level], tuple(items)) for level, items in levels.items()]
