"""Publications: what readers may see, signed by two people's act."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from ranking.models.runs import Run
from survey.refusal import InvalidTransition
from survey.sealing import read_document


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
