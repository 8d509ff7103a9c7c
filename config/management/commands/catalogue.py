"""``manage.py catalogue``: bring the message catalogue up to date and say what has no translation yet."""

import json
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from config.catalogue import update_catalogue


class Command(BaseCommand):
    """Extract, merge, compile."""

    help = "Update and compile the message catalogue; fails where a text has no Chinese translation."

    def add_arguments(self, parser):
        """An optional JSON file of translations, English to Chinese."""
        parser.add_argument("--add", type=Path, help="JSON file: English text to Chinese text")

    def handle(self, *args, add=None, **options):
        """Update the catalogue and list what is missing."""
        missing = update_catalogue(json.loads(add.read_text(encoding="utf-8")) if add else None)
        for text in missing:
            self.stdout.write(text)
        if missing:
            raise CommandError(f"{len(missing)} texts have no translation yet.")
