"""What the survey room does by itself: a task reads the clock and calls the act."""

from celery import shared_task
from django.utils import timezone

from survey import anchors, errands, letters, own_data, participation, retention, rounds
from survey.doorbell import ring
from survey.models import LinkRequest, Pending, Round


@shared_task
def close_due_rounds() -> None:
    """Close every round whose deadline has passed."""
    rounds.close_due_rounds(at=timezone.now())


@shared_task
def record_participation() -> None:
    """Record who has answered; the schedule rings at fixed hours."""
    for round in Round.objects.open():
        participation.record_participation(round)


@shared_task
def rewrite_answers() -> None:
    """Write the answers of open rounds anew; the schedule rings at the same hours."""
    for round in Round.objects.open():
        participation.rewrite_answers(round)


@shared_task
def send_letter(letter_id: int) -> None:
    """Send one letter."""
    letters.send_letter(letter_id, at=timezone.now())


@shared_task
def answer_link_request(request_id: int) -> None:
    """Answer one request for a new link."""
    letters.answer_link_request(request_id)


@shared_task
def settle_marks(round_id: int) -> None:
    """The last batch of a closed round."""
    participation.settle_marks(Round.objects.select_related("study").get(pk=round_id))


@shared_task
def do_errand(errand_id: int) -> None:
    """Do what a coordinator asked for."""
    errands.do_errand(errand_id, at=timezone.now())


@shared_task
def remind(errand_id: int) -> None:
    """Write the reminders that a coordinator asked for."""
    errands.do_errand(errand_id, at=timezone.now())


@shared_task
def ring_errands() -> None:
    """Ring again for errands that wait."""
    ring(errands.TASKS[errands.STATS], errands.waiting_errands(errands.STATS))


@shared_task
def ring_mails() -> None:
    """Ring again for letters, requests and reminders that wait; settle marks that nobody settled."""
    ring(letters.TASK, letters.waiting_letters(timezone.now()))
    ring(letters.LINK_TASK, LinkRequest.objects.values_list("pk", flat=True)[: letters.AT_ONCE])
    leaving = Pending.objects.filter(kind=Pending.Kind.LEAVE).exclude(round__status=Round.Status.OPEN)
    ring(own_data.LEAVING_TASK, leaving.values_list("round_id", flat=True).distinct())
    ring(errands.TASKS[errands.MAIL], errands.waiting_errands(errands.MAIL))
    for round in participation.unsettled_rounds():
        participation.settle_marks(round)


@shared_task
def let_leavers_go(round_id: int) -> None:
    """Strike those who left between rounds."""
    round = Round.objects.get(pk=round_id)
    if not round.is_open:
        participation.let_leavers_go(round)


@shared_task
def forget_people() -> None:
    """Delete codes, then names, of studies whose time has come."""
    retention.forget_people(today=timezone.localdate(), at=timezone.now())


@shared_task
def unlink_answers() -> None:
    """Unlink the answers of different rounds in studies whose time has come."""
    retention.unlink_answers(today=timezone.localdate(), at=timezone.now())


@shared_task
def mail_chain_head() -> None:
    """Send the head of the audit chain to those who keep it elsewhere; the schedule rings once a day."""
    anchors.mail_chain_head(at=timezone.now())
