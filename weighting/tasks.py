"""What workers do in the weighting room."""

from celery import shared_task
from django.utils import timezone

from survey.doorbell import ring
from weighting import weight_sets
from weighting.models import WeightSet


@shared_task
def build_weight_set(weight_set_id: int) -> None:
    """Build one weight set."""
    weight_sets.build_weight_set(WeightSet.objects.get(pk=weight_set_id), at=timezone.now())


@shared_task
def ring_weight_sets() -> None:
    """Ring again for weight sets that wait."""
    ring(weight_sets.TASK, weight_sets.waiting_weight_sets())
