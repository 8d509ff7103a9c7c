"""Who has answered: written in batches, so that a name never appears at the moment of an answer."""

import uuid

from django.conf import settings
from django.db import connection, models, transaction

from survey.credentials import bury_credential
from survey.doorbell import ring_on_commit
from survey.models import Comment, Expert, Letter, Participation, Pending, Response, Round

SMALLEST_BATCH = 3
DRAFT_EMPTY = {"draft": "{}", "draft_marks": "{}", "draft_leaf": ""}
TASK = "survey.tasks.settle_marks"


@transaction.atomic
def record_participation(round: Round) -> int:
    """Move the waiting marks of an open round into the participation list; returns how many moved.

    A batch smaller than three waits for the next one. Marks of complete drafts wait for closing.
    """
    marks = Pending.objects.filter(round=round).exclude(kind=Pending.Kind.DRAFT).select_for_update()
    kinds = dict(marks.values_list("expert_id", "kind"))
    if len(kinds) < SMALLEST_BATCH:
        return 0
    Pending.objects.filter(round=round, expert__in=kinds).delete()
    _record(round, [expert for expert, kind in kinds.items() if kind == Pending.Kind.FINAL])
    _let_go([expert for expert, kind in kinds.items() if kind == Pending.Kind.LEAVE])
    return len(kinds)


@transaction.atomic
def settle_marks(round: Round) -> None:
    """The last batch of a closed round, however small: the marks of everybody whose answer was counted.

    Notes where there are fewer marks than answers, as after a crash of the database. Once a later round has opened
    nobody may know any more who answered this one, and late marks are dropped.
    """
    marks = Pending.objects.filter(round=round)
    if not round.study.rules["count_complete_drafts"]:
        marks.filter(kind=Pending.Kind.DRAFT).delete()
    let_leavers_go(round)
    experts = list(marks.values_list("expert_id", flat=True))
    marks.delete()
    if Round.objects.filter(study=round.study_id, number__gt=round.number, opened_at__isnull=False).exists():
        return
    _record(round, experts)
    recorded = Participation.objects.filter(round=round).count()
    Round.objects.filter(pk=round.pk).update(marks_incomplete=recorded < round.answers)


@transaction.atomic
def let_leavers_go(round: Round) -> int:
    """Strike those who asked to leave while the round does not take answers; returns how many."""
    marks = Pending.objects.filter(round=round, kind=Pending.Kind.LEAVE)
    experts = list(marks.values_list("expert_id", flat=True))
    marks.delete()
    _let_go(experts)
    return len(experts)


def _let_go(experts: list[uuid.UUID]) -> None:
    for expert in Expert.objects.filter(pk__in=experts):
        let_go(expert)


def let_go(expert: Expert) -> None:
    """Strike the expert from the panel: the code dies, and so does every waiting letter."""
    bury_credential(expert)
    Participation.objects.filter(expert=expert).delete()
    Letter.objects.filter(expert=expert).delete()
    Expert.objects.filter(pk=expert.pk).update(state=Expert.State.WITHDRAWN)


def settle_soon(round: Round) -> None:
    """Settle the marks now, or leave it to the process that may read them."""
    if settings.PROCESS in ("", "worker_mail"):
        settle_marks(round)
    else:
        ring_on_commit(TASK, [round.pk])


def unsettled_rounds() -> list[Round]:
    """Closed rounds whose marks still wait, or were lost."""
    waiting = models.Q(pk__in=Pending.objects.exclude(kind=Pending.Kind.LEAVE).values("round")) | models.Q(
        marks_incomplete=True
    )
    return list(Round.objects.closed().filter(waiting).select_related("study"))


def _record(round: Round, experts: list[uuid.UUID]) -> None:
    """Write the experts down in the order of their random ids, whatever the order of their answers was."""
    Participation.objects.bulk_create(
        [Participation(round=round, expert_id=expert) for expert in sorted(experts)], ignore_conflicts=True
    )


@transaction.atomic
def rewrite_answers(round: Round, *, without_drafts: bool = False) -> None:
    """Write the round's answers, and what was written with them, anew: row order and age of rows tell nothing.

    New random ids in random order, everything in one transaction. Holds the round first, so that no answer is on its
    way meanwhile. A round that closes keeps no drafts.
    """
    Round.objects.select_for_update(of=("self",)).get(pk=round.pk)
    _rewrite(Response, round, DRAFT_EMPTY if without_drafts else {})
    _rewrite(Comment, round, {})


def _rewrite(model: type[models.Model], round: Round, emptied: dict[str, str]) -> None:
    if connection.vendor == "postgresql":  # in one statement, without a trip of ten thousand rows
        with connection.cursor() as cursor:
            cursor.execute(_rewriting_statement(model, emptied), [round.pk, *emptied.values()])
        return
    rows = list(model.objects.filter(round=round))
    model.objects.filter(round=round).delete()
    for row in rows:
        row.pk = uuid.uuid4()
        for name, text in emptied.items():
            setattr(row, name, {} if text == "{}" else text)
    model.objects.bulk_create(sorted(rows, key=lambda row: row.pk))


def _rewriting_statement(model: type[models.Model], emptied: dict[str, str]) -> str:
    """Take every row of a round out and put it back under a new random id, in the order of these."""
    table = connection.ops.quote_name(model._meta.db_table)
    kept = [field.column for field in model._meta.concrete_fields if not field.primary_key]
    kept = [name for name in kept if name not in emptied]
    old = ", ".join(map(connection.ops.quote_name, kept))
    new = ", ".join(map(connection.ops.quote_name, [*kept, *emptied]))
    values = "".join(f", {'%s::jsonb' if text == '{}' else '%s'}" for text in emptied.values())
    return (
        f"WITH gone AS (DELETE FROM {table} WHERE round_id = %s RETURNING {old}), "  # noqa: S608
        f"fresh AS (SELECT gen_random_uuid() AS id, {old} FROM gone) "
        f"INSERT INTO {table} (id, {new}) SELECT id, {old}{values} FROM fresh ORDER BY id"
    )


def answered_experts(round: Round) -> set[uuid.UUID]:
    """The experts whose answer was recorded in a batch: what the coordinator sees."""
    return set(Participation.objects.filter(round=round).values_list("expert_id", flat=True))


def missing_experts(round: Round) -> set[uuid.UUID]:
    """The active experts who neither answered nor asked to leave, waiting marks included: whom a reminder goes to."""
    marks = Pending.objects.filter(round=round).exclude(kind=Pending.Kind.DRAFT)
    waiting = marks.values_list("expert_id", flat=True)
    active = round.study.experts.active().values_list("pk", flat=True)
    return set(active) - answered_experts(round) - set(waiting)
