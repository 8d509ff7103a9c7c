"""The staff's pages of other years: bring a printed list in, have lists worked out backwards, take one out."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ranking import backward, past_lists
from ranking.models import PastEdition, Recomputation, Run
from ranking.past_forms import TEXTS, PastListForm, table_text
from ranking.past_tables import match_units, read_past_list
from survey.cells import InvalidSheet
from survey.models import Study
from survey.refusal import Refusal
from survey.views.access import for_roles, takes_files
from weighting.failures import explain
from weighting.year_figures import common_codes, newest_years

STAFF = "staff"


@for_roles()
@require_GET
def past_lists_page(request: HttpRequest, study: Study) -> HttpResponse:
    """The lists of other years the series has, and what new ones can be worked out from."""
    years = newest_years(study)
    job = Recomputation.objects.filter(run__weight_set__dataset__study=study).first()
    context = {
        "study": study,
        "lists": [_row(past) for past in PastEdition.objects.filter(series=study.series)],
        "years": [figures.year for figures in years],
        "common": common_codes(years, study),
        "run": _newest_run(study),
        "job": job,
        "failure": explain(job.failure, study) if job and job.failure else "",
    }
    return render(request, "ranking/past_lists.html", context)


def _row(past: PastEdition) -> dict:
    ranks = list(past.ranks.values_list("code", "score"))
    return {
        "past": past,
        "units": len(ranks),
        "unmatched": sum(not code for code, _score in ranks),
        "has_scores": any(score is not None for _code, score in ranks),
    }


def _newest_run(study: Study) -> Run | None:
    return Run.objects.filter(weight_set__dataset__study=study, status=Run.Status.DONE).first()


@for_roles(STAFF)
@require_POST
def request_past(request: HttpRequest, study: Study) -> HttpResponse:
    """Ask a worker for the lists of all years that have figures."""
    run = _newest_run(study)
    if run is None:
        messages.error(request, _("There is no finished run yet: compute one first."))
    else:
        backward.request_recomputation(run, by=request.user.get_username(), at=timezone.now())
    return redirect("past-lists", study.slug)


@for_roles(STAFF)
@takes_files
@require_http_methods(["GET", "POST"])
def past_import(request: HttpRequest, study: Study) -> HttpResponse:
    """Three steps: check the table, look at the names beside today's units, keep the list."""
    form = PastListForm(request.POST or None, request.FILES or None, initial=_initial(study))
    context, status = {"study": study, "form": form, "problems": []}, 200
    if request.method == "POST":
        status = 400
        try:
            if form.is_valid():
                checked = _checked(study, form)
                kept = checked and request.POST.get("step") == "keep" and not form.cleaned_data.get("file")
                if kept:
                    return _kept(request, study, form, checked)
                context |= checked or {}
                status = 200 if checked else 400
        except InvalidSheet as refusal:
            context["problems"] = refusal.problems
        except Refusal as refusal:
            context["problems"] = [refusal]
    return render(request, "ranking/past_import.html", context, status=status)


def _initial(study: Study) -> dict:
    """The study's own tiers, to begin with."""
    tiers = study.protocol["ranking"]["tiers"]
    if tiers["method"] != "rank_cuts":
        return {}
    typed = {"cuts": tiers["cuts"], "tiers": tiers["names"], "tiers_en": tiers["names_en"]}
    return {field: ", ".join(map(str, values)) for field, values in typed.items()}


def _checked(study: Study, form: PastListForm) -> dict | None:
    """The lines beside today's units; None with an error at the form. Raises `InvalidSheet`."""
    rows = read_past_list(form.cleaned_data["rows"])
    tiers = form.tier_entries(max(row.rank for row in rows))
    if tiers is None:
        return None
    matches = match_units(rows, past_lists.newest_units(study.series))
    return {
        "matches": matches,
        "unmatched": [match for match in matches if match.unit is None],
        "tiers": tiers,
        "text": table_text(form.cleaned_data["rows"]),
        "has_scores": any(row.score is not None for row in rows),
    }


def _kept(request: HttpRequest, study: Study, form: PastListForm, checked: dict) -> HttpResponse:
    past = past_lists.import_past_list(
        study.series,
        form.cleaned_data["year"],
        checked["matches"],
        past_lists.PastTexts(**{name: form.cleaned_data[name] for name in TEXTS}),
        tiers=checked["tiers"],
        indicators=form.cleaned_data["indicators"],
        by=request.user.get_username(),
        at=timezone.now(),
    )
    messages.success(request, _("The list of %d is kept.") % past.year)
    return redirect("past-lists", study.slug)


@for_roles(STAFF)
@require_POST
def remove_past(request: HttpRequest, study: Study, year: int, made: str) -> HttpResponse:
    """Take a list of another year out of the series."""
    past = get_object_or_404(PastEdition, series=study.series, year=year, kind=made)
    past_lists.remove_past_edition(past, by=request.user.get_username(), at=timezone.now())
    messages.success(request, _("The list of %d is removed. Editions that were proposed keep it.") % year)
    return redirect("past-lists", study.slug)
