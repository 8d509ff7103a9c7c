"""The expert's pages: enter, welcome, groups, review, done, feedback."""

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from survey.answers import check_group, group_part, posted_answer
from survey.codes import CodeNotAccepted
from survey.credentials import Bearer, accept_code
from survey.drafts import part_tag, read_sender
from survey.expert_session import end_session, start_session
from survey.feedback_pages import feedback_pages, last_feedback
from survey.models import Round
from survey.modes import mode_of
from survey.notes import kept_fields, sheet_notes
from survey.panel_rules import rule
from survey.questionnaire import questionnaire
from survey.reasons import PROPOSAL, own_comments
from survey.refusal import InvalidInput, Refusal
from survey.responses import (
    RoundClosed,
    StaleAnswer,
    find_response,
    is_current,
    receipt,
    save_draft,
    save_proposal,
    submit_response,
)
from survey.self_assessment import read_self_assessment
from survey.sheet import conflict_rows, self_rows, sheet_for
from survey.spreads import spread_cards
from survey.tries import TooManyTries, address_buckets, take_try
from survey.views.access import for_bearer, for_everybody

WRONG_CODES = 60  # of one address within ten minutes: a whole panel may sit in one room


@for_everybody
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: HttpRequest, code: str = "") -> HttpResponse:
    """The door: opening it does nothing, posting a code starts a session."""
    if request.method != "POST":
        return _door(request, typed=code)
    typed = request.POST.get("code", "")[:200]
    try:
        secret, study = accept_code(typed)
    except CodeNotAccepted as refusal:  # a right code is never held up: guessing one is hopeless
        return _door(request, typed=typed, refusal=_too_many(request) or refusal)
    response = redirect("welcome")
    start_session(response, secret, study, own_device="own_device" in request.POST)
    return response


def _too_many(request: HttpRequest) -> TooManyTries | None:
    """What to say instead where wrong codes come from one place faster than people type."""
    try:
        take_try(address_buckets(request, "door", size=WRONG_CODES))
    except TooManyTries as refusal:
        return refusal
    return None


def _door(request: HttpRequest, *, typed: str = "", refusal: Refusal | None = None) -> HttpResponse:
    context = {"typed": typed.removeprefix("#"), "refusal": refusal}
    response = render(request, "survey/enter.html", context, status=refusal.status if refusal else 200)
    # never the path, which may hold a code; "no-referrer" would also blank the Origin that the form's check needs
    response.headers["Referrer-Policy"] = "strict-origin"
    return response


@for_everybody
@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """Forget the code on this device."""
    response = redirect("enter")
    end_session(response)
    return response


@for_bearer
@require_GET
def welcome(request: HttpRequest, bearer: Bearer) -> HttpResponse:
    """Where the study stands, what is promised, and the way to the first unfinished group."""
    context = _frame(bearer)
    if context["sheet"]:
        context["start"] = context["sheet"].first_unfinished() + "#go-on"
    return render(request, "survey/welcome.html", context)


@for_bearer
@require_http_methods(["GET", "POST"])
def group(request: HttpRequest, bearer: Bearer, code: str) -> HttpResponse:
    """One group of siblings: see it, or save it and go on."""
    context = _frame(bearer)
    if not context["sheet"]:
        return redirect("welcome")
    if code not in {asked.code for asked in context["sheet"].groups}:
        return redirect(context["sheet"].first_unfinished())
    page = context["sheet"].page(code)
    if request.method == "GET":
        return render(request, "survey/group.html", context | {"page": page, "notes": _notes(context)})
    return _save_group(request, bearer, context, code)


def _save_group(request: HttpRequest, bearer: Bearer, context: dict, code: str) -> HttpResponse:
    sheet, tag, sender = context["sheet"], request.POST.get("tag"), read_sender(request.POST)
    asked = sheet.page(code).group
    part = group_part(asked, sheet.rules)
    if request.POST.get("go") == "keep":
        changes, faults = kept_fields([asked], sheet.last, sheet.rules), {}
    else:
        changes, faults = posted_answer(request.POST, asked, sheet.rules)
    if faults:  # the mark stays the posted one, so that a newer draft is not overwritten by the correction
        if is_current(context["response"], sheet.round, bearer, part=part, tag=tag, sender=sender):
            tag = sheet.page(code).tag
        page = sheet.page(code, typed=request.POST, faults=faults)
        shown = {"page": page, "tag": tag, "notes": _notes(context)}
        return render(request, "survey/group.html", context | shown, status=400)
    try:
        response = save_draft(
            sheet.round,
            bearer,
            changes,
            tag=tag,
            at=timezone.now(),
            part=part,
            sender=sender,
            reasons=(asked, request.POST),
        )
        if request.POST.get("go") == "later":
            return redirect("review")
        if request.POST.get("go") == "check":
            return redirect("group", asked.code)
        check_group(asked, response.draft, sheet.rules)
    except (InvalidInput, StaleAnswer) as refusal:
        sheet = sheet_for(sheet.round, bearer)
        shown = {"sheet": sheet, "page": sheet.page(code), "refusal": refusal}
        shown["notes"] = _notes(context | {"sheet": sheet})
        if isinstance(refusal, StaleAnswer):
            shown["conflict"] = conflict_rows(sheet, part, request.POST, changes)
        return render(request, "survey/group.html", context | shown, status=refusal.status)
    if request.POST.get("go") != "anyway" and sheet.mode.advice(asked, response.draft, sheet.rules):
        sheet = sheet_for(sheet.round, bearer)
        shown = {"sheet": sheet, "page": sheet.page(code), "advice": True}
        shown["notes"] = _notes(context | {"sheet": sheet})
        return render(request, "survey/group.html", context | shown)
    return redirect(sheet.after(code))


@for_bearer
@require_POST
def group_save(request: HttpRequest, bearer: Bearer, code: str) -> HttpResponse:
    """Save the fields of a group that were sent, and say so as JSON; the page that sent them stays open.

    What cannot be read is stored as empty: the number it replaced is no longer what the expert means.
    """
    sheet = _frame(bearer)["sheet"]
    if not sheet:
        return _refused(
            RoundClosed(number=(bearer.study.open_round() or bearer.study.last_closed_round()).number)
        )
    asked = next((group for group in sheet.groups if group.code == code), None)
    if asked is None:
        raise Http404
    part = group_part(asked, sheet.rules)
    changes, faults = posted_answer(request.POST, asked, sheet.rules)
    try:
        response = save_draft(
            sheet.round,
            bearer,
            {**changes, **dict.fromkeys(faults)},
            tag=request.POST.get("tag"),
            at=timezone.now(),
            part=part,
            sender=read_sender(request.POST),
        )
    except Refusal as refusal:
        return _refused(refusal)
    return JsonResponse({"tag": part_tag(response.draft, response.draft_marks, part)})


def _refused(refusal: Refusal) -> JsonResponse:
    return JsonResponse({"code": refusal.code, "detail": str(refusal)}, status=refusal.status)


@for_bearer
@require_POST
def group_live(request: HttpRequest, bearer: Bearer, code: str) -> HttpResponse:
    """What the fields of a group come to as they stand on the page; nothing is saved."""
    sheet = _frame(bearer)["sheet"]
    if not sheet:
        return HttpResponse(status=409)
    asked = sheet.page(code).group
    changes, _faults = posted_answer(request.POST, asked, sheet.rules)
    live = sheet.mode.live(asked, {**sheet.draft, **changes}, sheet.rules)
    return render(request, "survey/_live.html", {"live": live}) if live else HttpResponse(status=409)


@for_bearer
@require_http_methods(["GET", "POST"])
def self_assessment(request: HttpRequest, bearer: Bearer) -> HttpResponse:
    """How well the expert knows the field, and what the judgement rests on."""
    context, refusal = _frame(bearer), None
    sheet = context["sheet"]
    if not sheet or not sheet.self_scopes:
        return redirect("welcome")
    if request.method == "POST":
        try:
            changes = read_self_assessment(request.POST, list(sheet.groups), sheet.rules)
            save_draft(sheet.round, bearer, changes, tag=request.POST.get("tag"), at=timezone.now())
            return redirect(sheet_for(sheet.round, bearer).first_unfinished())
        except (InvalidInput, StaleAnswer) as found:
            refusal, context = found, _frame(bearer)
    shown = {"refusal": refusal, "rows": self_rows(context["sheet"])}
    return render(request, "survey/self.html", context | shown, status=refusal.status if refusal else 200)


@for_bearer
@require_GET
def review(request: HttpRequest, bearer: Bearer) -> HttpResponse:
    """Everything at a glance, unfinished groups first, and the one button that submits."""
    context = _frame(bearer)
    if not context["sheet"]:
        return redirect("welcome")
    return render(request, "survey/review.html", context | _review(context))


def _notes(context: dict):
    """What the panel said beside the sheet's items; None before the first feedback."""
    sheet = context["sheet"]
    return sheet_notes(sheet.round, context["bearer"], list(sheet.groups), sheet.draft, sheet.last)


def _review(context: dict) -> dict:
    """What the review shows beside the answer: far-out items, and the own proposal of a new indicator."""
    sheet = context["sheet"]
    if not sheet:
        return {}
    groups = {item.code: (group, item) for group in sheet.groups for item in group.items}
    notes = _notes(context)
    own = own_comments(sheet.round, context["bearer"]).get(PROPOSAL)
    return {
        "notes": notes,
        "far_out": [(note, *groups[note.code]) for note in (notes.asked if notes else ())],
        "may_propose": sheet.round.number <= rule(sheet.rules, "item_changes_until"),
        "proposal": own.body if own else "",
    }


@for_bearer
@require_POST
def keep(request: HttpRequest, bearer: Bearer) -> HttpResponse:
    """Confirm the own last answer as it stands, in every group whose items are still the same."""
    context = _frame(bearer)
    sheet = context["sheet"]
    if not sheet:
        return redirect("welcome")
    changes = kept_fields(list(sheet.groups), sheet.last, sheet.rules)
    save_draft(sheet.round, bearer, changes, tag=request.POST.get("tag"), at=timezone.now())
    return redirect("review")


@for_bearer
@require_POST
def propose(request: HttpRequest, bearer: Bearer) -> HttpResponse:
    """Keep a proposal of a new indicator."""
    context = _frame(bearer)
    if not context["sheet"]:
        return redirect("welcome")
    save_proposal(context["sheet"].round, bearer, request.POST, at=timezone.now())
    return redirect("review")


@for_bearer
@require_POST
def submit(request: HttpRequest, bearer: Bearer) -> HttpResponse:
    """Count the draft as the answer of the open round."""
    round = bearer.study.open_round() or bearer.study.last_closed_round()
    if round is None:
        return redirect("welcome")
    try:
        submit_response(round, bearer, tag=request.POST.get("tag"), at=timezone.now())
    except (InvalidInput, StaleAnswer) as refusal:
        context = _frame(bearer)
        shown = {"refusal": refusal, "stay": reverse("review")} | _review(context)
        return render(request, "survey/review.html", context | shown, status=refusal.status)
    return redirect("done")


@for_bearer
@require_GET
def done(request: HttpRequest, bearer: Bearer) -> HttpResponse:
    """The receipt, and what happens next."""
    context = _frame(bearer)
    response = context["response"]
    if response is None or response.values is None:
        return redirect("welcome")
    return render(request, "survey/done.html", context | {"receipt": receipt(response.leaf)})


@for_bearer
@require_GET
def feedback(request: HttpRequest, bearer: Bearer) -> HttpResponse:
    """What the panel was told after each round, beside the bearer's own answers."""
    return render(request, "survey/feedback.html", _frame(bearer) | {"pages": feedback_pages(bearer)})


def _frame(bearer: Bearer) -> dict:
    """What every expert page shows: the study, its rounds, and the open questionnaire if there is one."""
    study = bearer.study
    open_round = study.open_round()
    current = open_round or study.last_closed_round()
    takes_answers = bool(
        open_round and open_round.deadline > timezone.now() and bearer.valid_from_round <= open_round.number
    )
    return {
        "study": study,
        "mode": mode_of(study.rules),
        "bearer": bearer,
        "round": current,
        "rounds": round_track(study),
        "response": find_response(current, bearer) if current else None,
        "sheet": sheet_for(open_round, bearer) if takes_answers else None,
        "seconds_left": int((open_round.deadline - timezone.now()).total_seconds())
        if takes_answers
        else None,
        "waits": open_round if open_round and not takes_answers else None,
        "feedback": last_feedback(study),
        "groups": questionnaire(study),
        "spreads": spread_cards(study),
    }


def round_track(study) -> list[dict]:
    """One step for each planned round, with its state."""
    known = {round.number: round for round in study.rounds.all()}
    return [
        {"number": number, "status": known[number].status if number in known else Round.Status.DRAFT}
        for number in range(1, study.rules["rounds"] + 1)
    ]
