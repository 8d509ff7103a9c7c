"""Acts that need answers or marks: done at once where the process may read them, else by the worker that may.

The coordinator's process has no right to read an answer, so closing a round is asked for by a row and a bell.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction

from survey import feedback, imported_rounds, letters, rounds
from survey.deviations import ReasonNeeded
from survey.doorbell import ring_on_commit
from survey.models import Errand, Feedback, Round
from survey.reasons import ReasonsWaiting, clean_text
from survey.refusal import InvalidTransition, Refusal
from survey.studies import require_live

STATS, MAIL = "worker_stats", "worker_mail"
TASKS = {STATS: "survey.tasks.do_errand", MAIL: "survey.tasks.remind"}


@dataclass(frozen=True)
class Act:
    """What is done, by which process, and what refuses it beforehand."""

    do: Callable
    process: str
    check: Callable[[Round], None]


def _open(round: Round) -> None:
    if not round.is_open:
        raise InvalidTransition


def _releasable(round: Round) -> None:
    if not round.is_closed:
        raise feedback.RoundNotClosed(number=round.number)
    if Feedback.objects.filter(round=round).exists():
        raise feedback.FeedbackExists(number=round.number)
    waiting = sum(not reason.is_settled for reason in round.reasons.all())
    if waiting:
        raise ReasonsWaiting(count=waiting)


def _adoptable(round: Round) -> None:
    require_live(round.study)
    if not round.is_closed or round.answers < rounds.FEWEST_ANSWERS:
        raise rounds.NothingToAdopt(number=round.number, fewest=rounds.FEWEST_ANSWERS)
    if round.study.adopted_round_id:
        raise InvalidTransition


def _waiting(round: Round) -> None:
    if round.is_closed:
        raise InvalidTransition


def _last(round: Round) -> None:
    _adoptable(round)
    if not round.is_last:
        raise InvalidTransition


def _early(round: Round) -> None:
    _adoptable(round)
    if round.is_last:
        raise InvalidTransition


ACTS = {
    "close": Act(rounds.close_round, STATS, _open),
    "release": Act(feedback.release_feedback, STATS, _releasable),
    "adopt": Act(rounds.adopt_last, STATS, _last),
    "stop": Act(rounds.stop_early, STATS, _early),
    "import": Act(imported_rounds.count_imported, STATS, _waiting),
    "remind": Act(letters.queue_reminders, MAIL, _open),
}


def is_own(act: str) -> bool:
    """Whether this process may do the act itself."""
    return settings.PROCESS in ("", ACTS[act].process)


@transaction.atomic
def ask(act: str, round: Round, *, by: str, at: datetime, reason: str = "") -> bool:
    """Do the act, or leave it to the worker that may; returns whether it is done. Refused at once where it is wrong."""
    if is_own(act):
        _do(act, round, by=by, at=at, reason=reason)
        return True
    ACTS[act].check(round)
    if act == "stop" and not clean_text(reason):
        raise ReasonNeeded
    wanted = {"by": by, "reason": reason}
    errand, _created = Errand.objects.get_or_create(round=round, act=act, defaults=wanted)
    ring_on_commit(TASKS[ACTS[act].process], [errand.pk])
    return False


def _do(act: str, round: Round, *, by: str, at: datetime, reason: str) -> None:
    given = {"reason": reason} if act == "stop" else {}
    ACTS[act].do(round, by=by, at=at, **given)


@transaction.atomic
def do_errand(errand_id: int, *, at: datetime) -> None:
    """Do one errand; one that is done, or that has become wrong meanwhile, is dropped."""
    errand = Errand.objects.select_related("round").filter(pk=errand_id).first()
    if errand is None or not Errand.objects.filter(pk=errand.pk).delete()[0]:
        return
    try:
        with transaction.atomic():
            _do(errand.act, errand.round, by=errand.by, at=at, reason=errand.reason)
    except Refusal:  # a twin was faster
        return


def waiting_errands(process: str) -> list[int]:
    """Errands for the process, oldest first."""
    acts = [name for name, act in ACTS.items() if act.process == process]
    return list(Errand.objects.filter(act__in=acts).order_by("pk").values_list("pk", flat=True))
