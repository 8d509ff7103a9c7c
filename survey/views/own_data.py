"""What an expert may do with what is stored under the code, and the way back for a lost link."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from survey.codes import CodeNotAccepted
from survey.credentials import Bearer
from survey.expert_session import end_session
from survey.letters import request_link
from survey.models import Study
from survey.own_data import join_earlier_code, leave_panel, own_answers, own_document, replace_own_code
from survey.retention import codes_end_on, kept_days, names_end_on
from survey.retention_table import after_publication
from survey.views.access import for_bearer, for_everybody


class AddressForm(forms.Form):
    """The address an invitation went to."""

    email = forms.EmailField(
        label=gettext_lazy("Your e-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={
            "required": gettext_lazy("Enter the address your invitation went to."),
            "invalid": gettext_lazy("This is not an e-mail address. Write it like wang@example.org."),
        },
    )


@for_everybody
@require_http_methods(["GET", "HEAD", "POST"])
def lost_link(request: HttpRequest) -> HttpResponse:
    """Ask for a new link; the answer is the same whether the address is known or not."""
    form = AddressForm(request.POST or None)
    sent = request.method == "POST" and form.is_valid()
    if sent:
        request_link(form.cleaned_data["email"])
    status = 400 if request.method == "POST" and not sent else 200
    return render(request, "survey/lost_link.html", {"form": form, "sent": sent}, status=status)


@for_bearer
@require_GET
def own_data(request: HttpRequest, bearer: Bearer) -> HttpResponse:
    """Everything stored under the code, and what its holder may do with it."""
    return _page(request, bearer)


def _ends(study: Study) -> dict:
    """When codes and names go, in words, with the day once a list is published; and when a study is given up."""
    days = kept_days(study)
    ends = {"codes_end": ("codes_days", codes_end_on), "names_end": ("identities_days", names_end_on)}
    found = {name: after_publication(days[rule]) for name, (rule, _day) in ends.items()}
    if study.published_on:
        for name, (_rule, day) in ends.items():
            found[name] = _("%(rule)s (%(day)s)") % {"rule": found[name], "day": f"{day(study):%Y-%m-%d}"}
    return {**found, "given_up": days["abandoned_days"]}


def _page(request: HttpRequest, bearer: Bearer, *, typed: str = "", refusal=None) -> HttpResponse:
    context = {
        "bearer": bearer,
        "study": bearer.study,
        "answers": own_answers(bearer),
        "open_round": bearer.study.open_round(),
        **_ends(bearer.study),
        "typed": typed,
        "refusal": refusal,
    }
    return render(request, "survey/own_data.html", context, status=refusal.status if refusal else 200)


@for_bearer
@require_GET
def own_data_file(request: HttpRequest, bearer: Bearer) -> HttpResponse:
    """The same as a file."""
    response = JsonResponse(own_document(bearer), json_dumps_params={"ensure_ascii": False, "indent": 2})
    response.headers["Content-Disposition"] = f'attachment; filename="{bearer.study.slug}-my-answers.json"'
    return response


@for_bearer
@require_POST
def leave_study(request: HttpRequest, bearer: Bearer) -> HttpResponse:
    """Leave the panel for good."""
    if leave_panel(bearer, at=timezone.now()):
        text = _(
            "Your answer of the open round is deleted. That you left is noted with the next update of the list."
        )
    else:
        text = _("You have left the panel. Your code no longer works.")
    messages.success(request, text)
    response = redirect("enter")
    end_session(response)
    return response


@for_bearer
@require_POST
def replace_code(request: HttpRequest, bearer: Bearer) -> HttpResponse:
    """Kill the code at once; a new one goes out by mail."""
    replace_own_code(bearer)
    messages.success(
        request, _("Your code no longer works. A mail with a new one is on its way to your address.")
    )
    response = redirect("enter")
    end_session(response)
    return response


@for_bearer
@require_POST
def join_code(request: HttpRequest, bearer: Bearer) -> HttpResponse:
    """Bring the answers of an earlier code under the present one."""
    typed = request.POST.get("code", "")[:200]
    try:
        moved = join_earlier_code(bearer, typed)
    except CodeNotAccepted:
        refusal = CodeNotAccepted()
        refusal.message = _(
            "This is not an earlier code of yours in this study. Check it against the earlier mail."
        )
        return _page(request, bearer, typed=typed, refusal=refusal)
    messages.success(request, _("Rounds brought over from your earlier code: %d.") % moved)
    return redirect("own-data")
