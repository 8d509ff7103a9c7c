"""The staff's pages behind a run: how a unit got its score, and how far the ranks carry."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ranking.core.recipe import TURNING_SCALES
from ranking.explanations import explain_score
from ranking.listing import aggregations_of, tier_name, unit_word
from ranking.models import RobustnessStudy, Run, Score
from ranking.other_ways import other_ways
from ranking.replay import replay_run
from ranking.robustness import PRESETS, offered_presets, progress, request_robustness, study_parameters
from ranking.robustness_files import FILES, study_file
from ranking.robustness_levels import LevelsRefused, UnknownLevels, factor_choices, read_levels
from ranking.robustness_rows import found_context, levels_of
from ranking.unit_robustness import fullest_study, unit_robustness
from ranking.workbench import MANY_UNITS
from survey.models import Study
from survey.views.access import for_roles
from weighting.failures import explain

STAFF = "staff"
REPLAYED_CELLS = 100_000  # figures of a run that is computed again while the reader waits
SHOWN_DIFFERENCES = 50


def _newest_run(study: Study) -> Run | None:
    runs = Run.objects.filter(weight_set__dataset__study=study, status=Run.Status.DONE)
    return runs.select_related("weight_set").first()


@for_roles()
@require_GET
def score_page(request: HttpRequest, study: Study, run: int, code: str) -> HttpResponse:
    """One unit's score as arithmetic, down to the raw cells."""
    found = get_object_or_404(Run, pk=run, weight_set__dataset__study=study)
    score = get_object_or_404(Score.objects.select_related("unit"), run=found, unit__code=code)
    context = {
        "study": study,
        "run": found,
        "score": score,
        "tier": tier_name(found, score.tier),
        "explanation": explain_score(found, score),
        "aggregations": aggregations_of(found),
        "places": 5 if found.parameters["normalization"] in TURNING_SCALES else 2,
        **unit_robustness(found, score, with_first="first" in request.GET),
    }
    return render(request, "ranking/score.html", context)


@for_roles()
@require_GET
def robustness_page(request: HttpRequest, study: Study) -> HttpResponse:
    """The fullest study of the newest run: summary, intervals, factors, pairs, what is left out."""
    run = _newest_run(study)
    studies = list(RobustnessStudy.objects.filter(run=run)) if run else []
    newest, shown = studies[0] if studies else None, fullest_study(run) if run else None
    done = [found for found in studies if found.is_done]
    asked = request.GET.get("study", "")
    shown = next((found for found in done if str(found.pk) == asked), shown)
    context = {
        "study": study,
        "run": run,
        "newest": newest,
        "shown": shown,
        "progress": progress(newest) if newest and newest.status == newest.Status.QUEUED else None,
        "failure": explain(newest.failure, study) if newest and newest.failure else "",
        "offers": _offers(run, studies) if run else [],
        "may_choose": bool(run and offered_presets(run)),
        "done": [(found, levels_of(found)) for found in done] if len(done) > 1 else [],
        "presets": PRESETS,
        "is_large": bool(run) and run.facts["units"] > MANY_UNITS,
        "unit_word": unit_word(study),
    }
    return render(request, "ranking/robustness.html", context | (found_context(shown) if shown else {}))


@for_roles(STAFF)
@require_http_methods(["GET", "POST"])
def robustness_choices(request: HttpRequest, study: Study) -> HttpResponse:
    """The form of a study: which levels of every rule it tries; those that the figures refuse are named there."""
    run, problem = _newest_run(study), None
    if run is None or not offered_presets(run):
        return redirect("robustness", study.slug)
    if request.method == "POST" and request.POST.get("preset") in PRESETS:
        try:
            found = _asked_study(request, run, levels=read_levels(request.POST))
        except (UnknownLevels, LevelsRefused) as refusal:
            problem = refusal
        else:
            return redirect(f"{reverse('robustness', args=[study.slug])}?study={found.pk}")
    context = {
        "study": study,
        "run": run,
        "factors": factor_choices(run, request.POST if problem else None),
        "problem": problem,
        "offers": offered_presets(run),
        "presets": PRESETS,
        "is_slow": run.facts["units"] > MANY_UNITS,
    }
    status = problem.status if problem else 200
    return render(request, "ranking/robustness_choices.html", context, status=status)


def _asked_study(request: HttpRequest, run: Run, *, levels: dict | None = None) -> RobustnessStudy:
    preset = request.POST.get("preset", "quick")
    chosen = preset if preset in PRESETS else "quick"
    by, at = request.user.get_username(), timezone.now()
    return request_robustness(run, preset=chosen, by=by, at=at, levels=levels)


@for_roles()
@require_GET
def other_ways_page(request: HttpRequest, study: Study) -> HttpResponse:
    """The newest run ranked in other ways: every alpha, TOPSIS, VIKOR."""
    run = _newest_run(study)
    context = {"study": study, "run": run, "unit_word": unit_word(study)}
    return render(request, "ranking/other_ways.html", context | (other_ways(run) if run else {}))


@for_roles()
@require_GET
def robustness_file(request: HttpRequest, study: Study, number: int, name: str) -> HttpResponse:
    """A finished study as a file: every unit's figures, how often it takes every rank, or all of it."""
    done = RobustnessStudy.objects.filter(run__weight_set__dataset__study=study)
    found = get_object_or_404(done, pk=number, status=RobustnessStudy.Status.DONE)
    if name not in FILES:
        raise Http404
    kind = "application/json" if name.endswith("json") else "text/csv"
    response = HttpResponse(study_file(found, name), content_type=f"{kind}; charset=utf-8")
    response.headers["Content-Disposition"] = (
        f'attachment; filename="{study.slug}-robustness-{number}-{name}"'
    )
    return response


def _offers(run: Run, studies: list[RobustnessStudy]) -> list[str]:
    """Studies that the run can have and has not."""
    asked = [study.parameters for study in studies]
    return [name for name in offered_presets(run) if study_parameters(run, name) not in asked]


@for_roles()
@require_http_methods(["GET", "POST"])
def replay_page(request: HttpRequest, study: Study, run: int) -> HttpResponse:
    """A finished run computed again from its stored inputs and compared to the last bit; asked for by a post."""
    found = get_object_or_404(Run, pk=run, weight_set__dataset__study=study, status=Run.Status.DONE)
    cells = found.facts["units"] * found.study.indicators.filter(children=None).count()
    context = {"study": study, "run": found, "is_large": cells > REPLAYED_CELLS, "asked": False}
    if request.method == "POST" and not context["is_large"]:
        differences = replay_run(found)
        context |= {
            "asked": True,
            "differences": differences[:SHOWN_DIFFERENCES],
            "more": max(len(differences) - SHOWN_DIFFERENCES, 0),
            "tables": found.tables.count(),
        }
    return render(request, "ranking/replay.html", context)


@for_roles(STAFF)
@require_POST
def study_robustness(request: HttpRequest, study: Study) -> HttpResponse:
    """Ask for a quick or a full study of the newest run."""
    run = _newest_run(study)
    if run is None:
        return redirect("run", study.slug)
    _asked_study(request, run)
    return redirect("robustness", study.slug)
