"""Signing in with a password and a second factor, and the page where the factor is set up."""

import secrets
import time
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import get_user_model, login
from django.contrib.auth.forms import AuthenticationForm
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from survey import second_factor
from survey.models import SecondFactor
from survey.refusal import Refusal
from survey.second_factor import SESSION_MARK, WrongSecondCode, confirmed_factor, prove_factor
from survey.tries import Bucket, TooManyTries, address_buckets, give_back, take_try
from survey.views.access import for_everybody, for_people_alone

TRIES, SECOND_TRIES = 10, 5  # wrong ones within ten minutes
PENDING, PENDING_SECONDS = "signing_in", 300
DEVICE_COOKIE = "__Host-heng-device" if settings.HTTPS else "heng-device"
DEVICE_SECONDS = 180 * 24 * 3600


@for_everybody
@sensitive_post_parameters("password")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Name and password; people with a second factor go on to it, all others are in."""
    target = _target(request)
    if request.user.is_authenticated:
        return redirect(target)
    form, refusal = AuthenticationForm(request, data=request.POST or None), None
    if request.method == "POST":
        try:
            user = _proved_password(request, form)
        except TooManyTries as too_many:
            form, refusal = AuthenticationForm(request), too_many
        else:
            if user:
                return _past_password(request, user, target)
    context = {"form": form, "next": target, "refusal": refusal}
    return render(request, "survey/login.html", context, status=refusal.status if refusal else 200)


def _proved_password(request: HttpRequest, form: AuthenticationForm):
    """The person whose name and password these are, or None. Known and unknown names cost the same time and tries."""
    buckets = _buckets(request, request.POST.get("username", ""))
    take_try(buckets)
    if not form.is_valid():
        return None
    give_back(buckets)
    return form.get_user()


def _buckets(request: HttpRequest, username: str) -> list[Bucket]:
    """A device that signed this person in before has tries of its own, so that neighbours cannot use them up."""
    try:
        known = signing.loads(
            request.COOKIES.get(DEVICE_COOKIE, ""), salt=DEVICE_COOKIE, max_age=DEVICE_SECONDS
        )
    except signing.BadSignature:
        known = {}
    if username and known.get("name") == username:
        return [Bucket(f"device {known['device']}", TRIES)]
    return address_buckets(request, "sign in", size=TRIES)


def _past_password(request: HttpRequest, user, target: str) -> HttpResponse:
    if confirmed_factor(user) is None:
        return _sign_in(request, user, target)
    request.session.flush()
    request.session[PENDING] = {"user": user.pk, "at": int(time.time()), "hash": user.get_session_auth_hash()}
    return redirect(f"{reverse('login-code')}?{urlencode({'next': target})}")


def _sign_in(request: HttpRequest, user, target: str, *, proved: bool = False) -> HttpResponse:
    """A new session; what an anonymous one held is gone."""
    request.session.flush()
    login(request, user, backend=settings.AUTHENTICATION_BACKENDS[0])
    if proved:
        request.session[SESSION_MARK] = True
    response = redirect(target)
    known = {"name": user.get_username(), "device": secrets.token_urlsafe(16)}
    response.set_cookie(
        DEVICE_COOKIE,
        signing.dumps(known, salt=DEVICE_COOKIE),
        max_age=DEVICE_SECONDS,
        httponly=True,
        secure=settings.HTTPS,
        samesite="Strict",
    )
    return response


@for_everybody
@sensitive_post_parameters("code")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in_code(request: HttpRequest) -> HttpResponse:
    """The second step: the code of the authenticator, or a recovery code."""
    user, target, refusal = _pending_user(request), _target(request), None
    if user is None:
        return redirect("login")
    if request.method == "POST":
        try:
            _prove(request, user)
        except Refusal as wrong:
            refusal = wrong
        else:
            return _sign_in(request, user, target, proved=True)
    context = {"next": target, "refusal": refusal}
    return render(request, "survey/login_code.html", context, status=refusal.status if refusal else 200)


def _pending_user(request: HttpRequest):
    """Who gave the right password within the last five minutes and has not changed it since."""
    pending = request.session.get(PENDING)
    if not pending or time.time() - pending["at"] > PENDING_SECONDS:
        return None
    user = get_user_model().objects.filter(pk=pending["user"], is_active=True).first()
    return user if user and user.get_session_auth_hash() == pending["hash"] else None


def _prove(request: HttpRequest, user) -> None:
    """Accept the posted code; only who knows the password can use up these tries, and not those of a known device."""
    buckets = _buckets(request, user.get_username())
    if len(buckets) > 1:
        buckets = [Bucket(f"second factor {user.pk}", SECOND_TRIES)]
    take_try(buckets)
    factor = confirmed_factor(user)
    if factor is None:
        raise WrongSecondCode
    prove_factor(factor, request.POST.get("code", ""))
    give_back(buckets)


@for_people_alone
@sensitive_post_parameters("code")
@require_http_methods(["GET", "HEAD", "POST"])
def second_factor_page(request: HttpRequest) -> HttpResponse:
    """Set the authenticator up, take it away, or prove it in a session that has not."""
    factor, refusal, recovery = SecondFactor.objects.filter(user=request.user).first(), None, []
    if request.method == "POST":
        act = ACTS.get(request.POST.get("act", ""), _step_up)
        try:
            answer = act(request, factor)
        except Refusal as wrong:
            refusal = wrong
        else:
            if isinstance(answer, HttpResponse):
                return answer
            factor, recovery = SecondFactor.objects.filter(user=request.user).first(), answer
    return _factor_page(request, factor, refusal, recovery)


def _factor_page(request: HttpRequest, factor, refusal, recovery: list[str]) -> HttpResponse:
    is_new = factor is not None and not factor.is_confirmed
    context = {
        "factor": factor,
        "refusal": refusal,
        "recovery": recovery,
        "is_required": settings.REQUIRE_SECOND_FACTOR,
        "is_proved": bool(request.session.get(SESSION_MARK)),
        "next": _target(request),
        "picture": second_factor.qr_picture(factor) if is_new else "",
        "secret": second_factor.typed_secret(factor) if is_new else "",
    }
    return render(request, "survey/second_factor.html", context, status=refusal.status if refusal else 200)


def _begin(request: HttpRequest, factor) -> HttpResponse:
    second_factor.begin_factor(request.user)
    return redirect("second-factor")


def _confirm(request: HttpRequest, factor) -> list[str]:
    if factor is None or factor.is_confirmed:
        raise WrongSecondCode
    codes = _limited(request, lambda typed: second_factor.confirm_factor(factor, typed, at=timezone.now()))
    _mark_proved(request)
    return codes


def _renew(request: HttpRequest, factor) -> list[str]:
    if factor is None or not factor.is_confirmed:
        raise WrongSecondCode
    codes = _limited(request, lambda typed: second_factor.renew_recovery(factor, typed, at=timezone.now()))
    _mark_proved(request)
    return codes


def _end(request: HttpRequest, factor) -> HttpResponse:
    if factor is None or not factor.is_confirmed:
        raise WrongSecondCode
    _limited(request, lambda typed: second_factor.end_factor(factor, typed, at=timezone.now()))
    request.session.pop(SESSION_MARK, None)
    messages.success(request, _("The second factor is taken away."))
    return redirect("second-factor")


def _step_up(request: HttpRequest, factor) -> HttpResponse:
    _prove(request, request.user)
    _mark_proved(request)
    return redirect(_target(request))


def _limited(request: HttpRequest, act):
    buckets = [Bucket(f"second factor {request.user.pk}", SECOND_TRIES)]
    take_try(buckets)
    done = act(request.POST.get("code", ""))
    give_back(buckets)
    return done


def _mark_proved(request: HttpRequest) -> None:
    request.session.cycle_key()
    request.session[SESSION_MARK] = True


ACTS = {"begin": _begin, "confirm": _confirm, "renew": _renew, "end": _end}


def _target(request: HttpRequest) -> str:
    """Where to go afterwards: a page of this site, whatever the address says."""
    asked = request.POST.get("next") or request.GET.get("next") or ""
    is_ours = url_has_allowed_host_and_scheme(asked, {request.get_host()}, require_https=request.is_secure())
    return asked if is_ours and asked.startswith("/") else resolve_url(settings.LOGIN_REDIRECT_URL)
