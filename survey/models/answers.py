"""The answer side. No time, address, agent, sequence or key that leads to a person is ever stored here."""

import json
import uuid

from django.db import models
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _


class ResponseQuerySet(models.QuerySet):
    """Filters on responses."""

    def parsed(self, key: str) -> list[tuple[str, dict]]:
        """The submitted values with the field ``key``, in its order; read in one go, as there may be many thousands."""
        rows = self.annotate(text=Cast("values", models.TextField())).order_by(key).values_list(key, "text")
        keys, texts = [*zip(*rows, strict=True)] or ((), ())
        return list(zip(keys, json.loads(f"[{','.join(texts)}]"), strict=True))


class Response(models.Model):
    """One expert's answer in one round, known by a pseudonym that only the expert's code can derive.

    ``draft`` is what is being written, ``values`` what was submitted (None until then): points by indicator code,
    exact integers of the protocol's smallest step. A leaf is the receipt's full hash.
    ``draft_marks`` holds one keyed hash of each group's last save (`survey/drafts.py`), noise without the code.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    round = models.ForeignKey("survey.Round", on_delete=models.PROTECT, related_name="responses")
    pseudonym = models.CharField(max_length=32)
    draft = models.JSONField(default=dict)
    draft_marks = models.JSONField(default=dict)
    draft_leaf = models.CharField(max_length=64, blank=True)
    values = models.JSONField(null=True, blank=True)
    leaf = models.CharField(max_length=64, blank=True)

    objects = ResponseQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["round", "pseudonym"], name="response_once")]

    def __str__(self) -> str:
        return "response"


class Comment(models.Model):
    """What one expert wrote about one item in one round, under a name that neither a person nor an answer carries.

    ``item`` is an indicator's code, or empty for a proposal of a new one; an empty ``body`` stands for "I stand by my
    answer" without a reason.
    """

    class Side(models.TextChoices):
        ABOVE = "above", _("for more")
        BELOW = "below", _("for less")
        NEITHER = "", _("neither")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    round = models.ForeignKey("survey.Round", on_delete=models.PROTECT, related_name="+")
    author = models.CharField(max_length=32)
    item = models.CharField(max_length=60, blank=True)
    side = models.CharField(max_length=5, choices=Side.choices, blank=True)
    body = models.TextField(blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["round", "author", "item"], name="comment_once")]

    def __str__(self) -> str:
        return "comment"
