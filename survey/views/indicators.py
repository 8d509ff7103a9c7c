"""The indicator tree between rounds: what changes, why, and where each indicator comes from."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from survey.forms import TreeChangeForm
from survey.indicators import change_tree, may_change_tree
from survey.models import Study
from survey.refusal import InvalidInput
from survey.views.access import for_roles

COORDINATOR = "coordinator"


@for_roles(COORDINATOR)
@require_http_methods(["GET", "POST"])
def indicators_page(request: HttpRequest, study: Study) -> HttpResponse:
    """The lineage of the tree, and the form that changes it while it may change."""
    asked = {"kind": request.GET.get("kind", ""), "codes": request.GET.getlist("codes")}
    form = TreeChangeForm(study, request.POST or None, initial=asked)
    if request.method == "POST" and form.is_valid():
        try:
            change_tree(study, **form.cleaned_data, by=request.user.get_username(), at=timezone.now())
        except InvalidInput as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The tree changes with the next round."))
            return redirect("indicators", study.slug)
    context = {"study": study, "form": form, "may_change": may_change_tree(study)}
    return render(request, "survey/indicators.html", context, status=400 if form.errors else 200)
