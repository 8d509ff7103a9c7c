"""The Celery application: JSON only, no results kept, every job findable in the database."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("heng")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["survey", "weighting", "ranking"])
