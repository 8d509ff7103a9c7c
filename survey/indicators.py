"""The life of an indicator: added, dropped, split, merged or reworded between rounds, with its lineage on record."""

from collections.abc import Callable
from dataclasses import fields
from datetime import datetime

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from survey.audit import record_event
from survey.frameworks import Node, framework_of
from survey.models import Indicator, ItemChange, Round, Study
from survey.panel_rules import rule
from survey.protocol import check_fit
from survey.reasons import clean_text
from survey.refusal import InvalidInput, Refusal
from survey.studies import leaf_directions, require_live

Kind = ItemChange.Kind
# how many indicators go and how many come: (fewest, most) of each
SHAPES = {
    Kind.ADD: ((0, 0), (1, 20)),
    Kind.DROP: ((1, 20), (0, 0)),
    Kind.SPLIT: ((1, 1), (2, 20)),
    Kind.MERGE: ((2, 20), (1, 1)),
    Kind.REWORD: ((1, 1), (1, 1)),
    Kind.CLARIFY: ((1, 1), (1, 1)),
}
WORDS = [field.name for field in fields(Node) if field.name not in ("code", "parent", "direction")]
ROOM = 1_000_000  # positions are moved out of the way by this much while others take their place
_guards: list[Callable[[Study], None]] = []


class TreeStands(Refusal):
    """The tree does not change now."""

    code = "tree_stands"
    message = _(
        "The tree changes between rounds only, and by the protocol until round %(until)d is closed. "
        "To change it later, put a deviation from survey.item_changes_until on record first."
    )


class WrongShape(InvalidInput):
    """The chosen change needs other numbers of indicators."""

    code = "wrong_shape"
    message = _(
        "This change takes %(before)s indicators chosen in the list and %(after)s new ones written below."
    )


class CannotGo(InvalidInput):
    """An indicator that cannot be dropped, split, merged or reworded like this."""

    code = "cannot_go"
    message = _(
        "“%(item)s” cannot go: only indicators of the lowest level of one group do, and one must stay in the group."
    )


class CodeUsed(InvalidInput):
    """A code is used once in a study, also by what was dropped."""

    code = "code_used"
    message = _("The code “%(code)s” was used in this study already. Choose another one.")


class ReasonForChange(InvalidInput):
    """A change of the tree has a reason."""

    code = "reason_for_change"
    message = _("Write why the tree changes; the experts will read it.")


def register_tree_guard(guard: Callable[[Study], None]) -> None:
    """Let an upper room refuse a change of the tree by raising."""
    _guards.append(guard)


def next_round(study: Study) -> Round | None:
    """The round that has not opened yet, if there is one."""
    return study.rounds.filter(status=Round.Status.DRAFT).first()


def leaf_codes(study: Study) -> set[str]:
    """The codes of the indicators of the lowest level that are asked now."""
    return set(study.indicators.filter(children=None).values_list("code", flat=True))


def may_change_tree(study: Study) -> bool:
    """Whether the tree may change now: between rounds, and as long as the protocol says."""
    draft, until = next_round(study), rule(study.rules, "item_changes_until")
    return bool(draft and not study.open_round() and not study.adopted_round_id and draft.number <= until + 1)


@transaction.atomic
def change_tree(
    study: Study, kind: str, *, codes: list[str], table: str, parent: str, reason: str, by: str, at: datetime
) -> ItemChange:
    """Change the tree from the next round on.

    ``codes`` are the indicators that go, ``table`` the rows that come (CSV, as for a new study without the
    column ``parent``), ``parent`` the code of the group that a new indicator joins (empty: the first level).
    A clarified indicator keeps its code and its history; everything else begins a history of its own.
    """
    study = Study.objects.select_for_update().get(pk=study.pk)
    require_live(study)
    if not may_change_tree(study):
        raise TreeStands(until=rule(study.rules, "item_changes_until"))
    for guard in _guards:
        guard(study)
    words = clean_text(reason)
    if not words:
        raise ReasonForChange
    gone, nodes = _gone(study, codes), _nodes(table)
    _check_shape(kind, gone, nodes)
    before = [_document(item) for item in gone]
    number = next_round(study).number
    is_same = kind == Kind.CLARIFY
    came = [_clarify(gone[0], nodes[0])] if is_same else _replace(study, gone, nodes, parent, number)
    check_fit(study.protocol, leaf_directions(study))
    change = ItemChange.objects.create(
        study=study,
        number=1 + study.item_changes.count(),
        from_round=number,
        kind=kind,
        before=before,
        after=[_document(item) for item in came],
        reason=words,
        by=by,
        at=at,
    )
    detail = {"number": change.number, "kind": kind, "reason": words}
    detail |= {"before": [item["code"] for item in before], "after": [item.code for item in came]}
    record_event(actor=by, action="change_tree", subject=study.slug, at=at, detail=detail)
    return change


def _gone(study: Study, codes: list[str]) -> list[Indicator]:
    """The chosen indicators: leaves of one group, with at least one sibling or successor left."""
    found = list(study.indicators.filter(code__in=codes))
    unknown = set(codes) - {item.code for item in found}
    if unknown:
        raise CannotGo(item=min(unknown)[:60])
    for item in found:
        if item.children.exists() or item.parent_id != found[0].parent_id:
            raise CannotGo(item=item.label)
    return found


def _nodes(table: str) -> list[Node]:
    """The rows that come; none from an empty text."""
    lines = [line.split("\t" if "\t" in line else ",") for line in table.replace("，", ",").splitlines()]
    rows = [[cell.strip() for cell in line] for line in lines if any(cell.strip() for cell in line)]
    if not rows:
        return []
    if rows[0][0] != "code":
        rows = [["code", "name", "name_en", "definition", "definition_en"][: max(map(len, rows))], *rows]
    left_out = ["parent", *([] if "direction" in rows[0] else ["direction"])]  # as what went, or its group
    width, empty = len(rows[0]), [""] * len(left_out)
    full = ([*row, *[""] * (width - len(row))][:width] for row in rows[1:])
    return framework_of([[*rows[0], *left_out], *([*row, *empty] for row in full)])


def _check_shape(kind: str, gone: list, nodes: list) -> None:
    if kind not in SHAPES:
        raise WrongShape(before="?", after="?")
    (low, high), (fewest, most) = SHAPES[kind]
    if not (low <= len(gone) <= high and fewest <= len(nodes) <= most):
        raise WrongShape(before=_range(low, high), after=_range(fewest, most))


def _range(low: int, high: int) -> str:
    return str(low) if low == high else f"{low}–{high}"


def _document(item: Indicator) -> dict:
    return {"code": item.code, "direction": item.direction} | {name: getattr(item, name) for name in WORDS}


def _clarify(item: Indicator, node: Node) -> Indicator:
    """Other words for the same thing: code, direction and history stay."""
    if node.code != item.code:
        raise CodeUsed(code=node.code)
    written = {name: getattr(node, name) for name in WORDS if getattr(node, name)}
    Indicator.ever.filter(pk=item.pk).update(**written)
    item.refresh_from_db()
    return item


def _replace(study: Study, gone: list, nodes: list[Node], parent: str, number: int) -> list[Indicator]:
    """Let the old indicators end with the round before, and the new ones begin at their place."""
    used = set(Indicator.ever.filter(study=study).values_list("code", flat=True))
    for node in nodes:
        if node.code in used:
            raise CodeUsed(code=node.code)
    above = gone[0].parent if gone else _group_parent(study, parent)
    siblings = study.indicators.filter(parent=above)
    if len(gone) >= siblings.count() + len(nodes):
        raise CannotGo(item=gone[0].label)
    anchor = max([*gone, *([] if gone else siblings)], key=lambda item: item.position).position
    if not gone:
        anchor = _last_below(study, anchor)
    Indicator.ever.filter(pk__in=[item.pk for item in gone]).update(until_round=number - 1)
    _make_room(study, anchor, len(nodes))
    direction = gone[0].direction if gone else 1
    return [
        Indicator.ever.create(
            study=study,
            code=node.code,
            parent=above,
            position=anchor + place,
            since_round=number,
            direction=int(node.direction or direction),
            **{name: getattr(node, name) for name in WORDS},
        )
        for place, node in enumerate(nodes, start=1)
    ]


def _group_parent(study: Study, code: str) -> Indicator | None:
    """The node a new indicator stands below; None for the first level."""
    if not code:
        return None
    found = study.indicators.filter(code=code).first()
    if found is None or not found.children.exists():
        raise CannotGo(item=code[:60])
    return found


def _last_below(study: Study, position: int) -> int:
    """The last position taken by the node at this position and everything below it."""
    items = list(Indicator.ever.filter(study=study).order_by("position"))
    inside = {item.pk for item in items if item.position == position}
    for item in items:
        if item.parent_id in inside:
            inside.add(item.pk)
    return max(item.position for item in items if item.pk in inside)


def _make_room(study: Study, after: int, count: int) -> None:
    later = Indicator.ever.filter(study=study, position__gt=after)
    moved = list(later.values_list("pk", flat=True))
    later.update(position=models.F("position") + ROOM)
    Indicator.ever.filter(pk__in=moved).update(position=models.F("position") - ROOM + count)


def changes_before(round: Round) -> list[ItemChange]:
    """What changed in the tree since the round before this one."""
    return list(round.study.item_changes.filter(from_round=round.number)) if round.number > 1 else []
