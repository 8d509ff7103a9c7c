"""Setting a study up: a new one, its rules, and its rehearsal."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from survey.deviations import change_rule, note_deviation
from survey.forms import DeviationForm, ProtocolForm, StudyForm
from survey.models import Series, Study
from survey.protocol import complete_protocol
from survey.refusal import InvalidInput, Refusal
from survey.studies import change_protocol, create_study
from survey.usual_bounds import by_mode_again
from survey.views.access import for_people, for_roles, takes_files

COORDINATOR = "coordinator"


@for_people
@takes_files
@require_http_methods(["GET", "POST"])
def new_study(request: HttpRequest) -> HttpResponse:
    """A form for a new study of a series the person coordinates."""
    series = Series.objects.coordinated_by(request.user)
    if not series.exists():
        raise PermissionDenied
    first = {"protocol": _to_edit(complete_protocol()), "year": timezone.localdate().year}
    form = StudyForm(request.POST or None, request.FILES or None, initial=first)
    form.fields["series"].queryset = series
    if request.method == "POST" and form.is_valid():
        study = _created(form, by=request.user.get_username())
        if study:
            return redirect("study", study.slug)
    return render(request, "survey/new_study.html", {"form": form}, status=400 if form.errors else 200)


def _created(form: StudyForm, *, by: str) -> Study | None:
    """The new study, or None with what stands in the way written on the form."""
    data = {name: value for name, value in form.cleaned_data.items() if name not in ("source", "framework")}
    try:
        return create_study(data.pop("series"), form.nodes(), by=by, at=timezone.now(), **data)
    except Refusal as refusal:
        fields = {"invalid_framework": "framework", "invalid_protocol": "protocol", "slug_taken": "slug"}
        for problem in getattr(refusal, "problems", None) or [str(refusal)]:
            form.add_error(fields.get(refusal.code, "framework" if refusal.status == 400 else None), problem)
    return None


@for_roles()
@require_http_methods(["GET", "POST"])
def protocol(request: HttpRequest, study: Study) -> HttpResponse:
    """Every rule of the study; the coordinator may change them until round 1 opens."""
    may_change = not study.is_frozen and COORDINATOR in request.roles
    shown = _to_edit(study.protocol) if may_change else study.protocol
    form = ProtocolForm(request.POST or None, initial={"protocol": shown})
    if request.method == "POST":
        if COORDINATOR not in request.roles:
            raise PermissionDenied
        if form.is_valid() and take_rules(
            request, form, study, form.cleaned_data["protocol"], field="protocol"
        ):
            return redirect("protocol", study.slug)
    context = {"study": study, "form": form, "may_change": may_change, "deviation_form": DeviationForm()}
    return render(request, "survey/protocol.html", context, status=400 if form.errors else 200)


def _to_edit(protocol: dict) -> dict:
    """The protocol as it may be edited: usual bounds follow the way of answering."""
    return {**protocol, "survey": by_mode_again(protocol["survey"])}


def take_rules(request: HttpRequest, form: Form, study: Study, rules: dict, *, field=None) -> bool:
    """Whether the rules were taken; what stands in the way is written on the form."""
    try:
        change_protocol(study, rules, by=request.user.get_username(), at=timezone.now())
    except Refusal as refusal:
        if refusal.status != 400:
            raise
        form.add_error(field, str(refusal))
        return False
    messages.success(request, _("The protocol is changed."))
    return True


@for_roles(COORDINATOR)
@require_POST
def deviate(request: HttpRequest, study: Study) -> HttpResponse:
    """Put a deviation from the frozen protocol on record."""
    form = DeviationForm(request.POST)
    if form.is_valid():
        data, who = form.cleaned_data, {"by": request.user.get_username(), "at": timezone.now()}
        try:
            if data["rule"]:
                change_rule(study, data["rule"], data["value"], reason=data["reason"], **who)
            else:
                note_deviation(study, reason=data["reason"], **who)
        except InvalidInput as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The deviation is on record."))
            return redirect("protocol", study.slug)
    shown = {"form": ProtocolForm(initial={"protocol": study.protocol}), "deviation_form": form}
    context = {"study": study, "may_change": False, "stay": reverse("protocol", args=[study.slug])} | shown
    return render(request, "survey/protocol.html", context, status=400)
