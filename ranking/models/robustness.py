"""Robustness studies: how far a run's ranks carry, cut into parts that any worker can do."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from ranking.models.runs import Run
from survey.refusal import InvalidTransition


class RobustnessStudy(models.Model):
    """One study of a run; QUEUED until its last part is joined, then DONE or FAILED."""

    class Status(models.TextChoices):
        QUEUED = "queued", _("waiting for a worker")
        DONE = "done", _("done")
        FAILED = "failed", _("refused")

    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="robustness_studies")
    parameters = models.JSONField()
    key = models.CharField(max_length=64, unique=True, help_text="Hash of the run and the parameters")
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.QUEUED)
    failure = models.JSONField(null=True, blank=True)
    result = models.JSONField(null=True, blank=True)
    requested_by = models.CharField(max_length=150)
    requested_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ["-pk"]
        verbose_name_plural = "robustness studies"

    def __str__(self) -> str:
        return f"robustness #{self.pk} of {self.run}"

    @property
    def is_done(self) -> bool:
        """Whether the result stands."""
        return self.status == self.Status.DONE

    def advance(self, new: str, **fields) -> None:
        """Move on from QUEUED; the only writer of ``status``."""
        if not RobustnessStudy.objects.filter(pk=self.pk, status=self.Status.QUEUED).update(
            status=new, **fields
        ):
            raise InvalidTransition
        self.refresh_from_db()


class RobustnessPart(models.Model):
    """One part of a study; ``content`` is None until a worker has done it, and empty when it is let go."""

    class Kind(models.TextChoices):
        DRAWS = "draws", _("weights drawn at random")
        SETTINGS = "settings", _("settings of the named factors")
        ALONE = "alone", _("one expert or indicator left out")
        FIRST = "first", _("the way to the first place")
        WINDOWS = "windows", _("where the ends of the intervals lie")
        RANKS = "ranks", _("weights drawn once more, rank by rank")

    study = models.ForeignKey(RobustnessStudy, on_delete=models.CASCADE, related_name="parts")
    number = models.PositiveIntegerField()
    stage = models.PositiveSmallIntegerField(default=0, help_text="Waits until all lower stages are done")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    start = models.PositiveIntegerField(default=0)
    stop = models.PositiveIntegerField(default=0)
    content = models.BinaryField(null=True, blank=True, help_text="NumPy arrays, compressed")

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["study", "number"], name="robustness_part_once")]

    def __str__(self) -> str:
        return f"part {self.number} of {self.study}"
