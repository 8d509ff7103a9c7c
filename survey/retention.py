"""How long what is kept: codes, the links between rounds, names. The days are rules of the protocol.

Counted from the first publication; a study of which nothing is published is given up some time after its last sign of
life, and then all goes at once. First the codes go, so that nobody can follow anybody any more, the answers of
different rounds get pseudonyms that have nothing to do with each other, and what experts wrote is deleted but for what
the panel was shown; later the names and addresses go. The frozen rounds, which hold neither names nor pseudonyms,
stay, so that the list can be recomputed.
"""

import secrets
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Max, Q
from django.utils import timezone

from survey.audit import record_event, study_events
from survey.models import Comment, Credential, Expert, Letter, Reason, Response, Round, Study
from survey.participation import rewrite_answers
from survey.protocol import SURVEY_DEFAULTS


def begin_retention(study: Study, *, on: date) -> None:
    """Note the day of the first publication; later revisions do not move it."""
    Study.objects.filter(pk=study.pk, published_on=None).update(published_on=on)


def codes_end_on(study: Study) -> date | None:
    """The day on which the study's codes stop working for good; None while a round is open."""
    return _days_after(study, "codes_days")


def names_end_on(study: Study) -> date | None:
    """The day on which names and addresses of the panel are deleted; None while a round is open."""
    return _days_after(study, "identities_days")


def kept_days(study: Study) -> dict[str, int]:
    """The days of the study's protocol; older ones lack those after which a study counts as given up."""
    return {**SURVEY_DEFAULTS["retention"], **study.rules["retention"]}


def _days_after(study: Study, rule: str) -> date | None:
    if study.published_on:
        return study.published_on + timedelta(days=kept_days(study)[rule])
    last = last_sign_of_life(study)
    return last and last + timedelta(days=kept_days(study)["abandoned_days"])


def last_sign_of_life(study: Study) -> date | None:
    """The day of the last act of a person on the study, or of its last deadline; None while a round is open."""
    if study.rounds.filter(status=Round.Status.OPEN).exists():
        return None
    last_act = study_events(study).exclude(actor="system").aggregate(Max("at"))["at__max"]
    ends = study.rounds.aggregate(Max("closed_at"))["closed_at__max"]
    found = [moment for moment in (last_act, ends) if moment]
    return timezone.localtime(max(found)).date() if found else None


def forget_people(*, today: date, at: datetime) -> list[str]:
    """Delete codes and names that are due; returns what was done, one line for each study and act."""
    done = []
    for study in Study.objects.filter(identities_ended_on=None):
        codes_end, names_end = codes_end_on(study), names_end_on(study)
        if names_end is None or not (study.published_on or study.experts.exists()):
            continue
        if study.codes_ended_on is None and today >= min(codes_end, names_end):
            _end_codes(study, today=today, at=at)
            done.append(f"{study.slug}: codes")
        if today >= names_end:
            _end_names(study, today=today, at=at)
            done.append(f"{study.slug}: names")
    return done


@transaction.atomic
def _end_codes(study: Study, *, today: date, at: datetime) -> None:
    Credential.objects.filter(expert__study=study).delete()
    Letter.objects.filter(expert__study=study).delete()
    Study.objects.filter(pk=study.pk).update(codes_ended_on=today)
    record_event(actor="system", action="end_codes", subject=study.slug, at=at)


@transaction.atomic
def _end_names(study: Study, *, today: date, at: datetime) -> None:
    count = study.experts.count()
    Expert.objects.filter(study=study).delete()
    Study.objects.filter(pk=study.pk).update(identities_ended_on=today)
    record_event(actor="system", action="end_names", subject=study.slug, at=at, detail={"count": count})


def unlink_answers(*, today: date, at: datetime) -> list[str]:
    """Give every answer of the studies that are due a pseudonym of its own; returns the studies' short names.

    Afterwards nothing but figures that are alike tells that two answers of different rounds come from one person, not
    even the code.
    """
    due = [
        study
        for study in Study.objects.filter(unlinked_on=None)
        if today >= (codes_end_on(study) or date.max)
        and (study.published_on or study.rounds.closed().exists())
    ]
    for study in due:
        _unlink(study, today=today, at=at)
    return [study.slug for study in due]


@transaction.atomic
def _unlink(study: Study, *, today: date, at: datetime) -> None:
    _forget_words(study)
    for round in study.rounds.closed():
        for pk in Response.objects.filter(round=round).values_list("pk", flat=True):
            Response.objects.filter(pk=pk).update(pseudonym=secrets.token_hex(16))
        rewrite_answers(round)
    Study.objects.filter(pk=study.pk).update(unlinked_on=today)
    record_event(actor="system", action="unlink_answers", subject=study.slug, at=at)


def _forget_words(study: Study) -> None:
    """Delete what experts wrote, but for the words that the panel was shown: they stand in the frozen feedback."""
    shown = Q(status=Reason.Status.ACCEPTED, round__feedback__isnull=False)
    Comment.objects.filter(round__study=study).delete()
    Reason.objects.filter(round__study=study).exclude(shown).update(original="")
