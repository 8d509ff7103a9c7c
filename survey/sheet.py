"""The questionnaire as one expert sees it: rows with the own last answer and the group's figures beside them."""

import re
from dataclasses import dataclass, field

from django.urls import reverse
from django.utils.translation import gettext as _

from survey.answers import (
    answer_figures,
    counted,
    effective_shares,
    group_part,
    is_complete,
    is_finished,
    is_skipped,
    may_skip,
    skip_key,
)
from survey.credentials import Bearer
from survey.drafts import Part, part_tag
from survey.feedback_pages import last_feedback
from survey.models import Indicator, Round
from survey.modes import Mode, mode_of
from survey.questionnaire import Group, questionnaire
from survey.responses import draft_tag, find_response, previous_values
from survey.self_assessment import (
    PREFIX,
    Scope,
    bases,
    basis_words,
    carried,
    familiarity_words,
    level_words,
    missing_scopes,
    scopes,
)
from survey.strips import strip_end, strip_scale


@dataclass(frozen=True)
class SheetRow:
    """One indicator of a group on the page."""

    item: Indicator
    value: str
    is_carried: bool
    error: str
    given: float | None
    last: float | None
    median: float | None
    q1: float | None
    q3: float | None
    told_end: float | None
    state: str

    @property
    def code(self) -> str:
        """The indicator's code, also the field's name."""
        return self.item.code

    @property
    def name(self) -> str:
        """The indicator's name in the reader's language."""
        return self.item.label

    @property
    def definition(self) -> str:
        """The indicator's definition in the reader's language."""
        return self.item.meaning

    @property
    def unit(self) -> str:
        """The indicator's unit in the reader's language."""
        return self.item.unit_label

    @property
    def direction_words(self) -> str:
        """Which way is better."""
        return self.item.get_direction_display()

    @property
    def source(self) -> str:
        """Where the figures come from, in the reader's language."""
        return self.item.source_label

    @property
    def closeness(self) -> str:
        """How close the figures come to what the indicator means."""
        return self.item.closeness

    @property
    def change(self) -> float | None:
        """How much more or less than in the own last answer; None where one of the two is missing."""
        confirmed = self.given is not None and not self.is_carried
        return self.given - self.last if confirmed and self.last is not None else None

    @property
    def size_of_change(self) -> float | None:
        """The change without its sign."""
        return None if self.change is None else abs(self.change)


@dataclass(frozen=True)
class OverallShare:
    """What one leaf of the tree weighs in the whole, now and in the own last answer."""

    item: Indicator
    share: float | None
    last: float | None


@dataclass(frozen=True)
class SheetPage:
    """One group on its page; ``values`` holds its fields as they are shown, by key, for ways of asking without rows."""

    group: Group
    rows: tuple[SheetRow, ...]
    values: dict
    faults: dict
    number: int
    of: int
    status: str
    is_finished: bool
    is_skipped: bool
    is_carried: bool
    tag: str
    form: object
    live: object

    @property
    def given(self) -> float:
        """The sum of what the rows hold."""
        return sum(row.given or 0 for row in self.rows)

    @property
    def skip_key(self) -> str:
        """The field that says "I cannot judge this group"."""
        return skip_key(self.group)

    @property
    def scale(self) -> int:
        """Right end of the strips: 50 points, or the next ten that holds every mark."""
        return strip_scale(mark for row in self.rows for mark in (row.given, row.last, row.told_end))


@dataclass(frozen=True)
class Sheet:
    """The whole questionnaire of the open round for one expert."""

    round: Round
    rules: dict
    groups: tuple[Group, ...]
    draft: dict
    last: dict
    last_round: int | None
    figures: dict
    feedback_round: int | None
    submitted: dict | None
    marks: dict = field(default_factory=dict)
    tag: str = field(default="")
    shelf: str = field(default="")

    @property
    def mode(self) -> Mode:
        """The way of asking."""
        return mode_of(self.rules)

    @property
    def total(self) -> int:
        """What a group's points add up to."""
        return self.rules["total"]

    @property
    def may_skip(self) -> bool:
        """Whether "I cannot judge this group" is a legal answer."""
        return may_skip(self.rules)

    def page(self, code: str, *, typed: dict | None = None, faults: dict | None = None) -> SheetPage:
        """The group's page; ``typed`` and ``faults`` show what was posted and what is wrong with it."""
        number, group = next(
            ((place, group) for place, group in enumerate(self.groups, start=1) if group.code == code),
            (1, self.groups[0]),
        )
        shown = {key: self._shown(key) for key in self.mode.fields(group, self.rules)}
        before = answer_figures([group], self.last, self.rules)
        now = answer_figures([group], self.draft, self.rules) if typed is None else {}
        values = shown if typed is None else {key: typed.get(key) for key in shown}
        return SheetPage(
            group=group,
            rows=tuple(self._row(item, shown, before, now, typed, faults or {}) for item in group.items),
            values=values,
            faults=faults or {},
            number=number,
            of=len(self.groups),
            status=self.mode.status(group, self.draft, self.rules),
            is_finished=is_finished(group, self.draft, self.rules),
            is_skipped=is_skipped(group, self.draft),
            is_carried=any(key not in self.draft and key in self.last for key in shown),
            tag=part_tag(self.draft, self.marks, group_part(group, self.rules)),
            form=self.mode.form(group, values, self.rules),
            live=self.mode.live(group, shown, self.rules),
        )

    def _shown(self, key: str):
        """What stands in a field: the draft, or the own last answer as a start."""
        return self.draft[key] if key in self.draft else self.last.get(key)

    def _row(self, item: Indicator, shown: dict, before: dict, now: dict, typed, faults: dict) -> SheetRow:
        code, figures = item.code, self.figures.get(item.code, {})
        text = self.mode.write(code, shown.get(code), self.rules)
        return SheetRow(
            item=item,
            value=text if typed is None else typed.get(code, ""),
            is_carried=code not in self.draft and code in self.last,
            error=faults.get(code, ""),
            given=float(text) if text and typed is None else now.get(code),
            last=before.get(code),
            median=figures.get("median"),
            q1=figures.get("q1"),
            q3=figures.get("q3"),
            told_end=strip_end(figures),
            state=figures.get("state", ""),
        )

    @property
    def unfinished(self) -> list[SheetPage]:
        """The pages of the groups that are not finished, in order."""
        return [page for page in self.pages if not page.is_finished]

    @property
    def pages(self) -> list[SheetPage]:
        """Every group's page, in order."""
        return [self.page(group.code) for group in self.groups]

    @property
    def is_complete(self) -> bool:
        """Whether the answer can be submitted."""
        return is_complete(list(self.groups), self.draft, self.rules)

    @property
    def is_changed(self) -> bool:
        """Whether the draft differs from what was submitted."""
        return self.submitted is not None and self.submitted != counted(self.draft)

    @property
    def finished(self) -> int:
        """How many groups are finished."""
        return sum(is_finished(group, self.draft, self.rules) for group in self.groups)

    @property
    def overall(self) -> list[OverallShare]:
        """The leaves with what the points make of each in the whole, in the order of the tree."""
        now = effective_shares(list(self.groups), self.draft, self.rules)
        last = effective_shares(list(self.groups), self.last, self.rules)
        parents = {group.code for group in self.groups}
        leaves = [item for group in self.groups for item in group.items if item.code not in parents]
        leaves.sort(key=lambda item: item.position)
        return [OverallShare(item, now.get(item.code), last.get(item.code)) for item in leaves]

    @property
    def self_scopes(self) -> tuple[Scope, ...]:
        """What a self-assessment is asked about; empty where none is asked."""
        return scopes(list(self.groups), self.rules)

    @property
    def self_missing(self) -> list[Scope]:
        """What is not assessed completely."""
        return missing_scopes(list(self.groups), self.self_values, self.rules)

    @property
    def waits_for_self(self) -> bool:
        """Whether nothing can be submitted before the self-assessment is complete."""
        return self.rules["self_assessment"]["required"] and bool(self.self_missing)

    @property
    def self_values(self) -> dict:
        """The draft, or the own last self-assessment as a start."""
        return self.draft or carried(self.last)

    def first_unfinished(self) -> str:
        """Where to go on: the self-assessment before anything else, the first unfinished group, or the review."""
        if self.self_missing and not self.finished and not any(key.startswith(PREFIX) for key in self.draft):
            return reverse("self-assessment")
        for group in self.groups:
            if not is_finished(group, self.draft, self.rules):
                return reverse("group", args=[group.code])
        return reverse("review")

    def after(self, code: str) -> str:
        """Where to go after a group: the next one, or the review after the last."""
        codes = [group.code for group in self.groups]
        place = codes.index(code) if code in codes else -1
        return reverse("group", args=[codes[place + 1]]) if place + 1 < len(codes) else reverse("review")


@dataclass(frozen=True)
class ConflictRow:
    """One field that two pages or devices fill differently: what is saved, and what was typed here."""

    key: str
    name: str
    saved: str
    typed: str


def conflict_rows(sheet: Sheet, part: Part, posted, changes: dict) -> list[ConflictRow]:
    """Every field of the part that was posted with something else than what is stored, with both."""
    labels = {item.code: item.label for group in sheet.groups for item in group.items}

    def name(key: str) -> str:
        if key.endswith(":skip"):
            return _("I cannot judge this group")
        return " · ".join(labels[code] for code in re.split("[:~]", key) if code in labels) or key

    return [
        ConflictRow(
            key=key,
            name=name(key),
            saved=sheet.mode.write(key, sheet.draft.get(key), sheet.rules),
            typed=posted.get(key, "") or sheet.mode.write(key, value, sheet.rules),
        )
        for key, value in changes.items()
        if key in part.keys and sheet.draft.get(key) != value
    ]


def self_rows(sheet: Sheet) -> list[dict]:
    """The self-assessment as it stands: for each scope the familiarity, and the influence of each basis."""
    values, words, levels = sheet.self_values, basis_words(), level_words()
    steps = familiarity_words(len(sheet.rules["self_assessment"]["familiarity"]))

    def field(scope: Scope, name: str, label: str, options) -> dict:
        value = values.get(scope.key(name))
        return {
            "key": scope.key(name),
            "label": label,
            "options": options,
            "value": "" if value is None else str(value),
        }

    return [
        {
            "scope": scope,
            "familiarity": field(scope, "familiarity", "", [(str(n), text) for n, text in enumerate(steps)]),
            "bases": [field(scope, name, words[name], [*levels.items()]) for name in bases(sheet.rules)],
        }
        for scope in sheet.self_scopes
    ]


def sheet_for(round: Round, bearer: Bearer) -> Sheet:
    """The bearer's questionnaire in the round."""
    response, previous = find_response(round, bearer), previous_values(round, bearer)
    feedback = last_feedback(round.study)
    draft = response.draft if response else {}
    return Sheet(
        round=round,
        rules=round.study.rules,
        groups=tuple(questionnaire(round.study)),
        draft=draft,
        last=previous[1] if previous else {},
        last_round=previous[0] if previous else None,
        figures=feedback.document()["items"] if feedback else {},
        feedback_round=feedback.round.number if feedback else None,
        submitted=response.values if response else None,
        marks=response.draft_marks if response else {},
        tag=draft_tag(draft),
        shelf=bearer.keys.shelf(round.number),
    )
