"""Who has answered: written in batches, so that a name never appears at the moment of an answer."""

import uuid

from django.db import transaction

from survey.models import Participation, Pending, Response, Round

SMALLEST_BATCH = 3


@transaction.atomic
def record_participation(round: Round, *, at_closing: bool = False) -> int:
    """Move the waiting marks into the participation list, sorted by id; returns how many moved.

    While the round is open a batch smaller than three waits for the next one. At closing everything moves,
    complete drafts included.
    """
    marks = Pending.objects.filter(round=round)
    if not at_closing:
        marks = marks.filter(kind=Pending.Kind.FINAL)
    experts = sorted(marks.values_list("expert_id", flat=True))
    if len(experts) < SMALLEST_BATCH and not at_closing:
        return 0
    marks.delete()
    Participation.objects.bulk_create(
        [Participation(round=round, expert_id=expert) for expert in experts], ignore_conflicts=True
    )
    rewrite_answers(round)
    return len(experts)


def rewrite_answers(round: Round) -> None:
    """Write the round's answer rows anew under random ids in random order: row order and age tell nothing."""
    rows = list(Response.objects.select_for_update().filter(round=round))
    Response.objects.filter(pk__in=[row.pk for row in rows]).delete()
    for row in rows:
        row.pk = uuid.uuid4()
    Response.objects.bulk_create(sorted(rows, key=lambda row: row.pk))


def answered_experts(round: Round) -> set[uuid.UUID]:
    """The experts whose answer was recorded in a batch: what the coordinator sees."""
    return set(Participation.objects.filter(round=round).values_list("expert_id", flat=True))


def missing_experts(round: Round) -> set[uuid.UUID]:
    """The active experts with neither a recorded nor a waiting submission: whom a reminder goes to."""
    waiting = Pending.objects.filter(round=round, kind=Pending.Kind.FINAL).values_list("expert_id", flat=True)
    active = round.study.experts.active().values_list("pk", flat=True)
    return set(active) - answered_experts(round) - set(waiting)
