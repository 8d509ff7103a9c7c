"""Feedback: the group's figures after a round, worked out once under the disclosure rules and then frozen."""

from dataclasses import asdict
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from survey.audit import record_event
from survey.core.disclosure import (
    ConcordanceRelease,
    ItemRelease,
    ReleasedConcordance,
    ReleasedFigures,
    Thresholds,
    released_concordance,
    released_figures,
)
from survey.models import Feedback, Round
from survey.modes import mode_of
from survey.panel_answers import PanelAnswers, RoundNotClosed, closed_answers
from survey.questionnaire import Group
from survey.reasons import released_reasons
from survey.refusal import Refusal
from survey.results import store_statistics
from survey.round_document import read_record, round_document
from survey.sealing import canonical_bytes, sha256_hex

WITHHELD = "withheld"


class FeedbackExists(Refusal):
    """One feedback per round, for good."""

    code = "feedback_exists"
    message = _("The feedback of round %(number)d is released already.")


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
    if round.study.is_rehearsal:  # it hides nothing
        store_statistics(round.study, at=at)
    record_event(
        actor=by,
        action="release_feedback",
        subject=f"{round.study.slug}#{round.number}",
        at=at,
        detail={"sha256": feedback.sha256},
    )
    return feedback


def _document(round: Round) -> dict:
    answers, thresholds = closed_answers(round), Thresholds(**round.study.rules["disclosure"])
    past = _past(round)
    groups = [_group(group, answers, past, thresholds) for group in answers.groups]
    return {
        "round": round.number,
        "grid": answers.scale.grid,
        "items": {code: asdict(item) for group in groups for code, item in group["figures"].items()},
        "group_weights": {
            group.code: _shares(group, found["figures"], round.study.rules)
            for group, found in zip(answers.groups, groups, strict=True)
        },
        "reasons": released_reasons(round),
        "stop": told_stop(round),
        "concordance": {group["code"]: asdict(group["concordance"]) for group in groups},
    }


def told_stop(round: Round) -> dict:
    """The stop rule of the protocol in one verdict and one number, the share in steps of 5 percent.

    Withheld where fewer answered, or came back, than exact tables ask for: few answers make the number tell who moved.
    """
    found, asked = round_document(read_record(round)), round.study.rules["disclosure"]["distribution"]
    stop, back = found["stop"], found["flow"]["returned_from_before"]
    told = {name: stop[name] for name in ("code", "round_number", "rounds")}
    if back is None:
        return told | {"stable_share": None}
    if min(found["answers"], back) < asked:
        return told | {"code": WITHHELD, "stable_share": None}
    return told | {"stable_share": round_to(stop["stable_share"])}


def round_to(share: float | None) -> float | None:
    """The share in steps of 5 percent."""
    return None if share is None else int(20 * share + 0.5) / 20


def _past(round: Round) -> list[tuple[dict, PanelAnswers]]:
    """What was shown after the earlier rounds, oldest first, with the answers behind it."""
    released = Feedback.objects.filter(round__study=round.study_id, round__number__lt=round.number)
    found = released.select_related("round__study").order_by("round__number")
    return [(feedback.document(), closed_answers(feedback.round)) for feedback in found]


def _group(group: Group, answers: PanelAnswers, past: list, thresholds: Thresholds) -> dict:
    """What may be said of a group; only rounds that asked for the very same items are compared with."""
    earlier = [(shown, before) for shown, before in past if before.codes_of(group.code) == group.codes]
    figures = {
        code: released_figures(
            answers.by_key(code),
            grid=answers.scale.grid,
            earlier=[
                ItemRelease(ReleasedFigures(**shown["items"][code]), before.by_key(code))
                for shown, before in earlier
            ],
            thresholds=thresholds,
        )
        for code in group.codes
    }
    concordance = released_concordance(
        answers.rows_by_key(group),
        earlier=[
            ConcordanceRelease(
                ReleasedConcordance(**shown["concordance"][group.code]), before.rows_by_key(group)
            )
            for shown, before in earlier
            if group.code in shown.get("concordance", {})
        ],
        thresholds=thresholds,
    )
    return {"code": group.code, "figures": figures, "concordance": concordance}


def _shares(group: Group, figures: dict[str, ReleasedFigures], rules: dict) -> dict[str, float | None]:
    medians = {code: figures[code].median for code in group.codes}
    return mode_of(rules).told_weights(group, medians, rules) or dict.fromkeys(group.codes)
