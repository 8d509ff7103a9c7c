"""What stands beside each item from round 2 on: the panel's figures, their path, its reasons, and the own position."""

import hashlib
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from survey.answers import group_fields, group_figures, is_finished
from survey.core.far_out import far_out_answers
from survey.credentials import Bearer
from survey.models import Feedback, Round
from survey.panel_rules import part
from survey.questionnaire import Group, questionnaire
from survey.reasons import own_comments, save_comments
from survey.refusal import InvalidInput
from survey.strips import strip_bars

ABOVE, BELOW = "above", "below"


class ReasonMissing(InvalidInput):
    """The protocol requires a reason for a far-out answer."""

    code = "reason_missing"
    message = _(
        "This study asks for a reason where an answer lies far from the middle half: %(items)s. "
        "Write one, or change the answer."
    )


@dataclass(frozen=True)
class Mark:
    """What was told of an item after one round."""

    number: int
    median: float
    q1: float | None
    q3: float | None


@dataclass(frozen=True)
class ItemNote:
    """One item: what the panel was told, and where the reader's own answer stands."""

    code: str
    shown: dict
    share: float | None
    path: tuple[Mark, ...]
    told: dict[str, tuple[str, ...]]
    now: float | None
    is_asked: bool
    is_outside: bool
    own_reason: str
    stands: bool
    is_required: bool

    @property
    def has_trend(self) -> bool:
        """Whether there is more than one round to compare."""
        return len(self.path) > 1

    @property
    def side(self) -> str:
        """On which side of the middle answer the own one lies."""
        return side_of(self.now, self.shown)

    @property
    def bins(self) -> list[dict]:
        """The distribution as bars at the foot of the strip."""
        return strip_bars(self.shown)


@dataclass(frozen=True)
class SheetNotes:
    """The notes of a whole questionnaire."""

    round: int
    rows: dict[str, ItemNote]
    concordance: dict

    @cached_property
    def asked(self) -> list[ItemNote]:
        """The far-out answers a reason is asked for, in the order of the questionnaire."""
        return [note for note in self.rows.values() if note.is_asked]

    @property
    def missing(self) -> list[ItemNote]:
        """Those that have no reason yet though the protocol requires one."""
        return [note for note in self.asked if note.is_required and not note.own_reason]

    @property
    def unexplained(self) -> list[ItemNote]:
        """Those with neither a reason nor the word that the expert stands by them."""
        return [note for note in self.asked if not note.own_reason and not note.stands]


def side_of(value: float | None, shown: dict) -> str:
    """``above`` or ``below`` the middle answer that was fed back; empty at it, or without either."""
    median = shown.get("median")
    if value is None or median is None or value == median:
        return ""
    return ABOVE if value > median else BELOW


def released(round: Round) -> list[dict]:
    """What was told after the rounds before this one, oldest first."""
    found = Feedback.objects.filter(round__study=round.study_id, round__number__lt=round.number)
    return [feedback.document() for feedback in found.order_by("round__number")]


def sheet_notes(
    round: Round, bearer: Bearer, groups: list[Group], draft: dict, last: dict
) -> SheetNotes | None:
    """The notes beside the bearer's questionnaire; None before the first feedback."""
    documents = released(round)
    if not documents:
        return None
    told, rules = documents[-1], round.study.rules
    values = own_figures(groups, draft, last, rules)
    asked, outside = far_out_items(values, told["items"], rules)
    comments = own_comments(round, bearer)
    shares = {code: share for group in told["group_weights"].values() for code, share in group.items()}
    most, is_required = part(rules, "reasons")["shown"], part(rules, "far_out")["reason"] == "required"
    rows = {}
    for code, value in values.items():
        if code not in told["items"]:
            continue
        texts, own = told.get("reasons", {}).get(code, {}), comments.get(code)
        rows[code] = ItemNote(
            code=code,
            shown=told["items"][code],
            share=shares.get(code),
            path=_path(documents, code),
            told={side: _shuffled(told_texts, bearer, most) for side, told_texts in texts.items()},
            now=value,
            is_asked=code in asked,
            is_outside=code in outside,
            own_reason=own.body if own else "",
            stands=own is not None and not own.body,
            is_required=is_required,
        )
    return SheetNotes(told["round"], rows, told.get("concordance", {}))


def own_figures(groups: list[Group], draft: dict, last: dict, rules: dict) -> dict[str, float | None]:
    """The bearer's number for every item: from the draft, or from the last answer where none is written yet."""
    written = {**last, **draft}
    found = {code: None for group in groups for code in group.codes}
    return found | {code: n for group in groups for code, n in group_figures(group, written, rules).items()}


def far_out_items(values: dict, shown: dict, rules: dict) -> tuple[set[str], set[str]]:
    """The items a reason is asked for, and the others outside the middle half, by the rule of the protocol."""
    stated = part(rules, "far_out")
    codes = [code for code in values if shown.get(code, {}).get("q1") is not None]
    found = far_out_answers(
        np.array([np.nan if values[code] is None else values[code] for code in codes], dtype=float),
        [shown[code]["q1"] for code in codes],
        [shown[code]["q3"] for code in codes],
        points=stated["points"],
        iqr_share=stated["iqr_share"],
        most=stated["most"],
    )
    return {codes[far.item] for far in found.asked}, {codes[place] for place in found.quiet}


def _path(documents: list[dict], code: str) -> tuple[Mark, ...]:
    return tuple(
        Mark(document["round"], item["median"], item["q1"], item["q3"])
        for document in documents
        if (item := document["items"].get(code)) and item["median"] is not None
    )


def _shuffled(texts, bearer: Bearer, most: int) -> tuple[str, ...]:
    """Up to so many of the texts, in an order that is each expert's own and the same at every visit."""

    def place(text: str) -> str:
        return hashlib.sha256(f"{bearer.keys.pseudonym} {text}".encode()).hexdigest()

    return tuple(sorted(texts, key=place)[:most])


def require_reasons(round: Round, bearer: Bearer, values: dict) -> None:
    """Refuse an answer whose far-out items lack a reason, where the protocol requires one."""
    if part(round.study.rules, "far_out")["reason"] != "required":
        return
    groups = questionnaire(round.study)
    notes = sheet_notes(round, bearer, groups, values, {})
    missing = {note.code for note in notes.missing} if notes else set()
    if missing:
        names = [item.label for group in groups for item in group.items if item.code in missing]
        raise ReasonMissing(items=", ".join(names))


@transaction.atomic
def keep_reasons(round: Round, bearer: Bearer, group: Group, posted, draft: dict) -> None:
    """Keep what was written beside the group's items; the side is where the answer lies now."""
    documents = released(round)
    shown = documents[-1]["items"] if documents else {}
    figures = group_figures(group, draft, round.study.rules)
    sides = {code: side_of(figures.get(code), shown.get(code, {})) for code in group.codes}
    save_comments(round, bearer, posted, sides=sides)


def kept_fields(groups: list[Group], last: dict, rules: dict) -> dict:
    """The fields of the own last answer in those groups that it still answers as they are now."""
    return {
        key: last[key]
        for group in groups
        if is_finished(group, last, rules)
        for key in group_fields(group, rules)
        if key in last
    }
