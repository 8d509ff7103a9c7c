"""What is asked, and by which rules: the series, its editions and the indicator tree."""

import secrets

from django.conf import settings
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


def in_language(record, field: str) -> str:
    """The field in the reader's language; the Chinese one where the English one is empty, and the other way round."""
    chinese, english = getattr(record, field), getattr(record, f"{field}_en")
    if (get_language() or "").startswith("zh"):
        return chinese or english
    return english or chinese


class SeriesQuerySet(models.QuerySet):
    """Filters on series."""

    def coordinated_by(self, user):
        """The series in which the user may set studies up; every series for a superuser."""
        owned = Membership.objects.filter(user=user.pk, role=Membership.Role.COORDINATOR)
        return self if user.is_superuser else self.filter(pk__in=owned.values("series"))


def frozen_in_language(record: dict, field: str) -> str:
    """The same for a record that was frozen as JSON."""
    chinese, english = record.get(field) or "", record.get(f"{field}_en") or ""
    return (chinese or english) if (get_language() or "").startswith("zh") else (english or chinese)


class Series(models.Model):
    """A recurring index, such as a yearly list of cities."""

    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200, blank=True)
    unit_name = models.CharField(max_length=40, default="城市", help_text="What one ranked unit is called")
    unit_name_en = models.CharField(max_length=40, default="city")

    objects = SeriesQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "series"

    def __str__(self) -> str:
        return in_language(self, "name")


class Membership(models.Model):
    """What a person may do in the studies of one series."""

    class Role(models.TextChoices):
        COORDINATOR = "coordinator", _("Coordinator")
        STAFF = "staff", _("Staff")
        APPROVER = "approver", _("Approver")
        AUDITOR = "auditor", _("Auditor")

    series = models.ForeignKey(Series, on_delete=models.PROTECT)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    role = models.CharField(max_length=20, choices=Role.choices)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["series", "user", "role"], name="membership_once")]

    def __str__(self) -> str:
        return f"{self.user}: {self.role}, {self.series}"


class StudyQuerySet(models.QuerySet):
    """Filters on studies."""

    def for_user(self, user):
        """The studies of the series in which the user has any role; every study for a superuser."""
        if user.is_superuser:
            return self
        return self.filter(series__in=Membership.objects.filter(user_id=user.pk).values("series"))


def new_salt() -> str:
    """32 random public bytes as hexadecimal digits: they tie a code to one study."""
    return secrets.token_hex(32)


class Study(models.Model):
    """One edition: its tree, its panel and the rules fixed before round 1."""

    series = models.ForeignKey(Series, on_delete=models.PROTECT, related_name="studies")
    slug = models.SlugField(max_length=80, unique=True)
    name = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200, blank=True)
    introduction = models.TextField(blank=True)
    introduction_en = models.TextField(blank=True)
    year = models.PositiveSmallIntegerField()
    languages = models.JSONField(default=list)
    protocol = models.JSONField()
    protocol_sha256 = models.CharField(max_length=64, blank=True, help_text="Set when round 1 opens")
    salt = models.CharField(max_length=64, default=new_salt, editable=False)
    is_rehearsal = models.BooleanField(default=False, help_text="Answered by a simulated panel")
    is_imported = models.BooleanField(default=False, help_text="The panel was asked elsewhere")
    adopted_round = models.ForeignKey(
        "survey.Round", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    published_on = models.DateField(null=True, blank=True, help_text="First publication: retention starts")
    codes_ended_on = models.DateField(null=True, blank=True, help_text="All codes deleted")
    unlinked_on = models.DateField(null=True, blank=True, help_text="Answers of different rounds unlinked")
    identities_ended_on = models.DateField(null=True, blank=True, help_text="Names and addresses deleted")

    objects = StudyQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "studies"
        ordering = ["-year", "-pk"]

    def __str__(self) -> str:
        return in_language(self, "name")

    @property
    def about(self) -> str:
        """The introduction in the reader's language."""
        return in_language(self, "introduction")

    @property
    def rules(self) -> dict:
        """The survey section of the protocol."""
        return self.protocol["survey"]

    @property
    def is_frozen(self) -> bool:
        """Whether round 1 has opened, so that tree and protocol stand."""
        return bool(self.protocol_sha256)

    def open_round(self):
        """The round that takes answers now, or None."""
        return self.rounds.open().first()

    def last_closed_round(self):
        """The closed round with the highest number, or None."""
        return self.rounds.closed().order_by("-number").first()

    def roles_of(self, user) -> set[str]:
        """The roles the user holds in this study's series."""
        return set(
            Membership.objects.filter(series=self.series_id, user=user.pk).values_list("role", flat=True)
        )


class AskedNow(models.Manager):
    """The indicators that are asked now; what was dropped between rounds stays in `Indicator.ever`."""

    def get_queryset(self):
        """Those without a last round."""
        return super().get_queryset().filter(until_round=None)


class Indicator(models.Model):
    """A node of the tree: a dimension, or an indicator at any depth below it.

    ``since_round`` and ``until_round`` are the first and the last round that asked for it.
    """

    class Direction(models.IntegerChoices):
        POSITIVE = 1, _("larger is better")
        NEGATIVE = -1, _("smaller is better")

    class Closeness(models.TextChoices):
        SAME = "same", _("same measure")
        CLOSE = "close", _("close measure")
        PROXY = "proxy", _("proxy")
        EXTRA = "extra", _("extra")

    study = models.ForeignKey(Study, on_delete=models.PROTECT, related_name="indicators")
    code = models.CharField(max_length=60)
    name = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200, blank=True)
    definition = models.TextField(blank=True)
    definition_en = models.TextField(blank=True)
    unit = models.CharField(max_length=60, blank=True)
    unit_en = models.CharField(max_length=60, blank=True)
    direction = models.SmallIntegerField(choices=Direction.choices, default=Direction.POSITIVE)
    source = models.TextField(blank=True)
    source_en = models.TextField(blank=True)
    closeness = models.CharField(max_length=10, choices=Closeness.choices, blank=True)
    stands_for = models.CharField(
        max_length=60, blank=True, help_text="Code of the indicator it stands in for"
    )
    note = models.TextField(blank=True)
    note_en = models.TextField(blank=True)
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="children"
    )
    position = models.PositiveIntegerField()
    since_round = models.PositiveSmallIntegerField(default=1)
    until_round = models.PositiveSmallIntegerField(null=True, blank=True)

    objects = AskedNow()
    ever = models.Manager()  # noqa: DJ012

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["study", "code"], name="indicator_code_once"),
            models.UniqueConstraint(fields=["study", "position"], name="indicator_position_once"),
            models.CheckConstraint(condition=models.Q(direction__in=[1, -1]), name="indicator_direction"),
        ]

    def __str__(self) -> str:
        return in_language(self, "name")

    @property
    def label(self) -> str:
        """The name in the reader's language."""
        return in_language(self, "name")

    @property
    def meaning(self) -> str:
        """The definition in the reader's language."""
        return in_language(self, "definition")

    @property
    def unit_label(self) -> str:
        """The unit in the reader's language."""
        return in_language(self, "unit")

    @property
    def source_label(self) -> str:
        """The source in the reader's language."""
        return in_language(self, "source")

    @property
    def note_label(self) -> str:
        """The note in the reader's language."""
        return in_language(self, "note")


class ItemChange(models.Model):
    """One change of the tree between rounds, with its lineage: which indicators went, which came, and why."""

    class Kind(models.TextChoices):
        ADD = "add", _("a new indicator")
        DROP = "drop", _("dropped")
        SPLIT = "split", _("split into several")
        MERGE = "merge", _("merged into one")
        REWORD = "reword", _("reworded with another meaning")
        CLARIFY = "clarify", _("worded more clearly, the same meaning")

    study = models.ForeignKey(Study, on_delete=models.PROTECT, related_name="item_changes")
    number = models.PositiveSmallIntegerField()
    from_round = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=10, choices=Kind.choices)
    before = models.JSONField(default=list)
    after = models.JSONField(default=list)
    reason = models.TextField()
    by = models.CharField(max_length=150)
    at = models.DateTimeField()

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["study", "number"], name="item_change_number_once")]

    def __str__(self) -> str:
        return f"change {self.number} of {self.study}"

    @property
    def went(self) -> str:
        """The names that went, in the reader's language."""
        return _names(self.before)

    @property
    def came(self) -> str:
        """The names that came, in the reader's language."""
        return _names(self.after)


def _names(nodes: list[dict]) -> str:
    chinese = (get_language() or "").startswith("zh")
    pairs = [(node["name"], node["name_en"]) for node in nodes]
    return ", ".join((name or english) if chinese else (english or name) for name, english in pairs)
