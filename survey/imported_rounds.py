"""Counting answers that were collected elsewhere: every round frozen as if it had closed here."""

import secrets
from datetime import datetime

from django.db import transaction

from survey.audit import record_event
from survey.imported_answers import PreparedPanel
from survey.models import PanelUpload, Response, Round
from survey.refusal import InvalidTransition
from survey.results import store_statistics
from survey.rounds import freeze_answers


@transaction.atomic
def count_imported(round: Round, *, by: str, at: datetime) -> None:
    """Count the answers that wait: every round is frozen as if it had closed here, under names that reach nobody."""
    study = round.study
    upload = PanelUpload.objects.filter(study=study).first()
    if upload is None or not PanelUpload.objects.filter(pk=upload.pk).delete()[0]:  # a twin was faster
        raise InvalidTransition
    panel = PreparedPanel.of_content(bytes(upload.content))
    names: dict[int, str] = {}
    for each, answers in zip(
        study.rounds.select_related("study").order_by("number"), panel.answers, strict=True
    ):
        Response.objects.bulk_create(
            Response(
                round=each,
                pseudonym=names.setdefault(expert, secrets.token_hex(16)),
                values=values,
                leaf=secrets.token_hex(32),  # nobody holds a receipt
            )
            for expert, values in answers
        )
        freeze_answers(each, old=Round.Status.DRAFT, at=at)
    store_statistics(study, at=at)
    record_event(
        actor=by,
        action="import_panel",
        subject=study.slug,
        at=at,
        detail={"rounds": len(panel.answers), "answers": panel.experts, "notes": panel.closed_again},
    )
