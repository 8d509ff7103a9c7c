"""The staff's pages of region schemes: see them, bring one in, put a new version in its place, take one out as CSV."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from survey.models import Study
from survey.refusal import Refusal
from survey.uploads import read_rows
from survey.views.access import for_roles, takes_files
from weighting.forms import GroupingForm, NextGroupingForm
from weighting.groupings import (
    SchemeExists,
    groups_csv,
    newest_grouping,
    newest_groupings,
    read_groups,
    save_grouping,
    unknown_values,
)
from weighting.models import Dataset, Grouping

STAFF = "staff"
FIELDS = ("name", "name_en", "attribute", "note", "note_en", "source", "source_en")


@for_roles()
@takes_files
@require_http_methods(["GET", "POST"])
def groupings(request: HttpRequest, study: Study) -> HttpResponse:
    """All schemes of the series; posting a table brings in a new one."""
    form = GroupingForm(request.POST or None, request.FILES or None)
    problems = _saved(request, study, form) if request.method == "POST" else []
    if problems is None:
        return redirect("grouping", study.slug, form.cleaned_data["code"])
    context = {"study": study, "form": form, "problems": problems, "schemes": newest_groupings(study.series)}
    return render(request, "weighting/groupings.html", context, status=_status(request))


@for_roles()
@takes_files
@require_http_methods(["GET", "POST"])
def grouping(request: HttpRequest, study: Study, scheme: str) -> HttpResponse:
    """One scheme: its groups, its versions, what no group takes; posting puts the next version in its place."""
    versions = list(Grouping.objects.filter(series=study.series, code=scheme))
    if not versions:
        raise Http404
    newest = versions[0]
    initial = {name: getattr(newest, name) for name in FIELDS}
    form = NextGroupingForm(request.POST or None, request.FILES or None, initial=initial)
    problems = _saved(request, study, form, newest) if request.method == "POST" else []
    if problems is None:
        return redirect("grouping", study.slug, scheme)
    dataset = Dataset.objects.filter(study__series=study.series).order_by("-study__year", "-pk").first()
    context = {
        "study": study,
        "form": form,
        "problems": problems,
        "scheme": newest,
        "versions": versions,
        "unknown": unknown_values(newest, dataset),
    }
    return render(request, "weighting/grouping.html", context, status=_status(request))


def _status(request: HttpRequest) -> int:
    return 400 if request.method == "POST" else 200


def _saved(request: HttpRequest, study: Study, form, newest: Grouping | None = None) -> list | None:
    """Save what was posted; the problems, or None where it is saved."""
    if STAFF not in request.roles and not request.user.is_superuser:
        raise PermissionDenied
    if not form.is_valid():
        return []
    said = {name: form.cleaned_data[name] for name in FIELDS}
    code = newest.code if newest else form.cleaned_data["code"]
    try:
        if newest is None and newest_grouping(study.series, code):
            raise SchemeExists(code=code)
        upload = form.cleaned_data["file"]
        groups = read_groups(read_rows(upload.read())) if upload else newest.groups
        saved = save_grouping(
            study.series,
            code=code,
            groups=groups,
            by=request.user.get_username(),
            at=timezone.now(),
            **said,
        )
    except Refusal as refusal:
        return getattr(refusal, "problems", []) or [refusal]
    messages.success(request, _("Version %d is saved.") % saved.version)
    return None


@for_roles()
@require_GET
def grouping_file(request: HttpRequest, study: Study, scheme: str, version: int) -> HttpResponse:
    """One version as the table that it can be brought in by."""
    found = get_object_or_404(Grouping, series=study.series, code=scheme, version=version)
    response = HttpResponse("\ufeff" + groups_csv(found.groups), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{scheme}-v{version}.csv"'
    return response
