"""Publications: what readers may see, signed by two people's act."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from ranking.memory import revisions_seen
from ranking.models.runs import Run
from survey.refusal import InvalidTransition
from survey.sealing import read_document


class PublicationQuerySet(models.QuerySet):
    """Filters on publications."""

    def live(self):
        """What readers may see."""
        return self.filter(status=Publication.Status.PUBLISHED)

    def seen(self):
        """What readers see or once saw; neither proposals nor what still waits for its instant."""
        return self.exclude(published_at=None)


class PublicationManager(models.Manager.from_queryset(PublicationQuerySet)):
    """Publications without bundle and edition, which are read where one is served."""

    def get_queryset(self):
        """Everything but the large bytes."""
        return super().get_queryset().defer("bundle", "edition")


class Publication(models.Model):
    """One revision of a study's list: PROPOSED, (perhaps EMBARGOED,) PUBLISHED, (perhaps) WITHDRAWN.

    An embargoed one is approved and signed; no reader sees it before its instant. One that was recalled before then is
    withdrawn and has no ``published_at``.
    """

    class Status(models.TextChoices):
        PROPOSED = "proposed", _("waiting for approval")
        EMBARGOED = "embargoed", _("approved, waiting for its instant")
        PUBLISHED = "published", _("published")
        WITHDRAWN = "withdrawn", _("withdrawn")

    study = models.ForeignKey("survey.Study", on_delete=models.PROTECT, related_name="+")
    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="publications")
    revision = models.PositiveIntegerField()
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.PROPOSED)
    manifest = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    edition = models.BinaryField(
        null=True,
        help_text="edition.json of the bundle: texts, key figures, supplements, past lists, groupings",
    )
    bundle = models.BinaryField(
        null=True, help_text="Zip: the proposal's files, then the whole as it went out"
    )
    public_key = models.TextField(blank=True, help_text="PEM of the key of the signature")
    signature = models.CharField(max_length=200, blank=True, help_text="Ed25519 over the manifest, base 64")
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    published_at = models.DateTimeField(null=True, blank=True)
    embargo_until = models.DateTimeField(
        null=True, blank=True, help_text="Readers see it from this instant on"
    )
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    note = models.CharField(max_length=500, blank=True, help_text="Public note on this revision")

    objects = PublicationManager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["study", "revision"], name="publication_revision_once"),
            models.UniqueConstraint(
                fields=["study"],
                condition=models.Q(status="published"),
                name="publication_one_live_per_study",
            ),
            models.UniqueConstraint(
                fields=["study"],
                condition=models.Q(status="embargoed"),
                name="publication_one_embargoed_per_study",
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

    @property
    def is_replaced(self) -> bool:
        """Whether a later revision took its place; a list that was taken back has no such successor."""
        later = Publication.objects.filter(study=self.study_id, revision__gt=self.revision)
        was_seen = self.published_at is not None and self.withdrawn_at is not None
        return was_seen and later.filter(published_at=self.withdrawn_at).exists()

    def document(self) -> dict:
        """What the manifest says."""
        return read_document(self.manifest)

    def advance(self, old: str, new: str, **fields) -> None:
        """Move from one status to the next; the only writer of ``status``."""
        if not Publication.objects.filter(pk=self.pk, status=old).update(status=new, **fields):
            raise InvalidTransition
        revisions_seen.forget()
        self.refresh_from_db()
