"""The identity side: who is invited, what lets the bearer in, and who has answered the open round.

Nothing here can be followed to an answer: the answer side carries no key, time or order that these rows share.
"""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _


class ExpertQuerySet(models.QuerySet):
    """Filters on experts."""

    def active(self):
        """Those who are invited and have not left."""
        return self.filter(state=Expert.State.INVITED)


class Expert(models.Model):
    """A person on the panel of one study."""

    class State(models.TextChoices):
        INVITED = "invited", _("invited")
        WITHDRAWN = "withdrawn", _("withdrawn")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    study = models.ForeignKey("survey.Study", on_delete=models.PROTECT, related_name="experts")
    name = models.CharField(max_length=120)
    email = models.EmailField()
    organisation = models.CharField(max_length=200, blank=True)
    language = models.CharField(max_length=10, default="zh-hans")
    state = models.CharField(max_length=10, choices=State.choices, default=State.INVITED)
    invited_on = models.DateField(null=True, blank=True)

    objects = ExpertQuerySet.as_manager()

    class Meta:
        ordering = ["name", "id"]
        constraints = [models.UniqueConstraint(fields=["study", "email"], name="expert_email_once")]

    def __str__(self) -> str:
        return self.name


class Credential(models.Model):
    """A hash that lets the bearer of a code in; the code itself is stored nowhere."""

    auth = models.CharField(max_length=64, primary_key=True)
    expert = models.OneToOneField(Expert, on_delete=models.CASCADE)
    valid_from_round = models.PositiveSmallIntegerField(default=1)

    def __str__(self) -> str:
        return f"credential of {self.expert}"


class DeadCredential(models.Model):
    """The hash of a code that was replaced or revoked."""

    auth = models.CharField(max_length=64, primary_key=True)

    def __str__(self) -> str:
        return "dead credential"


class Pending(models.Model):
    """What an expert did in the open round that the coordinator does not see yet: it waits for the next batch.

    On PostgreSQL the table is UNLOGGED: not in the write-ahead log, in no replica, empty after a crash.
    """

    class Kind(models.TextChoices):
        DRAFT = "draft", _("complete draft")
        FINAL = "final", _("submitted")
        LEAVE = "leave", _("leaves the panel")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    round = models.ForeignKey("survey.Round", on_delete=models.CASCADE)
    expert = models.ForeignKey(Expert, on_delete=models.CASCADE)
    kind = models.CharField(max_length=5, choices=Kind.choices)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["round", "expert"], name="pending_once")]

    def __str__(self) -> str:
        return f"pending {self.kind}"


class Participation(models.Model):
    """An expert has answered the round; kept for the latest round only."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    round = models.ForeignKey("survey.Round", on_delete=models.CASCADE)
    expert = models.ForeignKey(Expert, on_delete=models.CASCADE)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["round", "expert"], name="participation_once")]

    def __str__(self) -> str:
        return f"{self.expert} answered"


class Letter(models.Model):
    """A mail that is still to be sent; the row goes when it is sent."""

    class Kind(models.TextChoices):
        INVITATION = "invitation", _("invitation")
        OPENING = "opening", _("a round opens")
        REMINDER = "reminder", _("reminder")

    expert = models.ForeignKey(Expert, on_delete=models.CASCADE)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    round = models.ForeignKey("survey.Round", on_delete=models.CASCADE, null=True, blank=True)
    claimed_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    failure = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["expert", "kind", "round"], name="letter_once_per_round"),
            models.UniqueConstraint(
                fields=["expert", "kind"], condition=models.Q(round=None), name="letter_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} to {self.expert}"


class LinkRequest(models.Model):
    """Somebody asked for a new link. The row goes when the mail task has looked at it.

    One for an address is written whether the address is known or not, so that nothing tells one from the other; one for
    an expert was asked for with the expert's code.
    """

    email = models.EmailField(blank=True)
    expert = models.OneToOneField(Expert, on_delete=models.CASCADE, null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["email"], condition=models.Q(expert=None), name="link_request_once"
            )
        ]

    def __str__(self) -> str:
        return "request for a new link"
