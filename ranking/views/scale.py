"""The coordinator's page for the scale: which one, and the figures by which it measures every indicator."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from ranking.core.recipe import REFERENCES
from ranking.protocol import DEFAULTS
from ranking.scale_form import NAMES, scale_choices, scale_rows, with_scale
from survey.models import Study
from survey.protocol import InvalidProtocol
from survey.studies import ProtocolFrozen, change_protocol
from survey.views.access import for_roles

COORDINATOR = "coordinator"


@for_roles()
@require_http_methods(["GET", "POST"])
def scale_page(request: HttpRequest, study: Study) -> HttpResponse:
    """The scale and its reference figures; the coordinator may change them until round 1 opens."""
    posted, problems = None, []
    if request.method == "POST":
        if COORDINATOR not in request.roles:
            raise PermissionDenied
        if study.is_frozen:
            raise ProtocolFrozen
        posted = request.POST
        problems = _problems(request, study)
        if not problems:
            messages.success(request, _("The scale is changed."))
            return redirect("scale", study.slug)
    rules = DEFAULTS | study.protocol["ranking"]
    shown = (
        rules
        if posted is None
        else rules | {name: posted.get(name, "") for name in ("normalization", "low", "high", "beyond")}
    )
    context = {
        "study": study,
        "rows": scale_rows(study, posted),
        "rules": shown,
        "scale": NAMES.get(shown["normalization"], ""),
        "has_references": shown["normalization"] in REFERENCES,
        "choices": scale_choices(),
        "problems": problems,
        "may_change": not study.is_frozen and COORDINATOR in request.roles,
    }
    return render(request, "ranking/scale.html", context, status=400 if problems else 200)


def _problems(request: HttpRequest, study: Study) -> list[str]:
    """What stands in the way of the scale that was typed; where nothing does, it is in force."""
    protocol, problems = with_scale(study, request.POST, scale_rows(study, request.POST))
    if problems:
        return problems
    try:
        change_protocol(study, protocol, by=request.user.get_username(), at=timezone.now())
    except InvalidProtocol as refusal:
        return [str(refusal)]
    return []
