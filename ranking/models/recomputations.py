"""Lists of other years, asked to be worked out backwards."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from ranking.models.runs import Run
from survey.refusal import InvalidTransition


class Recomputation(models.Model):
    """One request to work out lists of other years by a run's method; QUEUED, then DONE or FAILED."""

    class Status(models.TextChoices):
        QUEUED = "queued", _("waiting for a worker")
        DONE = "done", _("done")
        FAILED = "failed", _("refused")

    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="+")
    figures = models.JSONField(help_text="Ids of the years' figures it works on")
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.QUEUED)
    failure = models.JSONField(null=True, blank=True)
    requested_by = models.CharField(max_length=150)
    requested_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["run"], condition=models.Q(status="queued"), name="recomputation_one_waiting_per_run"
            )
        ]

    def __str__(self) -> str:
        return f"lists of other years by {self.run}"

    def advance(self, new: str, **fields) -> None:
        """Move on from QUEUED; the only writer of ``status``."""
        if not Recomputation.objects.filter(pk=self.pk, status=self.Status.QUEUED).update(
            status=new, **fields
        ):
            raise InvalidTransition
        self.refresh_from_db()
