"""Files that a worker makes: report, document and workbook of a publication, and the proof of an edition."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from ranking.models.publications import Publication
from ranking.models.runs import Run
from survey.refusal import InvalidTransition


class MadeFileManager(models.Manager):
    """Files without their bytes, which are read where one is served."""

    def get_queryset(self):
        """Everything but the content."""
        return super().get_queryset().defer("content")


class MadeFile(models.Model):
    """One file in one language; QUEUED, then DONE or FAILED. Its key names what it was made from."""

    class Status(models.TextChoices):
        QUEUED = "queued", _("waiting for a worker")
        DONE = "done", _("done")
        FAILED = "failed", _("refused")

    language = models.CharField(max_length=10)
    key = models.CharField(max_length=64, unique=True, help_text="Hash of manifest, kind, language and maker")
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.QUEUED)
    progress = models.PositiveSmallIntegerField(default=0, help_text="Percent done")
    content = models.BinaryField(null=True, blank=True)
    size = models.PositiveIntegerField(null=True, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    failure = models.JSONField(null=True, blank=True)
    requested_at = models.DateTimeField()
    taken_at = models.DateTimeField(null=True, blank=True, help_text="When a worker last began")
    tries = models.PositiveSmallIntegerField(default=0, help_text="How often a worker began")
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = MadeFileManager()

    class Meta:
        abstract = True

    @property
    def is_done(self) -> bool:
        """Whether it can be downloaded."""
        return self.status == self.Status.DONE

    def advance(self, new: str, **fields) -> None:
        """Move on from QUEUED; the only writer of ``status``."""
        waiting = type(self).objects.filter(pk=self.pk, status=self.Status.QUEUED)
        if not waiting.update(status=new, **fields):
            raise InvalidTransition
        self.refresh_from_db()


class PublicationFile(MadeFile):
    """One file of one revision in one language."""

    class Kind(models.TextChoices):
        PDF = "pdf", _("Report (PDF)")
        DOCX = "docx", _("Report (Word)")
        XLSX = "xlsx", _("Workbook")
        ZIP = "zip", _("All tables (CSV)")

    publication = models.ForeignKey(Publication, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=8, choices=Kind.choices)

    class Meta:
        ordering = ["publication", "kind", "language"]

    def __str__(self) -> str:
        return f"{self.kind} ({self.language}) of {self.publication}"


class Proof(MadeFile):
    """The report of an edition that nobody has proposed yet; the row goes when the next one of its run is asked for."""

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="+")
    edition = models.BinaryField(help_text="What was to be printed, as canonical JSON")

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"Proof ({self.language}) of run {self.run_id}"
