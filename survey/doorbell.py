"""The doorbell: tell a worker that something waits in the database. A bell nobody hears loses nothing."""

import logging

from celery import current_app
from django.db import transaction
from kombu.exceptions import OperationalError

logger = logging.getLogger(__name__)


def ring(task: str, ids) -> None:
    """Ask for ``task`` on each id; where the broker is away the sweeper of that task asks again."""
    for record_id in ids:
        try:
            current_app.send_task(task, args=[record_id], retry=False)
        except OperationalError:
            logger.warning("The broker is away: %s waits in the database.", task)
            return


def ring_on_commit(task: str, ids) -> None:
    """Ring once the rows are committed."""
    transaction.on_commit(lambda: ring(task, ids), robust=True)
