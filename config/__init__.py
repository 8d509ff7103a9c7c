"""The house's entrance: settings, addresses, the task queue and the supervisor."""

from config.celery import app as celery_app

__all__ = ["celery_app"]
