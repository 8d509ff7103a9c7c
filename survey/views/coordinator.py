"""The coordinator's pages: studies, one study, its panel, its rounds and who has answered."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from survey import errands, panel, rounds
from survey.audit import chain_head, study_events
from survey.credentials import revoke_code
from survey.feedback_pages import study_feedback
from survey.forms import DeadlineForm, RosterForm, suggested_deadline
from survey.models import Expert, Letter, Round, Series, Study
from survey.next_act import may_stop_at, next_act
from survey.participation import answered_experts
from survey.refusal import InvalidInput
from survey.studies import tree_rows
from survey.views.access import for_people, for_roles
from survey.views.expert import round_track

COORDINATOR = "coordinator"
ACTS_ON_A_PAGE = 100
EXPERT_ACTS = {"new-code": panel.send_new_code, "revoke": revoke_code, "withdraw": panel.withdraw_expert}
ROUND_ACTS = ("close", "release", "adopt")


@for_people
@require_GET
def studies(request: HttpRequest) -> HttpResponse:
    """The studies in whose series the person has a role."""
    found = Study.objects.for_user(request.user).select_related("series", "adopted_round")
    rows = [{"study": study, "track": round_track(study), "act": next_act(study)} for study in found]
    may_create = Series.objects.coordinated_by(request.user).exists()
    return render(request, "survey/studies.html", {"rows": rows, "may_create": may_create})


@for_roles()
@require_GET
def study(request: HttpRequest, study: Study) -> HttpResponse:
    """Where the study stands and what comes next."""
    context = {
        "study": study,
        "track": round_track(study),
        "act": next_act(study),
        "events": study_events(study).order_by("-sequence")[:10],
        "tree": tree_rows(study),
    }
    return render(request, "survey/study.html", context)


@for_roles()
@require_GET
def acts(request: HttpRequest, study: Study) -> HttpResponse:
    """Everything that was done in the study, and where the chain of all acts stands."""
    found = Paginator(study_events(study).order_by("-sequence"), ACTS_ON_A_PAGE)
    page = found.get_page(request.GET.get("page"))
    return render(request, "survey/acts.html", {"study": study, "page": page, "head": chain_head()})


@for_roles(COORDINATOR)
@require_http_methods(["GET", "POST"])
def panel_page(request: HttpRequest, study: Study) -> HttpResponse:
    """The panel; posting lines invites more experts."""
    form, problems, status = RosterForm(request.POST or None), [], 200
    if request.method == "POST" and form.is_valid():
        try:
            invitees = panel.read_roster(form.cleaned_data["roster"])
            added = panel.invite_experts(study, invitees, by=request.user.get_username(), at=timezone.now())
        except panel.InvalidRoster as refusal:
            problems, status = refusal.problems, refusal.status
        else:
            messages.success(
                request, ngettext("%d expert was added.", "%d experts were added.", added) % added
            )
            return redirect("panel", study.slug)
    context = {"study": study, "form": form, "problems": problems, "experts": _experts(study)}
    return render(request, "survey/panel.html", context, status=status)


def _experts(study: Study) -> list[dict]:
    """The panel with the state of each mail; a waiting reminder is not shown: it would tell who has not answered."""
    letters = Letter.objects.filter(expert__study=study)
    waiting = {letter.expert_id: letter for letter in letters.exclude(kind=Letter.Kind.REMINDER)}
    has_code = set(study.experts.exclude(credential=None).values_list("pk", flat=True))
    return [
        {"expert": expert, "letter": waiting.get(expert.pk), "has_code": expert.pk in has_code}
        for expert in study.experts.all()
    ]


@for_roles(COORDINATOR)
@require_POST
def expert_act(request: HttpRequest, study: Study, expert_id, act: str) -> HttpResponse:
    """Send a new code, revoke the code, or withdraw the expert."""
    expert = get_object_or_404(Expert, study=study, pk=expert_id)
    if act not in EXPERT_ACTS:
        raise Http404
    EXPERT_ACTS[act](expert, by=request.user.get_username(), at=timezone.now())
    messages.success(request, _("Done: %s.") % expert.name)
    return redirect("panel", study.slug)


@for_roles(COORDINATOR)
@require_GET
def rounds_page(request: HttpRequest, study: Study) -> HttpResponse:
    """Every round with its state, and the one act that is next."""
    form = DeadlineForm(initial={"deadline": suggested_deadline(timezone.localtime())})
    return render(request, "survey/rounds.html", _rounds_context(study, form))


def _rounds_context(study: Study, form: DeadlineForm) -> dict:
    found = list(study.rounds.select_related("study", "feedback"))
    draft = next((round for round in found if round.status == Round.Status.DRAFT), None)
    return {
        "study": study,
        "rounds": found,
        "track": round_track(study),
        "draft": draft,
        "obstacles": rounds.obstacles_before_opening(draft) if draft else [],
        "act": next_act(study),
        "stop_at": may_stop_at(study),
        "form": form,
        "pages": study_feedback(study),
        "zone": timezone.get_current_timezone_name(),
    }


@for_roles(COORDINATOR)
@require_POST
def open_round(request: HttpRequest, study: Study, number: int) -> HttpResponse:
    """Open a round until the deadline that was typed."""
    round, form = get_object_or_404(Round, study=study, number=number), DeadlineForm(request.POST)
    if form.is_valid():
        try:
            deadline = form.cleaned_data["deadline"]
            rounds.open_round(round, deadline=deadline, by=request.user.get_username(), at=timezone.now())
        except InvalidInput as refusal:
            form.add_error("deadline", str(refusal))
        else:
            messages.success(request, _("Round %d is open.") % number)
            return redirect("participation", study.slug)
    context = _rounds_context(study, form) | {"stay": reverse("rounds", args=[study.slug])}
    return render(request, "survey/rounds.html", context, status=400)


@for_roles(COORDINATOR)
@require_POST
def round_act(request: HttpRequest, study: Study, number: int, act: str) -> HttpResponse:
    """Close a round, release its feedback, or adopt it."""
    round = get_object_or_404(Round, study=study, number=number)
    if act not in ROUND_ACTS:
        raise Http404
    is_done = errands.ask(act, round, by=request.user.get_username(), at=timezone.now())
    done = {
        "close": _("Round %d is closed and its answers are frozen."),
        "release": _("The feedback of round %d is released."),
        "adopt": _("Round %d is adopted as the experts' weights."),
    }
    messages.success(
        request, done[act] % number if is_done else _("A worker does this now. Look again in a moment.")
    )
    return redirect("rounds", study.slug)


@for_roles(COORDINATOR)
@require_POST
def stop_early(request: HttpRequest, study: Study, number: int) -> HttpResponse:
    """Adopt a round before the announced last one, with a reason."""
    round = get_object_or_404(Round, study=study, number=number)
    reason = request.POST.get("reason", "")[:1000]
    is_done = errands.ask("stop", round, by=request.user.get_username(), at=timezone.now(), reason=reason)
    done = _("Round %d is adopted as the experts' weights.") % number
    messages.success(request, done if is_done else _("A worker does this now. Look again in a moment."))
    return redirect("rounds", study.slug)


@for_roles(COORDINATOR)
@require_GET
def participation(request: HttpRequest, study: Study) -> HttpResponse:
    """Who has answered the latest round, as of the last batch; never what."""
    round = study.open_round() or study.last_closed_round()
    answered = answered_experts(round) if round else set()
    experts = [{"expert": expert, "answered": expert.pk in answered} for expert in study.experts.active()]
    experts.sort(key=lambda row: (row["answered"], row["expert"].name))
    context = {"study": study, "round": round, "experts": experts, "answered": len(answered)}
    return render(request, "survey/participation.html", context)


@for_roles(COORDINATOR)
@require_POST
def remind(request: HttpRequest, study: Study) -> HttpResponse:
    """A reminder to everybody who has not submitted."""
    round = get_object_or_404(Round.objects.open(), study=study)
    errands.ask("remind", round, by=request.user.get_username(), at=timezone.now())
    messages.success(request, _("Everybody who has not submitted gets a reminder."))
    return redirect("participation", study.slug)
