"""What workers do in the ranking room."""

from celery import shared_task
from django.utils import timezone

from ranking import backward, publications, robustness, runs
from ranking.files import shelf
from ranking.models import Proof, Recomputation, RobustnessPart, Run
from survey.doorbell import ring


@shared_task
def compute_run(run_id: int) -> None:
    """Compute one run."""
    runs.compute_run(Run.objects.get(pk=run_id), at=timezone.now())


@shared_task
def ring_runs() -> None:
    """Ring again for runs that wait."""
    ring(runs.TASK, runs.waiting_runs())


@shared_task
def compute_robustness_part(part_id: int) -> None:
    """Do one part of a robustness study."""
    robustness.compute_part(RobustnessPart.objects.get(pk=part_id), at=timezone.now())


@shared_task
def ring_robustness() -> None:
    """Ring again for parts that wait."""
    ring(robustness.TASK, robustness.waiting_parts())


@shared_task
def release_due() -> None:
    """Show every revision whose embargo has ended."""
    publications.release_due(at=timezone.now())


@shared_task
def recompute_years(job_id: int) -> None:
    """Work out lists of other years."""
    backward.recompute_years(Recomputation.objects.get(pk=job_id), at=timezone.now())


@shared_task
def ring_recomputations() -> None:
    """Ring again for lists of other years that wait."""
    ring(backward.TASK, backward.waiting_recomputations())


@shared_task(time_limit=240)
def make_publication_file(file_id: int) -> None:
    """Make one file of a publication."""
    from ranking.files import (
        making,
    )  # typesetting and drawing are loaded by workers alone, when they are needed

    making.make_file(file_id, at=timezone.now())


@shared_task(time_limit=240)
def make_proof(proof_id: int) -> None:
    """Make the proof of an edition."""
    from ranking.files import making

    making.make_proof(proof_id, at=timezone.now())


@shared_task
def ring_publication_files() -> None:
    """Ring again for files that wait."""
    ring(shelf.TASK, shelf.waiting_files(at=timezone.now()))
    ring(shelf.PROOF_TASK, shelf.waiting_files(at=timezone.now(), model=Proof))
