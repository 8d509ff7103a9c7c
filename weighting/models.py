"""The records of the weighting room: sealed data, and the weights derived from them."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from survey.models.study import in_language
from survey.refusal import InvalidTransition


class DatasetQuerySet(models.QuerySet):
    """Filters on datasets."""

    def sealed(self):
        """Those that can be weighed."""
        return self.exclude(sealed_at=None)


class Dataset(models.Model):
    """One version of a study's matrix (units × indicators); sealed for good by its hash."""

    study = models.ForeignKey("survey.Study", on_delete=models.PROTECT, related_name="+")
    version = models.PositiveIntegerField()
    file_name = models.CharField(max_length=200)
    file_sha256 = models.CharField(max_length=64)
    codes = models.JSONField(help_text="Indicator codes, in the order of every unit's values")
    attributes = models.JSONField(default=list, help_text="Names of the other columns")
    imported_at = models.DateTimeField()
    sealed_at = models.DateTimeField(null=True, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)

    objects = DatasetQuerySet.as_manager()

    class Meta:
        ordering = ["-version"]
        constraints = [models.UniqueConstraint(fields=["study", "version"], name="dataset_version_once")]

    def __str__(self) -> str:
        return f"{self.study} v{self.version}"

    @property
    def is_sealed(self) -> bool:
        """Whether the figures stand for good."""
        return self.sealed_at is not None

    def seal(self, *, at, sha256: str) -> None:
        """Move from open to sealed; the only writer of the seal."""
        if not Dataset.objects.filter(pk=self.pk, sealed_at=None).update(sealed_at=at, sha256=sha256):
            raise InvalidTransition
        self.refresh_from_db()


class Unit(models.Model):
    """One row of the matrix: a city, or whatever the series ranks."""

    dataset = models.ForeignKey(Dataset, on_delete=models.CASCADE, related_name="units")
    position = models.PositiveIntegerField()
    code = models.CharField(max_length=60)
    name = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200, blank=True)
    attributes = models.JSONField(default=dict)
    values = models.JSONField(help_text="Figures in the order of the dataset's codes; null is missing")

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["dataset", "code"], name="unit_code_once")]

    def __str__(self) -> str:
        return in_language(self, "name")

    @property
    def label(self) -> str:
        """The name in the reader's language."""
        return in_language(self, "name")


class Grouping(models.Model):
    """One version of a region scheme: which group each value of an attribute belongs to; a change is a new version."""

    series = models.ForeignKey("survey.Series", on_delete=models.PROTECT, related_name="+")
    code = models.SlugField(max_length=60, help_text="What readers choose by, such as region4")
    version = models.PositiveIntegerField()
    name = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200, blank=True)
    attribute = models.CharField(
        max_length=60, help_text="The attribute it sorts by: province, or code for the unit itself"
    )
    groups = models.JSONField(help_text="In order: code, name, name_en, and the values that belong to it")
    note = models.TextField(blank=True)
    note_en = models.TextField(blank=True)
    source = models.CharField(max_length=300, blank=True)
    source_en = models.CharField(max_length=300, blank=True)
    created_by = models.CharField(max_length=150)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["code", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["series", "code", "version"], name="grouping_version_once")
        ]

    def __str__(self) -> str:
        return in_language(self, "name")

    @property
    def label(self) -> str:
        """The name in the reader's language."""
        return in_language(self, "name")

    @property
    def said(self) -> str:
        """The note in the reader's language."""
        return in_language(self, "note")

    @property
    def source_label(self) -> str:
        """The source in the reader's language."""
        return in_language(self, "source")


class WeightSet(models.Model):
    """One derivation of weights: adopted round + sealed dataset + rules; QUEUED, then SEALED or FAILED."""

    class Status(models.TextChoices):
        QUEUED = "queued", _("waiting for a worker")
        SEALED = "sealed", _("done")
        FAILED = "failed", _("refused")

    round = models.ForeignKey("survey.Round", on_delete=models.PROTECT, related_name="+")
    dataset = models.ForeignKey(Dataset, on_delete=models.PROTECT, related_name="weight_sets")
    parameters = models.JSONField()
    key = models.CharField(max_length=64, unique=True, help_text="Hash of inputs and parameters")
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.QUEUED)
    failure = models.JSONField(null=True, blank=True)
    units_left_out = models.JSONField(default=list)
    notices = models.JSONField(default=list)
    facts = models.JSONField(default=dict, help_text="What the method found in the whole matrix: eigenvalues")
    requested_by = models.CharField(max_length=150)
    requested_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"weights #{self.pk} of {self.dataset}"

    @property
    def study(self):
        """The study the weights belong to."""
        return self.dataset.study

    @property
    def is_sealed(self) -> bool:
        """Whether the weights stand."""
        return self.status == self.Status.SEALED

    def advance(self, new: str, **fields) -> None:
        """Move on from QUEUED; the only writer of ``status``."""
        if not WeightSet.objects.filter(pk=self.pk, status=self.Status.QUEUED).update(status=new, **fields):
            raise InvalidTransition
        self.refresh_from_db()


class IndicatorWeight(models.Model):
    """The weights of one node of the tree."""

    weight_set = models.ForeignKey(WeightSet, on_delete=models.CASCADE, related_name="weights")
    indicator = models.ForeignKey("survey.Indicator", on_delete=models.PROTECT, related_name="+")
    expert = models.FloatField(help_text="Share inside the group by the experts")
    variation = models.FloatField(help_text="Share inside the group by variation")
    combined = models.FloatField(help_text="Final share inside the group")
    effective = models.FloatField(help_text="Product of the final shares along the path")
    mean = models.FloatField(
        null=True, blank=True, help_text="Of the column in positive direction; leaves only"
    )
    sd = models.FloatField(null=True, blank=True)
    coefficient = models.FloatField(
        null=True,
        blank=True,
        help_text="Coefficient of variation, or what another method measures; leaves only",
    )
    raw_coefficient = models.FloatField(
        null=True, blank=True, help_text="The same before the direction transform"
    )
    measured = models.JSONField(
        default=dict,
        blank=True,
        help_text="The figures that another method makes its coefficient of, by name",
    )

    class Meta:
        ordering = ["indicator__position"]
        constraints = [
            models.UniqueConstraint(fields=["weight_set", "indicator"], name="indicator_weight_once")
        ]

    def __str__(self) -> str:
        return f"{self.indicator}: {self.effective:.4f}"


class YearFigures(models.Model):
    """One version of another year's figures on some of a study's indicators, to work lists out backwards from."""

    study = models.ForeignKey("survey.Study", on_delete=models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    version = models.PositiveIntegerField()
    file_name = models.CharField(max_length=200)
    file_sha256 = models.CharField(max_length=64)
    codes = models.JSONField(help_text="Indicator codes, in the order of every unit's values")
    rows = models.JSONField(help_text="For each unit: code, name, name_en, attributes, values")
    sha256 = models.CharField(max_length=64)
    imported_by = models.CharField(max_length=150)
    imported_at = models.DateTimeField()

    class Meta:
        ordering = ["year", "-version"]
        constraints = [models.UniqueConstraint(fields=["study", "year", "version"], name="year_figures_once")]

    def __str__(self) -> str:
        return f"{self.study} {self.year} v{self.version}"
