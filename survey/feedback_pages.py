"""Reading released feedback for a page: the group's frozen figures beside the reader's own answers."""

from dataclasses import dataclass

from survey.answers import answer_figures
from survey.credentials import Bearer
from survey.models import Feedback, Indicator, Study
from survey.modes import Mode, mode_of
from survey.questionnaire import Group, questionnaire
from survey.responses import own_answers
from survey.result_pages import advice_words
from survey.strips import strip_bars, strip_end


@dataclass(frozen=True)
class FeedbackRow:
    """One indicator: what the group was told, and the own answer if the reader has one."""

    item: Indicator
    own: float | None
    shown: dict
    share: float | None
    value = None  # nothing is being typed here

    @property
    def last(self) -> float | None:
        """The own answer of that round, as the strip calls it."""
        return self.own

    @property
    def median(self) -> float | None:
        """The middle answer."""
        return self.shown["median"]

    @property
    def q1(self) -> float | None:
        """Lower end of the middle half."""
        return self.shown["q1"]

    @property
    def q3(self) -> float | None:
        """Upper end of the middle half."""
        return self.shown["q3"]

    @property
    def bins(self) -> list[dict]:
        """The distribution as bars at the foot of the strip."""
        return strip_bars(self.shown)

    @property
    def state(self) -> str:
        """``released``, ``unchanged`` or ``suppressed``."""
        return self.shown["state"]


@dataclass(frozen=True)
class FeedbackGroup:
    """One group of siblings in one round's feedback."""

    group: Group
    rows: tuple[FeedbackRow, ...]
    answers: int
    rules: dict

    @property
    def ends(self) -> tuple[float, float]:
        """The ends of the strips."""
        marks = [mark for row in self.rows for mark in (row.own, strip_end(row.shown))]
        return mode_of(self.rules).strip_ends(self.group, marks, self.rules)

    @property
    def not_judged(self) -> int | None:
        """How many of those who answered the round passed the group over; None where its figures are not new."""
        counts = {row.shown.get("n") for row in self.rows if row.state == "released"}
        return self.answers - counts.pop() if len(counts) == 1 and None not in counts else None


@dataclass(frozen=True)
class FeedbackPage:
    """One round's feedback, group by group."""

    feedback: Feedback
    groups: tuple[FeedbackGroup, ...]
    mode: Mode

    @property
    def reasons(self) -> dict[str, dict[str, list[str]]]:
        """The reasons that were released, by item and side."""
        return self.feedback.document().get("reasons", {})

    @property
    def advice(self) -> str:
        """The stop rule as it was evaluated after the round: one sentence, one number; empty where it was not told."""
        stop = self.feedback.document().get("stop")
        return advice_words(stop) if stop else ""

    @property
    def proposals(self) -> list[str]:
        """Proposals of new indicators that were released."""
        return self.reasons.get("", {}).get("neither", [])

    @property
    def is_suppressed(self) -> bool:
        """Whether nothing at all may be shown."""
        return all(row.state == "suppressed" for group in self.groups for row in group.rows)


def last_feedback(study: Study) -> Feedback | None:
    """The newest released feedback of the study."""
    released = Feedback.objects.filter(round__study=study).select_related("round__study")
    return released.order_by("-round__number").first()


def feedback_pages(bearer: Bearer) -> list[FeedbackPage]:
    """Every released feedback beside the bearer's own answers, newest first."""
    study, answers = bearer.study, own_answers(bearer)
    own = {
        round.pk: answer_figures(questionnaire(study, round.number), answers[round.pk], study.rules)
        for round in study.rounds.filter(pk__in=answers)
    }
    return study_feedback(study, own=own)


def study_feedback(study: Study, *, own: dict[int, dict] | None = None) -> list[FeedbackPage]:
    """Every released feedback of the study, newest first; ``own`` maps round ids to the reader's own figures."""
    released = (
        Feedback.objects.filter(round__study=study).select_related("round__study").order_by("-round__number")
    )
    return [
        _page(feedback, questionnaire(study, feedback.round.number), (own or {}).get(feedback.round_id, {}))
        for feedback in released
    ]


def _page(feedback: Feedback, groups: list[Group], own: dict) -> FeedbackPage:
    document, rules = feedback.document(), feedback.round.study.rules

    def row(group: Group, item: Indicator) -> FeedbackRow:
        share = document["group_weights"][group.code][item.code]
        return FeedbackRow(item, own.get(item.code), document["items"][item.code], share)

    return FeedbackPage(
        feedback,
        tuple(
            FeedbackGroup(
                group, tuple(row(group, item) for item in group.items), feedback.round.answers, rules
            )
            for group in groups
        ),
        mode_of(rules),
    )
