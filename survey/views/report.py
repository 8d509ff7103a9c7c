"""The panel's report: on the page, as a Word document, as a workbook."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_GET

from survey.models import Study
from survey.report.checklists import checklists
from survey.report.files import word_document, workbook
from survey.report.table import written
from survey.report.tables import NothingToReport, panel_report
from survey.views.access import for_roles

FILES = {
    "docx": (word_document, "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    "xlsx": (workbook, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}


@for_roles()
@require_GET
def report(request: HttpRequest, study: Study) -> HttpResponse:
    """The tables, as they stand in the files."""
    try:
        found = panel_report(study)
    except NothingToReport as refusal:
        return render(request, "survey/report.html", {"study": study, "refusal": refusal})
    tables = [
        {"table": table, "rows": [_written(row, table.columns) for row in table.rows]}
        for table in found.tables
    ]
    context = {"study": study, "report": found, "tables": tables, "checklists": checklists(study)}
    return render(request, "survey/report.html", context)


def _written(row: tuple, columns: tuple) -> list[tuple[str, str]]:
    return [(written(value, kind), kind) for value, (_label, kind) in zip(row, columns, strict=True)]


@for_roles()
@require_GET
def report_file(request: HttpRequest, study: Study, kind: str) -> HttpResponse:
    """The report as a file in the reader's language."""
    write, media_type = FILES[kind]
    response = HttpResponse(write(panel_report(study)), content_type=media_type)
    name = f"{study.slug}-panel-report-{get_language()}.{kind}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
