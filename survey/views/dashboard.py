"""The convergence dashboard: figures of the rounds as far as the disclosure rules allow them."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from survey.feedback_pages import study_feedback
from survey.models import Study
from survey.report.csv_tables import groups_table, statistics_table
from survey.result_pages import SORTS, STATES, dashboard, shown_rounds
from survey.results import round_statistics
from survey.views.access import for_roles


@for_roles()
@require_GET
def results(request: HttpRequest, study: Study) -> HttpResponse:
    """How far the panel has come: exact where that is allowed, as it was released otherwise."""
    typed = request.GET.get("round", "")
    page = dashboard(study, int(typed) if typed in {str(number) for number in range(1, 10)} else None)
    sort, state = request.GET.get("sort", ""), request.GET.get("state", "")
    sort, state = sort if sort in SORTS else "tree", state if state in STATES else ""
    closed = study.rounds.closed().order_by("-number")
    context = {
        "study": study,
        "page": page,
        "closed": closed,
        "pages": [] if page else study_feedback(study),
        "sort": sort,
        "state": state,
        "rows": page.sorted_rows(sort, state) if page else [],
    }
    return render(request, "survey/results.html", context)


@for_roles()
@require_GET
def results_csv(request: HttpRequest, study: Study) -> HttpResponse:
    """Every statistic of every item and round that may be shown, as a table."""
    return _csv(statistics_table(study), f"{study.slug}-statistics.csv")


@for_roles()
@require_GET
def groups_csv(request: HttpRequest, study: Study) -> HttpResponse:
    """Every statistic of every group and of the lowest level, round by round."""
    return _csv(groups_table(study), f"{study.slug}-groups.csv")


def _csv(text: str, name: str) -> HttpResponse:
    response = HttpResponse("\ufeff" + text, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@for_roles()
@require_GET
def results_json(request: HttpRequest, study: Study) -> HttpResponse:
    """The whole statistics of every round that may be shown."""
    return JsonResponse({"rounds": [round_statistics(round) for round in shown_rounds(study)]})
