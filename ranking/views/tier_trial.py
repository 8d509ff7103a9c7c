"""The page on which other borders of the tiers are tried."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from ranking.models import Run
from ranking.tier_trial import METHODS, RANKS, UnusableCuts, try_cuts
from survey.models import Study
from survey.views.access import for_roles


@for_roles()
@require_GET
def tier_trial_page(request: HttpRequest, study: Study) -> HttpResponse:
    """The tiers of the newest run by borders that are typed; the protocol's own until then."""
    run = Run.objects.filter(weight_set__dataset__study=study, status=Run.Status.DONE).first()
    if run is None:
        raise Http404
    own = run.parameters["tiers"]
    method = request.GET.get("method", own["method"] if own.get("cuts") else RANKS)
    cuts = request.GET.get("cuts", " ".join(f"{cut:g}" for cut in own.get("cuts", [])))
    context = {"study": study, "run": run, "methods": METHODS, "method": method, "cuts": cuts[:200]}
    status = 200
    try:
        context["trial"] = try_cuts(run, method, cuts[:200])
    except UnusableCuts as refusal:
        context["problem"], status = refusal, refusal.status if "cuts" in request.GET else 200
    return render(request, "ranking/tier_trial.html", context, status=status)
