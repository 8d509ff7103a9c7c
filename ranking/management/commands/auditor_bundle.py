"""`manage.py auditor_bundle`: the bundle of a revision with every answer, for people with the role auditor."""

from pathlib import Path

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from ranking.bundles import panel_file
from ranking.models import Publication
from ranking.verify.archive import pack, unpack
from survey.audit import record_event
from survey.models import Membership


class Command(BaseCommand):
    """Write the auditors' bundle; the act goes on record."""

    help = "Write a revision's bundle with every answer (random row numbers, no pseudonym or receipt) for an auditor."

    def add_arguments(self, parser) -> None:
        """Which revision, for whom, where to."""
        parser.add_argument("study", help="short name of the study")
        parser.add_argument("revision", type=int)
        parser.add_argument(
            "--auditor", required=True, help="user name of a person with the role auditor there"
        )
        parser.add_argument("--output", type=Path, required=True, help="the file to write")

    def handle(self, *args, study: str, revision: int, auditor: str, output: Path, **options) -> None:
        """Write it."""
        found = Publication.objects.seen().defer(None).select_related("study", "run")
        publication = found.filter(study__slug=study, revision=revision).first()
        if publication is None:
            raise CommandError(f"There is no published revision {revision} of {study}.")
        user = get_user_model().objects.filter(username=auditor, is_active=True).first()
        if user is None or Membership.Role.AUDITOR not in publication.study.roles_of(user):
            raise CommandError(f"{auditor} is no auditor of {study}.")
        content = pack(unpack(bytes(publication.bundle)) | {"panel.csv": panel_file(publication.run)})
        record_event(
            actor=auditor,
            action="auditor_bundle",
            subject=study,
            at=timezone.now(),
            detail={"revision": revision},
        )
        output.write_bytes(content)
        output.chmod(0o600)
        self.stdout.write(f"{output}: {len(content)} bytes, single answers included. Keep it to yourself.")
