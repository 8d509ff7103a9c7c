"""What an editor adds to a list, and the lists of earlier years."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from survey.models.study import in_language


class EditionText(models.Model):
    """One text of a study's edition, such as its headline; a case text belongs to one unit (``case:CODE``)."""

    study = models.ForeignKey("survey.Study", on_delete=models.PROTECT, related_name="+")
    slot = models.CharField(max_length=80, help_text="headline, features, advice, comparability or case:CODE")
    text = models.TextField(blank=True)
    text_en = models.TextField(blank=True)

    class Meta:
        ordering = ["slot"]
        constraints = [models.UniqueConstraint(fields=["study", "slot"], name="edition_text_once")]

    def __str__(self) -> str:
        return f"{self.slot} of {self.study}"


class KeyFigure(models.Model):
    """A figure of the whole edition with its numerator and denominator, such as the listed units' share of a total."""

    class Form(models.TextChoices):
        SHARE = "share", _("share in percent")
        RATIO = "ratio", _("ratio")
        COUNT = "count", _("count")

    study = models.ForeignKey("survey.Study", on_delete=models.PROTECT, related_name="+")
    position = models.PositiveIntegerField(default=0)
    code = models.SlugField(max_length=60)
    form = models.CharField(max_length=10, choices=Form.choices)
    name = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200, blank=True)
    unit = models.CharField(max_length=40, blank=True)
    unit_en = models.CharField(max_length=40, blank=True)
    numerator = models.FloatField()
    numerator_name = models.CharField(max_length=200, blank=True)
    numerator_name_en = models.CharField(max_length=200, blank=True)
    denominator = models.FloatField(null=True, blank=True)
    denominator_name = models.CharField(max_length=200, blank=True)
    denominator_name_en = models.CharField(max_length=200, blank=True)
    reference = models.FloatField(
        null=True, blank=True, help_text="What it is compared with, in its own form"
    )
    reference_name = models.CharField(max_length=200, blank=True)
    reference_name_en = models.CharField(max_length=200, blank=True)
    year = models.PositiveSmallIntegerField(null=True, blank=True)
    source = models.CharField(max_length=300, blank=True)
    source_en = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint(fields=["study", "code"], name="key_figure_once")]

    def __str__(self) -> str:
        return in_language(self, "name")


class Supplement(models.Model):
    """A table beside the list, such as the winning clusters with their host cities."""

    study = models.ForeignKey("survey.Study", on_delete=models.PROTECT, related_name="+")
    position = models.PositiveIntegerField(default=0)
    code = models.SlugField(max_length=60)
    title = models.CharField(max_length=200)
    title_en = models.CharField(max_length=200, blank=True)
    columns = models.JSONField(
        help_text="code, name, name_en, kind: text, number or units (codes split by ;)"
    )
    rows = models.JSONField(help_text="Lists of cells in the order of the columns")
    note = models.TextField(blank=True)
    note_en = models.TextField(blank=True)
    source = models.CharField(max_length=300, blank=True)
    source_en = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint(fields=["study", "code"], name="supplement_once")]

    def __str__(self) -> str:
        return in_language(self, "title")


class PastEdition(models.Model):
    """The list of an earlier year: brought in as it was printed, or worked out backwards on common indicators."""

    class Kind(models.TextChoices):
        IMPORTED = "imported", _("as printed")
        RECOMPUTED = "recomputed", _("worked out backwards")

    series = models.ForeignKey("survey.Series", on_delete=models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=12, choices=Kind.choices, default=Kind.IMPORTED)
    name = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200, blank=True)
    listed = models.PositiveIntegerField(help_text="The list ends at this rank")
    indicators = models.PositiveIntegerField(null=True, blank=True, help_text="How many it was made from")
    tiers = models.JSONField(default=list, help_text="number, name, name_en")
    source = models.CharField(max_length=300, blank=True)
    source_en = models.CharField(max_length=300, blank=True)
    comparability = models.TextField(blank=True, help_text="What readers must know before they compare years")
    comparability_en = models.TextField(blank=True)
    facts = models.JSONField(
        default=dict, help_text="How a recomputed list was made: weights, figures, hashes"
    )
    sha256 = models.CharField(max_length=64, help_text="Hash of the list")
    imported_by = models.CharField(max_length=150)
    imported_at = models.DateTimeField()

    class Meta:
        ordering = ["-year", "kind"]
        constraints = [models.UniqueConstraint(fields=["series", "year", "kind"], name="past_edition_once")]

    def __str__(self) -> str:
        return in_language(self, "name")

    @property
    def source_label(self) -> str:
        """The source in the reader's language."""
        return in_language(self, "source")


class PastRank(models.Model):
    """One unit of a past list."""

    edition = models.ForeignKey(PastEdition, on_delete=models.CASCADE, related_name="ranks")
    rank = models.PositiveIntegerField()
    code = models.CharField(max_length=60, blank=True, help_text="The unit's code where it is known today")
    name = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200, blank=True)
    attributes = models.JSONField(default=dict)
    score = models.FloatField(null=True, blank=True)
    tier = models.PositiveSmallIntegerField(default=0)
    dimensions = models.JSONField(default=dict)

    class Meta:
        ordering = ["rank", "pk"]
        constraints = [models.UniqueConstraint(fields=["edition", "name"], name="past_rank_once")]

    def __str__(self) -> str:
        return f"{self.rank} {self.name}"
