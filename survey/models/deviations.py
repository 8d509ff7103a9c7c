"""What was done otherwise than the protocol said when round 1 opened."""

from django.db import models


class Deviation(models.Model):
    """One dated, reasoned deviation: a rule with its value before and after, or an event where ``rule`` is empty."""

    study = models.ForeignKey("survey.Study", on_delete=models.PROTECT, related_name="deviations")
    number = models.PositiveSmallIntegerField()
    at = models.DateTimeField()
    by = models.CharField(max_length=150)
    rule = models.CharField(max_length=100, blank=True)
    before = models.JSONField(null=True, blank=True)
    after = models.JSONField(null=True, blank=True)
    reason = models.TextField()

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["study", "number"], name="deviation_number_once")]

    def __str__(self) -> str:
        return f"deviation {self.number} of {self.study}"

    def as_document(self) -> dict:
        """What is frozen of it in a publication's manifest."""
        return {
            "number": self.number,
            "at": self.at.isoformat(),
            "rule": self.rule,
            "before": self.before,
            "after": self.after,
            "reason": self.reason,
        }
