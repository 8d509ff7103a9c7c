"""The questionnaire as one expert sees it: rows with the own last answer and the group's figures beside them."""

from dataclasses import dataclass, field

from django.urls import reverse

from survey.credentials import Bearer
from survey.feedback_pages import last_feedback, strip_scale
from survey.models import Indicator, Round
from survey.questionnaire import (
    Group,
    InvalidPoints,
    effective_shares,
    is_complete,
    questionnaire,
    read_points,
)
from survey.responses import draft_tag, find_response, previous_values


@dataclass(frozen=True)
class SheetRow:
    """One indicator of a group on the page."""

    item: Indicator
    value: str
    is_carried: bool
    error: str
    last: int | None
    median: float | None
    q1: float | None
    q3: float | None
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
    def change(self) -> int | None:
        """Points more or fewer than in the own last answer; None where one of the two is missing."""
        confirmed = self.value.isdigit() and not self.is_carried
        return int(self.value) - self.last if confirmed and self.last is not None else None

    @property
    def size_of_change(self) -> int | None:
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
    """One group on its page."""

    group: Group
    rows: tuple[SheetRow, ...]
    number: int
    of: int
    given: int
    left: int
    is_finished: bool

    @property
    def over(self) -> int:
        """How many points are too many."""
        return max(0, -self.left)

    @property
    def faulty(self) -> list[SheetRow]:
        """The rows whose field could not be read."""
        return [row for row in self.rows if row.error]

    @property
    def is_carried(self) -> bool:
        """Whether a row starts with the points of an earlier round."""
        return any(row.is_carried for row in self.rows)

    @property
    def scale(self) -> int:
        """Right end of the strips: 50 points, or the next ten that holds every mark."""
        marks = [int(row.value) for row in self.rows if row.value.isdigit()]
        marks += [mark for row in self.rows for mark in (row.last, row.q3, row.median) if mark is not None]
        return strip_scale(marks)


@dataclass(frozen=True)
class Sheet:
    """The whole questionnaire of the open round for one expert."""

    round: Round
    total: int
    groups: tuple[Group, ...]
    draft: dict
    last: dict
    last_round: int | None
    figures: dict
    feedback_round: int | None
    submitted: dict | None
    tag: str = field(default="")

    def page(self, code: str, *, typed: dict | None = None, faults: dict | None = None) -> SheetPage:
        """The group's page; ``typed`` and ``faults`` show what was posted and what is wrong with it."""
        number, group = next(
            ((place, group) for place, group in enumerate(self.groups, start=1) if group.code == code),
            (1, self.groups[0]),
        )
        rows = tuple(self._row(item, typed, (faults or {}).get(item.code, "")) for item in group.items)
        given = sum(int(row.value) for row in rows if row.value.isdigit())
        return SheetPage(
            group=group,
            rows=rows,
            number=number,
            of=len(self.groups),
            given=given,
            left=self.total - given,
            is_finished=self._finished(group),
        )

    def _row(self, item: Indicator, typed: dict | None, error: str) -> SheetRow:
        is_stored, last = item.code in self.draft, self.last.get(item.code)
        value = self.draft[item.code] if is_stored else last
        shown = self.figures.get(item.code, {})
        return SheetRow(
            item=item,
            value=typed.get(item.code, "") if typed is not None else ("" if value is None else str(value)),
            is_carried=not is_stored and last is not None,
            error=error,
            last=last,
            median=shown.get("median"),
            q1=shown.get("q1"),
            q3=shown.get("q3"),
            state=shown.get("state", ""),
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
        return is_complete(list(self.groups), self.draft, total=self.total)

    @property
    def is_changed(self) -> bool:
        """Whether the draft differs from what was submitted."""
        return self.submitted is not None and self.submitted != self.draft

    @property
    def finished(self) -> int:
        """How many groups are finished."""
        return sum(self._finished(group) for group in self.groups)

    @property
    def overall(self) -> list[OverallShare]:
        """The leaves with what the points make of each in the whole, in the order of the tree."""
        now = effective_shares(list(self.groups), self.draft, total=self.total)
        last = effective_shares(list(self.groups), self.last, total=self.total)
        parents = {group.code for group in self.groups}
        leaves = [item for group in self.groups for item in group.items if item.code not in parents]
        leaves.sort(key=lambda item: item.position)
        return [OverallShare(item, now.get(item.code), last.get(item.code)) for item in leaves]

    def _finished(self, group: Group) -> bool:
        points = {code: self.draft[code] for code in group.codes if code in self.draft}
        return is_complete([group], points, total=self.total)

    def first_unfinished(self) -> str:
        """Where to go on: the first group that is not finished, or the review."""
        for group in self.groups:
            if not self._finished(group):
                return reverse("group", args=[group.code])
        return reverse("review")

    def after(self, code: str) -> str:
        """Where to go after a group: the next one, or the review after the last."""
        codes = [group.code for group in self.groups]
        place = codes.index(code) if code in codes else -1
        return reverse("group", args=[codes[place + 1]]) if place + 1 < len(codes) else reverse("review")


def sheet_for(round: Round, bearer: Bearer) -> Sheet:
    """The bearer's questionnaire in the round."""
    response, previous = find_response(round, bearer), previous_values(round, bearer)
    feedback = last_feedback(round.study)
    draft = response.draft if response else {}
    return Sheet(
        round=round,
        total=round.study.rules["total"],
        groups=tuple(questionnaire(round.study)),
        draft=draft,
        last=previous[1] if previous else {},
        last_round=previous[0] if previous else None,
        figures=feedback.document()["items"] if feedback else {},
        feedback_round=feedback.round.number if feedback else None,
        submitted=response.values if response else None,
        tag=draft_tag(draft),
    )


def posted_points(posted, group: Group, *, total: int) -> tuple[dict, dict]:
    """What was typed into a group's fields: points (None for empty) by code, and faults by code."""
    points, faults = {}, {}
    for item in group.items:
        try:
            points[item.code] = read_points(posted.get(item.code, ""), item=item, total=total)
        except InvalidPoints as refusal:
            faults[item.code] = str(refusal)
    return points, faults
