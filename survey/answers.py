"""What an answer says, whatever the way of asking: whether it may be submitted, and what it makes of the tree."""

from survey.drafts import Part
from survey.modes import mode_of
from survey.questionnaire import Group
from survey.refusal import InvalidInput
from survey.self_assessment import PREFIX, check_self_assessment


class UnknownField(InvalidInput):
    """An answer has a field that the questionnaire does not have."""

    code = "unknown_field"
    message = "The questionnaire has no field “%(field)s”."


def may_skip(rules: dict) -> bool:
    """Whether "I cannot judge this group" is a legal answer by the protocol."""
    return rules.get("cannot_judge", False)


def skip_key(group: Group) -> str:
    """The field that says "I cannot judge this group": 1, or not there."""
    return f"{group.code}:skip"


def is_skipped(group: Group, values: dict) -> bool:
    """Whether the expert said that they cannot judge the group."""
    return values.get(skip_key(group)) == 1


def counted(values: dict) -> dict:
    """The answer without its empty fields: what is counted, hashed and frozen."""
    return {key: value for key, value in values.items() if value is not None}


def group_fields(group: Group, rules: dict) -> tuple[str, ...]:
    """Every key that an answer to the group may have."""
    skip = (skip_key(group),) if may_skip(rules) else ()
    return (*mode_of(rules).fields(group, rules), *skip)


def group_part(group: Group, rules: dict) -> Part:
    """The group's part of a draft, saved and compared by itself."""
    return Part(group.code, group_fields(group, rules))


def posted_answer(posted, group: Group, rules: dict) -> tuple[dict, dict]:
    """What was posted of a group as (changes, faults) by key. "I cannot judge this group" empties all its fields."""
    skip = skip_key(group)
    if may_skip(rules) and posted.get(skip) == "1":
        return {**dict.fromkeys(mode_of(rules).fields(group, rules)), skip: 1}, {}
    changes, faults = mode_of(rules).read(posted, group, rules)
    return ({**changes, skip: None} if may_skip(rules) else changes), faults


def check_group(group: Group, values: dict, rules: dict) -> None:
    """Refuse an unfinished or wrong group by name; one that cannot be judged is finished where the protocol allows."""
    if not (may_skip(rules) and is_skipped(group, values)):
        mode_of(rules).check(group, values, rules)


def check_answer(groups: list[Group], values: dict, rules: dict) -> None:
    """Refuse an answer with any group unfinished, or with fields that the questionnaire does not have."""
    for group in groups:
        check_group(group, values, rules)
    asked = {key for group in groups for key in group_fields(group, rules)}
    unknown = [key for key in counted(values) if key not in asked and not key.startswith(PREFIX)]
    if unknown:
        raise UnknownField(field=min(unknown))
    check_self_assessment(groups, values, rules)


def is_finished(group: Group, values: dict, rules: dict) -> bool:
    """Whether the group could be submitted as it is."""
    try:
        check_group(group, values, rules)
    except InvalidInput:
        return False
    return True


def is_complete(groups: list[Group], values: dict, rules: dict) -> bool:
    """Whether the answer could be submitted as it is."""
    try:
        check_answer(groups, values, rules)
    except InvalidInput:
        return False
    return True


def is_judged(group: Group, values: dict, rules: dict) -> bool:
    """Whether the group was finished and not passed over: only then has it shares and figures."""
    return not is_skipped(group, values) and is_finished(group, values, rules)


def group_shares(group: Group, values: dict, rules: dict) -> dict[str, float] | None:
    """One expert's weights inside the group, adding to 1; None where the group was not judged."""
    return mode_of(rules).shares(group, values, rules) if is_judged(group, values, rules) else None


def group_figures(group: Group, values: dict, rules: dict) -> dict[str, float]:
    """What statistics and feedback speak of, by code; empty where the group was not judged."""
    return mode_of(rules).figures(group, values, rules) if is_judged(group, values, rules) else {}


def answer_figures(groups: list[Group], values: dict, rules: dict) -> dict[str, float]:
    """The figures of every group that was judged, by code."""
    return {code: figure for group in groups for code, figure in group_figures(group, values, rules).items()}


def effective_shares(groups: list[Group], values: dict, rules: dict) -> dict[str, float]:
    """Each asked node's share of the whole: the product of the weights along its path.

    An only child, which is not asked, has all of its parent's share. A group that was not judged, or that stands
    below one, has no shares.
    """
    asked = {code for group in groups for code in group.codes}
    shares: dict[str, float] = {}
    for group in groups:  # parents stand before their children
        above, inside = _share_above(group.parent, asked, shares), group_shares(group, values, rules)
        if above is not None and inside is not None:
            shares |= {code: above * share for code, share in inside.items()}
    return shares


def _share_above(parent, asked: set[str], shares: dict[str, float]) -> float | None:
    while parent is not None and parent.code not in asked:
        parent = parent.parent
    return shares.get(parent.code) if parent else 1.0
