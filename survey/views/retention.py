"""The page that says what is kept of a study and for how long; until round 1 opens the coordinator sets it."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from survey.models import Study
from survey.retention import kept_days
from survey.retention_form import RetentionForm
from survey.retention_table import retention_table
from survey.views.access import for_roles
from survey.views.setup import COORDINATOR, take_rules


@for_roles()
@require_http_methods(["GET", "POST"])
def retention_page(request: HttpRequest, study: Study) -> HttpResponse:
    """What goes when, what has gone, and the days of the protocol."""
    may_change = not study.is_frozen and COORDINATOR in request.roles
    form = RetentionForm(request.POST if request.method == "POST" else None, initial=kept_days(study))
    if request.method == "POST":
        if COORDINATOR not in request.roles:
            raise PermissionDenied
        if form.is_valid():
            survey = {**study.rules, "retention": form.cleaned_data}
            if take_rules(request, form, study, {**study.protocol, "survey": survey}):
                return redirect("retention", study.slug)
    if not may_change:
        for field in form.fields.values():
            field.disabled = True
    rows = retention_table(study, today=timezone.localdate())
    context = {"study": study, "form": form, "may_change": may_change, "rows": rows}
    return render(request, "survey/retention.html", context, status=400 if form.errors else 200)
