"""``manage.py past_list STUDY FILE``: bring the printed list of another year in."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from ranking.past_forms import TEXTS, parts
from ranking.past_lists import PastTexts, import_past_list, newest_units, tier_list
from ranking.past_tables import match_units, read_past_list
from survey.models import Study
from survey.refusal import Refusal
from survey.uploads import read_rows


class Command(BaseCommand):
    """Check the table, set its names beside today's units, keep the list."""

    help = (
        "Bring in the printed list of another year for the series of a study. The table (CSV or XLSX) has the columns "
        "rank and name; code, name_en and score may be there, all others are kept. --dry-run only looks."
    )

    def add_arguments(self, parser):
        """The study, the table, and what is said about the list."""
        parser.add_argument("study", help="short name of a study of the series")
        parser.add_argument("file", type=Path)
        parser.add_argument("--year", type=int, required=True)
        for name in TEXTS:
            parser.add_argument(
                f"--{name.replace('_', '-')}", default="", required=name in ("name", "source")
            )
        parser.add_argument("--indicators", type=int, help="how many it was made from")
        parser.add_argument("--cuts", default="", help="last rank of every tier: 3,29,58,100")
        parser.add_argument("--tiers", default="", help="names of the tiers in Chinese, with commas")
        parser.add_argument("--tiers-en", default="", help="the same in English")
        parser.add_argument("--by", default="system", help="who does it, for the record of acts")
        parser.add_argument("--dry-run", action="store_true", help="check and match, keep nothing")

    def handle(self, *args, study, file, **options):
        """Check, match, keep."""
        found = Study.objects.filter(slug=study).first()
        if found is None:
            raise CommandError(f"There is no study {study}.")
        try:
            self._bring_in(found, read_past_list(read_rows(file.read_bytes())), options)
        except Refusal as refusal:
            for problem in getattr(refusal, "problems", []):
                self.stderr.write(str(problem))
            raise CommandError(str(refusal)) from refusal
        except (OSError, ValueError) as error:
            raise CommandError(str(error)) from error

    def _bring_in(self, study: Study, rows: list, options: dict) -> None:
        matches = match_units(rows, newest_units(study.series))
        for match in matches:
            if match.unit is None:
                self.stdout.write(
                    f"{match.row.rank} {match.row.name}: none of today's units, or more than one"
                )
        cuts = [int(cut) for cut in parts(options["cuts"])]
        names, english = parts(options["tiers"]), parts(options["tiers_en"])
        tiers = tier_list(cuts, names, english or names, listed=max(row.rank for row in rows))
        if options["dry_run"]:
            self.stdout.write(f"{len(rows)} lines are right; nothing was kept.")
            return
        past = import_past_list(
            study.series,
            options["year"],
            matches,
            PastTexts(**{name: options[name] for name in TEXTS}),
            tiers=tiers,
            indicators=options["indicators"],
            by=options["by"],
            at=timezone.now(),
        )
        self.stdout.write(f"{past.year}: {len(rows)} lines kept, SHA-256 {past.sha256}")
