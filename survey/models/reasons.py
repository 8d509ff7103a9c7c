"""What experts wrote, as it is looked through: copied at closing in random order, without any name."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from survey.models.answers import Comment
from survey.refusal import InvalidTransition


class Reason(models.Model):
    """One text: waiting, then accepted word for word, paraphrased and checked by a second person, or held back."""

    class Status(models.TextChoices):
        WAITING = "waiting", _("to be read")
        ACCEPTED = "accepted", _("accepted")
        PARAPHRASED = "paraphrased", _("to be checked by a second person")
        CHECKED = "checked", _("paraphrase checked")
        HELD = "held", _("held back")

    round = models.ForeignKey("survey.Round", on_delete=models.PROTECT, related_name="reasons")
    item = models.CharField(max_length=60, blank=True)
    side = models.CharField(max_length=5, choices=Comment.Side.choices, blank=True)
    original = models.TextField()
    paraphrase = models.TextField(blank=True)
    note = models.CharField(max_length=300, blank=True)
    status = models.CharField(max_length=12, choices=Status.choices, default=Status.WAITING)
    read_by = models.CharField(max_length=150, blank=True)
    checked_by = models.CharField(max_length=150, blank=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"reason {self.pk}"

    @property
    def text(self) -> str:
        """What the panel is told."""
        return self.paraphrase or self.original

    @property
    def is_settled(self) -> bool:
        """Whether nothing more has to be decided."""
        return self.status in (self.Status.ACCEPTED, self.Status.CHECKED, self.Status.HELD)

    def advance(self, old: list[str], new: str, **fields) -> None:
        """Move from one of these states to the next; the only writer of ``status``."""
        if not Reason.objects.filter(pk=self.pk, status__in=old).update(status=new, **fields):
            raise InvalidTransition
        self.refresh_from_db()
