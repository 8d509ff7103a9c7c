"""``manage.py past_years STUDY 2018=FILE …``: bring other years' figures in and work their lists out backwards."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from ranking.backward import recompute_years, request_recomputation
from ranking.models import PastEdition, Recomputation, Run
from survey.models import Study
from survey.refusal import Refusal
from weighting.failures import explain
from weighting.year_figures import (
    SameFigures,
    import_year,
    jumps_between,
    newest_years,
    table_before,
    year_table,
)


class Command(BaseCommand):
    """Import the tables that are named, show what jumps, work out the lists."""

    help = (
        "Bring in figures of other years (CSV or XLSX; code, name, a column for each indicator that has figures), show "
        "every cell that jumps against the year before, and work the lists of all years out by the newest run's method."
    )

    def add_arguments(self, parser):
        """The study and its tables."""
        parser.add_argument("study", help="short name of the study whose method is used")
        parser.add_argument("tables", nargs="*", metavar="YEAR=FILE")
        parser.add_argument("--by", default="system", help="who does it, for the record of acts")
        parser.add_argument("--only-import", action="store_true", help="import and check, work nothing out")

    def handle(self, *args, study, tables, by, only_import, **options):
        """Import, check, work out."""
        found = Study.objects.filter(slug=study).first()
        if found is None:
            raise CommandError(f"There is no study {study}.")
        try:
            for table in tables:
                self._import(found, table, by)
            self._show_jumps(found)
            if not only_import:
                self._work_out(found, by)
        except Refusal as refusal:
            for problem in getattr(refusal, "problems", []):
                self.stderr.write(str(problem))
            raise CommandError(str(refusal)) from refusal
        except OSError as error:
            raise CommandError(str(error)) from error

    def _import(self, study: Study, table: str, by: str) -> None:
        year, _mark, name = table.partition("=")
        if not (year.isascii() and year.isdigit() and 1900 <= int(year[:5]) <= 2100 and name):
            raise CommandError(f"{table} is not YEAR=FILE.")
        file = Path(name)
        try:
            import_year(study, int(year), file.read_bytes(), file_name=file.name, by=by, at=timezone.now())
        except SameFigures as same:
            self.stdout.write(str(same))

    def _show_jumps(self, study: Study) -> None:
        for figures in newest_years(study):
            before = table_before(study, figures.year)
            for jump in jumps_between(study, year_table(figures), before) if before else ():
                self.stdout.write(
                    f"{figures.year} {jump.unit.code} {jump.unit.name} {jump.indicator.code}: "
                    f"{jump.before:g} → {jump.now:g} ({jump.deviation:+.1f} sd)"
                )

    def _work_out(self, study: Study, by: str) -> None:
        run = Run.objects.filter(weight_set__dataset__study=study, status=Run.Status.DONE).first()
        if run is None:
            raise CommandError("There is no finished run yet.")
        job = recompute_years(request_recomputation(run, by=by, at=timezone.now()), at=timezone.now())
        if job.status != Recomputation.Status.DONE:
            raise CommandError(f"{job.failure['year']}: {explain(job.failure, study)}")
        kept = PastEdition.objects.filter(series=study.series, kind=PastEdition.Kind.RECOMPUTED)
        for past in kept.order_by("year"):
            self.stdout.write(f"{past.year}: {past.indicators} indicators, SHA-256 {past.sha256}")
