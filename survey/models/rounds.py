"""The rounds and the feedback after each."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from survey.refusal import InvalidTransition
from survey.sealing import read_document


class RoundQuerySet(models.QuerySet):
    """Filters on rounds."""

    def open(self):
        """Rounds that take answers."""
        return self.filter(status=Round.Status.OPEN)

    def closed(self):
        """Rounds whose answers are frozen."""
        return self.filter(status=Round.Status.CLOSED)

    def due(self, at):
        """Open rounds whose deadline has passed."""
        return self.open().filter(deadline__lte=at)


class Round(models.Model):
    """One turn of the panel: DRAFT, then OPEN, then CLOSED with a frozen snapshot."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("not open yet")
        OPEN = "open", _("open")
        CLOSED = "closed", _("closed")

    study = models.ForeignKey("survey.Study", on_delete=models.PROTECT, related_name="rounds")
    number = models.PositiveSmallIntegerField()
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.DRAFT)
    deadline = models.DateTimeField(null=True, blank=True)
    opened_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    invited = models.PositiveIntegerField(default=0, help_text="Panel size when the round opened")
    answers = models.PositiveIntegerField(default=0, help_text="Answers in the snapshot")
    marks_incomplete = models.BooleanField(default=False)
    leaves = models.JSONField(default=list, blank=True, help_text="The counted answers' leaves, sorted")
    sha256 = models.CharField(max_length=64, blank=True, help_text="Of the snapshot")

    objects = RoundQuerySet.as_manager()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["study", "number"], name="round_number_once"),
            models.UniqueConstraint(
                fields=["study"], condition=models.Q(status="open"), name="round_one_open_per_study"
            ),
            models.CheckConstraint(
                condition=models.Q(number__gte=1) & models.Q(number__lte=9), name="round_number_1_to_9"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.study} #{self.number}"

    @property
    def is_open(self) -> bool:
        """Whether the round takes answers, its deadline aside."""
        return self.status == self.Status.OPEN

    @property
    def is_closed(self) -> bool:
        """Whether the answers are frozen."""
        return self.status == self.Status.CLOSED

    @property
    def is_last(self) -> bool:
        """Whether the protocol has no round after this one."""
        return self.number >= self.study.rules["rounds"]

    @property
    def snapshot(self) -> bytes:
        """The frozen bytes; the processes of coordinators and of experts have no right to read them."""
        return bytes(self.frozen.content)

    def document(self) -> dict:
        """What the snapshot says."""
        return read_document(self.snapshot)

    def frozen_answers(self) -> list[dict[str, int]]:
        """The frozen answers, points by indicator code, in the order of their receipts."""
        return [answer["values"] for answer in self.document()["answers"]]

    def receipts(self) -> list[str]:
        """The leaves of all counted answers, sorted."""
        return list(self.leaves)

    def advance(self, old: str, new: str, **fields) -> None:
        """Move from one status to the next; the only writer of ``status``."""
        if not Round.objects.filter(pk=self.pk, status=old).update(status=new, **fields):
            raise InvalidTransition
        self.refresh_from_db()


class Snapshot(models.Model):
    """The answers of a closed round as frozen bytes, without pseudonyms; in a table of its own, as few may read it."""

    round = models.OneToOneField(Round, on_delete=models.PROTECT, primary_key=True, related_name="frozen")
    content = models.BinaryField()

    def __str__(self) -> str:
        return f"snapshot of {self.round}"


class PanelUpload(models.Model):
    """Answers collected elsewhere that wait to be counted, without names; the row goes when that is done."""

    study = models.OneToOneField("survey.Study", on_delete=models.CASCADE, primary_key=True, related_name="+")
    content = models.BinaryField()

    def __str__(self) -> str:
        return f"answers for {self.study}"


class Feedback(models.Model):
    """The exact figures shown after a round, frozen with their hash."""

    round = models.OneToOneField(Round, on_delete=models.PROTECT, related_name="feedback")
    content = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    released_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"feedback after {self.round}"

    def document(self) -> dict:
        """What was shown."""
        return read_document(self.content)


class RoundStatistics(models.Model):
    """Everything the answers of a round say, frozen with its hash when a round was adopted."""

    round = models.OneToOneField(Round, on_delete=models.PROTECT, related_name="statistics")
    content = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    worked_out_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "round statistics"

    def __str__(self) -> str:
        return f"statistics of {self.round}"

    def document(self) -> dict:
        """What they say."""
        return read_document(self.content)
