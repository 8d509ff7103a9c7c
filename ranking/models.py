"""The records of the ranking room: runs, their scores, and publications."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from survey.refusal import InvalidTransition
from survey.sealing import read_document


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


class PublicationQuerySet(models.QuerySet):
    """Filters on publications."""

    def live(self):
        """What readers may see."""
        return self.filter(status=Publication.Status.PUBLISHED)


class Publication(models.Model):
    """One revision of a study's list: PROPOSED, then PUBLISHED, then (perhaps) WITHDRAWN."""

    class Status(models.TextChoices):
        PROPOSED = "proposed", _("waiting for approval")
        PUBLISHED = "published", _("published")
        WITHDRAWN = "withdrawn", _("withdrawn")

    study = models.ForeignKey("survey.Study", on_delete=models.PROTECT, related_name="+")
    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="publications")
    revision = models.PositiveIntegerField()
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.PROPOSED)
    manifest = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    signature = models.CharField(max_length=200, blank=True, help_text="Ed25519 over the manifest, base 64")
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    published_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    note = models.CharField(max_length=500, blank=True, help_text="Public note on this revision")

    objects = PublicationQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["study", "revision"], name="publication_revision_once"),
            models.UniqueConstraint(
                fields=["study"],
                condition=models.Q(status="published"),
                name="publication_one_live_per_study",
            ),
            models.CheckConstraint(
                condition=models.Q(approved_by=None) | ~models.Q(approved_by=models.F("proposed_by")),
                name="publication_two_people",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.study} r{self.revision}"

    @property
    def is_live(self) -> bool:
        """Whether readers see it."""
        return self.status == self.Status.PUBLISHED

    def document(self) -> dict:
        """What the manifest says."""
        return read_document(self.manifest)

    def advance(self, old: str, new: str, **fields) -> None:
        """Move from one status to the next; the only writer of ``status``."""
        if not Publication.objects.filter(pk=self.pk, status=old).update(status=new, **fields):
            raise InvalidTransition
        self.refresh_from_db()
