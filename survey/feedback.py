"""Feedback: the group's figures after a round, worked out once under the disclosure rules and then frozen."""

from dataclasses import asdict
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from survey.audit import record_event
from survey.core.disclosure import ItemRelease, ReleasedFigures, Thresholds, group_weights, released_figures
from survey.models import Feedback, Response, Round
from survey.questionnaire import questionnaire
from survey.refusal import Refusal
from survey.sealing import canonical_bytes, sha256_hex

GRID = 5  # points: median and quartiles are shown on this grid


class FeedbackExists(Refusal):
    """One feedback per round, for good."""

    code = "feedback_exists"
    message = _("The feedback of round %(number)d is released already.")


class RoundNotClosed(Refusal):
    """No figure leaves an open round."""

    code = "round_not_closed"
    message = _("Round %(number)d is not closed yet, so there is no feedback.")


@transaction.atomic
def release_feedback(round: Round, *, by: str, at: datetime) -> Feedback:
    """Work out, freeze and release the figures of a closed round."""
    round = Round.objects.select_for_update(of=("self",)).select_related("study").get(pk=round.pk)
    if not round.is_closed:
        raise RoundNotClosed(number=round.number)
    if Feedback.objects.filter(round=round).exists():
        raise FeedbackExists(number=round.number)
    content = canonical_bytes(_document(round))
    feedback = Feedback.objects.create(
        round=round, content=content, sha256=sha256_hex(content), released_at=at
    )
    record_event(
        actor=by,
        action="release_feedback",
        subject=f"{round.study.slug}#{round.number}",
        at=at,
        detail={"sha256": feedback.sha256},
    )
    return feedback


def _document(round: Round) -> dict:
    groups, thresholds = questionnaire(round.study), Thresholds(**round.study.rules["disclosure"])
    answers, earlier = _answers_by_key(round), _earlier_releases(round)
    figures = {
        code: released_figures(
            {key: values[code] for key, values in answers.items()},
            grid=GRID,
            earlier=earlier.get(code, ()),
            thresholds=thresholds,
        )
        for group in groups
        for code in group.codes
    }
    return {
        "round": round.number,
        "grid": GRID,
        "items": {code: asdict(item) for code, item in figures.items()},
        "group_weights": {
            group.code: _shares(group.codes, [figures[code] for code in group.codes]) for group in groups
        },
    }


def _shares(codes, figures) -> dict[str, float | None]:
    weights = group_weights(figures)
    return {code: None if weights is None else float(weights[i]) for i, code in enumerate(codes)}


def _answers_by_key(round: Round) -> dict[str, dict]:
    rows = Response.objects.filter(round=round, values__isnull=False)
    return dict(rows.values_list("pseudonym", "values"))


def _earlier_releases(round: Round) -> dict[str, list[ItemRelease]]:
    """What was shown of each item after the earlier rounds, oldest first, with the answers behind it."""
    releases: dict[str, list[ItemRelease]] = {}
    for feedback in Feedback.objects.filter(
        round__study=round.study, round__number__lt=round.number
    ).order_by("round__number"):
        answers = _answers_by_key(feedback.round)
        for code, shown in feedback.document()["items"].items():
            past = {key: values.get(code) for key, values in answers.items()}
            releases.setdefault(code, []).append(ItemRelease(ReleasedFigures(**shown), past))
    return releases
