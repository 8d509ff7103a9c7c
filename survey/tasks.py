"""What the survey room does by itself: a task reads the clock and calls the act."""

from celery import shared_task
from django.utils import timezone

from survey import letters, participation, rounds
from survey.doorbell import ring
from survey.models import Round


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
def ring_mails() -> None:
    """Ring again for letters that wait."""
    ring(letters.TASK, letters.waiting_letters(timezone.now()))
