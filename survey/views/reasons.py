"""What experts wrote: read, accepted, paraphrased or held back before the feedback is released."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from survey import reasons
from survey.models import Feedback, Reason, Round, Study
from survey.questionnaire import questionnaire
from survey.views.access import for_roles

COORDINATOR, APPROVER = "coordinator", "approver"
READING = {
    "accept": reasons.accept_reason,
    "paraphrase": reasons.paraphrase_reason,
    "hold": reasons.hold_reason,
}
REASON_ACTS = READING | {"check": reasons.check_paraphrase}


@for_roles(COORDINATOR, APPROVER)
@require_GET
def reasons_page(request: HttpRequest, study: Study) -> HttpResponse:
    """The texts of the last closed round, group by group; what was decided about those of earlier rounds."""
    round = study.last_closed_round()
    return render(request, "survey/reasons.html", _context(request, study, round))


def _context(request: HttpRequest, study: Study, round: Round | None) -> dict:
    found = list(round.reasons.all()) if round else []
    groups = questionnaire(study, round.number) if round else []
    names = {item.code: item.label for group in groups for item in group.items}
    allowed = reasons.words_allowed(round) if round else {}
    rows = [
        {
            "reason": reason,
            "item": names.get(reason.item, _("A new indicator is proposed")),
            "may_accept": allowed.get(reasons.group_of(reason.item, groups), False),
            "is_suspect": bool(reasons.SUSPECT.search(reason.original)),
            "may_check": reason.read_by != request.user.get_username(),
        }
        for reason in found
    ]
    return {
        "study": study,
        "round": round,
        "rows": rows,
        "waiting": sum(not reason.is_settled for reason in found),
        "is_released": bool(round) and Feedback.objects.filter(round=round).exists(),
        "may_read": COORDINATOR in request.roles or request.user.is_superuser,
    }


@for_roles(COORDINATOR, APPROVER)
@require_POST
def reason_act(request: HttpRequest, study: Study, reason_id: int, act: str) -> HttpResponse:
    """Accept, paraphrase or hold back one text, or check a paraphrase."""
    reason = get_object_or_404(
        Reason.objects.select_related("round__study"), pk=reason_id, round__study=study
    )
    is_coordinator = COORDINATOR in request.roles or request.user.is_superuser
    if act not in REASON_ACTS or (act in READING and not is_coordinator):
        raise Http404
    text = request.POST.get("text", "")[: 4 * reasons.LONGEST]
    REASON_ACTS[act](reason, by=request.user.get_username(), at=timezone.now(), text=text)
    messages.success(request, _("The decision is noted."))
    return redirect("reasons", study.slug)
