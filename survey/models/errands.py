"""Acts that somebody asked for and another process does."""

from django.db import models


class Errand(models.Model):
    """One act on a round, asked for where it may not be done; the row goes when a worker has done it."""

    round = models.ForeignKey("survey.Round", on_delete=models.CASCADE, related_name="errands")
    act = models.CharField(max_length=20)
    by = models.CharField(max_length=150)
    reason = models.TextField(blank=True, help_text="Given with the act, where it needs one")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["round", "act"], name="errand_once")]

    def __str__(self) -> str:
        return f"{self.act} {self.round}"
