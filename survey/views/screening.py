"""The list of proposals of the threshold method."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from survey.indicators import may_change_tree
from survey.models import Study
from survey.screening import screened_round
from survey.views.access import for_roles


@for_roles("coordinator")
@require_GET
def screening_page(request: HttpRequest, study: Study) -> HttpResponse:
    """Which indicators fall below the bounds, with the way to drop one by a person's decision."""
    context = {"study": study, "screened": screened_round(study), "may_change": may_change_tree(study)}
    return render(request, "survey/screening.html", context)
