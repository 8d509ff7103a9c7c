"""``manage.py import_panel FILE``: a panel that was asked elsewhere, as a study whose statistics can be read."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from survey.cells import InvalidSheet
from survey.frameworks import InvalidFramework, framework_of
from survey.imported_answers import PreparedPanel, prepare_panel
from survey.imported_panels import import_panel
from survey.models import Series
from survey.panel_table import POINTS, SCALE, read_panel_table
from survey.refusal import Refusal
from survey.strict_json import read_json
from survey.uploads import read_rows


class Command(BaseCommand):
    """Check the table, say what is in it, and import it."""

    help = "Import the answers of a finished panel (CSV or XLSX, expert × item × round) for analysis."

    def add_arguments(self, parser):
        """The file, where the study belongs, and what its numbers are."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--series", required=True, help="short name of the series it belongs to")
        parser.add_argument("--slug", required=True, help="short name of the new study")
        parser.add_argument("--name", required=True, help="name in Chinese")
        parser.add_argument("--name-en", default="")
        parser.add_argument("--year", type=int, default=timezone.localdate().year)
        parser.add_argument("--kind", choices=[SCALE, POINTS], default=SCALE)
        parser.add_argument("--low", type=float, default=1, help="lowest number of the scale")
        parser.add_argument("--high", type=float, default=5, help="highest number of the scale")
        parser.add_argument(
            "--framework", type=Path, help="indicator table; without it every item is first-level"
        )
        parser.add_argument(
            "--invited", help="invited experts of each round, as 30,28; else as many as answered"
        )
        parser.add_argument(
            "--rules", type=Path, help="JSON file with thresholds of the protocol's survey section"
        )
        parser.add_argument("--check", action="store_true", help="check the file and import nothing")

    def handle(self, *args, file, **options):
        """Check, describe, import."""
        series = Series.objects.filter(slug=options["series"]).first()
        if series is None:
            raise CommandError(f"There is no series “{options['series']}”: make one with manage.py series.")
        try:
            prepared = _prepared(file, options)
            self.stdout.write("\n".join(described(prepared)))
            if not options["check"]:
                study = import_panel(series, prepared, by="command", at=timezone.now(), **_texts(options))
                self.stdout.write(f"Imported as {study.slug}.")
        except (InvalidSheet, InvalidFramework) as refusal:
            raise CommandError("\n".join(map(str, [refusal, *refusal.problems]))) from refusal
        except (Refusal, OSError, ValueError) as refusal:
            raise CommandError(str(refusal)) from refusal


def _prepared(file: Path, options: dict) -> PreparedPanel:
    framework = options["framework"]
    nodes = framework_of(read_rows(framework.read_bytes())) if framework else None
    table = read_panel_table(read_rows(file.read_bytes()), nodes)
    scale = {"kind": options["kind"], "low": options["low"], "high": options["high"]}
    return prepare_panel(table, rules=_rules(options), **scale)


def _rules(options: dict) -> dict | None:
    rules = options["rules"]
    return read_json(rules.read_text(encoding="utf-8")) if rules else None


def _texts(options: dict) -> dict:
    """Everything of the study but its answers."""
    invited = options["invited"]
    return {
        **{key: options[key] for key in ("slug", "name", "name_en", "year")},
        "rules": _rules(options),
        "invited": [int(each) for each in invited.split(",")] if invited else None,
    }


def described(panel: PreparedPanel) -> list[str]:
    """One line for each round, then the notes."""
    rounds = zip(panel.experts, panel.items, panel.returned, strict=True)
    lines = [
        f"Round {number}: {experts} experts, {items} items"
        + ("" if back is None else f", {back} of the round before")
        for number, (experts, items, back) in enumerate(rounds, start=1)
    ]
    return lines + panel.notes
