"""The page on which the coordinator chooses how the panel is asked."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from survey.asking_form import AskingForm
from survey.models import Study
from survey.usual_bounds import by_mode_again
from survey.views.access import for_roles
from survey.views.setup import COORDINATOR, take_rules


@for_roles()
@require_http_methods(["GET", "POST"])
def asking(request: HttpRequest, study: Study) -> HttpResponse:
    """How experts answer, how they assess themselves, how answers are pooled; open until round 1 opens."""
    may_change = not study.is_frozen and COORDINATOR in request.roles
    form = AskingForm(request.POST or None, rules=study.rules)
    if request.method == "POST":
        if COORDINATOR not in request.roles:
            raise PermissionDenied
        if form.is_valid():
            survey = {**by_mode_again(study.rules), **form.changes()}  # usual bounds follow the new scale
            if survey["elicitation"] != "points":
                survey["step"] = 1
            if take_rules(request, form, study, {**study.protocol, "survey": survey}):
                return redirect("protocol", study.slug)
    if not may_change:
        for field in form.fields.values():
            field.disabled = True
    context = {"study": study, "form": form, "may_change": may_change}
    return render(request, "survey/asking.html", context, status=400 if form.errors else 200)
