"""``manage.py replay RUN``: compute a finished run again and compare."""

from django.core.management.base import BaseCommand, CommandError

from ranking.models import Run
from ranking.replay import replay_run

SHOWN = 50  # differences


class Command(BaseCommand):
    """Exit 0 where the stored run equals the computed one to the last bit, 1 where anything differs."""

    help = "Compute a finished run again from its stored inputs and parameters, and name every difference."

    def add_arguments(self, parser):
        """The run's number."""
        parser.add_argument("run", type=int)

    def handle(self, *args, run, **options):
        """Compare and report."""
        found = Run.objects.filter(pk=run, status=Run.Status.DONE).first()
        if found is None:
            raise CommandError(f"There is no finished run {run}.")
        differences = replay_run(found)
        if differences:
            rest = len(differences) - SHOWN
            named = differences[:SHOWN] + ([f"and {rest} more"] if rest > 0 else [])
            raise CommandError("\n".join([f"Run {run} does not hold:", *named]))
        self.stdout.write(
            f"Run {run} holds: {found.scores.count()} scores and {found.tables.count()} tables agree."
        )
