"""How the real figures of the indicators spread, shown to the experts; given by whoever holds the figures."""

from django.db import models


class DataSpread(models.Model):
    """The spread of every indicator's figures as the panel sees it, a copy that no later figure changes."""

    study = models.OneToOneField(
        "survey.Study", on_delete=models.PROTECT, primary_key=True, related_name="data_spread"
    )
    source = models.CharField(max_length=200, help_text="Which figures, and their hash")
    figures = models.JSONField(help_text="n, missing, low, q1, median, q3, high by the indicator's code")
    given_at = models.DateTimeField()

    class Meta:
        verbose_name = "spread of the figures"
        verbose_name_plural = "spreads of the figures"

    def __str__(self) -> str:
        return f"spread of the figures of {self.study}"
