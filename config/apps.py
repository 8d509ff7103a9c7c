"""The configuration room as a Django application."""

from django.apps import AppConfig


class ConfigConfig(AppConfig):
    """Registers the room's system checks."""

    name = "config"

    def ready(self):
        from config import access, checks  # noqa: F401 - they register checks
