"""The answer side. No time, address, agent, sequence or key that leads to a person is ever stored here."""

import uuid

from django.db import models


class Response(models.Model):
    """One expert's answer in one round, known by a pseudonym that only the expert's code can derive.

    ``draft`` is what is being written, ``values`` what was submitted (None until then): points by indicator code,
    exact integers of the protocol's smallest step. A leaf is the receipt's full hash.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    round = models.ForeignKey("survey.Round", on_delete=models.PROTECT, related_name="responses")
    pseudonym = models.CharField(max_length=32)
    draft = models.JSONField(default=dict)
    draft_leaf = models.CharField(max_length=64, blank=True)
    values = models.JSONField(null=True, blank=True)
    leaf = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["round", "pseudonym"], name="response_once")]

    def __str__(self) -> str:
        return "response"
