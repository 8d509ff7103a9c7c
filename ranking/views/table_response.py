"""A table of a publication as a file that says which revision it is from."""

from django.http import HttpResponse, JsonResponse
from django.utils.translation import gettext as _

from ranking.exhibits.shapes import Table
from ranking.models import Publication
from ranking.table_files import csv_bytes, table_records, workbook_bytes
from survey.models.study import in_language

KINDS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
}


def table_response(kind: str, table: Table, publication: Publication, *, name: str, **facts) -> HttpResponse:
    """The table as a download; ``facts`` join those about the publication in JSON, their words in a workbook."""
    if kind == "json":
        content = facts_of(publication) | facts | {"rows": table_records(table)}
        response = JsonResponse(content, json_dumps_params={"ensure_ascii": False, "indent": 1})
    else:
        content = csv_bytes(table) if kind == "csv" else _workbook(table, publication)
        response = HttpResponse(content, content_type=KINDS[kind])
    file = f"{publication.study.slug}-r{publication.revision}{name}.{kind}"
    response.headers["Content-Disposition"] = f'attachment; filename="{file}"'
    return response


def facts_of(publication: Publication) -> dict:
    """What every file says about where it is from."""
    study = publication.study
    return {
        "study": study.slug,
        "name": study.name,
        "name_en": study.name_en,
        "year": study.year,
        "is_rehearsal": study.is_rehearsal,
        "revision": publication.revision,
        "manifest_sha256": publication.sha256,
    }


def _workbook(table: Table, publication: Publication) -> bytes:
    date = f"{publication.published_at:%Y-%m-%d}"
    lines = [
        _("Revision %(revision)s, %(date)s") % {"revision": publication.revision, "date": date},
        f"SHA-256 {publication.sha256}",
    ]
    if publication.study.is_rehearsal:
        lines.append(_("Simulated panel: no real expert gave the answers behind this list."))
    return workbook_bytes(table, title=in_language(publication.study, "name"), lines=lines)
