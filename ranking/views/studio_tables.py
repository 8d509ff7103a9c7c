"""The editor's page of one table beside the list: uploaded, or edited cell by cell."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from ranking import supplements
from ranking.forms import TableForm
from ranking.models import Supplement
from ranking.studio import SavedMeanwhile, stamp_of
from ranking.views.studio import READERS, acting, conflict, in_studio, refuse_readers
from survey.models import Study
from survey.refusal import InvalidInput
from survey.uploads import read_rows
from survey.views.access import for_roles, takes_files

MOST_IN_PLACE = 600  # cells that one form carries; larger tables are uploaded again
SPARE_ROWS = 2
FIELDS = ("code", "title", "title_en", "note", "note_en", "source", "source_en")


@for_roles(*READERS)
@takes_files
@require_http_methods(["GET", "POST"])
def table_page(request: HttpRequest, study: Study, code: str = "") -> HttpResponse:
    """One table: what stands around it, the kinds of its columns, its cells, or a file in their place."""
    refuse_readers(request)
    kept = get_object_or_404(Supplement, study=study, code=code) if code else None
    named = str(kept or "")
    form = TableForm(request.POST or None, request.FILES or None, instance=kept)
    context, status = {"stamp": request.POST.get("stamp", stamp_of(kept))}, 200
    columns, rows = _kept_table(kept)
    if request.method == "POST":
        if "remove" in request.POST:
            return _remove(request, study, code)
        status = 400
        columns, rows = _typed_table(request, columns, rows)
        try:
            if form.is_valid():
                columns, rows = _uploaded(form, study, columns, rows)
                return _save(request, study, code, form, columns, rows)
        except SavedMeanwhile as refusal:
            context, status = conflict(refusal), refusal.status
        except InvalidInput as refusal:
            context["problems"] = getattr(refusal, "problems", []) or [refusal]
    context |= {"form": form, "code": code, "named": named, "kinds": supplements.KINDS} | _grid(columns, rows)
    here = f"table:{code}" if code else "table"
    return render(
        request, "ranking/studio_table.html", in_studio(request, study, here, context), status=status
    )


def _save(request, study: Study, code: str, form: TableForm, columns: list, rows: list) -> HttpResponse:
    fields = {name: form.cleaned_data[name] for name in FIELDS}
    saved = supplements.save_table(study, code, fields=fields, columns=columns, rows=rows, **acting(request))
    messages.success(request, _("Saved: %(rows)d rows.") % {"rows": len(saved.rows)})
    return redirect("edition-table", study.slug, saved.code)


def _remove(request: HttpRequest, study: Study, code: str) -> HttpResponse:
    supplements.remove_table(study, code, **acting(request))
    messages.success(request, _("Removed. What was published keeps it."))
    return redirect("edition", study.slug)


def _kept_table(kept: Supplement | None) -> tuple[list[dict], list[list[str]]]:
    """Columns and cells as they are typed."""
    if kept is None:
        return [], []
    return kept.columns, [[_typed(cell) for cell in row] for row in kept.rows]


def _typed(cell) -> str:
    """A stored cell as an editor would type it."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)


def _typed_table(request: HttpRequest, columns: list[dict], rows: list[list[str]]) -> tuple[list, list]:
    """What the page's fields hold; a row without any text is dropped. Cells that the page did not show stay."""
    said = request.POST
    kinds = {kind for kind, _label in supplements.KINDS}
    columns = [
        column
        | {
            "name": said.get(f"column-{place}-name", column["name"]).strip()[:200],
            "name_en": said.get(f"column-{place}-name_en", column["name_en"]).strip()[:200],
            "kind": kind if (kind := said.get(f"column-{place}-kind")) in kinds else column["kind"],
        }
        for place, column in enumerate(columns)
    ]
    if "cell-0-0" not in said:
        return columns, rows
    count = sum(f"cell-{row}-0" in said for row in range(MOST_IN_PLACE + 1))
    typed = [[said.get(f"cell-{row}-{place}", "") for place in range(len(columns))] for row in range(count)]
    return columns, [row for row in typed if any(cell.strip() for cell in row)]


def _uploaded(form: TableForm, study: Study, columns: list, rows: list) -> tuple[list, list]:
    """The table of the file, if there is one; columns that are called as before stay what they are."""
    upload = form.cleaned_data.get("file")
    if not upload:
        return columns, rows
    header, found = supplements.split_table(read_rows(upload.read()))
    suggested = supplements.columns_of(header, found, study=study)
    known = {column["name"]: column for column in columns}
    return [known.get(column["name"], column) for column in suggested], found


def _grid(columns: list[dict], rows: list[list[str]]) -> dict:
    """The cells as the page shows them, with empty rows to fill."""
    in_place = len(columns) * (len(rows) + SPARE_ROWS) <= MOST_IN_PLACE
    spare = [[""] * len(columns)] * SPARE_ROWS if in_place and columns else []
    return {
        "columns": columns,
        "rows": rows + spare,
        "grid": [list(zip(columns, row, strict=True)) for row in rows + spare],
        "in_place": in_place and bool(columns),
        "filled": len(rows),
    }
