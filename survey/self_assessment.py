"""What experts say of their own judgement: familiarity and basis, kept with the answer, never with a name."""

from dataclasses import dataclass

import numpy as np
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from survey.core.authority import (
    BASIS_TABLES,
    LEVELS,
    ExpertAuthority,
    PanelAuthority,
    expert_authority,
    panel_authority,
)
from survey.core.reasons import NO_SELF_ASSESSMENT
from survey.models import Indicator
from survey.questionnaire import TOP, Group
from survey.refusal import InvalidInput

PREFIX = "self:"
WHOLE = "*"
NOBODY = ExpertAuthority(None, None, None, None, NO_SELF_ASSESSMENT)


class SelfAssessmentMissing(InvalidInput):
    """The protocol weighs by authority, so it must be known."""

    code = "self_assessment_missing"
    message = gettext_lazy("The self-assessment is not finished: %(missing)s.")


class InvalidSelfAssessment(InvalidInput):
    """A field holds something that the tables do not have."""

    code = "invalid_self_assessment"
    message = gettext_lazy("Choose one of the answers shown, not “%(value)s”.")


@dataclass(frozen=True)
class Scope:
    """What one self-assessment is about: the whole study, a first-level indicator, or a single indicator."""

    code: str
    label: str

    def key(self, name: str) -> str:
        """The field of the answer for familiarity, or for one of the bases of judgement."""
        return f"{PREFIX}{self.code}:{name}"


def asked_scope(rules: dict) -> str:
    """What the protocol asks a self-assessment about; ``none`` where it asks for none."""
    return rules["self_assessment"]["scope"]


def bases(rules: dict) -> tuple[str, ...]:
    """The bases of judgement of the protocol's table."""
    return tuple(name for name in BASIS_TABLES["default"] if name in rules["self_assessment"]["basis"])


def scopes(groups: list[Group], rules: dict) -> tuple[Scope, ...]:
    """Everything a self-assessment is asked about, in the order of the questionnaire."""
    return tuple(
        {scope.code: scope for group in groups for scope in group_scopes(group, groups, rules)}.values()
    )


def group_scopes(group: Group, groups: list[Group], rules: dict) -> tuple[Scope, ...]:
    """The self-assessments that concern a group: where a group lies above several, all of them."""
    scope = asked_scope(rules)
    if scope == "none":
        return ()
    if scope == "study":
        return (Scope(WHOLE, str(_("This study as a whole"))),)
    if scope == "dimension":
        found = group.items if group.code == TOP else (first_level(group.parent),)
    else:
        found = tuple(leaf for item in group.items for leaf in leaves_below(item, groups))
    return tuple(Scope(item.code, item.label) for item in found)


def first_level(indicator: Indicator) -> Indicator:
    """The indicator's ancestor on the first level, or itself."""
    while indicator.parent_id is not None:
        indicator = indicator.parent
    return indicator


def leaves_below(item: Indicator, groups: list[Group]) -> tuple[Indicator, ...]:
    """The asked indicators below the item that nothing asked stands below; the item itself where it is one."""
    below = [group for group in groups if group.parent is not None and _stands_below(group.parent, item)]
    parents = {group.parent.pk for group in groups if group.parent is not None}
    leaves = [leaf for group in below for leaf in group.items if leaf.pk not in parents]
    return tuple(leaves) or (item,)


def _stands_below(node: Indicator | None, above: Indicator) -> bool:
    while node is not None:
        if node.pk == above.pk:
            return True
        node = node.parent
    return False


def names(rules: dict) -> tuple[str, ...]:
    """The parts of one self-assessment: familiarity, then the bases."""
    return ("familiarity", *bases(rules))


def read_self_assessment(posted, groups: list[Group], rules: dict) -> dict:
    """What was posted, by key; None for an emptied field. Raises `InvalidSelfAssessment`."""
    found = {}
    for scope in scopes(groups, rules):
        for name in names(rules):
            key = scope.key(name)
            if key in posted:
                known = choices(name, rules)
                if posted[key] not in (*map(str, known), ""):
                    raise InvalidSelfAssessment(value=posted[key][:20])
                by_text = {str(value): value for value in known}
                found[key] = by_text.get(posted[key])
    return found


def choices(name: str, rules: dict) -> tuple:
    """What may be answered: positions in the familiarity table, or the levels of influence."""
    return tuple(range(len(rules["self_assessment"]["familiarity"]))) if name == "familiarity" else LEVELS


def check_self_assessment(groups: list[Group], values: dict, rules: dict) -> None:
    """Refuse fields that are not asked, and a missing part where the protocol requires all."""
    asked = {scope.key(name): name for scope in scopes(groups, rules) for name in names(rules)}
    for key, value in values.items():
        is_known = key in asked and value in choices(asked[key], rules)
        if key.startswith(PREFIX) and value is not None and not is_known:
            raise InvalidSelfAssessment(value=str(value))
    if rules["self_assessment"]["required"]:
        missing = missing_scopes(groups, values, rules)
        if missing:
            raise SelfAssessmentMissing(missing=", ".join(scope.label for scope in missing))


def missing_scopes(groups: list[Group], values: dict, rules: dict) -> list[Scope]:
    """What is not assessed completely."""
    return [
        scope
        for scope in scopes(groups, rules)
        if any(values.get(scope.key(name)) is None for name in names(rules))
    ]


def carried(values: dict) -> dict:
    """The self-assessment inside an answer: a later round starts with it."""
    return {key: value for key, value in values.items() if key.startswith(PREFIX)}


def scope_authority(scope: Scope, values: dict, rules: dict) -> ExpertAuthority:
    """Ca, Cs and Cr of one self-assessment by the tables of the protocol."""
    stated = rules["self_assessment"]
    return expert_authority(
        {name: values.get(scope.key(name)) for name in bases(rules)},
        values.get(scope.key("familiarity")),
        basis_table=stated["basis"],
        familiarity_table=stated["familiarity"],
    )


def joint_authority(scopes: tuple[Scope, ...], values: dict, rules: dict) -> ExpertAuthority:
    """The mean of an expert's self-assessments; none where a part is missing."""
    found = [scope_authority(scope, values, rules) for scope in scopes]
    if not found or any(each.cr is None for each in found):
        return NOBODY
    mean = panel_authority(found)
    return ExpertAuthority(mean.ca, mean.cs, mean.cr, not mean.accepted)


def group_authority(groups: list[Group], answers: list[dict], rules: dict) -> dict[str, np.ndarray]:
    """Cr of every answer in every group, by the group's code; NaN where it is not known."""
    found = {}
    for group in groups:
        concerned = group_scopes(group, groups, rules)
        column = [joint_authority(concerned, values, rules).cr for values in answers]
        found[group.code] = np.array([np.nan if cr is None else cr for cr in column], dtype=float)
    return found


def answers_authority(groups: list[Group], answers: list[dict], rules: dict) -> PanelAuthority | None:
    """Ca, Cs and Cr of a panel; None where the protocol asks for no self-assessment."""
    asked = scopes(groups, rules)
    return panel_authority([joint_authority(asked, values, rules) for values in answers]) if asked else None


def familiarity_words(levels: int) -> tuple[str, ...]:
    """The steps of familiarity from very familiar down, in words."""
    words = (
        pgettext("familiarity", "very familiar"),
        pgettext("familiarity", "familiar"),
        pgettext("familiarity", "fairly familiar"),
        pgettext("familiarity", "somewhat familiar"),
        pgettext("familiarity", "little familiar"),
        pgettext("familiarity", "not familiar"),
    )
    by_count = {5: (0, 1, 3, 4, 5), 6: (0, 1, 2, 3, 4, 5), 4: (0, 1, 3, 5), 3: (0, 3, 5), 2: (1, 5)}
    if levels in by_count:
        return tuple(words[place] for place in by_count[levels])
    return tuple(_("step %(n)d of %(of)d") % {"n": n, "of": levels} for n in range(1, levels + 1))


def basis_words() -> dict[str, str]:
    """The bases of judgement in words."""
    return {
        "practice": _("Practical experience"),
        "theory": _("Theoretical analysis"),
        "literature": _("Literature and peers"),
        "intuition": _("Intuition"),
    }


def level_words() -> dict[str, str]:
    """How much a basis counted, in words."""
    return {
        "large": pgettext("influence", "much"),
        "medium": pgettext("influence", "some"),
        "small": pgettext("influence", "little"),
    }
