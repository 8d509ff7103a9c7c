"""``manage.py audit``: check the chain of acts from the first event to the last."""

from django.core.management.base import BaseCommand, CommandError

from survey.audit import chain_break
from survey.models import AuditEvent


class Command(BaseCommand):
    """Exit 0 where the chain holds, 1 where an event was changed, removed or put in."""

    help = "Check the audit chain and print its head."

    def handle(self, *args, **options):
        """Walk the chain."""
        broken = chain_break()
        if broken is not None:
            raise CommandError(f"The chain does not hold at event {broken}.")
        last = AuditEvent.objects.order_by("-sequence").first()
        head = f"{last.sequence} events, head {last.hash}" if last else "no events yet"
        self.stdout.write(f"The chain holds: {head}.")
