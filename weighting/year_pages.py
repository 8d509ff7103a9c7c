"""The staff's pages of other years' figures: bring them in, look at what jumps, take them out."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from survey.formulas import csv_text
from survey.models import Study
from survey.refusal import Refusal
from survey.views.access import for_roles, takes_files
from weighting.forms import YearForm
from weighting.models import YearFigures
from weighting.trees import study_tree
from weighting.year_figures import (
    common_codes,
    import_year,
    jumps_between,
    named_today,
    newest_year,
    newest_years,
    table_before,
    year_table,
)

STAFF = "staff"


@for_roles()
@takes_files
@require_http_methods(["GET", "POST"])
def years(request: HttpRequest, study: Study) -> HttpResponse:
    """Every year that has figures, and the indicators they share; posting a table brings a year in."""
    form, problems, status = YearForm(request.POST or None, request.FILES or None), [], 200
    if request.method == "POST":
        if STAFF not in request.roles and not request.user.is_superuser:
            raise PermissionDenied
        status = 400
        try:
            if form.is_valid():
                return _import(request, study, **form.cleaned_data)
        except Refusal as refusal:
            problems = getattr(refusal, "problems", []) or [refusal]
    found = newest_years(study)
    common, leaves = common_codes(found, study), study_tree(study).leaves
    context = {
        "study": study,
        "form": form,
        "problems": problems,
        "years": [_row(study, figures) for figures in reversed(found)],
        "common": [leaf for leaf in leaves if leaf.code in common],
        "leaves": leaves,
    }
    return render(request, "weighting/years.html", context, status=status)


def _import(request: HttpRequest, study: Study, *, year: int, file) -> HttpResponse:
    figures = import_year(
        study, year, file.read(), file_name=file.name, by=request.user.get_username(), at=timezone.now()
    )
    messages.success(request, _("Version %d is imported. Look at what jumps.") % figures.version)
    return redirect("year", study.slug, year)


def _row(study: Study, figures: YearFigures) -> dict:
    table = year_table(figures)
    before = table_before(study, figures.year)
    return {
        "figures": figures,
        "units": len(table.rows),
        "incomplete": sum(None in row.values for row in table.rows),
        "jumps": len(jumps_between(study, table, before)) if before else None,
        "noted": _noted(table.rows),
    }


def _noted(rows) -> list:
    """Units with a note on their figures."""
    return [row for row in rows if row.attributes.get("note") or row.attributes.get("note_en")]


@for_roles()
@require_GET
def year_page(request: HttpRequest, study: Study, year: int) -> HttpResponse:
    """One year beside the year before: every cell that jumps, and every note."""
    figures = _figures(study, year)
    table, before = named_today(study, year_table(figures)), table_before(study, year)
    context = {
        "study": study,
        "figures": figures,
        "units": len(table.rows),
        "before": before,
        "jumps": jumps_between(study, table, before) if before else [],
        "noted": _noted(table.rows),
        "leaves": [leaf for leaf in study_tree(study).leaves if leaf.code in figures.codes],
    }
    return render(request, "weighting/year.html", context)


@for_roles()
@require_GET
def year_file(request: HttpRequest, study: Study, year: int) -> HttpResponse:
    """The newest version of a year's figures as a table."""
    figures = _figures(study, year)
    table = year_table(figures)
    attributes = sorted({name for row in table.rows for name in row.attributes})
    head = ["code", "name", "name_en", *table.codes, *attributes]
    rows = (
        [row.code, row.name, row.name_en, *row.values, *(row.attributes.get(name, "") for name in attributes)]
        for row in table.rows
    )
    response = HttpResponse("\ufeff" + csv_text([head, *rows]), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{study.slug}-{year}.csv"'
    return response


def _figures(study: Study, year: int) -> YearFigures:
    figures = newest_year(study, year)
    if figures is None:
        raise Http404
    return figures
