"""Who may see a page: everybody, the bearer of a code, or a person with a role in the study's series.

Every view says so by one of the decorators here; `access_of` tells what it said. A view that says nothing is opened for
nobody (`config/access.py`).
"""

from functools import wraps
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from survey.expert_session import current_bearer
from survey.models import Study
from survey.second_factor import SESSION_MARK

EVERYBODY, BEARER, PEOPLE = "everybody", "bearer", "people"


def access_of(view) -> tuple[str, ...] | None:
    """What the view says about who may open it: a kind of visitor and the roles asked for; None for nothing."""
    return getattr(view, "access", None)


def for_everybody(view):
    """Say that the view asks for nothing: what it shows is public, or it is a door."""
    view.access = (EVERYBODY,)
    return view


def takes_files(view):
    """Say that forms of the view carry files; all others take 256 kB (`config/headers.py`)."""
    view.takes_files = True
    return view


def for_people_alone(view):
    """Call the view for people with an account, second factor or not; everybody else is asked to sign in."""

    @wraps(view)
    @login_required
    @never_cache
    def wrapped(request, *args, **kwargs):
        return view(request, *args, **kwargs)

    wrapped.access = (PEOPLE,)
    return wrapped


def for_people(view):
    """Call the view for people with an account who proved their second factor where one is required."""

    @wraps(view)
    @for_people_alone
    def wrapped(request, *args, **kwargs):
        if settings.REQUIRE_SECOND_FACTOR and not request.session.get(SESSION_MARK):
            asked = request.get_full_path() if request.method == "GET" else ""
            return redirect(f"{reverse('second-factor')}?{urlencode({'next': asked})}")
        return view(request, *args, **kwargs)

    return wrapped


def for_bearer(view):
    """Call the view with the bearer of the code; everybody else is asked for a code."""

    @wraps(view)
    @never_cache
    def wrapped(request, *args, **kwargs):
        bearer = current_bearer(request)
        if bearer is None:
            messages.info(request, _("Please enter your code to go on. What you saved is kept."))
            return redirect("enter")
        return view(request, bearer, *args, **kwargs)

    wrapped.access = (BEARER,)
    return wrapped


def for_roles(*roles: str):
    """Call the view with the study in place of its short name, for people who hold one of the roles there.

    A study of a series in which the person has no role at all does not exist for them (404).
    """

    def decorate(view):
        @wraps(view)
        @for_people
        def wrapped(request, slug, *args, **kwargs):
            study = get_object_or_404(
                Study.objects.for_user(request.user).select_related("series"), slug=slug
            )
            held = study.roles_of(request.user)
            if roles and not held & set(roles) and not request.user.is_superuser:
                raise PermissionDenied
            request.roles = held
            return view(request, study, *args, **kwargs)

        wrapped.access = (PEOPLE, *roles)
        return wrapped

    return decorate
