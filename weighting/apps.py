"""The weighting room."""

from importlib import import_module

from django.apps import AppConfig


class WeightingConfig(AppConfig):
    """Django's handle on the weighting room; registers the room's section of the protocol."""

    name = "weighting"

    def ready(self) -> None:
        """Register the protocol section, the guard of the tree, and the pools that statistics borrow."""
        import_module("weighting.protocol")
        import_module("weighting.datasets")
        import_module("weighting.pools")
