"""Runs: one computation of scores and ranks with every table on the way."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from survey.refusal import InvalidTransition


class Run(models.Model):
    """One computation of scores and ranks; QUEUED, then DONE or FAILED. There is no state in between."""

    class Status(models.TextChoices):
        QUEUED = "queued", _("waiting for a worker")
        DONE = "done", _("done")
        FAILED = "failed", _("refused")

    weight_set = models.ForeignKey("weighting.WeightSet", on_delete=models.PROTECT, related_name="+")
    parameters = models.JSONField()
    key = models.CharField(max_length=64, unique=True, help_text="Hash of inputs and parameters")
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.QUEUED)
    failure = models.JSONField(null=True, blank=True)
    notices = models.JSONField(default=list)
    facts = models.JSONField(
        default=dict, help_text="Units scored, goodness of the tiers, why there are no intervals"
    )
    requested_by = models.CharField(max_length=150)
    requested_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    sha256 = models.CharField(max_length=64, blank=True, help_text="Hash of the scores and ranks")

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"run #{self.pk}"

    @property
    def study(self):
        """The study the run belongs to."""
        return self.weight_set.study

    @property
    def is_done(self) -> bool:
        """Whether the scores stand."""
        return self.status == self.Status.DONE

    def advance(self, new: str, **fields) -> None:
        """Move on from QUEUED; the only writer of ``status``."""
        if not Run.objects.filter(pk=self.pk, status=self.Status.QUEUED).update(status=new, **fields):
            raise InvalidTransition
        self.refresh_from_db()


class ScoreQuerySet(models.QuerySet):
    """Filters on scores."""

    def listed(self, run: Run):
        """The published part of the list: ranks 1 to the protocol's ``listed``."""
        return self.filter(run=run, rank__lte=run.parameters["listed"]).select_related("unit")


class Score(models.Model):
    """One unit's result in one run."""

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="scores")
    unit = models.ForeignKey("weighting.Unit", on_delete=models.PROTECT, related_name="+")
    score = models.FloatField()
    rank = models.PositiveIntegerField()
    rank_low = models.PositiveIntegerField(null=True, blank=True, help_text="Best rank of the interval")
    rank_high = models.PositiveIntegerField(null=True, blank=True, help_text="Worst rank of the interval")
    tier = models.PositiveSmallIntegerField(help_text="1 is the best; 0 is outside the tiers")
    dimensions = models.JSONField(help_text="Score of every first-level indicator by code")

    objects = ScoreQuerySet.as_manager()

    class Meta:
        ordering = ["rank", "unit__position"]
        constraints = [models.UniqueConstraint(fields=["run", "unit"], name="score_once")]

    def __str__(self) -> str:
        return f"{self.rank} {self.unit}"


class RunTable(models.Model):
    """One intermediate table of a run, kept so that every score can be explained down to the raw cells."""

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="tables")
    name = models.CharField(max_length=20)
    content = models.BinaryField(help_text="A NumPy array, compressed")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "name"], name="run_table_once")]

    def __str__(self) -> str:
        return f"{self.name} of {self.run}"
