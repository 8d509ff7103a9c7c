"""The panel's report: on the page, as a Word document, as a workbook."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_GET

from survey.models import Study
from survey.report.checklists import checklists
from survey.report.files import word_document, workbook
from survey.report.table import TEXT, Table, written
from survey.report.tables import NothingToReport, panel_report
from survey.views.access import for_roles

LONG = 16  # widths of a letter, two for a Chinese one, up to which a cell of words stays on one line
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
    tables = [_shown(table) for table in found.tables]
    context = {"study": study, "report": found, "tables": tables, "checklists": checklists(study)}
    return render(request, "survey/report.html", context)


def _shown(table: Table) -> dict:
    heads = _heads(table)
    return {"table": table, "heads": heads, "rows": [_written(row, table, heads) for row in table.rows]}


def _heads(table: Table) -> list[dict]:
    """The columns shown, each with the class of its cells; a group's name stands above its rows."""
    wide = [max(_width(row[n]) for row in table.rows) > LONG for n in range(len(table.columns))]
    heads = [
        {"label": label, "kind": "num" if kind != TEXT else "name" if is_wide else "text-nowrap"}
        for (label, kind), is_wide in zip(table.columns, wide, strict=True)
    ]
    return heads[table.is_grouped :]


def _width(value) -> int:
    return len(str(value).encode("gbk", "replace"))


def _written(row: tuple, table: Table, heads: list[dict]) -> dict:
    """A row as it is shown, and the group it stands in."""
    cells = [written(value, kind) for value, (_label, kind) in zip(row, table.columns, strict=True)]
    kinds = [head["kind"] for head in heads]
    group = cells[0] if table.is_grouped else ""
    return {"group": group, "cells": [*zip(cells[table.is_grouped :], kinds, strict=True)]}


@for_roles()
@require_GET
def report_file(request: HttpRequest, study: Study, kind: str) -> HttpResponse:
    """The report as a file in the reader's language."""
    write, media_type = FILES[kind]
    response = HttpResponse(write(panel_report(study)), content_type=media_type)
    name = f"{study.slug}-panel-report-{get_language()}.{kind}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
