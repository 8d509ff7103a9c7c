"""The Celery application: JSON only, no results kept, every job findable in the database."""

import os
import signal

from celery import Celery
from celery.signals import beat_embedded_init, worker_init, worker_process_init
from django.core.exceptions import ImproperlyConfigured

from config.lifeline import follow_parent

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("heng")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["survey", "weighting", "ranking"])


@beat_embedded_init.connect
@worker_process_init.connect
def end_with_the_worker(**_event):
    """A killed worker takes its processes and its clock with it."""
    follow_parent(signal.SIGKILL)


@worker_init.connect
def check_the_database_user(**_event):
    """A worker with more rights than its role does not start."""
    from config.roles import refuse_excess  # the models are not there yet when this file is read

    try:
        refuse_excess()
    except ImproperlyConfigured as error:
        raise SystemExit(str(error)) from error
