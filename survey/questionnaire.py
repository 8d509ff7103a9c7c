"""The questionnaire of a study: every group of siblings shares out 100 points."""

import re
import unicodedata
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from survey.models import Indicator, Study
from survey.refusal import InvalidInput

TOP = "top"


@dataclass(frozen=True)
class Group:
    """Siblings that share out one total; ``parent`` is None for the first level."""

    code: str
    parent: Indicator | None
    items: tuple[Indicator, ...]

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes of the siblings, in order."""
        return tuple(item.code for item in self.items)

    @property
    def label(self) -> str:
        """The group's name in the reader's language."""
        return self.parent.label if self.parent else str(_("First-level indicators"))


class InvalidPoints(InvalidInput):
    """A field holds something that is not a whole number from 0 to 100."""

    code = "invalid_points"
    message = _("“%(item)s”: enter a whole number from 0 to %(total)d, not “%(value)s”.")


class GroupUnfinished(InvalidInput):
    """A group has empty fields."""

    code = "group_unfinished"
    message = _(
        "“%(group)s” is not finished: %(missing)s has no points yet. 0 is a legal answer, empty is not."
    )


class GroupSumWrong(InvalidInput):
    """The points of a group do not add up to the total."""

    code = "group_sum_wrong"
    message = _("“%(group)s” adds up to %(sum)d, not %(total)d. Change the points until %(total)d are given.")


def questionnaire(study: Study) -> list[Group]:
    """The groups in the order they are asked: the first level, then downwards. An only child is not asked."""
    children: dict[int | None, list[Indicator]] = {}
    parents: dict[int, Indicator] = {}
    for indicator in study.indicators.all():
        children.setdefault(indicator.parent_id, []).append(indicator)
        parents[indicator.pk] = indicator
    return [
        Group(code=parents[key].code if key else TOP, parent=parents.get(key), items=tuple(items))
        for key, items in children.items()
        if len(items) > 1
    ]


def read_points(text: str, *, item: Indicator, total: int) -> int | None:
    """The points a person typed: None for an empty field; full-width digits and a percent sign are read."""
    typed = unicodedata.normalize("NFKC", text).strip().removesuffix("%").strip()
    if not typed:
        return None
    if not re.fullmatch(r"[0-9]{1,3}", typed) or int(typed) > total:
        raise InvalidPoints(item=item.label, total=total, value=text[:20])
    return int(typed)


def check_group(group: Group, values: dict, *, total: int) -> None:
    """Refuse a group with an empty field, or with points that do not add up to the total."""
    missing = [item.label for item in group.items if values.get(item.code) is None]
    if missing:
        raise GroupUnfinished(group=group.label, missing=", ".join(missing))
    points = [values[code] for code in group.codes]
    if any(type(value) is not int or value < 0 for value in points):
        raise InvalidPoints(item=group.label, total=total, value=points)
    if sum(points) != total:
        raise GroupSumWrong(group=group.label, sum=sum(points), total=total)


def check_answer(groups: list[Group], values: dict, *, total: int) -> None:
    """Refuse an answer with any group unfinished, or with codes that the questionnaire does not have."""
    for group in groups:
        check_group(group, values, total=total)
    unknown = set(values) - {code for group in groups for code in group.codes}
    if unknown:
        raise InvalidPoints(item=min(unknown), total=total, value=values[min(unknown)])


def is_complete(groups: list[Group], values: dict, *, total: int) -> bool:
    """Whether the answer could be submitted as it is."""
    try:
        check_answer(groups, values, total=total)
    except InvalidInput:
        return False
    return True


def effective_shares(groups: list[Group], values: dict, *, total: int) -> dict[str, float]:
    """Each asked node's share of the whole: the product of points along its path.

    An only child, which is not asked, has all of its parent's share. A group that is not finished, or that stands
    below one, has no shares.
    """
    asked = {code for group in groups for code in group.codes}
    shares: dict[str, float] = {}
    for group in groups:  # parents stand before their children
        above = _share_above(group.parent, asked, shares)
        points = {code: values[code] for code in group.codes if code in values}
        if above is not None and is_complete([group], points, total=total):
            shares |= {code: above * points[code] / total for code in group.codes}
    return shares


def _share_above(parent: Indicator | None, asked: set[str], shares: dict[str, float]) -> float | None:
    while parent is not None and parent.code not in asked:
        parent = parent.parent
    return shares.get(parent.code) if parent else 1.0
