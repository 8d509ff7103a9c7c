"""``manage.py retention``: what is still kept of every study, and until when."""

from django.core.management.base import BaseCommand
from django.utils import timezone

from survey import retention
from survey.models import Study


class Command(BaseCommand):
    """List the dates; with ``--apply`` carry out what is due, as the schedule does every night."""

    help = "Show until when codes and names are kept; --apply carries out what is due"

    def add_arguments(self, parser):
        """Whether to carry out what is due."""
        parser.add_argument("--apply", action="store_true", help="carry out what is due now")

    def handle(self, *args, apply=False, **options):
        """List, and carry out where asked."""
        today, at = timezone.localdate(), timezone.now()
        if apply:
            for line in [
                *retention.unlink_answers(today=today, at=at),
                *retention.forget_people(today=today, at=at),
            ]:
                self.stdout.write(f"done: {line}")
        for study in Study.objects.order_by("slug"):
            codes = study.codes_ended_on or retention.codes_end_on(study) or "kept while a round is open"
            names = study.identities_ended_on or retention.names_end_on(study) or "kept while a round is open"
            given_up = "" if study.published_on else " (nothing published: counted from the last act)"
            self.stdout.write(f"{study.slug}: codes {codes}, names {names}{given_up}")
