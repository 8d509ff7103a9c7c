"""What people with an account prove beside their password."""

from django.conf import settings
from django.db import models


class SecondFactor(models.Model):
    """A person's authenticator: its secret, encrypted, and the hashes of the recovery codes that are left."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="second_factor"
    )
    secret = models.TextField(editable=False)
    is_confirmed = models.BooleanField(default=False)
    last_step = models.BigIntegerField(default=0, help_text="Number of the last accepted 30 seconds")
    recovery = models.JSONField(default=list, help_text="Keyed hashes of unused recovery codes")

    def __str__(self) -> str:
        return f"second factor of {self.user}"
