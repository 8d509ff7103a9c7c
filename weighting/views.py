"""The staff's pages of the weighting room: data and weights."""

import csv

from django.contrib import messages
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from survey.models import DataSpread, Study
from survey.pooling import WORDS
from survey.refusal import InvalidInput
from survey.views.access import for_roles, takes_files
from weighting import dataset_files, datasets, weight_sets
from weighting.core.refusal import MatrixRefused
from weighting.failures import explain
from weighting.forms import UploadForm
from weighting.measured import heads_of
from weighting.models import Dataset, WeightSet
from weighting.notices import notice_words
from weighting.objectives import compare_methods
from weighting.pools import pool_comparison
from weighting.spreads import show_spread
from weighting.trees import study_tree
from weighting.weight_table import largest_share, left_out, weight_rows
from weighting.year_figures import dataset_table, jumps_between, table_before

STAFF = "staff"
PREVIEW = 12
LAST_VERSION = 2**31 - 1


@for_roles(STAFF)
@takes_files
@require_http_methods(["GET", "POST"])
def data(request: HttpRequest, study: Study) -> HttpResponse:
    """The versions of the matrix; posting a file imports the next one."""
    form, problems, status = UploadForm(request.POST or None, request.FILES or None), [], 200
    if request.method == "POST":
        status = 400
        try:
            if form.is_valid():
                return _import(request, study, form.cleaned_data["file"])
        except InvalidInput as refusal:
            problems = getattr(refusal, "problems", []) or [refusal]
    context = {
        "study": study,
        "form": form,
        "problems": problems,
        "datasets": Dataset.objects.filter(study=study).annotate(size=Count("units")),
        "leaves": list(study.indicators.filter(children=None)),
    }
    return render(request, "weighting/data.html", context, status=status)


def _import(request: HttpRequest, study: Study, upload) -> HttpResponse:
    dataset = datasets.import_dataset(
        study, upload.read(), file_name=upload.name, by=request.user.get_username(), at=timezone.now()
    )
    messages.success(request, _("Version %d is imported. Look at it, then seal it.") % dataset.version)
    return redirect("dataset", study.slug, dataset.version)


@for_roles(STAFF)
@require_GET
def template(request: HttpRequest, study: Study) -> HttpResponse:
    """An empty table with the right header, to be filled in."""
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{study.slug}-template.csv"'
    response.write("\ufeff")
    csv.writer(response).writerow(
        ["code", "name", "name_en", "province", "region", *[i.code for i in study_tree(study).leaves]]
    )
    return response


@for_roles()
@require_GET
def dataset(request: HttpRequest, study: Study, version: int) -> HttpResponse:
    """One version: its columns, what is missing, and the first rows."""
    found = get_object_or_404(Dataset, study=study, version=version)
    units = list(found.units.all())
    before = table_before(study, study.year)
    context = {
        "before": before,
        "jumps": jumps_between(study, dataset_table(found), before) if before else [],
        "study": study,
        "dataset": found,
        "units": units[:PREVIEW],
        "count": len(units),
        "incomplete": sum(None in unit.values for unit in units),
        "rules": study.protocol["weighting"],
        "given": DataSpread.objects.filter(study=study).first(),
        "columns": [_column(leaf, place, units) for place, leaf in enumerate(study_tree(study).leaves)],
    }
    return render(request, "weighting/dataset.html", context)


@for_roles()
@require_GET
def dataset_file(request: HttpRequest, study: Study, version: str, kind: str) -> HttpResponse:
    """One version as a file that imports again as it is."""
    found = get_object_or_404(Dataset, study=study, version=min(int(version), LAST_VERSION))
    response = HttpResponse(dataset_files.dataset_file(found, kind), content_type=dataset_files.KINDS[kind])
    name = f"{study.slug}-data-{found.version}.{kind}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _column(leaf, place: int, units: list) -> dict:
    values = [unit.values[place] for unit in units if unit.values[place] is not None]
    return {
        "indicator": leaf,
        "missing": len(units) - len(values),
        "negative": sum(value < 0 for value in values),
        "zero": values.count(0),
        "low": min(values, default=None),
        "high": max(values, default=None),
    }


@for_roles(STAFF)
@require_POST
def seal(request: HttpRequest, study: Study, version: int) -> HttpResponse:
    """Freeze a version."""
    found = get_object_or_404(Dataset, study=study, version=version)
    datasets.seal_dataset(found, by=request.user.get_username(), at=timezone.now())
    messages.success(request, _("Version %d is sealed.") % version)
    return redirect("weights", study.slug)


@for_roles(STAFF)
@require_POST
def give_spread(request: HttpRequest, study: Study, version: int) -> HttpResponse:
    """Put the spread of a sealed version on the cards that experts see."""
    found = get_object_or_404(Dataset, study=study, version=version)
    show_spread(found, by=request.user.get_username(), at=timezone.now())
    messages.success(request, _("The panel sees how these figures spread from the next round on."))
    return redirect("dataset", study.slug, version)


@for_roles()
@require_GET
def weights(request: HttpRequest, study: Study) -> HttpResponse:
    """The newest weights beside each other, and the button that asks for them."""
    sets = WeightSet.objects.filter(dataset__study=study).select_related("dataset", "round")
    newest = sets.first()
    context = {
        "study": study,
        "sealed": Dataset.objects.sealed().filter(study=study).first(),
        "newest": newest,
        "failure": explain(newest.failure, study) if newest and newest.failure else "",
        "rules": study.protocol["weighting"],
        "sets": sets,
    }
    if newest and newest.is_sealed:
        context |= weight_context(newest)
        context |= {"pools": pool_comparison(newest.round), "pool_words": WORDS[study.rules["aggregation"]]}
    return render(request, "weighting/weights.html", context)


def weight_context(weight_set: WeightSet) -> dict:
    """What the tables of finished weights need."""
    rows = weight_rows(weight_set)
    return {
        "weight_set": weight_set,
        "rows": rows,
        "largest": largest_share(rows),
        "left_out": left_out(weight_set),
        "notices": notice_words(weight_set.notices, weight_set.study),
        "objective": weight_set.parameters.get("objective", "variation"),
        "heads": heads_of(weight_set.parameters.get("objective", "variation"), weight_set.facts),
    }


@for_roles(STAFF)
@require_POST
def request_weights(request: HttpRequest, study: Study) -> HttpResponse:
    """Ask a worker for the weights of the adopted round and the newest sealed data."""
    sealed = Dataset.objects.sealed().filter(study=study).first()
    if sealed is None:
        messages.error(request, _("No version of the data is sealed yet: import and seal one first."))
        return redirect("data", study.slug)
    weight_sets.request_weight_set(sealed, by=request.user.get_username(), at=timezone.now())
    return redirect("weights", study.slug)


@for_roles()
@require_GET
def compare(request: HttpRequest, study: Study) -> HttpResponse:
    """All objective weightings of the newest sealed data beside each other."""
    sealed, context = Dataset.objects.sealed().filter(study=study).first(), {"study": study}
    if sealed is not None:
        try:
            context |= {"dataset": sealed, "comparison": compare_methods(sealed)}
        except MatrixRefused as refused:
            context["failure"] = explain(weight_sets.failure_of(refused), study)
    return render(request, "weighting/compare.html", context)
