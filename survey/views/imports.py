"""Importing a panel that was asked elsewhere."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from survey.import_form import ImportForm, carried, taken_back
from survey.imported_answers import PreparedPanel
from survey.imported_panels import import_panel
from survey.models import Series, Study
from survey.refusal import InvalidInput, Refusal
from survey.views.access import for_people, takes_files


@for_people
@takes_files
@require_http_methods(["GET", "POST"])
def import_page(request: HttpRequest) -> HttpResponse:
    """A form for the file; what is in it is shown before anything is imported."""
    series = Series.objects.coordinated_by(request.user)
    if not series.exists():
        raise PermissionDenied
    form = ImportForm(
        request.POST or None, request.FILES or None, initial={"year": timezone.localdate().year}
    )
    form.fields["series"].queryset = series
    panel, problems = None, []
    if request.method == "POST" and form.is_valid():
        if not form.cleaned_data["table"] and request.POST.get("go") == "import":
            study = _imported(form, by=request.user.get_username())
            if study:
                return redirect("results", study.slug)
        elif form.cleaned_data["table"]:
            panel, problems = _checked(form)
        else:
            form.add_error("table", _("Choose the file with the answers."))
    context = {"form": form, "panel": panel, "problems": problems, "rounds": panel and _rounds(panel)}
    return render(
        request, "survey/import_panel.html", context, status=400 if form.errors or problems else 200
    )


def _checked(form: ImportForm) -> tuple[PreparedPanel | None, list]:
    """The panel in the file, kept in the form for the second click, or what is wrong with it."""
    try:
        panel = form.prepared()
        form.data = form.data.copy()
        form.data["checked"] = carried(panel)
        form.fields["table"].required = False  # it is carried along
    except InvalidInput as refusal:
        return None, getattr(refusal, "problems", None) or [refusal]
    return panel, []


def _imported(form: ImportForm, *, by: str) -> Study | None:
    """The new study, or None with what stands in the way written on the form."""
    names = ("series", "slug", "name", "name_en", "year", "invited", "rules")
    data = {name: form.cleaned_data[name] for name in names}
    panel = taken_back(form.cleaned_data["checked"])
    if panel is None:
        form.add_error("table", _("Choose the file with the answers."))
        return None
    try:
        return import_panel(data.pop("series"), panel, by=by, at=timezone.now(), **data)
    except Refusal as refusal:
        fields = {"slug_taken": "slug", "invalid_protocol": "rules", "invited_wrong": "invited"}
        form.add_error(fields.get(refusal.code), str(refusal))
    return None


def _rounds(panel: PreparedPanel) -> list[dict]:
    """One row for each round."""
    rounds = zip(panel.experts, panel.items, panel.returned, strict=True)
    return [
        {"number": number, "experts": experts, "items": items, "returned": returned}
        for number, (experts, items, returned) in enumerate(rounds, start=1)
    ]
