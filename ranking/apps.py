"""The ranking room."""

from importlib import import_module

from django.apps import AppConfig


class RankingConfig(AppConfig):
    """Django's handle on the ranking room; registers the room's section of the protocol."""

    name = "ranking"

    def ready(self) -> None:
        """Register the protocol section."""
        import_module("ranking.protocol")
