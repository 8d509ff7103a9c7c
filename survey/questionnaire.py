"""The questionnaire of a study: its groups of siblings."""

from dataclasses import dataclass
from functools import cached_property

from django.db import models
from django.utils.translation import gettext_lazy as _

from survey.models import Indicator, Study
from survey.refusal import InvalidInput

TOP = "top"


@dataclass(frozen=True)
class Group:
    """Siblings that are weighed against each other; ``parent`` is None for the first level."""

    code: str
    parent: Indicator | None
    items: tuple[Indicator, ...]

    @cached_property
    def codes(self) -> tuple[str, ...]:
        """The codes of the siblings, in order."""
        return tuple(item.code for item in self.items)

    @property
    def label(self) -> str:
        """The group's name in the reader's language."""
        return self.parent.label if self.parent else str(_("First-level indicators"))


class GroupUnfinished(InvalidInput):
    """A group has empty fields."""

    code = "group_unfinished"
    message = _(
        "“%(group)s” is not finished: %(missing)s has no points yet. 0 is a legal answer, empty is not."
    )


def asked_in(study: Study, number: int):
    """The indicators that the round of this number asked for."""
    still = models.Q(until_round=None) | models.Q(until_round__gte=number)
    return Indicator.ever.filter(still, study=study, since_round__lte=number)


def questionnaire(study: Study, number: int | None = None) -> list[Group]:
    """The groups in the order they are asked: the first level, then downwards. An only child is not asked.

    ``number`` asks for the questionnaire of a past round; without it, as it stands now.
    """
    indicators = study.indicators.all() if number is None else asked_in(study, number)
    children: dict[int | None, list[Indicator]] = {}
    parents: dict[int, Indicator] = {}
    for indicator in indicators:
        children.setdefault(indicator.parent_id, []).append(indicator)
        parents[indicator.pk] = indicator
    return [
        Group(code=parents[key].code if key else TOP, parent=parents.get(key), items=tuple(items))
        for key, items in children.items()
        if len(items) > 1
    ]
